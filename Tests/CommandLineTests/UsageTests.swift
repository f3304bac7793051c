import Foundation
import TestSupport
import Testing

@Test func `help names every command and costs no library`() throws {
  let help = try Tool.run("--help")
  #expect(help.status == 0)
  for command in [
    "run", "validate", "inspect", "convert", "calibrate", "simulate", "view", "stages",
    "models", "infer",
  ] {
    #expect(help.output.contains("\n  \(command) "), "\(command) is not listed")
    let own = try Tool.run(command, "--help")
    #expect(own.status == 0)
    #expect(own.output.contains("usage: parallax \(command)"))
  }
}

@Test(arguments: [
  (["rum"], "unknown command 'rum'; did you mean 'run'?"),
  (["inspect"], "PATH is missing"),
  (["inspect", "a", "b"], "unexpected argument 'b'"),
  (["inspect", "a", "--jsom"], "unknown option '--jsom'; did you mean '--json'?"),
  (["run", "p.yaml", "--out", "o"], "option '--log PATH' is missing"),
  (["run", "p.yaml", "--log", "l", "--out", "o", "--workers", "none"], "takes a whole number"),
  (["validate", "p.yaml", "--set", "a.b"], "takes STAGE.PARAM=VALUE, not 'a.b'"),
  (["run", "p.yaml", "--log"], "option '--log' needs a value"),
  (["stages", "stereo.sgmm"], "did you mean 'stereo.sgm'?"),
])
func `wrong usage ends with code 2 and a hint`(arguments: [String], message: String) throws {
  let result = try Tool.run(arguments)
  #expect(result.status == 2)
  #expect(result.output.isEmpty)
  #expect(result.messages.contains(message), "\(result.messages)")
}

@Test func `what cannot be read ends with code 5 and names the path`() throws {
  let folder = try TemporaryFolder()
  let absent = try Tool.run("inspect", folder.file("absent.mcap"))
  #expect(absent.status == 5)
  #expect(absent.messages.contains("absent.mcap: no such file or folder"))
  let empty = try Tool.run("inspect", folder.path)
  #expect(empty.status == 5)
  #expect(empty.messages.contains("empty"))
}

@Test func `a misspelt stage ends with code 4, its place and the nearest name`() throws {
  let folder = try TemporaryFolder()
  let text = """
    name: wrong
    inputs: { scan: { topic: /lidar/points, type: cloud } }
    stages:
      - { id: near, use: cloud.cropp, from: scan }
    outputs:
      - { from: near, to: ply, path: "{frame:06}.ply" }
    """
  try text.write(toFile: folder.file("wrong.yaml"), atomically: true, encoding: .utf8)
  let result = try Tool.run("validate", folder.file("wrong.yaml"))
  #expect(result.status == 4)
  #expect(result.messages.contains("wrong.yaml:4:"))
  #expect(result.messages.contains("did you mean 'cloud.crop'?"))
}

@Test func `every shipped definition is valid`() throws {
  let names = try FileManager.default.contentsOfDirectory(atPath: repositoryFolder + "/pipelines")
  let definitions = names.filter { $0.hasSuffix(".yaml") }
  #expect(definitions.count >= 4)
  for name in definitions {
    let result = try Tool.run("validate", "\(repositoryFolder)/pipelines/\(name)")
    #expect(result.status == 0, "\(name): \(result.messages)")
  }
}

@Test func `every stage and format has a page`() throws {
  let list = try Tool.run("stages", "--json")
  #expect(list.status == 0)
  let pages = try #require(
    JSONSerialization.jsonObject(with: Data(list.output.utf8)) as? [[String: Any]])
  #expect(pages.count > 20)
  for page in pages {
    let name = try #require(page["name"] as? String)
    let result = try Tool.run("stages", name)
    #expect(result.status == 0)
    #expect(result.output.hasPrefix(name + "\n"))
    #expect(result.output.contains("settings"))
  }
}
