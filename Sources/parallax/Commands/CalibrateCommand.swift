import Configuration

/// `parallax calibrate METHOD …`: the work is done by its sub-commands.
enum CalibrateCommand: Command {
  static var subcommands: [any Command.Type] {
    [
      CalibrateCameraCommand.self, CalibrateStereoCommand.self, CalibrateLidarCameraCommand.self,
      CalibrateHandEyeCommand.self, CalibrateDLTCommand.self, CalibrateTargetCommand.self,
    ]
  }

  static let description = CommandDescription(
    name: "calibrate", summary: "estimate cameras and rigs, with their errors",
    discussion: methods.map { "  \($0.padded(to: 14))\(summary(of: $0))" }.joined(separator: "\n")
      + "\n\nparallax calibrate METHOD --help says more.",
    positionals: [.init(name: "METHOD", summary: methods.joined(separator: ", "))],
    examples: [
      "parallax calibrate camera --images 'captures/left*.jpg' --board checkerboard:9x6:0.025 --out left.yaml"
    ])

  private static var methods: [String] {
    subcommands.map { command in
      String(command.description.name.dropFirst("calibrate ".count))
    }
  }

  private static func summary(of method: String) -> String {
    subcommands.first { command in command.description.name == "calibrate \(method)" }?
      .description.summary ?? ""
  }

  static func run(_ arguments: ParsedArguments) throws -> ExitCode {
    let name = arguments.positionals.first ?? ""
    let hint = NearestName.hint(for: name, among: methods, listing: "methods")
    throw CommandFailure.usage("unknown method '\(name)'; \(hint)", command: "calibrate")
  }
}
