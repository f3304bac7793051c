import Foundation
import Vision

extension TargetDetector {
  /// Why no image shows the target, in words.
  func diagnose(_ files: [URL], _ detections: [TargetDetection]) throws -> String {
    let count = files.count
    let images = count == 1 ? "the only image" : "any of \(count) images"
    guard count > 0 else { return "there are no images; check the pattern of their names" }
    let readable = zip(files, detections).filter {
      if case .unreadable = $0.1.outcome { false } else { true }
    }.map(\.0)
    guard !readable.isEmpty else {
      return "none of \(count) images can be read: \(detections[0].reason ?? "")"
    }
    let sizes = try likelySizes(readable)
    guard let size = sizes.first else {
      if let refusal = detections.compactMap(\.reason).first(where: { $0.hasPrefix("the ") }) {
        return refusal
      }
      return "no \(target.title) in \(images); check that the images show all of it, sharp and "
        + "well lit, and that its kind is right"
    }
    if case .checkerboard = target {
      return "no \(target.title) in \(images); did you mean \(size.columns)x\(size.rows)?"
    }
    return "no \(target.title) in \(images), but a checkerboard of \(size.columns)x\(size.rows) "
      + "inner corners; did you mean checkerboard:\(size.columns)x\(size.rows)?"
  }

  struct BoardSize: Hashable {
    var columns: Int
    var rows: Int
  }

  /// Sizes of checkerboards that a few of the images show, most frequent first, written as the asked one is.
  private func likelySizes(_ files: [URL]) throws -> [BoardSize] {
    var isTall = false
    if case .checkerboard(let columns, let rows, _) = target { isTall = columns < rows }
    let step = max(1, files.count / 5)
    var counts: [BoardSize: Int] = [:]
    for file in stride(from: 0, to: files.count, by: step).map({ files[$0] }).prefix(6) {
      guard case .success(let image) = Self.read(file) else { continue }
      let longest = Double(max(image.width, image.height))
      let scale = min(1, 1000 / longest)
      let small = try image.resized(
        toWidth: max(24, Int(Double(image.width) * scale)),
        height: max(24, Int(Double(image.height) * scale))
      ).grey()
      guard let size = try boardSize(in: small) else { continue }
      let (long, short) = (max(size.columns, size.rows), min(size.columns, size.rows))
      let written = BoardSize(columns: isTall ? short : long, rows: isTall ? long : short)
      counts[written, default: 0] += 1
      if counts[written] == 3 { break }
    }
    return counts.sorted {
      ($0.value, $0.key.columns * $0.key.rows, $0.key.columns)
        > ($1.value, $1.key.columns * $1.key.rows, $1.key.columns)
    }.map(\.key)
  }

  /// By trial of sizes near the asked one, then as OpenCV measures it.
  private func boardSize(in image: Image) throws -> BoardSize? {
    var (askedColumns, askedRows) = (8, 6)
    if case .checkerboard(let columns, let rows, _) = target {
      (askedColumns, askedRows) = (columns, rows)
    }
    var trials: [BoardSize] = []
    for columns in max(3, askedColumns - 2)...askedColumns + 2 {
      for rows in max(3, askedRows - 2)...askedRows + 2 {
        trials.append(BoardSize(columns: columns, rows: rows))
      }
    }
    // Larger ones first: a part of a board may pass for a board.
    trials.sort {
      ($0.columns * $0.rows, $0.columns) > ($1.columns * $1.rows, $1.columns)
    }
    for trial in trials {
      let corners = try image.chessboardCorners(columns: trial.columns, rows: trial.rows)
      if corners != nil { return trial }
    }
    guard let size = try image.chessboardSize() else { return nil }
    return BoardSize(columns: size.columns, rows: size.rows)
  }
}
