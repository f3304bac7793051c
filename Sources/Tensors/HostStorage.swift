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

  init(byteCount: Int) {
    precondition(byteCount >= 0, "negative storage size \(byteCount)")
    self.byteCount = byteCount
    self.base = .allocate(byteCount: max(byteCount, 1), alignment: Self.alignment)
    self.release = nil
  }

  /// Adopts memory that somebody else owns; `release` is called once, when it is no longer used.
  init(
    adopting base: UnsafeMutableRawPointer, byteCount: Int, release: @escaping @Sendable () -> Void
  ) {
    self.base = base
    self.byteCount = byteCount
    self.release = release
  }

  deinit {
    if let release { release() } else { base.deallocate() }
  }
}
