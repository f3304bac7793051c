import COpenCV
import Tensors

/// Why pictures do not join to a panorama.
public enum PanoramaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Fewer than two pictures.
  case tooFewPictures(Int)
  /// Pictures that no chain of sufficient overlaps joins to the others, by their places from 0.
  case insufficientOverlap(pictures: [Int])
  /// The overlaps do not agree with one another.
  case noCommonGeometry(pictures: [Int])

  /// The reason in words.
  public var description: String { description(names: []) }

  /// The reason in words, with the pictures' names.
  ///
  /// - Parameter names: The names in the order of the pictures; numbers from 1 stand for missing ones.
  /// - Returns: A sentence without a full stop.
  public func description(names: [String]) -> String {
    func list(_ pictures: [Int]) -> String {
      pictures.map { names.indices.contains($0) ? names[$0] : "\($0 + 1)" }.joined(separator: ", ")
    }
    switch self {
    case .tooFewPictures(let count): return "a panorama needs 2 pictures or more, not \(count)"
    case .insufficientOverlap(let pictures):
      let subject =
        pictures.count == 1
        ? "the picture \(list(pictures)) overlaps" : "the pictures \(list(pictures)) overlap"
      return "\(subject) the others too little, or without distinct features; a third of each "
        + "picture should appear in a neighbour"
    case .noCommonGeometry(let pictures):
      return
        "the overlaps of the pictures \(list(pictures)) contradict one another; were they taken "
        + "from one place (or of one plane, in the mode for scans)?"
    }
  }
}

/// Joins overlapping pictures.
///
/// ```swift
/// let wide = try Panorama(mode: .turningCamera).stitch(pictures)
/// ```
public struct Panorama: Sendable {
  /// How the pictures were taken.
  public enum Mode: String, Sendable, CaseIterable {
    /// By a camera that turns in its place: joined on a sphere.
    case turningCamera = "turning"
    /// Of a flat thing, or from afar, by a camera that moves: joined by affine maps.
    case scans
  }

  /// How the pictures were taken.
  public var mode: Mode
  /// How sure an overlap must be: OpenCV's threshold, 1 by default; lower for little overlap.
  public var confidence: Double
  /// Start of the random samples; equal seeds give equal bytes.
  public var seed: UInt64

  /// A way of joining pictures.
  ///
  /// - Parameters:
  ///   - mode: How the pictures were taken.
  ///   - confidence: How sure an overlap must be.
  ///   - seed: Start of the random samples.
  public init(mode: Mode = .turningCamera, confidence: Double = 1, seed: UInt64 = 1) {
    self.mode = mode
    self.confidence = confidence
    self.seed = seed
  }

  /// Joins pictures; the order does not matter.
  ///
  /// - Parameter images: Two or more; grey ones become coloured, Float ones 8 bits.
  /// - Returns: The panorama, UInt8, black where no picture lies.
  /// - Throws: ``PanoramaError`` when not all of them can be joined, ``VisionError`` for other failures.
  public func stitch(_ images: [Image]) throws -> Image {
    guard images.count >= 2 else { throw PanoramaError.tooFewPictures(images.count) }
    let pictures = try images.map { image in
      let bytes = try image.bytePixels()
      return image.channels == 3 ? bytes : Self.coloured(bytes)
    }
    let functions = try OpenCV.functions()
    var outcome: Int32 = 0
    var used = [Int32](repeating: 0, count: pictures.count)
    var handle: OpaquePointer?
    defer { functions.pointee.matrix_release(handle) }
    try Self.withViews(pictures[...], []) { views in
      try OpenCV.call("joining pictures") {
        $0.stitch(
          views, views.count, mode == .turningCamera ? 0 : 1, confidence, seed, &outcome, &used,
          &handle)
      }
    }
    let missing = used.indices.filter { used[$0] == 0 }
    switch outcome {
    case 0 where missing.isEmpty: break
    case 0, 1:
      throw PanoramaError.insufficientOverlap(
        pictures: missing.isEmpty ? Array(used.indices) : missing)
    default: throw PanoramaError.noCommonGeometry(pictures: Array(used.indices))
    }
    guard let owned = handle else {
      throw VisionError.openCV(operation: "joining pictures", reason: "there is no result")
    }
    handle = nil
    return Image(pixels: DecodedMatrix(owned, functions).bytes())
  }

  /// Lends the memory of all pictures at once.
  private static func withViews(
    _ pictures: ArraySlice<Tensor>, _ views: [copencv_view],
    _ body: ([copencv_view]) throws -> Void
  ) throws {
    guard let first = pictures.first else { return try body(views) }
    try OpenCV.withView(first, for: "joining pictures") { view in
      try withViews(pictures.dropFirst(), views + [view], body)
    }
  }

  private static func coloured(_ grey: Tensor) -> Tensor {
    let shape = [grey.shape[0], grey.shape[1], 3]
    return grey.withUnsafeElements(of: UInt8.self) { source in
      Tensor(shape: shape, of: UInt8.self) { target in
        for i in 0..<source.count {
          target[3 * i] = source[i]
          target[3 * i + 1] = source[i]
          target[3 * i + 2] = source[i]
        }
      }
    }
  }
}
