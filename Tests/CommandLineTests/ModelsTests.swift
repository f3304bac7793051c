import Foundation
import Tensors
import TestSupport
import Testing

/// `parallax models` and `parallax infer`, run as a user runs them.
struct ModelsTests {
  @Test func `the list names every network with its inputs`() throws {
    let result = try Tool.run("models")
    #expect(result.status == 0)
    for name in ["lenet", "vgg16_bn", "resnet152", "mobilenet_v2"] {
      #expect(result.output.contains(name))
    }
    #expect(result.output.contains("image float32 [B, 3, H, W]"))
  }

  @Test func `a network's page shows shapes and costs`() throws {
    let result = try Tool.run("models", "lenet")
    #expect(result.status == 0)
    #expect(result.output.contains("conv2: Conv2D(6 → 16, kernel 5)"))
    #expect(result.output.contains("[1, 16, 10, 10]"))
    #expect(result.output.hasSuffix("61,706 parameters, 416,520 multiply-adds\n"))
  }

  @Test func `fields of networks over clips are listed`() throws {
    let all = try Tool.run("models", "--fields")
    #expect(all.status == 0)
    let line = all.output.split(separator: "\n").first { $0.hasPrefix("r3d_18 ") }
    #expect(line?.contains("109 frames, 219 px") == true)
    let one = try Tool.run("models", "c3d", "--fields")
    #expect(one.output.contains("76 frames, 150 px"))
    #expect(try Tool.run("models", "resnet18", "--fields").status == 2)
  }

  @Test func `an unknown network gets the nearest name`() throws {
    let result = try Tool.run("models", "resnet19")
    #expect(result.status == 2)
    #expect(result.messages.contains("resnet18"))
  }

  @Test func `wrong use of infer is refused`() throws {
    let both = try Tool.run(
      "infer", "lenet", "--weights", "a", "--recipe", "b", "--input", "c", "--output", "d")
    #expect(both.status == 2)
    #expect(both.messages.contains("either --weights or --recipe"))
    let missing = try Tool.run(
      "infer", "lenet", "--weights", "/nowhere", "--input", "/nowhere", "--output", "d")
    #expect(missing.status == 5)
    #expect(missing.messages.contains("/nowhere"))
  }

  @Test(.enabled(if: SharedData.isPresent, "no recordings"))
  func `what does not fit is named, with exit code 5`() throws {
    let folder = try TemporaryFolder()
    func infer(_ model: String, recipe: String, input: String) throws -> Tool.Result {
      try Tool.run(
        "infer", model, "--recipe", SharedData.path("parity/\(recipe)/README.json"), "--input",
        SharedData.path("parity/\(input)/input.safetensors"), "--output", folder.file("out"))
    }
    let otherWeights = try infer("resnet18", recipe: "op_lstm", input: "resnet18")
    #expect(otherWeights.status == 5)
    #expect(otherWeights.messages.contains("missing: conv1.weight"))
    let otherInput = try infer("mobilenet_v2", recipe: "mobilenet_v2", input: "op_lstm")
    #expect(otherInput.status == 5)
    #expect(otherInput.messages.contains("input image is missing: float32 [B, 3, H, W]"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
  }

  @Test(arguments: [("float32", Float(1e-5)), ("bfloat16", 0.03)])
  func `a prepared network gives the scores of the network`(type: String, tolerance: Float) throws {
    let folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: 3)
    let images = Tensor.normal([4, 1, 28, 28], using: &generator)
    try SafetensorsFile.write(["image": images], to: folder.file("in"))
    func scores(_ options: String...) throws -> Tensor {
      let result = try Tool.run(
        [
          "infer", "lenet", "--weights",
          "\(repositoryFolder)/models/lenet-mnist/weights.safetensors",
          "--input", folder.file("in"), "--output", folder.file("out"),
        ] + options)
      #expect(result.status == 0, "\(result.messages)")
      return try #require(try SafetensorsFile(path: folder.file("out")).tensors()["logits"])
    }
    let expected = try scores()
    let found = try scores("--prepare", type)
    let scale = expected.abs().max().item(of: Float.self)
    #expect((found - expected).abs().max().item(of: Float.self) < tolerance * scale)
    if type == "bfloat16" { #expect(!found.isEqual(to: expected)) }
  }

  @Test func `a network is prepared for float32 or bfloat16 only`() throws {
    let folder = try TemporaryFolder()
    try SafetensorsFile.write(["image": .zeros([1, 1, 28, 28])], to: folder.file("in"))
    let result = try Tool.run(
      "infer", "lenet", "--weights", "\(repositoryFolder)/models/lenet-mnist/weights.safetensors",
      "--input", folder.file("in"), "--output", folder.file("out"), "--prepare", "int8")
    #expect(result.status == 2)
    #expect(result.messages.contains("float32 or bfloat16, not int8"))
  }

  @Test(.enabled(if: SharedData.isPresent, "no recordings"))
  func `a recipe's outputs are written`() throws {
    let folder = try TemporaryFolder()
    let result = try Tool.run(
      "infer", "mobilenet_v2", "--recipe", SharedData.path("parity/mobilenet_v2/README.json"),
      "--input", SharedData.path("parity/mobilenet_v2/input.safetensors"), "--output",
      folder.file("out.safetensors"), "--json")
    #expect(result.status == 0)
    #expect(result.output.contains(#""parameters":3504872"#))
    let inspected = try Tool.run("inspect", folder.file("out.safetensors"))
    for name in ["block3", "features", "logits"] { #expect(inspected.output.contains(name)) }
  }
}
