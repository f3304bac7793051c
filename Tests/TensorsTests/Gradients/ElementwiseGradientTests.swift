import Testing

@testable import Tensors

@Suite("Gradients of functions of single elements")
struct ElementwiseGradientTests {
  static let x = normal([2, 3])
  static let positive = uniform([2, 3], 0.3..<2)
  static let unit = uniform([2, 3], -0.8..<0.8)

  static let everywhere: [(String, @Sendable (Tensor) -> Tensor)] = [
    ("exp", { $0.exp() }), ("exp2", { $0.exp2() }), ("expm1", { $0.expm1() }),
    ("square", { $0.square() }), ("sin", { $0.sin() }), ("cos", { $0.cos() }),
    ("atan", { $0.atan() }), ("sinh", { $0.sinh() }), ("cosh", { $0.cosh() }),
    ("asinh", { $0.asinh() }), ("tanh", { $0.tanh() }), ("sigmoid", { $0.sigmoid() }),
    ("erf", { $0.erf() }), ("erfc", { $0.erfc() }), ("negative", { -$0 }),
    ("power 3", { $0.pow(3) }), ("abs", { $0.abs() }), ("relu", { $0.relu() }),
    ("leakyReLU", { $0.leakyReLU(slope: 0.2) }), ("elu", { $0.elu(alpha: 0.7) }),
    ("selu", { $0.selu() }), ("celu", { $0.celu(alpha: 1.3) }), ("gelu", { $0.gelu() }),
    ("gelu tanh", { $0.gelu(.tanh) }), ("silu", { $0.silu() }), ("mish", { $0.mish() }),
    ("softplus", { $0.softplus(beta: 1.5) }), ("softsign", { $0.softsign() }),
    ("hardtanh", { $0.hardtanh(min: -0.5, max: 0.7) }), ("relu6", { ($0 * 5).relu6() }),
    ("hardSigmoid", { $0.hardSigmoid() }), ("hardSwish", { $0.hardSwish() }),
    ("logSigmoid", { $0.logSigmoid() }), ("clamped", { $0.clamped(min: -0.4, max: 0.6) }),
    ("number minus", { 2 - $0 }), ("nanReplaced", { $0.nanReplaced() }),
    ("fraction", { $0.fraction() }), ("maxout", { $0.maxout(pieces: 3) }),
    ("glu", { $0.glu(axis: 0) }), ("converted", { $0.converted(to: .float64) * 2 }),
  ]

  static let abovezero: [(String, @Sendable (Tensor) -> Tensor)] = [
    ("log", { $0.log() }), ("log2", { $0.log2() }), ("log10", { $0.log10() }),
    ("log1p", { $0.log1p() }), ("sqrt", { $0.sqrt() }), ("rsqrt", { $0.rsqrt() }),
    ("reciprocal", { $0.reciprocal() }), ("power -1.5", { $0.pow(-1.5) }),
    ("number over", { 2 / $0 }), ("logGamma", { $0.logGamma() }), ("digamma", { $0.digamma() }),
    ("acosh", { ($0 + 1).acosh() }), ("tan", { ($0 / 2).tan() }),
  ]

  static let inside: [(String, @Sendable (Tensor) -> Tensor)] = [
    ("asin", { $0.asin() }), ("acos", { $0.acos() }), ("atanh", { $0.atanh() }),
    ("erfinv", { $0.erfinv() }),
  ]

  static let two: [(String, @Sendable (Tensor, Tensor) -> Tensor)] = [
    ("sum", { $0 + $1 }), ("difference", { $0 - $1 }), ("product", { $0 * $1 }),
    ("quotient", { $0 / $1 }), ("power", { $0.abs().pow($1) }), ("maximum", { $0.maximum($1) }),
    ("minimum", { $0.minimum($1) }), ("atan2", { $0.atan2($1) }), ("hypot", { $0.hypot($1) }),
    ("logAddExp", { $0.logAddExp($1) }), ("lerp", { $0.interpolated(towards: $1, weight: 0.3) }),
    ("where", { Tensor.where($0 .> 0, $0 * $1, $1.square()) }),
    ("masked", { ($0 * $1).masked($0 .> 0, with: 3) }),
    ("masked with", { $0.masked($0 .> 0, with: $1) }),
  ]

  @Test func `one argument`() {
    for (name, function) in Self.everywhere {
      // Also for a scalar and for no elements at all.
      for inputs in [Self.x, normal([]), normal([0, 3])] {
        if inputs.rank < 2 || inputs.shape[0] == 0, name == "maxout" || name == "glu" { continue }
        let found = GradientCase(name, [inputs]) { function($0[0]) }.errors
        #expect(found == [], "\(name) \(inputs.shape)")
      }
    }
  }

  @Test func `one argument above zero, or inside the unit interval`() {
    for (name, function) in Self.abovezero {
      #expect(GradientCase(name, [Self.positive]) { function($0[0]) }.errors == [], "\(name)")
    }
    for (name, function) in Self.inside {
      #expect(GradientCase(name, [Self.unit]) { function($0[0]) }.errors == [], "\(name)")
    }
  }

  @Test func `two arguments, stretched to a common shape`() {
    for (name, function) in Self.two {
      for shapes in [[[2, 3], [2, 3]], [[2, 3], [3]], [[2, 1], [1, 3]], [[], [2]]] {
        if name == "masked with", shapes[0].count < shapes[1].count || shapes[0] == [2, 1] {
          continue
        }
        let inputs = [normal(shapes[0]), uniform(shapes[1], 0.4..<2, seed: 3)]
        let found = GradientCase(name, inputs) { function($0[0], $0[1]) }.errors
        #expect(found == [], "\(name) \(shapes)")
      }
    }
  }

  @Test func `a learned slope`() {
    for shape in [[1], [3]] {
      let errors = GradientCase("prelu", [Self.x, uniform(shape, 0.1..<0.5)]) { $0[0].prelu($0[1]) }
        .errors
      #expect(errors == [], "\(shape)")
    }
  }

  @Test func `remainders`() {
    let errors = GradientCase("remainder", [uniform([4], 0.1..<0.9)]) { ($0[0] + 3).remainder(2) }
      .errors
    #expect(errors == [])
  }
}
