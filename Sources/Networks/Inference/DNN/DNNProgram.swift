internal import CDNN
import Tensors

/// Steps of oneDNN over planned memory; used by one thread at a time.
final class DNNProgram {
  private let table: UnsafePointer<cdnn_table>
  private let pointer: OpaquePointer

  /// A program without steps.
  ///
  /// - Parameter threads: Threads that every step uses.
  /// - Throws: ``PreparationError`` when there is no oneDNN.
  init(threads: Int) throws(PreparationError) {
    table = try DNNLibrary.table()
    var made: OpaquePointer?
    let status = table.pointee.program_create(Int32(clamping: threads), &made)
    guard status == cdnn_ok, let made else {
      throw .failed(
        operation: "program", reason: String(cString: table.pointee.last_error()))
    }
    pointer = made
  }

  deinit { table.pointee.program_release(pointer) }

  /// Number of steps.
  var stepCount: Int { table.pointee.step_count(pointer) }

  /// Bytes of packed weights and working memory.
  var byteCount: Int { table.pointee.byte_count(pointer) }

  /// The code that oneDNN chose for a step.
  func description(of step: Int) -> String {
    String(cString: table.pointee.step_description(pointer, step))
  }

  /// Runs some of the steps.
  func run(_ steps: Range<Int>) {
    let status = table.pointee.run(pointer, steps.lowerBound, steps.count)
    require(status == cdnn_ok, "oneDNN: \(String(cString: table.pointee.last_error()))")
  }

  /// Adds the step or steps of an operation.
  ///
  /// - Parameters:
  ///   - operation: Any that is not recorded.
  ///   - sources: Its inputs but for the one that a sum adds.
  ///   - result: Where the result goes; holds the summand before.
  /// - Throws: ``PreparationError`` when oneDNN cannot do it.
  func add(
    _ operation: GraphOperation, _ sources: [cdnn_tensor], _ result: cdnn_tensor
  ) throws(PreparationError) {
    var (source, result) = (sources[0], result)
    let status: cdnn_status
    switch operation {
    case .recorded: throw .failed(operation: "recorded", reason: "it is libtorch's")
    case .convolution(let filter, let window, let post):
      let post = post.map(\.dnn)
      var window = window.dnn
      status = filter.withWeights { weights in
        table.pointee.add_convolution(
          pointer, &source, &weights, &window, post, post.count, &result)
      }
    case .linear(let filter, let post):
      let post = post.map(\.dnn)
      status = filter.withWeights { weights in
        table.pointee.add_linear(pointer, &source, &weights, post, post.count, &result)
      }
    case .pooling(let kind, let window):
      var window = window.dnn
      status = table.pointee.add_pooling(pointer, &source, kind.dnn, &window, &result)
    case .normalisation(let norm, let isRectified):
      status = table.pointee.add_normalisation(
        pointer, &source, norm.mean, norm.variance, norm.scale, norm.shift, Float(norm.epsilon),
        isRectified ? 1 : 0, &result)
    case .addition(let post):
      var second = sources[1]
      let post = post.map(\.dnn)
      status = table.pointee.add_elementwise(
        pointer, &source, &second, post, post.count, &result)
    case .activation(let activation):
      let post = [activation.dnn]
      status = table.pointee.add_elementwise(pointer, &source, nil, post, 1, &result)
    case .concatenation:
      status = table.pointee.add_concatenation(pointer, sources, sources.count, &result)
    }
    guard status == cdnn_ok else {
      throw .failed(
        operation: operation.name, reason: String(cString: table.pointee.last_error()))
    }
  }
}

extension GraphOperation {
  fileprivate var name: String {
    switch self {
    case .recorded(let call): call.operation.name
    case .convolution(let filter, _, _):
      filter.isTransposed ? "transposed convolution" : "convolution"
    case .linear: "linear layer"
    case .pooling: "pooling"
    case .normalisation: "batch normalisation"
    case .addition: "addition"
    case .activation: "activation"
    case .concatenation: "concatenation"
    }
  }
}

extension GraphOperation.Filter {
  fileprivate func withWeights(_ body: (inout cdnn_weights) -> cdnn_status) -> cdnn_status {
    weight.withUnsafeElements(of: Float.self) { weight in
      func call(_ bias: UnsafePointer<Float>?) -> cdnn_status {
        guard let start = weight.baseAddress else { return cdnn_status(cdnn_failed) }
        var weights = cdnn_weights(
          weight: start, bias: bias, groups: Int64(groups), is_transposed: isTransposed ? 1 : 0)
        return body(&weights)
      }
      guard let bias else { return call(nil) }
      return bias.withUnsafeElements(of: Float.self) { call($0.baseAddress) }
    }
  }
}

extension GraphOperation.Window {
  fileprivate var dnn: cdnn_window {
    func three(_ numbers: [Int]) -> (Int64, Int64, Int64) {
      func at(_ axis: Int) -> Int64 { axis < numbers.count ? Int64(numbers[axis]) : 0 }
      return (at(0), at(1), at(2))
    }
    return cdnn_window(
      kernel: three(kernel), stride: three(stride), dilation: three(dilation),
      padding_before: three(paddingBefore), padding_after: three(paddingAfter))
  }
}

extension GraphOperation.PoolingKind {
  fileprivate var dnn: Int32 {
    switch self {
    case .maximum: Int32(cdnn_maximum)
    case .average: Int32(cdnn_average)
    case .averageWithPadding: Int32(cdnn_average_with_padding)
    }
  }
}

extension GraphOperation.PostOperation {
  fileprivate var dnn: cdnn_post_operation {
    func made(_ kind: Int, _ alpha: Double = 0, _ beta: Double = 0) -> cdnn_post_operation {
      cdnn_post_operation(kind: Int32(kind), alpha: Float(alpha), beta: Float(beta))
    }
    return switch self {
    case .sum: made(cdnn_sum)
    case .leakyReLU(let slope): made(cdnn_leaky_relu, slope)
    case .clip(let least, let most): made(cdnn_clip, least, most)
    case .sigmoid: made(cdnn_sigmoid)
    case .tanh: made(cdnn_tanh)
    case .silu: made(cdnn_silu)
    case .gelu: made(cdnn_gelu)
    case .geluTanh: made(cdnn_gelu_tanh)
    case .elu(let alpha): made(cdnn_elu, alpha)
    }
  }
}
