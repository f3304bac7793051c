import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct SemiGlobalMatcherTests {
  /// A random texture whose left part is shifted by `near` pixels and whose rest by `far`, with noise.
  static func scene(_ width: Int, _ height: Int, near: Int, far: Int, noise: Int = 3) -> StereoPair
  {
    var generator = SeededGenerator(seed: UInt64(7 * width + height))
    let texture = (0..<height * (width + 64)).map { _ in generator.uniform(below: 200) + 20 }
    func picture(_ shift: (Int, Int) -> Int) -> Image {
      let values = (0..<width * height).map { i in
        let (x, y) = (i % width, i / width)
        let at = min(max(x + shift(x, y), 0), width + 63)
        return UInt8(texture[y * (width + 64) + at] + generator.uniform(below: noise + 1))
      }
      return Image(pixels: Tensor(values, shape: [height, width, 1]))
    }
    let isNear = { (x: Int, y: Int) in x > width / 3 && x < 2 * width / 3 && y > height / 4 }
    return StereoPair(
      left: picture { _, _ in 0 },
      right: picture { x, y in isNear(x + near, y) ? near : far })
  }

  static func reference(_ matcher: SemiGlobalMatcher, _ pair: StereoPair)
    -> SemiGlobalReference.Result
  {
    let values = { (image: Image) in image.pixels.array(of: UInt8.self).map(Int.init) }
    return SemiGlobalReference(
      matcher: matcher, width: pair.left.width, height: pair.left.height, left: values(pair.left),
      right: values(pair.right)
    ).run()
  }

  static func result(_ match: SemiGlobalMatcher.Match) throws -> SemiGlobalReference.Result {
    let deviations = try #require(match.disparity.standardDeviations)
    return SemiGlobalReference.Result(
      disparity: match.disparity.disparities.array(of: Float.self).map { Int($0 * 32) },
      deviation: deviations.array(of: Float.self).map { Int($0 * 256) },
      confidence: match.confidence.array(of: UInt8.self).map(Int.init))
  }

  struct Case: Sendable {
    var name: String
    var width = 61
    var height = 23
    var change: @Sendable (inout SemiGlobalMatcher) -> Void = { _ in }
  }

  static let cases: [Case] = [
    Case(name: "defaults"),
    Case(name: "eight paths") { $0.paths = .eight },
    Case(name: "disparities from 3 on") {
      $0.minDisparity = 3
      $0.disparityCount = 16
    },
    Case(name: "eighty disparities, more than columns", width: 53) {
      $0.disparityCount = 80
      $0.paths = .eight
    },
    Case(name: "sharp penalties, no scale") {
      $0.p1 = 1
      $0.p2 = 95
      $0.p2Min = 95
      $0.p2Scale = 0
    },
    Case(name: "unique winners only") { $0.uniquenessRatio = 20 },
    Case(name: "no check, no cleaning") {
      $0.leftRightTolerance = nil
      $0.speckleArea = 0
      $0.median = false
      $0.fillReach = 0
    },
    Case(name: "large speckles, coarse steps") {
      $0.speckleArea = 120
      $0.speckleStep = 2.5
      $0.leftRightTolerance = 0
    },
    Case(name: "far reach") { $0.fillReach = 300 },
    Case(name: "one row", height: 1) { $0.paths = .eight },
    Case(name: "one column", width: 1, height: 9) { $0.paths = .eight },
    Case(name: "one pixel", width: 1, height: 1),
    Case(name: "narrower than the disparities", width: 7, height: 40) { $0.paths = .eight },
    Case(name: "tall: many strips", width: 19, height: 90) { $0.paths = .eight },
  ]

  @Test(arguments: cases.indices)
  func `the kernels give the bytes of the slow reference, with all instructions and threads`(
    index: Int
  ) throws {
    let one = Self.cases[index]
    var matcher = SemiGlobalMatcher()
    matcher.disparityCount = 32
    matcher.speckleArea = 12
    one.change(&matcher)
    let pair = Self.scene(one.width, one.height, near: 11, far: 4)
    let expected = Self.reference(matcher, pair)
    for instructions in SemiGlobalMatcher.Instructions.available {
      for threads in [1, 2, 5] {
        matcher.instructions = instructions
        matcher.threads = threads
        let found = try Self.result(matcher.match(pair))
        #expect(found == expected, "\(one.name), \(instructions), \(threads) threads")
      }
    }
  }

  @Test func `a shifted texture has that disparity, up to the left border`() throws {
    var matcher = SemiGlobalMatcher()
    matcher.disparityCount = 32
    matcher.fillReach = 0
    let pair = Self.scene(160, 60, near: 9, far: 9, noise: 0)
    let values = try matcher.disparity(of: pair).disparities.array(of: Float.self)
    var right = 0
    for y in 0..<60 { for x in 9..<160 where abs(values[160 * y + x] - 9) < 0.1 { right += 1 } }
    #expect(right > 60 * 151 * 98 / 100)
  }

  @Test func `a hidden strip is filled from the background`() throws {
    var matcher = SemiGlobalMatcher()
    matcher.disparityCount = 32
    let pair = Self.scene(150, 60, near: 14, far: 4)
    let filled = try matcher.match(pair)
    matcher.fillReach = 0
    let open = try matcher.match(pair)
    let (a, b) = (
      filled.disparity.disparities.array(of: Float.self),
      open.disparity.disparities.array(of: Float.self)
    )
    let confidence = filled.confidence.array(of: UInt8.self)
    let new = a.indices.filter { a[$0] > 0 && b[$0] == 0 && $0 % 150 > 20 }
    #expect(new.count > 100)
    // What is filled is the background, and marked as a guess.
    #expect(new.filter { abs(a[$0] - 4) < 1 }.count > new.count * 8 / 10)
    #expect(new.allSatisfy { (1...31).contains(confidence[$0]) })
  }

  @Test func `absurd settings and empty pictures are refused`() {
    let pair = Self.scene(20, 10, near: 3, far: 1)
    for change: (inout SemiGlobalMatcher) -> Void in [
      { $0.disparityCount = 17 }, { $0.disparityCount = 0 }, { $0.disparityCount = 1 << 20 },
      { $0.minDisparity = -1 }, { $0.minDisparity = 2000 }, { $0.minDisparity = .max },
      { $0.p1 = 0 }, { $0.p2 = 96 }, { $0.p2Min = 5 }, { $0.p2Scale = -1 },
      { $0.uniquenessRatio = 100 }, { $0.speckleStep = .nan }, { $0.threads = 0 },
    ] {
      var matcher = SemiGlobalMatcher()
      change(&matcher)
      #expect(throws: VisionError.self) { try matcher.disparity(of: pair) }
    }
    let none = Image(pixels: Tensor(repeating: 0 as UInt8, shape: [0, 4, 1]))
    #expect(throws: VisionError.self) {
      try SemiGlobalMatcher().disparity(of: StereoPair(left: none, right: none))
    }
  }

  @Test(.enabled(if: SharedData.isPresent, "recordings absent"))
  func `on Aloe few pixels are left empty and few are wrong, on any number of threads`() throws {
    let image = { try OpenCVSemiGlobalMatcherTests.image("stereo/aloe/" + $0) }
    let pair = StereoPair(left: try image("aloeL.jpg"), right: try image("aloeR.jpg"))
    let truth = try image("aloeGT.png").pixels.array(of: UInt8.self)
    var matcher = SemiGlobalMatcher()
    matcher.disparityCount = 256
    let disparity = try matcher.disparity(of: pair)
    let found = disparity.disparities.array(of: Float.self)
    var (known, returned, wrong) = (0, 0, 0)
    for i in truth.indices where truth[i] > 0 && i % pair.left.width >= 256 {
      known += 1
      guard found[i] > 0 else { continue }
      returned += 1
      if abs(found[i] - Float(truth[i])) > 2 { wrong += 1 }
    }
    #expect(Double(known - returned) / Double(known) < 0.05)
    #expect(Double(wrong) / Double(returned) < 0.036)
    for threads in [2, 3] {
      matcher.threads = threads
      let other = try matcher.disparity(of: pair)
      #expect(other.disparities.array(of: Float.self) == found)
      #expect(
        other.standardDeviations?.array(of: Float.self)
          == disparity.standardDeviations?.array(of: Float.self))
    }
  }
}
