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

  private func leaves(_ fixture: ParityFixture) -> (input: Tensor, weight: Tensor, bias: Tensor) {
    (
      fixture.inputs["input"]!.requiringGradient(), fixture.weights["weight"]!.requiringGradient(),
      fixture.weights["bias"]!.requiringGradient()
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
      let x = leaves(fixture)
      let output =
        name == "op_conv2d"
        ? x.input.convolution2d(
          x.weight, bias: x.bias, stride: options.stride, padding: options.padding,
          dilation: options.dilation ?? 1, groups: options.groups ?? 1)
        : x.input.convolution3d(
          x.weight, bias: x.bias, stride: options.stride, padding: options.padding,
          dilation: options.dilation ?? 1, groups: options.groups ?? 1)
      expectParity(fixture, output, x)
    }
  }

  @Test func `transposed convolutions over images and volumes`() throws {
    for name in ["op_conv_transpose2d", "op_conv_transpose3d"] {
      let fixture = try ParityFixture(name)
      let options = try fixture.configuration(as: Convolution.self)
      let x = leaves(fixture)
      let output =
        name == "op_conv_transpose2d"
        ? x.input.transposedConvolution2d(
          x.weight, bias: x.bias, stride: options.stride, padding: options.padding,
          outputPadding: options.output_padding ?? 0, groups: options.groups ?? 1,
          dilation: options.dilation ?? 1)
        : x.input.transposedConvolution3d(
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
          let image = fixture.inputs["image"]!.requiringGradient()
          let grid = fixture.inputs["grid"]!.requiringGradient()
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
    let volume = fixture.inputs["volume"]!.gridSampled(fixture.inputs["volume_grid"]!)
    #expect(fixture.mismatch(volume, "trilinear_zeros_edges") == nil)
    let image = fixture.inputs["image"]!
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
    let x = fixture.inputs["input"]!
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
    var (mean, variance) = (w["batch.running_mean"]!, w["batch.running_var"]!)
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
  ) -> (leaves: [String: Tensor], weights: [RecurrentWeights]) {
    let leaves = fixture.weights.mapValues { $0.requiringGradient() }
    var weights: [RecurrentWeights] = []
    for layer in ["l0", "l0_reverse", "l1", "l1_reverse"] {
      weights.append(
        RecurrentWeights(
          input: leaves["weight_ih_" + layer]!, hidden: leaves["weight_hh_" + layer]!,
          inputBias: leaves["bias_ih_" + layer]!, hiddenBias: leaves["bias_hh_" + layer]!))
    }
    return (leaves, weights)
  }

  @Test(arguments: ["op_rnn", "op_lstm", "op_gru"])
  func `recurrent networks`(name: String) throws {
    let fixture = try ParityFixture(name)
    var (leaves, weights) = recurrentWeights(fixture)
    leaves = Dictionary(uniqueKeysWithValues: leaves.map { ("parameters." + $0, $1) })
    for (name, input) in fixture.inputs { leaves[name] = input.requiringGradient() }
    let options = RecurrentOptions(isBidirectional: true, isBatchFirst: true)
    let (x, h) = (leaves["sequence"]!, leaves["hidden"]!)
    let results: [Tensor]
    switch name {
    case "op_rnn":
      let found = x.rnn(weights, state: h, options: options)
      results = [found.output, found.state]
    case "op_gru":
      let found = x.gru(weights, state: h, options: options)
      results = [found.output, found.state]
    default:
      let found = x.lstm(weights, state: h, cell: leaves["cell"]!, options: options)
      results = [found.output, found.state, found.cell]
    }
    for (result, output) in zip(results, ["output", "last_hidden", "last_cell"]) {
      #expect(fixture.mismatch(result, output) == nil)
    }
    #expect(fixture.gradientMismatches(results, leaves) == [])
  }
}
