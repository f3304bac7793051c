import Geometry

/// Point pairs moved and scaled so that points and pixels have mean 0 and mean distances √3 and √2 from it.
///
/// - Note: Source: Hartley, "In Defense of the Eight-Point Algorithm", PAMI 19, 1997.
struct NormalisedPairs {
  let worldCentre: Vector3
  let worldScale: Double
  let pixelCentre: Vector2
  let pixelScale: Double
  /// Smallest extent of the points relative to their largest.
  let flatness: Double
  /// The homogeneous system whose null vector is the projection matrix, row by row.
  let system: LeastSquaresRows

  /// Throws `DegenerateConfiguration` for what points or pixels alone show.
  init(_ pairs: [PointPair]) throws {
    if let index = pairs.firstIndex(where: { !$0.isUsable }) {
      throw DegenerateConfiguration.nonFinite(pair: index)
    }
    let different = Set(pairs.map(\.world)).count
    if different == 1 && pairs.count >= 6 { throw DegenerateConfiguration.coincidentPoints }
    guard different >= 6 else { throw DegenerateConfiguration.tooFewPoints(different) }
    let count = Double(pairs.count)
    let world = pairs.reduce(Vector3.zero) { $0 + $1.world / count }
    let pixel = pairs.reduce(Vector2.zero) { $0 + $1.pixel / count }
    var (farthest, spread, pixelSpread) = (0.0, 0.0, 0.0)
    for pair in pairs {
      farthest = max(farthest, pair.world.length)
      spread += (pair.world - world).length / count
      let offset = pair.pixel - pixel
      pixelSpread += (offset * offset).sum().squareRoot() / count
    }
    // What is smaller than the rounding of the coordinates is no extent.
    guard spread > 1e-14 * farthest, spread > 1e-100 else {
      throw DegenerateConfiguration.coincidentPoints
    }
    guard pixelSpread > 1e-100 else { throw DegenerateConfiguration.collinearPixels }
    let (scale, pixelScale) = (3.squareRoot() / spread, 2.squareRoot() / pixelSpread)
    var (points, pixels) = (LeastSquaresRows(columns: 3), LeastSquaresRows(columns: 2))
    var system = LeastSquaresRows(columns: 12)
    for pair in pairs {
      let x = (pair.world - world) * scale
      let u = (pair.pixel - pixel) * pixelScale
      var row = [x.x, x.y, x.z]
      points.add(&row)
      row = [u.x, u.y]
      pixels.add(&row)
      row = [x.x, x.y, x.z, 1, 0, 0, 0, 0, -u.x * x.x, -u.x * x.y, -u.x * x.z, -u.x]
      system.add(&row)
      row = [0, 0, 0, 0, x.x, x.y, x.z, 1, -u.y * x.x, -u.y * x.y, -u.y * x.z, -u.y]
      system.add(&row)
    }
    let extents = points.singular.values
    // Coordinates far from the origin are rounded: 1e-15 of their size is no thickness.
    let rounding = max(1e-7, 1e-15 * farthest * scale)
    if extents[1] <= rounding * extents[0] { throw DegenerateConfiguration.collinearPoints }
    if extents[2] <= rounding * extents[0] {
      throw DegenerateConfiguration.coplanarPoints(flatness: extents[2] / extents[0])
    }
    let pixelExtents = pixels.singular.values
    if pixelExtents[1] <= 1e-9 * pixelExtents[0] { throw DegenerateConfiguration.collinearPixels }
    (worldCentre, worldScale, pixelCentre) = (world, scale, pixel)
    self.pixelScale = pixelScale
    flatness = extents[2] / extents[0]
    self.system = system
  }
}
