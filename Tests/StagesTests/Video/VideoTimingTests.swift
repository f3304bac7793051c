import SensorLogs
import Testing

@testable import Stages

@Suite struct VideoTimingTests {
  private static func times(_ seconds: [Double]) -> [Timestamp] {
    seconds.map { Timestamp(seconds: $0) }
  }

  @Test func `even times give their rate and each frame once`() {
    let timing = VideoTiming(Self.times((0..<300).map { Double($0) / 29.97 }))
    #expect(abs(timing.rate - 29.97) < 1e-4)
    #expect(timing.repeats == [Int](repeating: 1, count: 300))
  }

  @Test func `times rounded to milliseconds give the true rate and each frame once`() {
    let timing = VideoTiming(
      Self.times((0..<3000).map { (Double($0) * 1000 / 30).rounded() / 1000 }))
    #expect(abs(timing.rate - 30) < 0.02)
    #expect(timing.repeats.allSatisfy { $0 == 1 })
  }

  @Test func `a frame before a gap is shown for longer, so that the video keeps time`() {
    let timing = VideoTiming(Self.times([0, 0.1, 0.2, 0.7, 0.8, 0.9, 1.0]))
    #expect(abs(timing.rate - 10) < 1e-9)
    #expect(timing.repeats == [1, 1, 5, 1, 1, 1, 1])
  }

  @Test func `gaps of hours are not shown in full, and equal or falling times are`() {
    let timing = VideoTiming(Self.times([0, 0.1, 7200, 7200.1, 7200.2]))
    #expect(timing.repeats == [1, 100, 1, 1, 1])
    #expect(VideoTiming(Self.times([5, 5, 5])).repeats == [1, 1, 1])
    #expect(VideoTiming(Self.times([3])) == VideoTiming(Self.times([3]), rate: 25))
    #expect(VideoTiming(Self.times([0, 0.1, 0.05, 0.2, 0.3])).repeats.allSatisfy { $0 >= 1 })
    #expect(VideoTiming([]).repeats.isEmpty || VideoTiming([]).rate == 25)
  }

  @Test func `a given rate shows each frame once`() {
    let timing = VideoTiming(Self.times([0, 1, 9]), rate: 12)
    #expect(timing.rate == 12 && timing.repeats == [1, 1, 1])
  }
}
