import Networks
import Tensors
import TestSupport
import Testing

/// Modules against PyTorch's outputs and gradients, their weights found by name.
@Suite(.enabled(if: SharedData.isPresent, "no recordings"))
struct LayerParityTests {
  private func loaded<Network: Module>(
    _ network: Network, _ fixture: ParityFixture
  ) throws -> Network {
    try network.load(fixture.weights)
    network.evaluate()
    return network
  }

  private func expectGradients(
    _ fixture: ParityFixture, _ results: [Tensor], _ network: some Module,
    _ inputs: [String: Tensor]
  ) {
    var leaves = inputs
    for (name, parameter) in network.namedParameters {
      leaves["parameters." + name] = parameter.value
    }
    #expect(fixture.gradientMismatches(results, leaves) == [])
  }

  private struct Window: Decodable {
    let `in`: Int
    let out: Int
    let kernel_size: PerAxis
    let stride: PerAxis?
    let padding: PerAxis?
    let output_padding: PerAxis?
    let dilation: PerAxis?
    let groups: Int?
  }

  @Test(arguments: ["op_conv2d", "op_conv3d", "op_conv_transpose2d", "op_conv_transpose3d"])
  func `convolutions`(name: String) throws {
    let fixture = try ParityFixture(name)
    let c = try fixture.configuration(as: Window.self)
    let (stride, padding, dilation) = (c.stride ?? 1, c.padding ?? 0, c.dilation ?? 1)
    let layer: any Layer =
      switch name {
      case "op_conv2d":
        Conv2D(
          c.in, c.out, kernel: c.kernel_size, stride: stride, padding: padding,
          dilation: dilation, groups: c.groups ?? 1)
      case "op_conv3d":
        Conv3D(
          c.in, c.out, kernel: c.kernel_size, stride: stride, padding: padding,
          dilation: dilation, groups: c.groups ?? 1)
      case "op_conv_transpose2d":
        ConvTranspose2D(
          c.in, c.out, kernel: c.kernel_size, stride: stride, padding: padding,
          outputPadding: c.output_padding ?? 0, dilation: dilation, groups: c.groups ?? 1)
      default:
        ConvTranspose3D(
          c.in, c.out, kernel: c.kernel_size, stride: stride, padding: padding,
          outputPadding: c.output_padding ?? 0, dilation: dilation, groups: c.groups ?? 1)
      }
    func check(_ layer: some Layer) throws {
      let layer = try loaded(layer, fixture)
      let x = try #require(fixture.inputs["input"]).requiringGradient()
      let y = layer(x)
      #expect(fixture.mismatch(y, "output") == nil)
      expectGradients(fixture, [y], layer, ["input": x])
    }
    try check(layer)
  }

  /// The four normalisations side by side, as the fixture's weights are named.
  private final class Norms: Module {
    let group = GroupNorm(4, 12)
    let layer = LayerNorm(6)
    let instance = InstanceNorm2D(12, affine: true)
    let batch = BatchNorm2D(12)
  }

  @Test func `normalisations`() throws {
    let fixture = try ParityFixture("op_normalisation")
    let norms = try loaded(Norms(), fixture)
    let x = try #require(fixture.inputs["input"])
    #expect(fixture.mismatch(norms.group(x), "group_norm") == nil)
    #expect(fixture.mismatch(norms.layer(x), "layer_norm") == nil)
    #expect(fixture.mismatch(norms.instance(x), "instance_norm") == nil)
    #expect(fixture.mismatch(norms.batch(x), "batch_norm") == nil)
    norms.train()
    #expect(fixture.mismatch(norms.batch(x), "batch_norm_training") == nil)
    #expect(fixture.mismatch(norms.batch.runningMean.value, "running_mean_after") == nil)
    #expect(fixture.mismatch(norms.batch.runningVariance.value, "running_var_after") == nil)
    #expect(norms.batch.batchCount.value.item(of: Int64.self) == 1)
  }

  @Test func `recurrent networks`() throws {
    for name in ["op_rnn", "op_gru", "op_lstm"] {
      let fixture = try ParityFixture(name)
      let inputs = fixture.inputs.mapValues { $0.requiringGradient() }
      let x = try #require(inputs["sequence"])
      func check(_ network: some Module, _ results: [Tensor]) {
        for (result, output) in zip(results, ["output", "last_hidden", "last_cell"]) {
          #expect(fixture.mismatch(result, output) == nil)
        }
        expectGradients(fixture, results, network, inputs)
      }
      switch name {
      case "op_rnn":
        let network = try loaded(
          RNN(8, 10, layers: 2, isBidirectional: true, isBatchFirst: true), fixture)
        let found = network(x, state: inputs["hidden"])
        check(network, [found.output, found.state])
      case "op_gru":
        let network = try loaded(
          GRU(8, 10, layers: 2, isBidirectional: true, isBatchFirst: true), fixture)
        let found = network(x, state: inputs["hidden"])
        check(network, [found.output, found.state])
      default:
        let network = try loaded(
          LSTM(8, 10, layers: 2, isBidirectional: true, isBatchFirst: true), fixture)
        let found = network(x, state: inputs["hidden"], cell: inputs["cell"])
        check(network, [found.output, found.state, found.cell])
      }
    }
  }

  @Test func `attention in several heads`() throws {
    let fixture = try ParityFixture("op_multihead_attention")
    let attention = try loaded(MultiheadAttention(16, heads: 4), fixture)
    var inputs: [String: Tensor] = [:]
    for name in ["query", "key", "value"] {
      inputs[name] = try #require(fixture.inputs[name]).requiringGradient()
    }
    let query = try #require(inputs["query"])
    let plain = attention.withWeights(query, key: inputs["key"], value: inputs["value"])
    #expect(fixture.mismatch(plain.output, "output") == nil)
    #expect(fixture.mismatch(plain.weights.mean(axis: 1), "attention") == nil)
    let masked = attention.withWeights(
      query, key: inputs["key"], value: inputs["value"],
      padding: try #require(fixture.inputs["mask_padding"]) .!= 0,
      visible: try #require(fixture.inputs["mask_attention"]) .== 0)
    #expect(fixture.mismatch(masked.output, "masked_output") == nil)
    #expect(fixture.mismatch(masked.weights, "masked_attention") == nil)
    expectGradients(
      fixture, [plain.output, plain.weights.mean(axis: 1), masked.output, masked.weights],
      attention, inputs)
  }

  @Test(arguments: ["post_relu", "pre_gelu"])
  func `transformer encoder layers`(form: String) throws {
    let fixture = try ParityFixture("op_transformer_encoder_" + form)
    let layer = try loaded(
      TransformerEncoderLayer(
        16, heads: 4, feedforward: 32, activation: form == "post_relu" ? .relu : .gelu,
        normFirst: form == "pre_gelu"), fixture)
    let x = try #require(fixture.inputs["sequence"]).requiringGradient()
    let (plain, causal) = (layer(x), layer(x, isCausal: true))
    #expect(fixture.mismatch(plain, "output") == nil)
    #expect(fixture.mismatch(causal, "causal_output") == nil)
    expectGradients(fixture, [plain, causal], layer, ["sequence": x])
  }

  @Test func `transformer decoder layers`() throws {
    let fixture = try ParityFixture("op_transformer_decoder_pre_gelu")
    let layer = try loaded(
      TransformerDecoderLayer(
        16, heads: 4, feedforward: 32, activation: .gelu, normFirst: true), fixture)
    let x = try #require(fixture.inputs["sequence"]).requiringGradient()
    let memory = try #require(fixture.inputs["memory"]).requiringGradient()
    let y = layer(x, memory: memory, isCausal: true)
    #expect(fixture.mismatch(y, "output") == nil)
    expectGradients(fixture, [y], layer, ["sequence": x, "memory": memory])
  }
}
