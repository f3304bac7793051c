import Networks
import Tensors
import Testing

struct LayerGradientTests {
  private static let layers: [String: @Sendable () -> (any Layer, [Int])] = [
    "Linear": { (Linear(4, 3), [2, 4]) },
    "Conv1D": { (Conv1D(4, 6, kernel: 3, stride: 2, padding: 1, groups: 2), [2, 4, 7]) },
    "Conv2D": { (Conv2D(2, 3, kernel: [3, 2], padding: [1, 0], dilation: 2), [2, 2, 5, 6]) },
    "Conv3D": { (Conv3D(2, 2, kernel: 2, stride: [1, 2, 1]), [1, 2, 3, 4, 3]) },
    "ConvTranspose1D": { (ConvTranspose1D(2, 3, kernel: 3, stride: 2), [2, 2, 4]) },
    "ConvTranspose2D": {
      (ConvTranspose2D(2, 3, kernel: 3, stride: 2, padding: 1, outputPadding: 1), [1, 2, 3, 3])
    },
    "ConvTranspose3D": { (ConvTranspose3D(2, 2, kernel: 2, stride: 2), [1, 2, 2, 2, 2]) },
    "MaxPool1D": { (MaxPool1D(2), [2, 2, 6]) },
    "MaxPool2D": { (MaxPool2D(3, stride: 2, padding: 1), [1, 2, 5, 5]) },
    "MaxPool3D": { (MaxPool3D(2), [1, 2, 4, 4, 2]) },
    "AveragePool1D": { (AveragePool1D(2, padding: 1), [2, 2, 5]) },
    "AveragePool2D": { (AveragePool2D(3, stride: 2, padding: 1), [1, 2, 5, 5]) },
    "AveragePool3D": { (AveragePool3D(2), [1, 2, 4, 2, 2]) },
    "AdaptiveAveragePool1D": { (AdaptiveAveragePool1D(3), [1, 2, 7]) },
    "AdaptiveAveragePool2D": { (AdaptiveAveragePool2D([2, 3]), [1, 2, 5, 4]) },
    "AdaptiveAveragePool3D": { (AdaptiveAveragePool3D(2), [1, 1, 3, 3, 3]) },
    "AdaptiveMaxPool1D": { (AdaptiveMaxPool1D(3), [1, 2, 7]) },
    "AdaptiveMaxPool2D": { (AdaptiveMaxPool2D(2), [1, 2, 5, 4]) },
    "AdaptiveMaxPool3D": { (AdaptiveMaxPool3D(2), [1, 1, 3, 3, 3]) },
    "GlobalAveragePool": { (GlobalAveragePool(), [2, 3, 2, 2]) },
    "BatchNorm1D": { (BatchNorm1D(3), [4, 3]) },
    "BatchNorm2D": { (BatchNorm2D(2), [3, 2, 2, 3]) },
    "BatchNorm3D": { (BatchNorm3D(2, momentum: nil), [2, 2, 2, 2, 2]) },
    "LayerNorm": { (LayerNorm(2, 4), [3, 2, 4]) },
    "RMSNorm": { (RMSNorm(4), [3, 4]) },
    "GroupNorm": { (GroupNorm(2, 4), [2, 4, 3]) },
    "InstanceNorm1D": { (InstanceNorm1D(2, affine: true), [2, 2, 4]) },
    "InstanceNorm2D": { (InstanceNorm2D(2, affine: true), [2, 2, 3, 3]) },
    "InstanceNorm3D": { (InstanceNorm3D(2), [1, 2, 2, 2, 2]) },
    "Sigmoid": { (Sigmoid(), [3, 4]) }, "Tanh": { (Tanh(), [3, 4]) },
    "ReLU": { (ReLU(), [3, 4]) }, "ReLU6": { (ReLU6(), [3, 4]) },
    "LeakyReLU": { (LeakyReLU(slope: 0.2), [3, 4]) }, "ELU": { (ELU(alpha: 0.7), [3, 4]) },
    "GELU": { (GELU(), [3, 4]) }, "GELU tanh": { (GELU(.tanh), [3, 4]) },
    "SiLU": { (SiLU(), [3, 4]) }, "Softplus": { (Softplus(), [3, 4]) },
    "HardSwish": { (HardSwish(), [3, 4]) }, "PReLU": { (PReLU(4), [3, 4]) },
    "Maxout": { (Maxout(pieces: 2), [3, 4]) },
    "Softmax": { (Softmax(axis: 1, temperature: 2), [3, 4]) },
    "Flatten": { (Flatten(), [2, 3, 2]) }, "Identity": { (Identity(), [2, 3]) },
    "Upsample": { (Upsample(2, mode: .linear), [1, 2, 3, 3]) },
    "Sequential": { (Sequential(Linear(4, 5), Tanh(), Linear(5, 2)), [3, 4]) },
  ]

  @Test(arguments: layers.keys.sorted())
  func `gradients of every layer equal central differences`(name: String) throws {
    let make = try #require(Self.layers[name])
    let (layer, shape) = make()
    func check(_ layer: some Layer) -> [String] {
      layer.initialized(seed: 2).convert(to: .float64)
      return moduleGradientErrors(layer, [sample(shape)]) { layer($0[0]) }
    }
    #expect(check(layer) == [])
  }

  @Test func `gradients of batch normalisation in evaluation`() {
    let layer = BatchNorm2D(2).initialized(seed: 2)
    layer.convert(to: .float64)
    layer.runningMean.value = Tensor([0.3, -0.2])
    layer.runningVariance.value = Tensor([2.0, 0.5])
    layer.evaluate()
    #expect(moduleGradientErrors(layer, [sample([2, 2, 2, 2])]) { layer($0[0]) } == [])
  }

  @Test func `gradients of dropout with the same zeros`() throws {
    for unit in [Dropout.Unit.element, .channel] {
      let layer = Dropout(0.5, unit: unit)
      let errors = try moduleGradientErrorsThrowing(layer, [sample([2, 6, 3])]) { inputs in
        layer.train(using: try TorchGenerator(seed: 5))
        return layer(inputs[0])
      }
      #expect(errors == [])
    }
  }

  private func moduleGradientErrorsThrowing(
    _ layer: some Layer, _ inputs: [Tensor], _ call: ([Tensor]) throws -> Tensor
  ) throws -> [String] {
    var problem: (any Error)?
    let errors = moduleGradientErrors(layer, inputs) { inputs in
      do { return try call(inputs) } catch {
        problem = error
        return inputs[0]
      }
    }
    if let problem { throw problem }
    return errors
  }

  @Test func `gradients of an embedding`() {
    let layer = Embedding(5, 3).initialized(seed: 2)
    layer.convert(to: .float64)
    let rows = Tensor([Int64(4), 0, 4], shape: [3])
    #expect(moduleGradientErrors(layer, []) { _ in layer(rows) } == [])
  }

  @Test func `gradients of unpooling`() {
    let (pool, unpool) = (MaxPool2D(2), MaxUnpool())
    let x = sample([1, 2, 4, 4])
    let indices = pool.withIndices(x).indices
    let errors = moduleGradientErrors(unpool, [sample([1, 2, 2, 2])]) {
      unpool($0[0], indices: indices, to: [4, 4])
    }
    #expect(errors == [])
    let (values, places) = pool.withIndices(x)
    #expect(
      pool(unpool(values - values.min() + 1, indices: places, to: [4, 4])).isClose(
        to: values - values.min() + 1))
  }

  @Test func `gradients of recurrent networks with several layers in both directions`() {
    let x = sample([3, 2, 2])
    let rnn = RNN(2, 3, layers: 2, isBidirectional: true).initialized(seed: 1)
    rnn.convert(to: .float64)
    #expect(moduleGradientErrors(rnn, [x]) { rnn($0[0]).output } == [])
    let gru = GRU(2, 3, isBatchFirst: true).initialized(seed: 1)
    gru.convert(to: .float64)
    #expect(
      moduleGradientErrors(gru, [x, sample([1, 3, 3])]) { gru($0[0], state: $0[1]).output } == [])
    let lstm = LSTM(2, 3, layers: 2, bias: false).initialized(seed: 1)
    lstm.convert(to: .float64)
    #expect(moduleGradientErrors(lstm, [x]) { lstm($0[0]).cell } == [])
  }

  @Test func `gradients of attention and transformer layers`() {
    let attention = MultiheadAttention(4, heads: 2).initialized(seed: 1)
    attention.convert(to: .float64)
    let (x, memory) = (sample([2, 3, 4]), sample([2, 2, 4], seed: 7))
    #expect(
      moduleGradientErrors(attention, [x, memory]) { attention($0[0], key: $0[1]) } == [])
    for normFirst in [false, true] {
      let encoder = TransformerEncoderLayer(
        4, heads: 2, feedforward: 5, dropout: 0, activation: .gelu, normFirst: normFirst
      ).initialized(seed: 1)
      encoder.convert(to: .float64)
      #expect(moduleGradientErrors(encoder, [x]) { encoder($0[0], isCausal: true) } == [])
      let decoder = TransformerDecoderLayer(
        4, heads: 2, feedforward: 5, dropout: 0, activation: .silu, normFirst: normFirst
      ).initialized(seed: 1)
      decoder.convert(to: .float64)
      #expect(
        moduleGradientErrors(decoder, [x, memory]) { decoder($0[0], memory: $0[1]) } == [])
    }
  }
}
