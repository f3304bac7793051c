import Geometry
import Vision

extension TargetDetector {
  func circles(in grey: GreyPixels, columns: Int, rows: Int) throws -> Found? {
    guard let (starts, method) = try roughCircles(in: grey.image, columns: columns, rows: rows)
    else { return nil }
    let pairs = zip(points, starts).map { (plane: $0, image: $1) }
    guard let homography = PlaneHomography(pairs) else { return nil }
    let middle = points[points.count / 2]
    guard homography.areaScale(at: middle) > 0 else {
      return Found(
        corners: [], method: method,
        refusal: "the circle grid is mirrored; use the image as the camera took it")
    }
    let refiner = CircleRefiner(
      grey: grey, noise: noise(of: grey, around: starts),
      distance: (points[columns] - points[0]).length)
    let corners = refiner.refine(starts, plane: points).enumerated().compactMap {
      index, refined in
      refined.map {
        TargetCorner(index: index, position: $0.position, covariance: $0.covariance)
      }
    }
    guard corners.count * 5 >= starts.count * 4 else { return nil }
    return Found(corners: corners, method: method)
  }

  private func roughCircles(
    in image: Image, columns: Int, rows: Int
  ) throws -> ([Vector2], TargetDetection.Method)? {
    let longest = Double(max(image.width, image.height))
    var scales = [1.0]
    if longest > 1600 { scales = [1000 / longest, 1] }
    if options.triesSlowMethods, longest <= 1300 { scales.append(2) }
    for scale in scales {
      for isClustered in [false, true] {
        for isWhite in [false, true] {
          let found = try scaled(image, by: scale) {
            try $0.circleGrid(
              columns: columns, rows: rows, isWhite: isWhite, isClustered: isClustered)
          }
          if let found { return (found, isClustered ? .clusteredCircles : .circles) }
        }
      }
    }
    return nil
  }
}
