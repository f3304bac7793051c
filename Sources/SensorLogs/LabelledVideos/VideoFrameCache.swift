import Foundation
import Synchronization
import Tensors
public import Vision

/// Frames of labelled videos, decoded once and kept as long as there is room.
///
/// Any frame can be had at any time: a video is decoded whole, in a small size, when its first frame is wanted; the longest
/// unused ones are dropped when the room is full. A video that does not fit at all is decoded again up to the frame wanted.
/// The same frame has the same pixels whatever the order of calls and the room. Serves several threads.
public final class VideoFrameCache: Sendable {
  /// The videos.
  public let videos: [LabelledVideo]
  private let shorterSide: Int?
  private let byteLimit: Int
  private let kept = Mutex(Kept())

  private struct Kept {
    var parts: [Int: Part] = [:]
    /// When each was last used.
    var uses: [Int: Int] = [:]
    var clock = 0
    var bytes = 0
    /// First frame and number of frames of the labelled parts that were looked at.
    var counts: [Int: (first: Int, count: Int)] = [:]
    /// Videos that do not fit.
    var large: Set<Int> = []
  }

  /// The decoded part of a video.
  private struct Part {
    var frames: [Image]
    var times: [Double]
    var bytes: Int { frames.reduce(0) { $0 + $1.height * $1.width * 3 } }
  }

  /// A cache.
  ///
  /// - Parameters:
  ///   - videos: The videos.
  ///   - shorterSide: Frames are scaled until their shorter side has so many pixels; never enlarged. nil keeps them as they are.
  ///   - byteLimit: Room for decoded frames.
  public init(_ videos: [LabelledVideo], shorterSide: Int? = nil, byteLimit: Int = 1 << 30) {
    self.videos = videos
    self.shorterSide = shorterSide
    self.byteLimit = byteLimit
  }

  /// Number of frames of a video's labelled part.
  ///
  /// - Parameter video: Number of the video.
  /// - Returns: At least 1.
  /// - Throws: ``LogError`` when it cannot be decoded or has no frame there.
  public func frameCount(of video: Int) throws -> Int {
    if let known = kept.withLock({ $0.counts[video]?.count }) { return known }
    if let part = try part(video) { return part.frames.count }
    return kept.withLock { $0.counts[video]?.count } ?? 0
  }

  /// Some frames of a video's labelled part.
  ///
  /// - Parameters:
  ///   - numbers: Counted from the part's first frame; those beyond its end stand for the last one.
  ///   - video: Number of the video.
  /// - Returns: The frames in the order wanted.
  /// - Throws: ``LogError``.
  public func clip(_ numbers: [Int], of video: Int) throws -> VideoClip {
    if let part = try part(video) {
      let places = numbers.map { max(0, min($0, part.frames.count - 1)) }
      return VideoClip(
        images: places.map { part.frames[$0] }, times: places.map { part.times[$0] })
    }
    let (first, count) = kept.withLock { $0.counts[video] } ?? (0, 1)
    let wanted = numbers.map { first + max(0, min($0, count - 1)) }
    var found: [Int: (Image, Double)] = [:]
    try decode(videos[video], until: wanted.max() ?? 0) { number, time, image in
      if wanted.contains(number) { found[number] = (try image(), time) }
      return true
    }
    let frames = wanted.compactMap { found[$0] }
    return VideoClip(images: frames.map(\.0), times: frames.map(\.1))
  }

  /// The decoded part; nil when it does not fit.
  private func part(_ number: Int) throws -> Part? {
    let (part, isLarge) = kept.withLock { kept in
      kept.clock += 1
      if kept.parts[number] != nil { kept.uses[number] = kept.clock }
      return (kept.parts[number], kept.large.contains(number))
    }
    if part != nil || isLarge { return part }
    return try readPart(number)
  }

  /// Decodes a labelled part, counts its frames and keeps it when it fits.
  private func readPart(_ number: Int) throws -> Part? {
    let video = videos[number]
    var part = Part(frames: [], times: [])
    var (first, count, bytes) = (0, 0, 0)
    try decode(video, until: nil) { place, time, image in
      if let start = video.start, time < start - 1e-6 { return true }
      if let end = video.end, time > end + 1e-6 { return false }
      if count == 0 { first = place }
      count += 1
      guard bytes <= byteLimit else { return true }
      let frame = try image()
      bytes += frame.height * frame.width * 3
      if bytes > byteLimit {
        part.frames = []
        return true
      }
      part.frames.append(frame)
      part.times.append(time)
      return true
    }
    guard count > 0 else {
      throw LogError(
        .unreadable, file: video.path,
        problem: "has no frame" + (video.start == nil ? "" : " in the labelled part"))
    }
    let (isWhole, read, origin, all) = (bytes <= byteLimit, part, first, count)
    kept.withLock { kept in
      kept.counts[number] = (origin, all)
      if !isWhole { kept.large.insert(number) }
      guard isWhole, kept.parts[number] == nil else { return }
      kept.parts[number] = read
      kept.uses[number] = kept.clock
      kept.bytes += read.bytes
      while kept.bytes > byteLimit,
        let oldest = kept.uses.filter({ $0.key != number }).min(by: { $0.value < $1.value })
      {
        kept.bytes -= kept.parts.removeValue(forKey: oldest.key)?.bytes ?? 0
        kept.uses[oldest.key] = nil
      }
    }
    return isWhole ? read : nil
  }

  /// Frames in order; `body` says whether it wants more.
  private func decode(
    _ video: LabelledVideo, until last: Int?,
    _ body: (_ number: Int, _ time: Double, _ image: () throws -> Image) throws -> Bool
  ) throws {
    var number = 0
    if FolderListing.isFolder(video.path) {
      let rate = video.rate ?? 10
      for name in FolderListing.images(in: video.path) {
        if let last, number > last { return }
        let path = video.path + "/" + name
        let goesOn = try body(number, Double(number) / rate) {
          let bytes = try RandomAccessFile.contents(of: path, named: path, place: "")
          return try fitted(ImageCodec.decode(bytes, named: path))
        }
        if !goesOn { return }
        number += 1
      }
      return
    }
    do {
      let reader = try VideoReader(path: video.path)
      while let (image, time) = try reader.next() {
        if let last, number > last { return }
        guard try body(number, time, { try fitted(image) }) else { return }
        number += 1
      }
    } catch let error as VisionError {
      throw LogError(.unreadable, file: video.path, problem: "cannot be decoded: \(error)")
    }
  }

  private func fitted(_ image: Image) throws -> Image {
    var image = image
    if image.channels == 1 {
      image.pixels = .concatenated([image.pixels, image.pixels, image.pixels], axis: 2)
    }
    guard let side = shorterSide, min(image.width, image.height) > side else { return image }
    let scale = Double(side) / Double(min(image.width, image.height))
    return try image.resized(
      toWidth: max(side, Int((Double(image.width) * scale).rounded())),
      height: max(side, Int((Double(image.height) * scale).rounded())))
  }
}
