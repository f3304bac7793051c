internal import CTorch
import Foundation

/// Memory of one tensor on the host: 64-byte aligned, freed with its last reference.
///
/// It exists without libtorch, so that readers and classical stages never pay for loading it; the
/// first tensor operation lends the memory to libtorch without a copy.
final class HostStorage: @unchecked Sendable {
  static let alignment = 64

  let base: UnsafeMutableRawPointer
  let byteCount: Int
  private let release: (@Sendable () -> Void)?
  private let isKept: Bool

  init(byteCount: Int) {
    precondition(byteCount >= 0, "negative storage size \(byteCount)")
    self.byteCount = byteCount
    let kept = ctorch_memory_take(byteCount)
    isKept = kept != nil
    self.base = kept ?? .allocate(byteCount: max(byteCount, 1), alignment: Self.alignment)
    self.release = nil
  }

  /// Adopts memory that somebody else owns; `release` is called once, when it is no longer used.
  init(
    adopting base: UnsafeMutableRawPointer, byteCount: Int, release: @escaping @Sendable () -> Void
  ) {
    self.base = base
    self.byteCount = byteCount
    self.release = release
    isKept = false
  }

  deinit {
    if let release {
      release()
    } else if isKept {
      ctorch_memory_give(base)
    } else {
      base.deallocate()
    }
  }
}
