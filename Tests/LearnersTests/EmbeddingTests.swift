import Tensors
import TestSupport
import Testing

@testable import Learners

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `iris: principal components equal scikit-learn's`() throws {
  let (features, _) = try iris()
  let model = try PrincipalComponents(features, count: 2)
  let columns = model.components.transposed().contiguous().array(of: Double.self)
  let reference = [
    0.36138659178536503, -0.08452251406457323, 0.8566706059498357, 0.3582891971515514,
    0.6565887712868267, 0.7301614347850441, -0.17337266279585187, -0.0754810199174412,
  ]
  #expect(zip(columns, reference).allSatisfy { abs($0 - $1) < 1e-9 })
  #expect(abs(model.variances[0] - 4.22824170603484) < 1e-9)
  #expect(abs(model.shares[1] - 0.05306648311706383) < 1e-9)
}

@Test func `all components together give the rows back, and lie at right angles`() throws {
  var generator = SeededGenerator(seed: 1)
  let rows = Tensor.normal([20, 5], .float64, using: &generator)
  let model = try PrincipalComponents(rows, count: 5)
  let back = model.reconstruct(model.transform(rows))
  #expect((back - rows).abs().max().item(of: Double.self) < 1e-12)
  let products = model.components.transposed().matmul(model.components)
  let identity = Tensor.eye(5, .float64)
  #expect((products - identity).abs().max().item(of: Double.self) < 1e-12)
}

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `iris: t-SNE keeps neighbours together and gives the same places at every call`() throws {
  let (features, labels) = try iris()
  let (places, divergence) = try TSNE(perplexity: 30, iterations: 500).embed(features)
  #expect(divergence < 0.2)
  #expect(try TSNE(perplexity: 30, iterations: 500).embed(features).places.isEqual(to: places))
  // The nearest neighbour in the plane has the same class, as good as always.
  let nearest = NearestNeighbours(places, labels, classes: 3, count: 2).neighbours(of: places)
    .indices.array(of: Int64.self)
  let same = (0..<150).filter { labels[Int(nearest[2 * $0 + 1])] == labels[$0] }.count
  #expect(same >= 138)
}

@Test func `t-SNE separates two distant groups`() throws {
  var generator = SeededGenerator(seed: 3)
  let near = Tensor.normal([20, 4], .float64, using: &generator)
  let far = Tensor.normal([20, 4], mean: 50, .float64, using: &generator)
  let places = try TSNE(perplexity: 5, iterations: 400)
    .embed(.concatenated([near, far])).places
  let model = LinearSVM(
    places, (0..<40).map { $0 / 20 }, classes: 2, cost: 10, loss: .squaredHinge)
  #expect(model.predict(places) == (0..<40).map { $0 / 20 })
}
