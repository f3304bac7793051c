import Networks
import Tensors
import TestSupport
import Testing

@testable import Learners

/// The iris flowers as scikit-learn ships them.
func iris() throws -> (features: Tensor, labels: [Int]) {
  let table = try LabelledTable(csv: SharedData.path("tabular/iris.csv"))
  return (table.features, table.labels)
}

private func column(_ values: [Double]) -> Tensor { Tensor(values, shape: [values.count, 1]) }

private func largestDifference(_ left: Tensor, _ right: [Double]) -> Double {
  zip(left.array(of: Double.self), right).map { abs($0 - $1) }.max() ?? .infinity
}

@Test func `a line through points on a line is found exactly, by both ways`() throws {
  let x = column([0, 1, 2, 5])
  let y = x * 3.0 - 2.0
  let exact = try LinearRegression.normalEquation(x, y)
  #expect(largestDifference(exact.weights, [3]) < 1e-12)
  #expect(largestDifference(exact.intercept, [-2]) < 1e-12)
  for batch in [nil, 2, 1] {
    let walked = LinearRegression.gradientDescent(
      x, y, GradientDescent(learningRate: 0.1, batchSize: batch, epochs: 600, seed: 1))
    #expect(largestDifference(walked.weights, [3]) < 1e-6)
    #expect(largestDifference(walked.intercept, [-2]) < 1e-6)
  }
}

@Test func `polynomial features are all products in order`() {
  let products = PolynomialFeatures(degree: 3)
  #expect(
    products.factors(ofFeatures: 2) == [
      [0], [1], [0, 0], [0, 1], [1, 1], [0, 0, 0], [0, 0, 1], [0, 1, 1], [1, 1, 1],
    ])
  let row = PolynomialFeatures(degree: 2)(Tensor([2.0, 3.0], shape: [1, 2]))
  #expect(row.array(of: Double.self) == [2, 3, 4, 6, 9])
}

@Test func `a cubic is recovered from its values`() throws {
  let x = column((0..<9).map { Double($0) / 2 - 2 })
  let features = PolynomialFeatures(degree: 3)(x)
  let y = column(x.array(of: Double.self).map { 1 - 2 * $0 + 0.5 * $0 * $0 * $0 })
  let model = try LinearRegression.normalEquation(features, y)
  #expect(largestDifference(model.weights, [-2, 0, 0.5]) < 1e-10)
  #expect(largestDifference(model.intercept, [1]) < 1e-10)
}

@Test func `a penalty shrinks weights, and dependent features need one`() throws {
  let x = Tensor([1.0, 2, 2, 4, 3, 6, 4, 8], shape: [4, 2])
  let y = column([1, 2, 3, 4])
  let small = try LinearRegression.normalEquation(x, y, ridge: 0.1)
  let large = try LinearRegression.normalEquation(x, y, ridge: 10)
  #expect(large.weights.norm().item(of: Double.self) < small.weights.norm().item(of: Double.self))
}

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `iris: the quadratic fit by normal equation and by gradient descent agree to 1e-6`() throws {
  let (features, _) = try iris()
  let length = features.narrowed(axis: 1, to: 2..<3).contiguous()
  let width = features.narrowed(axis: 1, to: 3..<4).contiguous()
  let x = PolynomialFeatures(degree: 2)(length)
  let exact = try LinearRegression.normalEquation(x, width)
  // By NumPy's lstsq.
  #expect(largestDifference(exact.weights, [0.43383349454296777, -0.002568924187587033]) < 1e-10)
  #expect(largestDifference(exact.intercept, [-0.38678103123565405]) < 1e-10)
  let walked = LinearRegression.gradientDescent(
    x, width, GradientDescent(learningRate: 0.3, momentum: 0.9, epochs: 3000))
  #expect(largestDifference(walked.weights, exact.weights.array(of: Double.self)) < 1e-6)
  #expect(largestDifference(walked.intercept, exact.intercept.array(of: Double.self)) < 1e-6)
  // Small batches end near, with shrinking steps.
  let noisy = LinearRegression.gradientDescent(
    x, width,
    GradientDescent(
      learningRate: 0.1, decay: 0.01, momentum: 0.9, batchSize: 16, epochs: 300, seed: 2))
  let difference = (noisy.predict(x) - exact.predict(x)).abs().max().item(of: Double.self)
  #expect(difference < 0.05)
}

@Test(.enabled(if: SharedData.isPresent, "\(SharedData.absence)"))
func `iris: ridge regression equals scikit-learn's, by both ways`() throws {
  let (features, _) = try iris()
  let x = features.narrowed(axis: 1, to: 0..<3).contiguous()
  let y = features.narrowed(axis: 1, to: 3..<4).contiguous()
  let reference = [-0.14834813787417941, 0.1686419736984321, 0.49213831663529906]
  let exact = try LinearRegression.normalEquation(x, y, ridge: 2)
  #expect(largestDifference(exact.weights, reference) < 1e-10)
  #expect(largestDifference(exact.intercept, [-0.29886956919133945]) < 1e-10)
  let walked = LinearRegression.gradientDescent(
    x, y, ridge: 2, GradientDescent(learningRate: 0.3, momentum: 0.9, epochs: 2000))
  #expect(largestDifference(walked.weights, reference) < 1e-6)
}

@Test
func `linear regression of classes in a row masks the middle one, softmax regression does not`()
  throws
{
  // Three groups of four along a line, symmetric about the middle.
  let places: [Double] = [-6, -5, -4, -3, -1, -0.5, 0.5, 1, 3, 4, 5, 6]
  let labels = places.indices.map { $0 / 4 }
  let x = column(places)
  let linear = try LinearRegression.normalEquation(x, Rows.indicators(labels, classes: 3))
  let masked = Rows.largest(linear.predict(x))
  #expect(!masked.contains(1))
  #expect(masked == [0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2])
  let softmax = SoftmaxRegression(x, labels, classes: 3, ridge: 0.01)
  #expect(softmax.predict(x) == labels)
  // A quadratic term would do as well: the masking comes from the straight line.
  let curved = PolynomialFeatures(degree: 2)(x)
  let parabola = try LinearRegression.normalEquation(curved, Rows.indicators(labels, classes: 3))
  #expect(Rows.largest(parabola.predict(curved)) == labels)
}
