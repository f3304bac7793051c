import Foundation
import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct FlowCheckTests {
  /// A smooth pattern without a period, fetched at positions that move.
  static func pattern(
    width: Int = 120, height: Int = 90, _ place: (Double, Double) -> (Double, Double)
  ) -> Image {
    Image(
      pixels: Tensor(shape: [height, width, 1], of: UInt8.self) { target in
        for i in 0..<target.count {
          let (x, y) = place(Double(i % width), Double(i / width))
          let value =
            128 + 45 * sin(x * 0.31 + 0.013 * x * y * 0.1) + 40 * sin(y * 0.27 - x * 0.11)
            + 30 * sin(0.0021 * x * x + 0.19 * y)
          target[i] = UInt8(min(max(value, 0), 255))
        }
      })
  }

  /// Flow that grows from the middle: sign and order differ in it.
  static func field(
    width: Int = 120, height: Int = 90, _ vector: (Double, Double) -> (Double, Double)
  ) -> FlowField {
    FlowField(
      vectors: Tensor(shape: [height, width, 2], of: Float.self) { target in
        for i in 0..<(target.count / 2) {
          let (u, v) = vector(Double(i % width), Double(i / width))
          target[2 * i] = Float(u)
          target[2 * i + 1] = Float(v)
        }
      })
  }

  /// The numbers of a field after a usual mistake.
  static func mistaken(_ field: FlowField, _ reading: FlowReading) -> FlowField {
    let (area, shape) = (field.width * field.height, field.vectors.shape)
    return field.vectors.withUnsafeElements(of: Float.self) { source in
      FlowField(
        vectors: Tensor(shape: shape, of: Float.self) { target in
          for i in 0..<area {
            let (u, v) = (source[2 * i], source[2 * i + 1])
            switch reading {
            case .asGiven, .picturesSwapped: (target[2 * i], target[2 * i + 1]) = (u, v)
            case .signChanged: (target[2 * i], target[2 * i + 1]) = (-u, -v)
            case .uSignChanged: (target[2 * i], target[2 * i + 1]) = (-u, v)
            case .vSignChanged: (target[2 * i], target[2 * i + 1]) = (u, -v)
            case .componentsSwapped: (target[2 * i], target[2 * i + 1]) = (v, u)
            case .componentsApart: (target[i], target[area + i]) = (u, v)
            }
          }
        })
    }
  }

  private static func check(
    _ flow: FlowField, _ reading: FlowReading, _ earlier: Image, _ later: Image
  ) throws -> FlowCheck {
    let wrong = mistaken(flow, reading)
    return reading == .picturesSwapped
      ? try FlowCheck(wrong, earlier: later, later: earlier)
      : try FlowCheck(wrong, earlier: earlier, later: later)
  }

  @Test(arguments: FlowReading.allCases)
  func `every mistake on a synthetic shift is named`(reading: FlowReading) throws {
    // later(p + v) = earlier(p) with v = (2.5, -1.3).
    let earlier = Self.pattern { ($0, $1) }
    let later = Self.pattern { ($0 - 2.5, $1 + 1.3) }
    let flow = Self.field { _, _ in (2.5, -1.3) }
    let check = try Self.check(flow, reading, earlier, later)
    guard reading != .asGiven else {
      #expect(check.verdict == .fits)
      #expect(try #require(check.residual) < 0.1)
      try check.requireFit()
      return
    }
    // An even shift cannot tell swapped pictures from the wrong sign; the message names both.
    let backwards: [FlowReading] = [.picturesSwapped, .signChanged]
    guard case .misread(let found) = check.verdict else {
      Issue.record("\(reading): \(check)")
      return
    }
    #expect(found == reading || backwards.contains(reading) && backwards.contains(found))
    let error = #expect(throws: VisionError.self) { try check.requireFit() }
    #expect(error?.description.contains(reading.mistake) == true)
  }

  @Test func `uneven motion tells swapped pictures from the wrong sign`() throws {
    // later(p + v(p)) = earlier(p) with v = 0.08 (p - c): later(q) = earlier(c + (q - c) / 1.08).
    let (cx, cy) = (60.0, 45.0)
    let earlier = Self.pattern { ($0, $1) }
    let later = Self.pattern { (cx + ($0 - cx) / 1.08, cy + ($1 - cy) / 1.08) }
    let flow = Self.field { (0.08 * ($0 - cx), 0.08 * ($1 - cy)) }
    for reading in [FlowReading.asGiven, .picturesSwapped, .signChanged] {
      let check = try Self.check(flow, reading, earlier, later)
      #expect(check.verdict == (reading == .asGiven ? .fits : .misread(reading)), "\(check)")
    }
  }

  @Test func `a still scene, and flow of other pictures`() throws {
    let image = Self.pattern { ($0, $1) }
    let still = try FlowCheck(Self.field { _, _ in (0, 0) }, earlier: image, later: image)
    #expect(still.verdict == .still && still.residual == nil)
    // Pictures that hardly differ, with flow that tears them apart.
    let later = Self.pattern { ($0 - 0.6, $1) }
    let torn = Self.field { x, y in (9 * sin(x * 1.3 + y), 9 * cos(y * 1.7)) }
    let check = try FlowCheck(torn, earlier: image, later: later)
    #expect(check.verdict == .foreign)
    let error = #expect(throws: VisionError.self) { try check.requireFit() }
    #expect(error?.description.contains("belongs to other pictures") == true)
    let other = Self.field(width: 119) { _, _ in (0, 0) }
    #expect(throws: VisionError.self) { try FlowCheck(other, earlier: image, later: image) }
  }

  @Test func `a subtracted mean and a bound do not make flow look wrong`() throws {
    let earlier = Self.pattern { ($0, $1) }
    let later = Self.pattern { ($0 - 3, $1 - 1) }
    let flow = Self.field { x, _ in x < 20 ? (30, 0) : (3, 1) }
    let centred = flow.subtractingMean()
    // Without its statement the rest looks foreign or still; with it, it fits.
    #expect(try FlowCheck(centred, earlier: earlier, later: later).verdict == .fits)
    #expect(
      try FlowCheck(flow.clipped(to: 5), earlier: earlier, later: later).verdict == .fits)
  }

  @Test func `a convention that points backwards is read backwards`() throws {
    let earlier = Self.pattern { ($0, $1) }
    let later = Self.pattern { ($0 - 2.5, $1 + 1.3) }
    var flow = Self.field { _, _ in (-2.5, 1.3) }
    flow.convention.direction = .thisToPrevious
    #expect(try FlowCheck(flow, earlier: earlier, later: later).verdict == .fits)
  }

  @Test(arguments: FlowStackCheck.Order.allCases)
  func `a stack in another order is refused by name`(order: FlowStackCheck.Order) throws {
    // Three unlike shifts, so that the order in time shows.
    let steps = [(3.0, -0.8), (-2.2, 2.0), (1.4, 2.6)]
    var place = (0.0, 0.0)
    var frames = [Self.pattern { ($0, $1) }]
    for step in steps {
      place = (place.0 + step.0, place.1 + step.1)
      frames.append(Self.pattern { ($0 - place.0, $1 - place.1) })
    }
    let right = FlowField.stacked(
      steps.map { step in Self.field { _, _ in step } }, bound: 5)
    let area = 120 * 90
    let stack = right.withUnsafeElements(of: Float.self) { source in
      Tensor(shape: right.shape, of: Float.self) { target in
        for number in 0..<3 {
          let (u, v, sign) = order.channels(number, of: 3)
          for i in 0..<area {
            target[u * area + i] = source[2 * number * area + i] * sign
            target[v * area + i] = source[(2 * number + 1) * area + i] * sign
          }
        }
      }
    }
    let check = try FlowStackCheck(stack, bound: 5, frames: frames)
    #expect(check.mistake == (order == .interlaced ? nil : order), "\(check.residuals)")
    if order == .interlaced {
      try check.requireOrder()
    } else {
      let error = #expect(throws: VisionError.self) { try check.requireOrder() }
      #expect(error?.description.contains(order.text) == true)
    }
    #expect(throws: VisionError.self) {
      try FlowStackCheck(stack, bound: 5, frames: Array(frames.dropLast()))
    }
  }

  /// Pairs of successive frames, every so many.
  static func pairs(_ name: String, every: Int, most: Int) throws -> [(Image, Image)] {
    let reader = try VideoReader(path: SharedData.path("video/" + name))
    var (pairs, number, previous): ([(Image, Image)], Int, Image?) = ([], 0, nil)
    while pairs.count < most, let (image, _) = try reader.next() {
      let grey = try image.grey()
      if let previous, number % every == 0 { pairs.append((previous, grey)) }
      previous = grey
      number += 1
    }
    return pairs
  }

  @Test(
    .enabled(if: SharedData.isPresent, "\(SharedData.absence)"),
    arguments: [
      ("mmaction_demo.mp4", 12), ("mmaction_test.mp4", 12), ("flipping_a_pancake.mkv", 12),
      ("mmaction_test.avi", 12),
    ])
  func `on real video right flow passes and wrong flow is refused by name`(
    name: String, every: Int
  ) throws {
    var moving = 0
    for (earlier, later) in try Self.pairs(name, every: every, most: 8) {
      let flow = try OpticalFlow.dis(.medium).flow(from: earlier, to: later)
      let right = try FlowCheck(flow, earlier: earlier, later: later)
      try right.requireFit()
      guard right.verdict == .fits, right.movingShare >= 0.02 else { continue }
      moving += 1
      for reading in FlowReading.allCases where reading != .asGiven {
        let check = try Self.check(flow, reading, earlier, later)
        let error = #expect(throws: VisionError.self) { try check.requireFit() }
        #expect(
          error?.description.contains(reading.mistake) == true,
          "\(reading): \(error?.description ?? ""), \(check)")
      }
    }
    #expect(moving >= 3)
  }
}
