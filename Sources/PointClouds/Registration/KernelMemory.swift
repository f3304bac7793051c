/// Memory with an address of its own, which kernels may borrow as long as this lives.
final class KernelMemory<Element: BitwiseCopyable>: @unchecked Sendable {
  let base: UnsafeMutablePointer<Element>
  let count: Int

  /// Memory that `fill` initialises as a whole.
  init(count: Int, _ fill: (UnsafeMutablePointer<Element>) -> Void) {
    self.count = count
    base = .allocate(capacity: max(count, 1))
    fill(base)
  }

  deinit { base.deallocate() }

  /// The address for kernels that take NULL where nothing is known.
  var addressOrNil: UnsafePointer<Element>? { count > 0 ? UnsafePointer(base) : nil }
}
