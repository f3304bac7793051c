import Foundation
import Geometry
import PointClouds

/// `parallax register SOURCE TARGET`.
enum RegisterCommand: Command {
  static let description = CommandDescription(
    name: "register", summary: "align one point cloud with another",
    discussion: """
      Prints target_from_source, which maps SOURCE's frame to TARGET's, with the standard deviations that the residuals show. The
      clouds must roughly meet already, or through --initial: pairs farther apart than --max-distance do not count. Clouds whose
      shape leaves a motion open (one plane, a straight corridor) are refused, with the motions named. Exit code 3: the search did
      not converge, or a file was damaged.
      """,
    positionals: [
      .init(name: "SOURCE", summary: "the cloud that moves: any cloud file that can be read"),
      .init(name: "TARGET", summary: "the cloud that stays"),
    ],
    options: [
      .init(
        name: "--method", value: "NAME",
        summary: "gicp (plane to plane, the default), plane (point to plane), icp (point to point)"
      ),
      .init(
        name: "--max-distance", value: "M", summary: "largest distance of a pair; 1 by default"),
      .init(
        name: "--voxel", value: "M",
        summary: "reduce both clouds to one point per cube of this edge first"),
      .init(
        name: "--initial", value: "FILE",
        summary: "first guess: 12 or 16 numbers, target_from_source row by row"),
      .init(
        name: "--kernel", value: "NAME:M",
        summary: "robust weights: huber, cauchy or geman-mcclure with their width, as cauchy:0.05"),
      .init(
        name: "--neighbours", value: "N",
        summary: "points over which normals are fitted; 20 by default"
      ),
      .init(
        name: "--out", value: "FILE",
        summary: "write the moved source (a cloud format's ending) or the 4 x 4 matrix (.txt)"),
      .init(name: "--threads", value: "N", summary: "threads to use; all cores by default"),
      CommandDescription.json,
    ],
    examples: [
      "parallax register scan2.pcd scan1.pcd --voxel 0.25 --json",
      "parallax register scan.bin map.ply --initial guess.txt --kernel cauchy:0.05 --out moved.ply",
    ])

  private struct Summary: Encodable {
    var method: String
    var targetFromSource: [[Double]]
    var rotation, translation: [Double]
    var rotationDegrees, translationM: Double
    var stddevRotationDegrees, stddevTranslationM: [Double]?
    var fitness, inlierRmseM: Double
    var pairs, sourcePoints, targetPoints, iterations: Int
    var converged: Bool
    var information: [[Double]]
    var damage: [String]
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let registration = try settings(arguments)
    let voxel = try arguments.positiveNumber(of: "--voxel")
    let threads = try arguments.number(of: "--threads") ?? PointBatch.defaultThreads
    let output = try arguments.value(of: "--out").map(checkedOutput)
    var damage: [String] = []
    func cloud(_ path: String) throws -> PointCloud {
      do {
        let reading = try PointCloudFile.read(path: path)
        damage += reading.problems.map { "\(path): \($0)" }
        return reading.cloud
      } catch let error as CloudFileError {
        throw CommandFailure(.unreadableInput, "\(error)")
      }
    }
    let (source, target) = (
      try cloud(arguments.positionals[0]), try cloud(arguments.positionals[1])
    )
    let initial = try arguments.value(of: "--initial").map(PoseText.read) ?? .identity
    let clouds = try [source, target].map { cloud in
      let bare = PointCloud(positions: cloud.positions, origin: cloud.origin)
      return try voxel.map { try bare.voxelDownsampled(voxelSize: $0, threads: threads) } ?? bare
    }
    let result: RegistrationResult
    do {
      result = try registration.align(
        clouds[0], to: clouds[1], initial: initial, threads: threads)
    } catch let error as RegistrationError {
      throw CommandFailure(.failure, "refused: \(error)")
    }
    try output?.write(result.targetFromSource, source)
    for line in damage { Console.note("damaged: \(line)") }
    if !result.isConverged {
      Console.note("warning: not converged after \(result.iterations) iterations")
    }
    let summary = summary(result, registration, clouds, damage)
    if arguments.isSet("--json") { try Console.json(summary) } else { print(summary) }
    return result.isConverged && damage.isEmpty ? .done : .incomplete
  }

  private static func settings(_ arguments: ParsedArguments) throws -> Registration {
    var registration = Registration()
    let methods: [(String, Registration.Method)] = [
      ("gicp", .generalized), ("plane", .pointToPlane), ("icp", .pointToPoint),
    ]
    if let name = arguments.value(of: "--method") {
      guard let method = methods.first(where: { $0.0 == name })?.1 else {
        throw CommandFailure.usage(
          "option '--method' takes gicp, plane or icp, not '\(name)'", command: "register")
      }
      registration.method = method
    }
    registration.maxDistance =
      try arguments.positiveNumber(of: "--max-distance") ?? registration.maxDistance
    if let text = arguments.value(of: "--kernel") { registration.kernel = try kernel(text) }
    if let neighbours = try arguments.number(of: "--neighbours", atLeast: 3) {
      guard neighbours <= 1024 else {
        throw CommandFailure.usage(
          "option '--neighbours' takes at most 1024, not '\(neighbours)'", command: "register")
      }
      registration.neighbours = neighbours
    }
    return registration
  }

  private static func kernel(_ text: String) throws -> RobustKernel {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    if parts.count == 2, let width = Double(parts[1]), width > 0, width.isFinite {
      switch parts[0] {
      case "huber": return .huber(width: width)
      case "cauchy": return .cauchy(width: width)
      case "geman-mcclure": return .gemanMcClure(width: width)
      default: break
      }
    }
    throw CommandFailure.usage(
      "option '--kernel' takes huber:M, cauchy:M or geman-mcclure:M, not '\(text)'",
      command: "register")
  }

  /// What `--out` writes, decided before any work.
  private struct Output {
    var path: String
    var isPose: Bool

    func write(_ pose: Pose, _ source: PointCloud) throws {
      do {
        if isPose {
          try PoseText.write(pose, to: path)
        } else {
          try PointCloudFile.write(source.transformed(by: pose), path: path)
        }
      } catch let error as CloudFileError { throw CommandFailure(.failure, "\(error)") }
    }
  }

  private static func checkedOutput(_ path: String) throws -> Output {
    let isPose = path.lowercased().hasSuffix(".txt")
    guard isPose || CloudFormat.detect([], fileName: path) != nil else {
      throw CommandFailure.usage(
        "'\(path)' names no cloud format that can be written, and no .txt", command: "register")
    }
    return Output(path: path, isPose: isPose)
  }

  private static func summary(
    _ result: RegistrationResult, _ registration: Registration, _ clouds: [PointCloud],
    _ damage: [String]
  ) -> Summary {
    let degrees = 180 / Double.pi
    let pose = result.targetFromSource
    let (q, t) = (pose.rotation, pose.translation)
    func list(_ v: Vector3) -> [Double] { [v.x, v.y, v.z] }
    return Summary(
      method: registration.method.rawValue, targetFromSource: PoseText.rows(pose),
      rotation: [q.w] + list(q.vector), translation: list(t),
      rotationDegrees: 2 * atan2(q.vector.length, abs(q.w)) * degrees, translationM: t.length,
      stddevRotationDegrees: result.rotationDeviation.map { list($0 * degrees) },
      stddevTranslationM: result.translationDeviation.map(list), fitness: result.fitness,
      inlierRmseM: result.inlierRMSE, pairs: result.pairCount, sourcePoints: clouds[0].count,
      targetPoints: clouds[1].count, iterations: result.iterations,
      converged: result.isConverged,
      information: stride(from: 0, to: 36, by: 6).map { Array(result.information[$0..<$0 + 6]) },
      damage: damage)
  }

  private static func print(_ summary: Summary) {
    func numbers(_ values: [Double]) -> String {
      values.map { String(format: "%.9g", $0) }.joined(separator: " ")
    }
    func short(_ values: [Double]?) -> String {
      values.map { $0.map { String(format: "%.2g", $0) }.joined(separator: " ") } ?? "unknown"
    }
    let rows = [
      [
        "  motion",
        String(format: "%.4f m, %.4f degrees", summary.translationM, summary.rotationDegrees),
      ],
      [
        "  standard deviations",
        "\(short(summary.stddevTranslationM)) m, \(short(summary.stddevRotationDegrees)) degrees",
      ],
      [
        "  pairs",
        String(
          format: "%ld (%.1f %% of the source), RMSE %.4f m", summary.pairs, 100 * summary.fitness,
          summary.inlierRmseM),
      ],
      [
        "  iterations",
        "\(summary.iterations), \(summary.converged ? "converged" : "not converged")",
      ],
    ]
    let matrix = summary.targetFromSource.map { "  " + numbers($0) }.joined(separator: "\n")
    Console.result("target_from_source\n\(matrix)\n" + Console.table(rows))
  }
}
