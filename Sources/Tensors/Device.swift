internal import CTorch

/// Where a tensor's elements lie.
public enum Device: Hashable, Sendable, CustomStringConvertible {
  /// The host's memory.
  case cpu
  /// A CUDA device, counted from 0.
  case cuda(Int)

  /// The first CUDA device.
  public static var cuda: Device { .cuda(0) }

  /// Number of CUDA devices that the opened libtorch can use.
  ///
  /// Opens the runtime; 0 where it is missing or knows no CUDA.
  public static var cudaCount: Int {
    guard let table = try? TorchLibrary.opened.get() else { return 0 }
    return Int(table.pointee.cuda_device_count())
  }

  /// Whether tensors can be moved here.
  public var isAvailable: Bool {
    switch self {
    case .cpu: true
    case .cuda(let index): index >= 0 && index < Self.cudaCount
    }
  }

  /// The name that PyTorch uses, for example `cuda:0`.
  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    }
  }

  var kind: Int64 {
    switch self {
    case .cpu: Int64(CTORCH_CPU)
    case .cuda: Int64(CTORCH_CUDA)
    }
  }

  var index: Int {
    switch self {
    case .cpu: -1
    case .cuda(let index): index
    }
  }

  func requireAvailable() throws(TensorError) {
    guard !isAvailable else { return }
    let others = (0..<Self.cudaCount).map { "cuda:\($0)" }
    throw .noDevice(self, available: (["cpu"] + others).joined(separator: ", "))
  }
}
