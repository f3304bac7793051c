import TestSupport
import Testing

@testable import Tensors

/// Single operators against the outputs and gradients of PyTorch in float64.
@Suite("Parity with PyTorch", .enabled(if: SharedData.isPresent, "no recordings"))
struct ParityTests {
  private struct Convolution: Decodable {
    let stride: PerAxis
    let padding: PerAxis
    let dilation: PerAxis?
    let groups: Int?
    let output_padding: PerAxis?
  }

  private func leaves(_ fixture: ParityFixture) throws -> (
    input: Tensor, weight: Tensor, bias: Tensor
  ) {
    (
      try fixture.input("input").requiringGradient(),
      try fixture.weight("weight").requiringGradient(),
      try fixture.weight("bias").requiringGradient()
    )
  }

  private func expectParity(
    _ fixture: ParityFixture, _ output: Tensor, _ x: (input: Tensor, weight: Tensor, bias: Tensor)
  ) {
    #expect(fixture.mismatch(output, "output") == nil)
    #expect(
      fixture.gradientMismatches(
        [output], ["input": x.input, "parameters.weight": x.weight, "parameters.bias": x.bias])
        == [])
  }

  @Test func `convolutions over images and volumes`() throws {
    for name in ["op_conv2d", "op_conv3d"] {
      let fixture = try ParityFixture(name)
      let options = try fixture.configuration(as: Convolution.self)
      let x = try leaves(fixture)
      let output =
        name == "op_conv2d"
        ? x.input.convolution(
          x.weight, bias: x.bias, stride: options.stride, padding: options.padding,
          dilation: options.dilation ?? 1, groups: options.groups ?? 1)
        : x.input.convolution(
          x.weight, bias: x.bias, stride: options.stride, padding: options.padding,
          dilation: options.dilation ?? 1, groups: options.groups ?? 1)
      expectParity(fixture, output, x)
    }
  }

  @Test func `transposed convolutions over images and volumes`() throws {
    for name in ["op_conv_transpose2d", "op_conv_transpose3d"] {
      let fixture = try ParityFixture(name)
      let options = try fixture.configuration(as: Convolution.self)
      let x = try leaves(fixture)
      let output =
        name == "op_conv_transpose2d"
        ? x.input.transposedConvolution(
          x.weight, bias: x.bias, stride: options.stride, padding: options.padding,
          outputPadding: options.output_padding ?? 0, groups: options.groups ?? 1,
          dilation: options.dilation ?? 1)
        : x.input.transposedConvolution(
          x.weight, bias: x.bias, stride: options.stride, padding: options.padding,
          outputPadding: options.output_padding ?? 0, groups: options.groups ?? 1,
          dilation: options.dilation ?? 1)
      expectParity(fixture, output, x)
    }
  }

  @Test func `sampling with grids, and resizing`() throws {
    let fixture = try ParityFixture("op_grid_sample")
    let modes: [(String, Interpolation)] = [
      ("bilinear", .linear), ("nearest", .nearest), ("bicubic", .bicubic),
    ]
    for (name, mode) in modes {
      for padding in GridPadding.allCases {
        for corners in [false, true] {
          let output = "\(name)_\(padding)_\(corners ? "corners" : "edges")"
          let image = try fixture.input("image").requiringGradient()
          let grid = try fixture.input("grid").requiringGradient()
          let found = image.gridSampled(
            grid, mode: mode, padding: padding, alignCorners: corners)
          #expect(fixture.mismatch(found, output) == nil)
          guard mode == .linear else { continue }
          let slopes = gradients(of: found.square().sum(), withRespectTo: [image, grid])
          #expect(fixture.mismatch(slopes[0], "grad.image." + output) == nil)
          #expect(fixture.mismatch(slopes[1], "grad.grid." + output) == nil)
        }
      }
    }
    let volume = try fixture.input("volume").gridSampled(fixture.input("volume_grid"))
    #expect(fixture.mismatch(volume, "trilinear_zeros_edges") == nil)
    let image = try fixture.input("image")
    let resized: [(String, Tensor)] = [
      ("nearest", image.interpolated(to: [11, 5])),
      ("bilinear", image.interpolated(to: [11, 5], mode: .linear)),
      ("bilinear_corners", image.interpolated(to: [11, 5], mode: .linear, alignCorners: true)),
      ("bicubic", image.interpolated(to: [11, 5], mode: .bicubic)),
    ]
    for (name, found) in resized { #expect(fixture.mismatch(found, "resized_" + name) == nil) }
  }

  @Test func `normalisations`() throws {
    let fixture = try ParityFixture("op_normalisation")
    let x = try fixture.input("input")
    let w = fixture.weights
    #expect(
      fixture.mismatch(
        x.groupNorm(groups: 4, weight: w["group.weight"], bias: w["group.bias"]), "group_norm")
        == nil)
    #expect(
      fixture.mismatch(
        x.layerNorm(weight: w["layer.weight"], bias: w["layer.bias"]), "layer_norm") == nil)
    #expect(
      fixture.mismatch(
        x.instanceNorm(weight: w["instance.weight"], bias: w["instance.bias"]), "instance_norm")
        == nil)
    var (mean, variance) = (
      try fixture.weight("batch.running_mean"), try fixture.weight("batch.running_var")
    )
    let before = mean
    #expect(
      fixture.mismatch(
        x.batchNorm(
          mean: mean, variance: variance, weight: w["batch.weight"], bias: w["batch.bias"]),
        "batch_norm") == nil)
    let trained = x.batchNorm(
      updating: &mean, &variance, weight: w["batch.weight"], bias: w["batch.bias"])
    #expect(fixture.mismatch(trained, "batch_norm_training") == nil)
    #expect(fixture.mismatch(mean, "running_mean_after") == nil)
    #expect(fixture.mismatch(variance, "running_var_after") == nil)
    // A value: what somebody else holds stays.
    #expect(
      before.array(of: Float.self)
        == fixture.recipe?.tensor("batch.running_mean", shape: [12]).array())
    #expect(before.array(of: Float.self) != mean.array())
  }

  /// Leaves of a recurrent network by their names, and the weights made of them.
  private func recurrentWeights(
    _ fixture: ParityFixture
  ) throws -> (leaves: [String: Tensor], weights: [RecurrentWeights]) {
    let leaves = fixture.weights.mapValues { $0.requiringGradient() }
    func leaf(_ name: String) throws -> Tensor { try #require(leaves[name]) }
    var weights: [RecurrentWeights] = []
    for layer in ["l0", "l0_reverse", "l1", "l1_reverse"] {
      weights.append(
        RecurrentWeights(
          input: try leaf("weight_ih_" + layer), hidden: try leaf("weight_hh_" + layer),
          inputBias: try leaf("bias_ih_" + layer), hiddenBias: try leaf("bias_hh_" + layer)))
    }
    return (leaves, weights)
  }

  @Test(arguments: ["op_rnn", "op_lstm", "op_gru"])
  func `recurrent networks`(name: String) throws {
    let fixture = try ParityFixture(name)
    var (leaves, weights) = try recurrentWeights(fixture)
    leaves = Dictionary(uniqueKeysWithValues: leaves.map { ("parameters." + $0, $1) })
    for (name, input) in fixture.inputs { leaves[name] = input.requiringGradient() }
    let options = RecurrentOptions(isBidirectional: true, isBatchFirst: true)
    let (x, h) = (try #require(leaves["sequence"]), try #require(leaves["hidden"]))
    let results: [Tensor]
    switch name {
    case "op_rnn":
      let found = x.rnn(weights, state: h, options: options)
      results = [found.output, found.state]
    case "op_gru":
      let found = x.gru(weights, state: h, options: options)
      results = [found.output, found.state]
    default:
      let found = x.lstm(weights, state: h, cell: leaves["cell"], options: options)
      results = [found.output, found.state, found.cell]
    }
    for (result, output) in zip(results, ["output", "last_hidden", "last_cell"]) {
      #expect(fixture.mismatch(result, output) == nil)
    }
    #expect(fixture.gradientMismatches(results, leaves) == [])
  }

  /// Multi-head attention as torch.nn.MultiheadAttention does it, from the functions of tensors.
  private func multiHead(
    _ query: Tensor, _ memory: (key: Tensor, value: Tensor), heads: Int, _ prefix: String,
    _ leaves: [String: Tensor], mask: Tensor? = nil, isCausal: Bool = false
  ) throws -> (output: Tensor, weights: Tensor) {
    let (b, _, width) = (query.shape[0], query.shape[1], query.shape[2])
    let weight = try #require(leaves[prefix + "in_proj_weight"]).split([width, width, width])
    let bias = try #require(leaves[prefix + "in_proj_bias"]).split([width, width, width])
    func split(_ x: Tensor, _ part: Int) -> Tensor {
      x.linear(weight[part], bias: bias[part]).reshaped(b, x.shape[1], heads, width / heads)
        .transposed(1, 2)  // [b, heads, n, width / heads]
    }
    let found = split(query, 0).attention(
      key: split(memory.key, 1), value: split(memory.value, 2), mask: mask, isCausal: isCausal)
    let joined = found.output.transposed(1, 2).reshaped(query.shape)  // [b, n, width]
    let output = joined.linear(
      try #require(leaves[prefix + "out_proj.weight"]), bias: leaves[prefix + "out_proj.bias"])
    return (output, found.weights)
  }

  private func allLeaves(_ fixture: ParityFixture) -> [String: Tensor] {
    var leaves = fixture.weights.mapValues { $0.requiringGradient() }
    for (name, input) in fixture.inputs where input.elementType == .float32 {
      leaves["input:" + name] = input.requiringGradient()
    }
    return leaves
  }

  private func expectGradients(
    _ fixture: ParityFixture, _ results: [Tensor], _ leaves: [String: Tensor]
  ) {
    var named: [String: Tensor] = [:]
    for (name, leaf) in leaves {
      named[name.hasPrefix("input:") ? String(name.dropFirst(6)) : "parameters." + name] = leaf
    }
    #expect(fixture.gradientMismatches(results, named) == [])
  }

  @Test func `multi-head attention`() throws {
    let fixture = try ParityFixture("op_multihead_attention")
    let leaves = allLeaves(fixture)
    func leaf(_ name: String) throws -> Tensor { try #require(leaves["input:" + name]) }
    let memory = (key: try leaf("key"), value: try leaf("value"))
    let plain = try multiHead(try leaf("query"), memory, heads: 4, "", leaves)
    #expect(fixture.mismatch(plain.output, "output") == nil)
    #expect(fixture.mismatch(plain.weights.mean(axis: 1), "attention") == nil)
    let padding = try fixture.input("mask_padding").reshaped(2, 1, 1, 7)
    let seen = (padding .== 0) .& (try fixture.input("mask_attention") .== 0)
    let masked = try multiHead(try leaf("query"), memory, heads: 4, "", leaves, mask: seen)
    #expect(fixture.mismatch(masked.output, "masked_output") == nil)
    #expect(fixture.mismatch(masked.weights, "masked_attention") == nil)
    expectGradients(
      fixture, [plain.output, plain.weights.mean(axis: 1), masked.output, masked.weights], leaves)
  }

  private struct Transformer: Decodable {
    let heads: Int
    let activation: String
    let norm_first: Bool
  }

  @Test(arguments: [
    "op_transformer_encoder_post_relu", "op_transformer_encoder_pre_gelu",
    "op_transformer_decoder_pre_gelu",
  ])
  func `transformer layers`(name: String) throws {
    let fixture = try ParityFixture(name)
    let options = try fixture.configuration(as: Transformer.self)
    let leaves = allLeaves(fixture)
    func norm(_ x: Tensor, _ name: String) -> Tensor {
      x.layerNorm(weight: leaves[name + ".weight"], bias: leaves[name + ".bias"])
    }
    func residual(_ x: Tensor, _ name: String, _ branch: (Tensor) throws -> Tensor) rethrows
      -> Tensor
    {
      options.norm_first ? x + (try branch(norm(x, name))) : norm(x + (try branch(x)), name)
    }
    func feedForward(_ x: Tensor) throws -> Tensor {
      let hidden = x.linear(try #require(leaves["linear1.weight"]), bias: leaves["linear1.bias"])
      let active = options.activation == "gelu" ? hidden.gelu() : hidden.relu()
      return active.linear(try #require(leaves["linear2.weight"]), bias: leaves["linear2.bias"])
    }
    let memory = leaves["input:memory"]
    func layer(isCausal: Bool) throws -> Tensor {
      var x = try #require(leaves["input:sequence"])
      x = try residual(x, "norm1") {
        try multiHead(
          $0, ($0, $0), heads: options.heads, "self_attn.", leaves, isCausal: isCausal
        ).output
      }
      if let memory {
        x = try residual(x, "norm2") {
          try multiHead($0, (memory, memory), heads: options.heads, "multihead_attn.", leaves)
            .output
        }
      }
      return try residual(x, memory == nil ? "norm2" : "norm3", feedForward)
    }
    var outputs = [try layer(isCausal: memory != nil)]
    if memory == nil { outputs.append(try layer(isCausal: true)) }
    for (output, name) in zip(outputs, ["output", "causal_output"]) {
      #expect(fixture.mismatch(output, name) == nil)
    }
    expectGradients(fixture, outputs, leaves)
  }
}
