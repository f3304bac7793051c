import Tensors

/// What a call of an operator costs beside its work: 100,000 calls on four numbers in one
/// repetition.
enum TensorBenchmarks {
  private static let calls = 100_000

  static func operations() -> [BenchOperation] {
    let (a, b) = (Tensor([Float(1), 2, 3, 4]), Tensor([Float(4), 3, 2, 1]))
    return [
      repeated("tensor_small_add", a) { $0 + b },
      repeated("tensor_small_add_recorded", a) {
        $0 + b
      } preparing: {
        $0.requiringGradient()
      },
      repeated("tensor_small_scale", a) { $0 * 2 },
    ]
  }

  /// The check value is the result's sum.
  private static func repeated(
    _ name: String, _ input: Tensor, _ body: @escaping (Tensor) -> Tensor,
    preparing prepare: @escaping (Tensor) -> Tensor = { $0 }
  ) -> BenchOperation {
    BenchOperation(name: name, count: calls) {
      let x = prepare(input)
      var result = body(x)
      for _ in 1..<calls { result = body(x) }
      return Double(result.detached().sum().item(of: Float.self))
    }
  }
}
