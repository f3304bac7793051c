import Foundation
import PointClouds
import SensorLogs
import Tensors
import Vision

/// What a page shows, read from a run's folder within a budget of bytes.
struct ReportContent {
  /// One frame: its boxes, and what is known of its clouds (nil where it has none).
  struct Frame {
    var number: Int
    var time: Timestamp?
    var boxes: FrameBoxes?
    var clouds: [CloudNote?]
  }

  /// A block's figures without its bytes.
  struct CloudNote: Equatable {
    var count: Int
    var sourceCount: Int
    var scale: SIMD3<Double>
    var offset: SIMD3<Double>
  }

  struct CloudStream {
    var series: OutputSeries
    var summary: CloudSummary
    var attributes: [CloudBlock.Attribute]
  }

  struct ImageStream {
    var series: OutputSeries
    /// Bounds of the colour scale, in the file's own numbers; nil for plain pictures.
    var range: ClosedRange<Float>?
    var note: String
  }

  let folder: RunFolder
  let byteLimit: Int
  private(set) var frames: [Frame] = []
  private(set) var clouds: [CloudStream] = []
  private(set) var images: [ImageStream] = []
  private(set) var hasBoxes = false
  private(set) var timelines: [ActionTimeline] = []
  private(set) var labels: [String] = []
  private(set) var notices: [String]
  /// Contents of the page's data elements by id, in order.
  private(set) var blocks: [(id: String, text: String)] = []
  private var problems: [String: [String]] = [:]

  init(_ folder: RunFolder, byteLimit: Int) {
    self.folder = folder
    self.byteLimit = byteLimit
    notices = folder.notices
  }

  /// Reads everything.
  mutating func read() {
    readBoxes()
    readTimelines()
    addFrames()
    surveyClouds()
    surveyImages()
    let budget = ReportBudget(bytes: byteLimit, need: need())
    leaveOutFrames(stride: budget.frameStride)
    for stream in clouds.indices { readClouds(stream, limit: budget.pointLimit) }
    for stream in images.indices { readImages(stream, limit: budget.imageLimit) }
    reportProblems()
  }

  private func path(_ file: String) -> String { folder.path + "/" + file }

  private mutating func readBoxes() {
    let series = folder.series.filter { $0.kind == .boxes }
    var byFrame: [Int: FrameBoxes] = [:]
    for one in series {
      for file in one.files.values.sorted() {
        guard let (lines, wrong) = try? BoxLines.read(path(file)) else {
          problems[one.name, default: []].append("\(file) cannot be read")
          continue
        }
        hasBoxes = hasBoxes || !lines.isEmpty
        problems[one.name, default: []] += wrong.map { "\(file): \($0)" }
        for var line in lines {
          if series.count > 1 {
            for k in line.boxes.indices {
              line.boxes[k].label = "\(one.name): \(line.boxes[k].label)"
            }
          }
          byFrame[line.frame, default: FrameBoxes(frame: line.frame, boxes: [])].merge(line)
        }
      }
    }
    labels = Set(byFrame.values.flatMap { $0.boxes.map(\.label) }).sorted()
    frames = byFrame.keys.sorted().map {
      Frame(number: $0, time: byFrame[$0]?.timestamp, boxes: byFrame[$0], clouds: [])
    }
  }

  /// Scores and spans that come from one result share a picture.
  private mutating func readTimelines() {
    for series in folder.series where series.kind == .windows || series.kind == .spans {
      let source = series.output?.from ?? ""
      let place = timelines.firstIndex { $0.name == source } ?? timelines.count
      if place == timelines.count { timelines.append(ActionTimeline(name: source)) }
      for file in series.files.values.sorted() {
        problems[series.name, default: []] +=
          (series.kind == .windows
          ? ActionLines.readWindows(path(file), into: &timelines[place])
          : ActionLines.readSpans(path(file), into: &timelines[place])).map { "\(file): \($0)" }
      }
    }
    timelines.removeAll { $0.windows.isEmpty && $0.spans.isEmpty }
  }

  /// Adds the frames that only clouds and pictures have.
  private mutating func addFrames() {
    let known = Set(frames.map(\.number))
    let others = Set(
      folder.series.filter { $0.kind == .cloud || $0.kind == .image }.flatMap { $0.files.keys }
    ).subtracting(known)
    frames += others.map { Frame(number: $0, time: nil, boxes: nil, clouds: []) }
    frames.sort { $0.number < $1.number }
    for index in frames.indices where frames[index].time == nil {
      let number = frames[index].number
      frames[index].time = folder.series.lazy.compactMap { $0.times[number] }.first
    }
  }

  private mutating func surveyClouds() {
    for series in folder.series where series.kind == .cloud {
      let numbers = series.files.keys.sorted()
      let step = max(1, (numbers.count + 4) / 5)
      let sample = stride(from: 0, to: numbers.count, by: step).compactMap { index in
        series.files[numbers[index]].flatMap { try? PointCloudFile.read(path: path($0)).cloud }
      }
      let attributes = CloudBlock.Attribute.allCases.filter { attribute in
        sample.contains { CloudBlock.attributes(of: $0).contains(attribute) }
      }
      var summary = CloudSummary(sample)
      if let frame = series.output?.frameName?.lowercased(), frame.contains("optical") {
        summary.up = "-y"
      }
      clouds.append(CloudStream(series: series, summary: summary, attributes: attributes))
      meanPoints.append(
        sample.isEmpty ? 0 : Double(sample.reduce(0) { $0 + $1.count }) / Double(sample.count))
    }
  }

  private var meanPoints: [Double] = []

  private mutating func surveyImages() {
    for series in folder.series where series.kind == .image {
      let numbers = series.files.keys.sorted()
      let step = max(1, (numbers.count + 7) / 8)
      var deep: [Tensor] = []
      for index in stride(from: 0, to: numbers.count, by: step) {
        guard let file = series.files[numbers[index]], let bytes = bytes(of: file),
          let header = ImageCodec.header(bytes), header.bitDepth == 16, header.channels == 1,
          let pixels = try? ImageCodec.decodeGrey16(bytes, named: file)
        else { continue }
        deep.append(pixels)
      }
      let range = ImageBlock.range(of: deep)
      let note = range == nil ? "" : series.output?.payload ?? "depth"
      images.append(ImageStream(series: series, range: range, note: note))
    }
  }

  private func bytes(of file: String) -> [UInt8]? {
    (try? Data(contentsOf: URL(fileURLWithPath: path(file)))).map { [UInt8]($0) }
  }

  /// What the page would hold if there were no limit.
  private func need() -> ReportBudget.Need {
    let boxes = frames.reduce(0) { $0 + ($1.boxes?.boxes.count ?? 0) }
    let pointBytes = clouds.map { 6.0 + Double($0.attributes.reduce(0) { $0 + $1.byteCount }) }
    var (imageBytes, imageCount) = (0.0, 0)
    for stream in images {
      for file in stream.series.files.values {
        let facts = try? FileManager.default.attributesOfItem(atPath: path(file))
        let size = facts?[.size] as? Int ?? 0
        imageBytes += Double(stream.range == nil ? size : Self.coloredRoom(size))
        imageCount += 1
      }
    }
    return ReportBudget.Need(
      frames: frames.count, cloudsPerFrame: clouds.count,
      pointBytes: clouds.isEmpty ? 0 : pointBytes.reduce(0, +) / Double(clouds.count),
      pointsPerCloud: clouds.isEmpty ? 0 : meanPoints.reduce(0, +) / Double(clouds.count),
      imagesPerFrame: images.count,
      imageBytes: imageCount == 0 ? 0 : imageBytes / Double(imageCount),
      otherBytes: 120_000 + 80 * boxes + 200 * frames.count)
  }

  private mutating func leaveOutFrames(stride step: Int) {
    guard step > 1 else { return }
    let all = frames.count
    frames = stride(from: 0, to: all, by: step).map { frames[$0] }
    notices.append(
      "Showing every \(step). frame (\(frames.count) of \(all)), to keep the page below "
        + "\(byteLimit / 1_000_000) MB. The folder holds all of them.")
  }

  private mutating func readClouds(_ stream: Int, limit: Int) {
    let (series, attributes) = (clouds[stream].series, clouds[stream].attributes)
    var (shown, all) = (0, 0)
    for index in frames.indices {
      guard let file = series.files[frames[index].number] else {
        frames[index].clouds.append(nil)
        continue
      }
      do {
        let reading = try PointCloudFile.read(path: path(file))
        problems[series.name, default: []] += reading.problems.map { "\(file): \($0)" }
        let block = CloudBlock(
          reading.cloud, attributes: attributes,
          intensityRange: clouds[stream].summary.intensity, limit: limit)
        frames[index].clouds.append(
          CloudNote(
            count: block.count, sourceCount: block.sourceCount, scale: block.scale,
            offset: block.offset))
        blocks.append(("cloud-\(stream)-\(index)", block.bytes.base64EncodedString()))
        shown += block.count
        all += block.sourceCount
      } catch {
        frames[index].clouds.append(nil)
        problems[series.name, default: []].append("\(error)")
      }
    }
    if limit < Int.max, shown < all {
      let ratio = String(format: "%.1f", Double(all) / Double(max(1, shown)))
      notices.append(
        "Cloud \u{201C}\(series.name)\u{201D}: showing 1 of \(ratio) points, thinned by equal cubes; "
          + "the files hold all \(all).")
    }
  }

  private mutating func readImages(_ stream: Int, limit: Int) {
    let series = images[stream].series
    var smaller = 0
    for index in frames.indices {
      guard let file = series.files[frames[index].number] else { continue }
      do {
        guard let bytes = bytes(of: file) else {
          throw ReportError.damagedFile(path: file, problem: "cannot be read")
        }
        guard let header = ImageCodec.header(bytes) else {
          throw ReportError.damagedFile(path: file, problem: "is not a picture")
        }
        if bytes.count <= limit, let type = ImageBlock.mediaType(header) {
          blocks.append(("image-\(stream)-\(index)", ImageBlock.url(bytes, mediaType: type)))
          continue
        }
        let text = try converted(bytes, header, file: file, stream: stream, limit: limit)
        blocks.append(("image-\(stream)-\(index)", text))
        if bytes.count > limit { smaller += 1 }
      } catch {
        problems[series.name, default: []].append("\(error)")
      }
    }
    if smaller > 0 {
      notices.append(
        "Pictures \u{201C}\(series.name)\u{201D}: \(smaller) shown smaller or as JPEG, to keep the page "
          + "small; the files are as written.")
    }
  }

  /// A picture that cannot be taken as it is: 16-bit numbers in colours, or one that is too large.
  private func converted(
    _ bytes: [UInt8], _ header: ImageHeader, file: String, stream: Int, limit: Int
  ) throws -> String {
    let image: Image
    if let range = images[stream].range, header.bitDepth == 16, header.channels == 1 {
      let numbers = try ImageCodec.decodeGrey16(bytes, named: file)
      image = try ImageBlock.colors.image(of: numbers, range: range, none: 0)
      let room = min(limit, Self.coloredRoom(bytes.count))
      let png = try ImageCodec.encode(image, as: .png)
      if png.count <= room { return ImageBlock.url(png, mediaType: "image/png") }
      return ImageBlock.url(try ImageBlock.jpeg(image, limit: room), mediaType: "image/jpeg")
    }
    image = try ImageCodec.decode(bytes, named: file)
    return ImageBlock.url(try ImageBlock.jpeg(image, limit: limit), mediaType: "image/jpeg")
  }

  /// Bytes that a 16-bit picture may take once it is coloured.
  private static func coloredRoom(_ byteCount: Int) -> Int { max(byteCount * 5 / 4, 80_000) }

  private mutating func reportProblems() {
    for (name, list) in problems.sorted(by: { $0.key < $1.key }) where !list.isEmpty {
      let more = list.count > 1 ? " (and \(list.count - 1) more)" : ""
      notices.append("\u{201C}\(name)\u{201D}: \(list[0])\(more)")
    }
  }
}

extension FrameBoxes {
  /// Adds the boxes of another series for the same frame.
  mutating func merge(_ other: FrameBoxes) {
    timestamp = timestamp ?? other.timestamp
    frameName = frameName ?? other.frameName
    boxes += other.boxes
  }
}
