import CKernels
public import Geometry

/// Aligns clouds by iterated closest points: point to point, point to plane, or generalised (plane to plane).
///
/// Each step pairs every source point with the exact nearest target point, no farther than ``maxDistance``, and takes one
/// Gauss-Newton step on the pairs. Bits of the result depend neither on threads nor on the processor.
///
/// - Note: Source: Besl and McKay, "A method for registration of 3-D shapes", PAMI 14, 1992; Chen and Medioni, "Object modelling
///   by registration of multiple range images", IVC 10, 1992; Segal, Haehnel and Thrun, "Generalized-ICP", RSS 2009. Differs:
///   Gauss-Newton in place of inner minimisations, covariances from normals alone, and pairs followed by the triangle inequality.
public struct Registration: Sendable {
  /// What a pair of points contributes.
  public enum Method: String, Sendable, CaseIterable {
    /// The distance between the points.
    case pointToPoint
    /// The distance along the target's normal.
    case pointToPlane
    /// The distance weighed by both points' covariances, which are flat along the surfaces.
    case generalized
  }

  /// What a pair of points contributes.
  public var method: Method
  /// Pairs farther apart do not count; metres, above 0.
  public var maxDistance: Double
  /// Most steps, counted over both rounds.
  public var maxIterations: Int
  /// A step shorter than this, with a turn smaller than ``rotationTolerance``, ends the search; metres.
  public var translationTolerance: Double
  /// See ``translationTolerance``; radians.
  public var rotationTolerance: Double
  /// How weights fall with residuals.
  public var kernel: RobustKernel
  /// Whether the kernel counts from the first step on.
  ///
  /// When false the search converges by least squares first, which finds the way from farther away, and then once more with the
  /// kernel.
  public var usesKernelFromStart: Bool
  /// Points, itself included, over which the normal of each point is fitted.
  public var neighbours: Int
  /// Fewest pairs that are aligned.
  public var minPairs: Int
  /// Variance across the surface relative to that along it (``Method/generalized``).
  public var flatness: Double
  /// Motions with less information than this (``UnobservableMotion/information``) make the geometry degenerate; 0 accepts all.
  public var minInformation: Double

  /// Settings of an alignment.
  ///
  /// - Parameters:
  ///   - method: What a pair of points contributes.
  ///   - maxDistance: Pairs farther apart do not count; metres.
  ///   - maxIterations: Most steps.
  ///   - translationTolerance: Length of a step that ends the search; metres.
  ///   - rotationTolerance: Turn that ends the search; radians.
  ///   - kernel: How weights fall with residuals.
  ///   - usesKernelFromStart: Whether the kernel counts from the first step on.
  ///   - neighbours: Points over which normals are fitted.
  ///   - minPairs: Fewest pairs that are aligned.
  ///   - flatness: Variance across a surface relative to that along it.
  ///   - minInformation: Motions with less information make the geometry degenerate.
  public init(
    method: Method = .generalized, maxDistance: Double = 1, maxIterations: Int = 50,
    translationTolerance: Double = 1e-3, rotationTolerance: Double = 0.1 * .pi / 180,
    kernel: RobustKernel = .leastSquares, usesKernelFromStart: Bool = false, neighbours: Int = 20,
    minPairs: Int = 10, flatness: Double = 1e-3, minInformation: Double = 3e-3
  ) {
    self.method = method
    self.maxDistance = maxDistance
    self.maxIterations = maxIterations
    self.translationTolerance = translationTolerance
    self.rotationTolerance = rotationTolerance
    self.kernel = kernel
    self.usesKernelFromStart = usesKernelFromStart
    self.neighbours = neighbours
    self.minPairs = minPairs
    self.flatness = flatness
    self.minInformation = minInformation
  }

  /// Aligns a cloud with another.
  ///
  /// - Parameters:
  ///   - source: The cloud that moves; invalid points are left out.
  ///   - target: The cloud that stays; invalid points are left out.
  ///   - initial: First guess of `targetFromSource`.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: The alignment; it may not have converged.
  /// - Throws: ``RegistrationError``, or ``PointCloudError`` when memory is short.
  public func align(
    _ source: PointCloud, to target: PointCloud, initial: Pose = .identity,
    threads: Int = PointBatch.defaultThreads
  ) throws -> RegistrationResult {
    for (cloud, name) in [(source, "source"), (target, "target")]
    where cloud.count - cloud.invalidCount < minPairs {
      throw RegistrationError.tooFewPoints(
        cloud: name, found: cloud.count - cloud.invalidCount, needed: minPairs)
    }
    return try align(
      RegistrationCloud(source, neighbours: sourceNeighbours, threads: threads),
      to: RegistrationCloud(target, neighbours: targetNeighbours, threads: threads),
      initial: initial, threads: threads)
  }

  /// Neighbours that a target needs for the method: 0 where it works without normals.
  public var targetNeighbours: Int { method == .pointToPoint ? 0 : neighbours }

  /// Neighbours that a source needs for the method: 0 where it works without normals.
  public var sourceNeighbours: Int { method == .generalized ? neighbours : 0 }

  /// Aligns clouds that have been made ready.
  ///
  /// - Parameters:
  ///   - source: The cloud that moves; with ``sourceNeighbours``.
  ///   - target: The cloud that stays; with ``targetNeighbours``.
  ///   - initial: First guess of `targetFromSource`.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: The alignment; it may not have converged.
  /// - Throws: ``RegistrationError``, or ``PointCloudError`` when memory is short.
  public func align(
    _ source: RegistrationCloud, to target: RegistrationCloud, initial: Pose = .identity,
    threads: Int = PointBatch.defaultThreads
  ) throws -> RegistrationResult {
    precondition(maxDistance > 0, "pairs within \(maxDistance) m cannot be sought")
    precondition(maxIterations > 0, "\(maxIterations) iterations align nothing")
    precondition(
      method == .pointToPoint || target.neighbourCount > 0,
      "this method needs a target with normals")
    precondition(
      method != .generalized || source.neighbourCount > 0,
      "this method needs a source with normals")
    for (cloud, name) in [(source, "source"), (target, "target")] where cloud.count < minPairs {
      throw RegistrationError.tooFewPoints(cloud: name, found: cloud.count, needed: minPairs)
    }
    let search = try AlignmentSearch(
      self, source: source, target: target, initial: initial, threads: threads)
    return try search.run()
  }
}
