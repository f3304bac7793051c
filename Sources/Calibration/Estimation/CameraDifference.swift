import Geometry

/// How far apart two cameras place distant points, after the rotation that brings them together in the central region.
struct CameraDifference {
  /// First to second, on the grid; not a number where a lens has no inverse.
  let differences: [Vector2]
  let rms: Double
  let median: Double
  let maximum: Double

  /// Nil when nothing of the central region is seen by both.
  init?(_ first: CameraModel, _ second: CameraModel, on grid: ProjectionSensitivity) {
    let frame = UncertaintyMap(
      columns: grid.columns, rows: grid.rows, width: grid.width, height: grid.height,
      centralRadius: grid.centralRadius, inflation: 1, deviations: [])
    let pixels = (0..<grid.columns * grid.rows).map {
      frame.pixel(column: $0 % grid.columns, row: $0 / grid.columns)
    }
    let rays = pixels.map { first.ray(through: $0) }
    let middle = Vector2(Double(grid.width - 1), Double(grid.height - 1)) / 2
    let (lens, parameters) = (second.lens, second.parameters)
    var (pixel, byPoint) = ([0.0, 0.0], [Double](repeating: 0, count: 6))
    var rotation = Quaternion.identity
    for _ in 0..<6 {
      var square = SymmetricMatrix(side: 3)
      var right = [0.0, 0, 0]
      for (target, ray) in zip(pixels, rays) {
        let offset = target - middle
        guard let ray, (offset * offset).sum() <= grid.centralRadius * grid.centralRadius else {
          continue
        }
        let turned = rotation.rotate(ray)
        let isSeen = lens.project(
          turned.x, turned.y, turned.z, parameters: parameters, pixel: &pixel,
          pointJacobian: &byPoint, parameterJacobian: nil)
        guard isSeen else { continue }
        for side in 0..<2 {
          let row = Vector3(byPoint[3 * side], byPoint[3 * side + 1], byPoint[3 * side + 2])
          let turn = turned.cross(row)
          let missing = target[side] - pixel[side]
          for i in 0..<3 {
            right[i] += turn[i] * missing
            for j in 0..<3 { square[i, j] += turn[i] * turn[j] }
          }
        }
      }
      guard let inverse = square.inverse else { return nil }
      let step = inverse * right
      let vector = Vector3(step[0], step[1], step[2])
      guard vector.length.isFinite else { return nil }
      if vector.length < 1e-13 { break }
      rotation = Quaternion(angle: vector.length, axis: vector) * rotation
    }
    differences = zip(pixels, rays).map { target, ray in
      guard let ray, let seen = second.project(rotation.rotate(ray)) else {
        return Vector2(repeating: .nan)
      }
      return seen - target
    }
    let squares = differences.map { ($0 * $0).sum() }.filter(\.isFinite).sorted()
    guard !squares.isEmpty else { return nil }
    rms = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    median = squares[squares.count / 2].squareRoot()
    maximum = squares[squares.count - 1].squareRoot()
  }
}
