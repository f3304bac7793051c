import Networks
import Tensors
import TestSupport
import Testing

@testable import Learners

private let xor = Tensor([0.0, 0, 0, 1, 1, 0, 1, 1], shape: [4, 2])

private func largestDifference(_ left: Tensor, _ right: [Double]) -> Double {
  zip(left.array(of: Double.self), right).map { abs($0 - $1) }.max() ?? .infinity
}

@Test func `a perceptron learns AND and OR, and never XOR`() {
  for labels in [[0, 0, 0, 1], [0, 1, 1, 1]] {
    let model = Perceptron(xor, labels)
    #expect(model.epochs != nil)
    #expect(model.predict(xor) == labels)
  }
  let model = Perceptron(xor, [0, 1, 1, 0])
  #expect(model.epochs == nil)
  #expect(model.predict(xor) != [0, 1, 1, 0])
}

@Test func `a network with a hidden layer learns XOR`() {
  let network = Sequential(Linear(2, 8), Tanh(), Linear(8, 2)).initialized(seed: 1)
  let optimizer = Adam(network, learningRate: 0.05)
  let (inputs, labels) = (xor.converted(to: .float32), Tensor([Int64(0), 1, 1, 0]))
  for _ in 0..<300 { optimizer.minimize(network(inputs).crossEntropy(labels)) }
  #expect(network(inputs).argMax(axis: 1).array(of: Int64.self) == [0, 1, 1, 0])
}

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `iris: logistic regression equals scikit-learn's`() throws {
  let (features, labels) = try iris()
  let x = features.narrowed(axis: 0, to: 50..<150).contiguous()
  let model = try LogisticRegression(x, labels[50...].map { $0 - 1 }, ridge: 1)
  let reference = [
    -0.3944334901596488, -0.5132773950793831, 2.9307513879949503, 2.4170322070086856,
  ]
  #expect(largestDifference(model.weights, reference) < 1e-5)
  #expect(abs(model.intercept + 14.430758189858766) < 1e-4)
}

@Test func `logistic regression of separated classes stays finite`() throws {
  let x = Tensor([-2.0, -1, 1, 2, 1000, -1000], shape: [6, 1])
  let model = try LogisticRegression(x, [0, 0, 1, 1, 1, 0], ridge: 1e-3)
  #expect(model.predict(x) == [0, 0, 1, 1, 1, 0])
  #expect(model.intercept.isFinite)
}

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `iris: softmax regression equals scikit-learn's`() throws {
  let (features, labels) = try iris()
  let model = SoftmaxRegression(
    features, labels, classes: 3, ridge: 1,
    GradientDescent(learningRate: 0.5, momentum: 0.95, epochs: 4000))
  let probabilities = model.probabilities(features)
  let reference: [(Int, [Double])] = [
    (0, [0.98158352, 0.01841647, 1e-08]), (70, [0.00230983, 0.4400809, 0.55760927]),
    (100, [9.1e-07, 0.00391275, 0.99608635]), (133, [0.00052901, 0.47556582, 0.52390518]),
  ]
  for (row, expected) in reference {
    #expect(largestDifference(probabilities[row], expected) < 1e-4)
  }
  #expect(abs(accuracy(model.predict(features), labels) - 0.9733333) < 1e-6)
}

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `iris: linear support vector machines equal scikit-learn's`() throws {
  let (features, labels) = try iris()
  let (mean, deviation) = Rows.statistics(features)
  let x = ((features - mean) / deviation).narrowed(axis: 0, to: 50..<150).contiguous()
  let sides = labels[50...].map { $0 - 1 }
  let references: [(LinearSVM.Loss, [Double], Double)] = [
    (
      .hinge, [-0.470431963070551, -0.39834462964199174, 2.0493678085602567, 2.2404813564954718],
      -2.478843453030004
    ),
    (
      .squaredHinge,
      [-0.28609378583231876, -0.30689905307889104, 1.7507028055223053, 1.6321603712980464],
      -2.0803284086686307
    ),
  ]
  for (loss, weights, intercept) in references {
    let model = LinearSVM(x, sides, classes: 2, loss: loss, tolerance: 1e-6, mostEpochs: 5000)
    #expect(largestDifference(model.weights, weights) < 1e-3)
    #expect(largestDifference(model.intercept, [intercept]) < 1e-3)
  }
  let whole = LinearSVM((features - mean) / deviation, labels, classes: 3)
  #expect(accuracy(whole.predict((features - mean) / deviation), labels) > 0.93)
}

@Test func `the margin of two points is the line between them`() {
  // Half of |w|^2 + b^2 under w + b >= 1 and w - b >= 1 is least for w = 1, b = 0.
  let x = Tensor([1.0, -1.0], shape: [2, 1])
  let model = LinearSVM(x, [1, 0], classes: 2, cost: 100, loss: .hinge, tolerance: 1e-9)
  #expect(largestDifference(model.weights, [1]) < 1e-6)
  #expect(largestDifference(model.intercept, [0]) < 1e-6)
}

@Test func `neighbours by hand, in both metrics`() {
  let known = Tensor([0.0, 0, 3, 3, 0, 5], shape: [3, 2])
  let query = Tensor([0.0, 0.5], shape: [1, 2])
  let l1 = NearestNeighbours(known, [0, 1, 1], classes: 2, count: 3, metric: .l1)
    .neighbours(of: query)
  #expect(l1.indices.array(of: Int64.self) == [0, 2, 1])
  #expect(l1.distances.array(of: Double.self) == [0.5, 4.5, 5.5])
  let l2 = NearestNeighbours(known, [0, 1, 1], classes: 2, count: 3, metric: .l2)
    .neighbours(of: query)
  #expect(l2.indices.array(of: Int64.self) == [0, 1, 2])
  #expect(abs(l2.distances.array(of: Double.self)[1] - (9 + 6.25).squareRoot()) < 1e-12)
  #expect(NearestNeighbours(known, [0, 1, 1], classes: 2, count: 1).predict(query) == [0])
  #expect(NearestNeighbours(known, [0, 1, 1], classes: 2, count: 3).predict(query) == [1])
  // One vote each: the nearest decides.
  #expect(NearestNeighbours(known, [0, 1, 2], classes: 3, count: 3).predict(query) == [0])
}

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `iris: as many neighbours vote right as in scikit-learn`() throws {
  let (features, labels) = try iris()
  let even = Tensor((0..<75).map { Int64(2 * $0) })
  let x = features.selected(axis: 0, at: even)
  let queries = features.selected(axis: 0, at: even + 1)
  let truth = (0..<75).map { labels[2 * $0 + 1] }
  for (metric, hits) in [(NearestNeighbours.Metric.l1, 72), (.l2, 74)] {
    let model = NearestNeighbours(
      x, (0..<75).map { labels[2 * $0] }, classes: 3, count: 5, metric: metric)
    let found = Int((accuracy(model.predict(queries), truth) * 75).rounded())
    // A vote among equally distant neighbours may fall differently.
    #expect(abs(found - hits) <= 1)
  }
}
