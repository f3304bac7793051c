import Foundation

/// `parallax bench [NAME…]`.
enum BenchCommand: Command {
  static let description = CommandDescription(
    name: "bench", summary: "time operations under the names of the peers' benchmark scripts",
    discussion: """
      Inputs are the .npy files of --data; what lies there decides which operations run. Log operations read --log, or a log of
      120,000-point clouds with noise made for the purpose (about 200 MB, in the folder for temporary files). Times mean
      something only as a ratio to a peer that ran on the same machine just before or after.
      """,
    positionals: [
      .init(
        name: "NAME", summary: "operations; all when left out", isOptional: true, isRepeated: true)
    ],
    options: [
      .init(
        name: "--data", value: "DIR",
        summary: "folder with the inputs; ../shared/bench/data by default"),
      .init(
        name: "--log", value: "FILE.mcap",
        summary: "the log for mcap_scan, mcap_decode and mcap_write"),
      .init(
        name: "--threads", value: "N",
        summary: "threads for clouds, our stereo matcher and networks, 1 by default"),
      .init(name: "--seconds", value: "S", summary: "time for each operation; 2 by default"),
      CommandDescription.json,
    ],
    examples: ["parallax bench voxel_down_lidar120k_0.1 --json"])

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let data = arguments.value(of: "--data") ?? "../shared/bench/data"
    let threads = try arguments.number(of: "--threads") ?? 1
    let all =
      try CloudBenchmarks.operations(data: data, threads: threads)
      + RegistrationBenchmarks.operations(data: data, threads: threads)
      + TensorBenchmarks.operations()
      + NeighbourBenchmarks.operations(data: data, threads: threads)
      + VoxelBenchmarks.operations(data: data)
      + BoxBenchmarks.operations(data: data, threads: threads)
      + StereoBenchmarks.operations(data: data, threads: threads)
      + DenseBenchmarks.operations(threads: threads)
      + SparseBenchmarks.operations(data: data, threads: threads)
      + DetectorBenchmarks.operations(data: data, threads: threads)
      + TrainingBenchmarks.operations(threads: threads)
      + VoteNetBenchmarks.operations(threads: threads)
      + VideoBenchmarks.operations(threads: threads)
      + RaycastBenchmarks.operations(data: data, threads: threads)
      + LogBenchmarks.operations(log: arguments.value(of: "--log"), data: data)
    let names = all.map(\.name)
    for name in arguments.positionals where !names.contains(name) {
      throw CommandFailure.usage(
        "unknown operation '\(name)'; with these inputs there are: \(names.joined(separator: ", "))",
        command: "bench")
    }
    guard !all.isEmpty else {
      throw CommandFailure(
        .unreadableInput, "\(data): holds no inputs; name their folder with --data")
    }
    let wanted = arguments.positionals
    let seconds = try arguments.positiveNumber(of: "--seconds") ?? 2
    let isForMachines = arguments.isSet("--json")
    var results: [BenchResult] = []
    for operation in all where wanted.isEmpty || wanted.contains(operation.name) {
      let result = try BenchResult(operation, threads: threads, seconds: seconds)
      results.append(result)
      let times = String(format: "%9.2f ms min %9.2f ms median", result.msMin, result.msMedian)
      let rate = result.mdePerS.map { String(format: "  %.0f MDE/s", $0) } ?? ""
      let line = "\(result.op.padded(to: 36)) \(times)  check \(result.check)\(rate)"
      if isForMachines { Console.note(line) } else { Console.result(line) }
    }
    if isForMachines { try Console.json(results) }
    return .done
  }
}
