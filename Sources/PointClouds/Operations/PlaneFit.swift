import CKernels
import Foundation
public import Geometry
public import Tensors

/// Settings of a search for the plane that holds most points.
public struct PlaneSearch: Sendable {
  /// Points within this distance of the plane belong to it; metres, above 0.
  public var distance: Double
  /// Wanted probability that one sample, at least, held points of the best plane only; below 1.
  public var confidence: Double
  /// Largest number of samples drawn.
  public var maxIterations: Int
  /// Direction that the normal must be near to; nil when any plane will do.
  public var axis: Vector3?
  /// Largest angle between normal and axis; radians.
  public var maxAngle: Double
  /// Number of points on which samples are compared, drawn at random; the result is fitted to all points.
  public var subsetSize: Int

  /// Settings of a search.
  ///
  /// - Parameters:
  ///   - distance: Points within this distance of the plane belong to it; metres.
  ///   - confidence: Wanted probability of having drawn a good sample.
  ///   - maxIterations: Largest number of samples.
  ///   - axis: Direction that the normal must be near to.
  ///   - maxAngle: Largest angle between normal and axis; radians.
  ///   - subsetSize: Number of points on which samples are compared.
  public init(
    distance: Double, confidence: Double = 0.999, maxIterations: Int = 1000, axis: Vector3? = nil,
    maxAngle: Double = 0.26, subsetSize: Int = 8192
  ) {
    self.distance = distance
    self.confidence = confidence
    self.maxIterations = maxIterations
    self.axis = axis
    self.maxAngle = maxAngle
    self.subsetSize = subsetSize
  }
}

/// A plane found in a cloud.
public struct PlaneFit: Sendable {
  /// The plane; its normal points up (towards +z, or the side of the axis).
  public var plane: Plane
  /// Numbers of the points within the search's distance, ascending.
  public var inliers: [Int32]
  /// Number of samples drawn.
  public var iterations: Int
}

extension PointCloud {
  /// Finds the plane that holds most points and fits it to them.
  ///
  /// Three-point samples are compared on a random subset of the points until the stated confidence is reached for the share
  /// of inliers seen; the best plane is then fitted by least squares, in double precision, to all points near it, twice.
  ///
  /// - Parameters:
  ///   - search: Settings.
  ///   - generator: Source of the samples; the same state gives the same plane.
  /// - Returns: The plane with its points, or nil when fewer than three valid points or no admissible sample is found.
  /// - Note: Source: Fischler and Bolles, "Random sample consensus", CACM 24, 1981. Differs: samples are compared on a subset.
  public func fittingPlane(_ search: PlaneSearch, using generator: inout SeededGenerator)
    -> PlaneFit?
  {
    let subset = PointSubset(positions, size: search.subsetSize, generator: &generator)
    guard let (sample, iterations) = subset.bestPlane(search, &generator) else { return nil }
    var plane = sample
    for _ in 0..<2 {
      guard let refined = Self.leastSquaresPlane(positions, near: plane, within: search.distance)
      else { break }
      if let axis = search.axis,
        abs(refined.normal.dot(axis.normalized)) < cos(search.maxAngle)
      {
        break
      }
      plane = refined
    }
    let up = search.axis ?? Vector3(0, 0, 1)
    if plane.normal.dot(up) < 0 { plane = plane.flipped }
    plane.offset -= plane.normal.dot(origin)
    return PlaneFit(
      plane: plane, inliers: inliers(of: plane, within: search.distance), iterations: iterations)
  }

  /// Numbers of the points within a distance of a plane, ascending.
  ///
  /// - Parameters:
  ///   - plane: The plane.
  ///   - distance: Metres.
  /// - Returns: Numbers of valid points.
  public func inliers(of plane: Plane, within distance: Double) -> [Int32] {
    var local = plane
    local.offset = plane.signedDistance(to: origin)
    let coefficients = local.coefficients
    return [Int32](unsafeUninitializedCapacity: count) { memory, filled in
      filled = positions.withUnsafeElements(of: Float.self) { p in
        Int(
          ckernels_plane_inliers(
            p.baseAddress, Int64(count), coefficients, Float(distance), memory.baseAddress))
      }
    }
  }

  /// The least-squares plane through the points near a plane; nil when fewer than three or all on a line.
  private static func leastSquaresPlane(_ positions: Tensor, near plane: Plane, within: Double)
    -> Plane?
  {
    // Sums are taken about a point of the plane, so that large coordinates lose no digits.
    let origin = SIMD3<Float>(-plane.offset * plane.normal)
    var sums = [Double](repeating: 0, count: 10)
    positions.withUnsafeElements(of: Float.self) { p in
      ckernels_plane_sums(
        p.baseAddress, Int64(p.count / 3), plane.coefficients, Float(within),
        [origin.x, origin.y, origin.z], &sums)
    }
    let n = sums[0]
    guard n >= 3 else { return nil }
    let m = Vector3(sums[1], sums[2], sums[3]) / n
    let covariance = Matrix3(rows: [
      Vector3(sums[4] / n - m.x * m.x, sums[5] / n - m.x * m.y, sums[6] / n - m.x * m.z),
      Vector3(0, sums[7] / n - m.y * m.y, sums[8] / n - m.y * m.z),
      Vector3(0, 0, sums[9] / n - m.z * m.z),
    ])
    let (values, vectors) = covariance.symmetricEigen
    guard values[1] > 1e-12 * values[2], values[2] > 0 else { return nil }
    return Plane(through: Vector3(origin) + m, normal: vectors[0])
  }
}

/// A random part of a cloud's valid points, as columns.
private struct PointSubset {
  private let x: [Float]
  private let y: [Float]
  private let z: [Float]

  init(_ positions: Tensor, size: Int, generator: inout SeededGenerator) {
    let count = positions.shape[0]
    var (x, y, z): ([Float], [Float], [Float]) = ([], [], [])
    positions.withUnsafeElements(of: Float.self) { p in
      func take(_ i: Int) {
        guard p[3 * i].isFinite, p[3 * i + 1].isFinite, p[3 * i + 2].isFinite else { return }
        x.append(p[3 * i])
        y.append(p[3 * i + 1])
        z.append(p[3 * i + 2])
      }
      if count <= size {
        for i in 0..<count { take(i) }
      } else {
        // One point out of each of `size` equal stretches: spread over the scan, no point twice.
        for k in 0..<size {
          let (start, end) = (k * count / size, (k + 1) * count / size)
          take(start + generator.uniform(below: end - start))
        }
      }
    }
    // Whole blocks of sixteen; the padding lies on no plane.
    while x.count % 16 != 0 {
      x.append(.nan)
      y.append(.nan)
      z.append(.nan)
    }
    (self.x, self.y, self.z) = (x, y, z)
    valid = x.count - x.reversed().prefix { $0.isNaN }.count
  }

  private let valid: Int

  func bestPlane(_ search: PlaneSearch, _ generator: inout SeededGenerator) -> (Plane, Int)? {
    guard valid >= 3 else { return nil }
    let axis = search.axis?.normalized
    let minCosine = cos(search.maxAngle)
    var best: (plane: Plane, count: Int)?
    var needed = Double(search.maxIterations)
    var iterations = 0
    while Double(iterations) < needed && iterations < search.maxIterations {
      iterations += 1
      let i = generator.uniform(below: valid)
      let j = generator.uniform(below: valid)
      let k = generator.uniform(below: valid)
      let normal = (point(j) - point(i)).cross(point(k) - point(i))
      guard normal.length > 1e-12 else { continue }
      let plane = Plane(through: point(i), normal: normal)
      if let axis, abs(plane.normal.dot(axis)) < minCosine { continue }
      let count = inlierCount(plane, search.distance)
      if count > best?.count ?? 0 {
        best = (plane, count)
        let share = Double(count) / Double(valid)
        let hit = share * share * share
        needed = hit < 1 ? log1p(-search.confidence) / log1p(-hit) : 0
      }
    }
    return best.map { ($0.plane, iterations) }
  }

  private func point(_ i: Int) -> Vector3 { Vector3(Double(x[i]), Double(y[i]), Double(z[i])) }

  private func inlierCount(_ plane: Plane, _ distance: Double) -> Int {
    Int(
      ckernels_plane_count(x, y, z, Int64(x.count), plane.coefficients, Float(distance)))
  }
}

extension Plane {
  /// Normal and offset in single precision.
  fileprivate var coefficients: [Float] {
    [Float(normal.x), Float(normal.y), Float(normal.z), Float(offset)]
  }
}
