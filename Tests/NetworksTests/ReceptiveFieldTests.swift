import Networks
import Tensors
import Testing

/// Conv(3x3), Pool(4x4), Conv(3x3), GlobalAvgPool on a clip of 3 channels, 20 frames, 64x64 pixels.
struct ReceptiveFieldTests {
  @Test func `late fusion sees one frame until the end`() {
    // Each frame by itself: kernels of length 1 in time; the pool at the end joins all frames.
    let rows = ReceptiveField.rows(
      [.convolution(1, 3, 3), .pool(1, 4, 4), .convolution(1, 3, 3), .global],
      input: [20, 64, 64])
    #expect(rows.map { $0.field[1] } == [3, 6, 14, 64])
    #expect(rows.map { $0.field[0] } == [1, 1, 1, 20])
    #expect(rows.map(\.size) == [[20, 64, 64], [20, 16, 16], [20, 16, 16], [1, 1, 1]])
  }

  @Test func `early fusion sees all frames at once`() {
    // The first convolution spans all 20 frames, which become channels.
    let rows = ReceptiveField.rows(
      [
        .convolution(20, 3, 3, padding: [0, 1, 1]), .pool(1, 4, 4), .convolution(1, 3, 3), .global,
      ],
      input: [20, 64, 64])
    #expect(rows.map { $0.field[1] } == [3, 6, 14, 64])
    #expect(rows.map { $0.field[0] } == [20, 20, 20, 20])
    #expect(rows.map(\.size) == [[1, 64, 64], [1, 16, 16], [1, 16, 16], [1, 1, 1]])
  }

  @Test func `a volume's field grows in time as in space`() {
    let rows = ReceptiveField.rows(
      [.convolution(3), .pool(4), .convolution(3), .global], input: [20, 64, 64])
    #expect(rows.map { $0.field[1] } == [3, 6, 14, 64])
    #expect(rows.map { $0.field[0] } == [3, 6, 14, 20])
    #expect(rows.map(\.size) == [[20, 64, 64], [5, 16, 16], [5, 16, 16], [1, 1, 1]])
  }

  @Test func `sizes are those of the layers themselves`() {
    let x = Tensor.zeros([1, 1, 23, 19])
    let layers: [(any Layer, ReceptiveField.Step)] = [
      (Conv2D(1, 1, kernel: 3, stride: 2, padding: 1), .convolution(3, stride: [2])),
      (
        Conv2D(1, 1, kernel: [5, 3], padding: [0, 2], dilation: [2, 1]),
        .convolution(5, 3, padding: [0, 2], dilation: [2, 1])
      ),
      (MaxPool2D(3, stride: 2), .pool(3, stride: [2])), (AveragePool2D(4), .pool(4)),
    ]
    for (layer, step) in layers {
      layer.initialized(seed: 1)
      let rows = ReceptiveField.rows([step], input: [23, 19])
      #expect(rows[0].size == Array(layer(x).shape[2...]))
    }
  }

  @Test func `the field is where gradients come from`() {
    let network = Sequential(
      Conv2D(1, 1, kernel: 3, padding: 1), AveragePool2D(4), Conv2D(1, 1, kernel: 3, padding: 1))
    network.initialized(seed: 1)
    let x = Tensor.ones([1, 1, 64, 64]).requiringGradient()
    let y = network(x)[0, 0, 8, 8]
    let seen = gradients(of: y, withRespectTo: [x])[0] .!= 0
    let rows = seen.any(axis: 3).sum().item(of: Int64.self)
    #expect(rows == 14)
  }
}
