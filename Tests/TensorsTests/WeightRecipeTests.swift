import Foundation
import TestSupport
import Testing

@testable import Tensors

/// The worked examples of parity/README.md, and the hashes of its fixtures.
@Suite("Weight recipe")
struct WeightRecipeTests {
  private func bits(_ tensor: Tensor, _ count: Int) -> [UInt32] {
    tensor.array(of: Float.self).prefix(count).map(\.bitPattern)
  }

  @Test func `a weight with several axes is scaled by its fan-in`() {
    #expect(WeightRecipe.hash("conv1.weight") == 0x69a2_9a2c_ee47_d254)
    let weight = WeightRecipe(seed: 1).tensor("conv1.weight", shape: [2, 3, 1, 1])
    #expect(
      bits(weight, 6) == [
        0xbf7c_f279, 0x3ef7_9781, 0x3ed3_c358, 0x3de7_0413, 0xbf41_353a, 0x3f14_89ee,
      ])
  }

  @Test func `a running variance lies around one`() {
    let name = "sa1.mlp_bns.0.running_var"
    #expect(WeightRecipe.hash(name) == 0xe17a_5e2e_74ff_2646)
    let variance = WeightRecipe(seed: 7, gain: 1.4).tensor(name, shape: [4])
    #expect(bits(variance, 4) == [0x3f1e_ea63, 0x3fac_41d5, 0x3f29_c9fe, 0x3fa8_60ce])
  }

  @Test func `a bias lies around zero`() {
    let bias = WeightRecipe(seed: 20_250_101).tensor("fc3.bias", shape: [3])
    #expect(bits(bias, 3) == [0x3da2_27f5, 0x3b8c_77a5, 0xbd56_a655])
  }

  @Test func `names and factors choose the distribution`() {
    func range(_ name: String, _ shape: [Int], _ recipe: WeightRecipe) -> (Float, Float) {
      let values = recipe.tensor(name, shape: shape).array(of: Float.self)
      return (values.min() ?? 0, values.max() ?? 0)
    }
    let (low, high) = range("norm.weight", [4000], WeightRecipe(seed: 3))
    #expect(low >= 0.75 && low < 0.751 && high < 1.25 && high > 1.249)
    let token = range("class_token", [1, 4000], WeightRecipe(seed: 3))
    #expect(token.0 < -0.099 && token.1 > 0.099 && token.1 <= 0.1)
    let plain = WeightRecipe(seed: 3).tensor("a.weight", shape: [5, 4]).array(of: Float.self)
    let scaled = WeightRecipe(seed: 3, gain: 2, multipliers: ["a.weight": 0.25])
      .tensor("a.weight", shape: [5, 4]).array(of: Float.self)
    #expect(scaled == plain.map { $0 / 2 })
  }

  @Test(.enabled(if: SharedData.isPresent, "no recordings"), arguments: ["op_lstm", "sparse_unet"])
  func `all parameters of a fixture have the published hash`(name: String) throws {
    let fixture = try ParityFixture(name)
    var bytes = Data()
    for (name, tensor) in fixture.weights.sorted(by: {
      $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
    }) {
      bytes += Data(name.utf8) + [0]
      tensor.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    let folder = try TemporaryFolder()
    try bytes.write(to: URL(fileURLWithPath: folder.file("all")))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
    process.arguments = [folder.file("all")]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(text.prefix(64) == fixture.recipe?.sha256 ?? "unknown")
  }

  @Test func `an impossible shape is refused`() {
    for shape in ["[-1]", "[9223372036854775807, 4]", "[1000000, 1000000]"] {
      let text = #"{"seed": 1, "gain": 1, "parameters": {"w": \#(shape)}}"#
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(WeightRecipe.self, from: Data(text.utf8))
      }
    }
  }
}
