import SensorLogs
import Tensors
import Vision

/// The last frames of a video, as many as a window spans.
struct FrameRing: Sendable {
  private struct Entry: Sendable {
    var pixels: Tensor
    var time: Timestamp
    var number: Int
  }

  private let span: Int
  /// Oldest first, once `start` is passed over; grows to `span` entries, then each new one takes the place of the oldest.
  private var entries: [Entry] = []
  private var start = 0

  init(span: Int) { self.span = span }

  var count: Int { entries.count }
  var isFull: Bool { entries.count == span }
  /// Number of the latest frame.
  var latest: Int? { entries.isEmpty ? nil : entry(entries.count - 1).number }

  private func entry(_ age: Int) -> Entry { entries[(start + age) % entries.count] }

  /// Takes in a frame, `[H, W, 3]` of UInt8; one of another size makes the ring forget the others.
  mutating func append(_ pixels: Tensor, time: Timestamp, number: Int) {
    if let last = entries.last, last.pixels.shape != pixels.shape {
      entries.removeAll()
      start = 0
    }
    let entry = Entry(pixels: pixels, time: time, number: number)
    if entries.count < span {
      entries.append(entry)
    } else {
      entries[start] = entry
      start = (start + 1) % span
    }
  }

  /// A clip that ends with the latest frame; frames before the first one are that one.
  func clip(frames: Int, step: Int) -> (clip: VideoClip, first: (time: Timestamp, number: Int)) {
    let chosen = (0..<frames).map { entry(max(0, count - 1 - (frames - 1 - $0) * step)) }
    let shape = [frames] + chosen[0].pixels.shape
    let pixels = Tensor(shape: shape, of: UInt8.self) { target in
      var offset = 0
      for one in chosen {
        one.pixels.withUnsafeElements(of: UInt8.self) { source in
          UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(target)[offset...])
            .copyMemory(from: UnsafeRawBufferPointer(source))
          offset += source.count
        }
      }
    }
    return (
      VideoClip(frames: pixels, times: chosen.map(\.time.seconds)),
      (chosen[0].time, chosen[0].number)
    )
  }
}
