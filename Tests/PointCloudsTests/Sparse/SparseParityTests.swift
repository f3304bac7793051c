import PointClouds
import Tensors
import TestSupport
import Testing

/// The sparse operations beside the stored results of the dense rules.
@Suite(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
struct SparseParityTests {
  struct Window: Decodable {
    var kernelSize: PerAxis
    var stride: PerAxis
    var padding: PerAxis

    enum CodingKeys: String, CodingKey {
      case kernelSize = "kernel_size"
      case stride, padding
    }
  }
  struct Strided: Decodable {
    var spatialShape: [Int]
    var variants: [String: Window]

    enum CodingKeys: String, CodingKey {
      case spatialShape = "spatial_shape"
      case variants
    }
  }
  struct Grid: Decodable {
    var spatialShape: [Int]
    enum CodingKeys: String, CodingKey { case spatialShape = "spatial_shape" }
  }

  /// Compares features and gradients of one variant.
  private func check(
    _ fixture: ParityFixture, _ variant: String, _ leaves: [Tensor], factors: String,
    _ body: (SparseWeight, Tensor) throws -> SparseTensor
  ) throws {
    let weight = try fixture.weight(variant + ".weight").requiringGradient()
    let bias = try fixture.weight(variant + ".bias").requiringGradient()
    let y = try body(SparseWeight(weight), bias)
    #expect(fixture.mismatch(y.features, variant + ".features") == nil)
    let slopes = gradients(
      of: (y.features * (try fixture.input(factors))).sum(),
      withRespectTo: leaves + [weight, bias])
    for (name, slope) in zip(["features", "weight", "bias"], slopes) {
      #expect(fixture.mismatch(slope, "\(variant).grad.\(name)") == nil)
    }
    if fixture.outputs[variant + ".coordinates"] != nil {
      #expect(fixture.mismatch(y.coordinates, variant + ".coordinates") == nil)
    }
  }

  @Test func `submanifold convolutions agree`() throws {
    let fixture = try ParityFixture("op_sparse_submanifold")
    let leaf = try fixture.input("features").requiringGradient()
    let x = try SparseTensor(
      coordinates: fixture.input("coordinates"), features: leaf,
      shape: fixture.configuration(as: Grid.self).spatialShape)
    for variant in ["k3", "k133", "k5"] {
      try check(fixture, variant, [leaf], factors: "weight_of_output") {
        try x.submanifoldConvolution($0, bias: $1)
      }
    }
  }

  @Test func `strided convolutions agree`() throws {
    let fixture = try ParityFixture("op_sparse_strided")
    let config = try fixture.configuration(as: Strided.self)
    let leaf = try fixture.input("features").requiringGradient()
    let x = try SparseTensor(
      coordinates: fixture.input("coordinates"), features: leaf, shape: config.spatialShape)
    for (variant, window) in config.variants.sorted(by: { $0.key < $1.key }) {
      try check(fixture, variant, [leaf], factors: variant + ".weight_of_output") {
        try x.convolution($0, bias: $1, stride: window.stride, padding: window.padding)
      }
    }
  }

  @Test func `inverse convolutions agree`() throws {
    let fixture = try ParityFixture("op_sparse_inverse")
    let config = try fixture.configuration(as: Strided.self)
    let fine = try SparseCells(fixture.input("fine_coordinates"), shape: config.spatialShape)
    for (variant, window) in config.variants.sorted(by: { $0.key < $1.key }) {
      let leaf = try fixture.input(variant + ".coarse_features").requiringGradient()
      let x = try SparseTensor(
        coordinates: fixture.input(variant + ".coarse_coordinates"), features: leaf)
      try check(fixture, variant, [leaf], factors: "weight_of_output") {
        try x.inverseConvolution(
          $0, bias: $1, onto: fine, stride: window.stride, padding: window.padding)
      }
    }
  }

  @Test func `max pooling agrees`() throws {
    let fixture = try ParityFixture("op_sparse_max_pool")
    let leaf = try fixture.input("features").requiringGradient()
    let x = try SparseTensor(
      coordinates: fixture.input("coordinates"), features: leaf,
      shape: fixture.configuration(as: Grid.self).spatialShape)
    let y = try x.pooled(.max, kernel: 2)
    #expect(fixture.mismatch(y.coordinates, "coordinates") == nil)
    #expect(fixture.mismatch(y.features, "pooled") == nil)
    let slope = gradients(
      of: (y.features * (try fixture.input("weight_of_output"))).sum(), withRespectTo: [leaf])[0]
    #expect(fixture.mismatch(slope, "grad.features") == nil)
  }
}
