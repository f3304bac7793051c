import CKernels
import Foundation
import Geometry

/// One alignment under way: the pose, about the clouds' local origins, and the kernel's pairs.
final class AlignmentSearch {
  private let settings: Registration
  private let source: RegistrationCloud
  private let target: RegistrationCloud
  private let threads: Int32
  private let handle: OpaquePointer
  /// Maps the source's local coordinates to the target's.
  private var pose: Pose

  init(
    _ settings: Registration, source: RegistrationCloud, target: RegistrationCloud, initial: Pose,
    threads: Int
  ) throws {
    self.settings = settings
    self.source = source
    self.target = target
    self.threads = Int32(clamping: threads)
    pose = Pose(
      rotation: initial.rotation, translation: initial * source.origin - target.origin)
    guard let handle = Self.create(source, target, settings.maxDistance) else {
      throw PointIndex.shortOfMemory
    }
    self.handle = handle
  }

  deinit { ckernels_alignment_release(handle) }

  /// The kernel borrows the clouds' memory, which lives as long as this.
  private static func create(
    _ source: RegistrationCloud, _ target: RegistrationCloud, _ maxDistance: Double
  ) -> OpaquePointer? {
    var input = ckernels_alignment_input()
    input.target_count = Int64(target.count)
    input.index = target.index
    input.k = Int32(target.neighbourCount)
    input.source_count = Int64(source.count)
    input.max_distance = Float(maxDistance)
    input.target = target.points.addressOrNil
    input.target_normals = target.normals.addressOrNil
    input.neighbours = target.neighbours.addressOrNil
    input.neighbour_distances = target.neighbourDistances.addressOrNil
    input.source = source.points.addressOrNil
    input.source_normals = source.normals.addressOrNil
    return ckernels_alignment_create(&input)
  }

  func run() throws -> RegistrationResult {
    var iterations = 0
    var isConverged = false
    var rounds: [RobustKernel] = [settings.kernel]
    if settings.kernel != .leastSquares && !settings.usesKernelFromStart {
      rounds.insert(.leastSquares, at: 0)
    }
    for kernel in rounds {
      isConverged = false
      while !isConverged && iterations < settings.maxIterations {
        iterations += 1
        isConverged = try takeStep(sums(settings.method, kernel))
      }
    }
    let last = try sums(settings.method, settings.kernel)
    try requirePairs(last)
    if settings.minInformation > 0 { try requireInformation() }
    return result(last, iterations: iterations, isConverged: isConverged)
  }

  private func sums(_ method: Registration.Method, _ kernel: RobustKernel) throws
    -> ckernels_alignment_sums
  {
    let number =
      switch method {
      case .pointToPoint: CKERNELS_POINT_TO_POINT
      case .pointToPlane: CKERNELS_POINT_TO_PLANE
      case .generalized: CKERNELS_GENERALIZED
      }
    let t = pose.translation
    var sums = ckernels_alignment_sums()
    try PointIndex.demand(
      ckernels_alignment_step(
        handle, pose.rotation.matrix.elements, [t.x, t.y, t.z], Int32(number),
        kernel.parts.number, kernel.parts.width, settings.flatness, threads, &sums))
    return sums
  }

  private func requirePairs(_ sums: ckernels_alignment_sums) throws {
    if Int(sums.pairs) < settings.minPairs {
      throw RegistrationError.tooFewPairs(
        found: Int(sums.pairs), needed: settings.minPairs, maxDistance: settings.maxDistance)
    }
  }

  /// Turns count as the shift that they cause at the target's spread.
  private var scale: [Double] {
    let turn = target.spread > 0 ? 1 / target.spread : 1
    return [turn, turn, turn, 1, 1, 1]
  }

  /// Takes a Gauss-Newton step; returns whether it was shorter than the tolerances.
  private func takeStep(_ sums: ckernels_alignment_sums) throws -> Bool {
    try requirePairs(sums)
    let scale = scale
    let right = zip(sums.rightSide, scale).map { $0 * $1 }
    // Directions that the pairs leave open are left alone; below this share there is only rounding.
    let step = zip(
      sums.normalMatrix.scaled(by: scale).solution(right, ignoringBelow: 1e-9), scale
    ).map { $0 * $1 }
    let turn = Vector3(step[0], step[1], step[2])
    let shift = Vector3(step[3], step[4], step[5])
    let angle = turn.length
    let rotation =
      angle > 0 ? Quaternion(angle: angle, axis: turn) : Quaternion.identity
    pose = Pose(
      rotation: rotation * pose.rotation,
      translation: rotation.rotate(pose.translation) + shift)
    return shift.length < settings.translationTolerance && angle < settings.rotationTolerance
  }

  private func result(
    _ sums: ckernels_alignment_sums, iterations: Int, isConverged: Bool
  ) -> RegistrationResult {
    let targetFromSource = Pose(
      rotation: pose.rotation,
      translation: target.origin + pose.translation - pose.rotation.rotate(source.origin))
    let residuals = settings.method == .pointToPoint ? 3.0 : 1
    let variance = sums.weighted_residuals / max(residuals * sums.weights - 6, 1)
    let matrix = sums.normalMatrix
    // The step's changes act in the target frame about its local origin; these in the source frame about its origin.
    let lever = target.origin - targetFromSource.translation
    let rotation = pose.rotation.matrix
    let forward = Self.changes(rotation, -lever, isInverse: false)
    let inverse = matrix.scaled(by: scale).inverse?.scaled(by: scale)
    let backward = Self.changes(rotation, lever, isInverse: true)
    return RegistrationResult(
      targetFromSource: targetFromSource, fitness: sums.pairs / Double(source.count),
      inlierRMSE: (sums.squared_distances / sums.pairs).squareRoot(), pairCount: Int(sums.pairs),
      iterations: iterations, isConverged: isConverged,
      information: matrix.congruent(by: forward).elements.map { $0 / max(variance, 1e-300) },
      covariance: inverse.map { inverse in
        inverse.congruent(by: backward).elements.map { $0 * variance }
      })
  }

  /// [R, 0; [lever]x R, R], or for the inverse the transpose of [Rᵀ, 0; Rᵀ [lever]x, Rᵀ].
  private static func changes(_ rotation: Matrix3, _ lever: Vector3, isInverse: Bool) -> [Double] {
    let cross = Matrix3(rows: [
      Vector3(0, -lever.z, lever.y), Vector3(lever.z, 0, -lever.x), Vector3(-lever.y, lever.x, 0),
    ])
    let diagonal = isInverse ? rotation.transpose : rotation
    let corner = isInverse ? rotation.transpose * cross : cross * rotation
    var result = [Double](repeating: 0, count: 36)
    for i in 0..<3 {
      for j in 0..<3 {
        let places = [(i, j, diagonal), (i + 3, j + 3, diagonal), (i + 3, j, corner)]
        for (row, column, block) in places {
          let place = isInverse ? 6 * column + row : 6 * row + column
          result[place] = block.rows[i][j]
        }
      }
    }
    return result
  }
}

// MARK: - Observability

extension AlignmentSearch {
  /// Throws when the target's surfaces at the pairs leave a motion open.
  private func requireInformation() throws {
    let (matrix, pairs) = try surfaceInformation()
    guard pairs > 0 else { return }
    let scaled = matrix.scaled(by: scale)
    let (values, vectors) = scaled.eigen
    let motions = zip(values, vectors).filter { $0.0 / pairs < settings.minInformation }
      .map { value, v in
        UnobservableMotion(
          rotation: Vector3(v[0], v[1], v[2]), translation: Vector3(v[3], v[4], v[5]),
          information: value / pairs)
      }
    if !motions.isEmpty {
      throw RegistrationError.degenerateGeometry(unobservable: motions)
    }
  }

  /// The normal matrix of distances along the target's normals, and over how many pairs.
  private func surfaceInformation() throws -> (SymmetricMatrix6, Double) {
    if target.neighbourCount > 0 {
      let sums = try sums(.pointToPlane, .leastSquares)
      return (sums.normalMatrix, sums.pairs)
    }
    return try sampledInformation()
  }

  /// The same over some of the pairs, whose normals are found for the purpose.
  private func sampledInformation() throws -> (SymmetricMatrix6, Double) {
    var matches = [Int32](repeating: -1, count: source.count)
    var distances = [Float](repeating: 0, count: source.count)
    ckernels_alignment_pairs(handle, &matches, &distances)
    let paired = matches.filter { $0 >= 0 }
    let step = max(1, paired.count / 1024)
    var centres: [Float] = []
    for i in stride(from: 0, to: paired.count, by: step) {
      let j = 3 * Int(paired[i])
      for axis in 0..<3 { centres.append(target.points.base[j + axis]) }
    }
    let count = centres.count / 3
    let k = 12
    var neighbours = [Int32](repeating: -1, count: count * k)
    var normals = centres
    try PointIndex.demand(
      ckernels_nearest(
        target.index, centres, Int64(count), Int32(k), .infinity, threads, &neighbours, nil))
    ckernels_neighbourhood_normals(
      target.points.base, centres, Int64(count), neighbours, Int32(k), threads, &normals)
    var triangle = [Double](repeating: 0, count: 21)
    for i in stride(from: 0, to: centres.count, by: 3) {
      let p = Vector3(Double(centres[i]), Double(centres[i + 1]), Double(centres[i + 2]))
      let n = Vector3(Double(normals[i]), Double(normals[i + 1]), Double(normals[i + 2]))
      let turn = p.cross(n)
      let row = [turn.x, turn.y, turn.z, n.x, n.y, n.z]
      var place = 0
      for a in 0..<6 {
        for b in a..<6 {
          triangle[place] += row[a] * row[b]
          place += 1
        }
      }
    }
    return (SymmetricMatrix6(upperTriangle: triangle), Double(count))
  }
}

extension ckernels_alignment_sums {
  fileprivate var normalMatrix: SymmetricMatrix6 {
    withUnsafeBytes(of: matrix) {
      SymmetricMatrix6(upperTriangle: Array($0.bindMemory(to: Double.self)))
    }
  }

  fileprivate var rightSide: [Double] {
    withUnsafeBytes(of: right) { Array($0.bindMemory(to: Double.self)) }
  }
}
