import Foundation
import Geometry
import Testing

@testable import Calibration

struct HonestyGateTests {
  private func refusal(
    _ boards: SyntheticBoards, _ views: [TargetView]
  ) throws -> CalibrationRefusal {
    do {
      let estimate = try CameraEstimator(target: boards.target).estimate(views)
      Issue.record("not refused: \(estimate.verdict)")
      return CalibrationRefusal(reasons: [])
    } catch let refusal as CalibrationRefusal { return refusal }
  }

  @Test func `many varied views with little noise are accepted`() throws {
    let boards = SyntheticBoards(views: 22, seed: 8)
    let estimate = try CameraEstimator(target: boards.target).estimate(boards.views(noise: 0.1))
    #expect(estimate.verdict == .accepted, "\(estimate.verdict)")
    let jackknife = try #require(estimate.jackknife)
    // 22 views with about 6 degrees of freedom each.
    #expect(abs(jackknife.ratio - 1) < 0.3, "\(jackknife.ratio)")
    #expect((estimate.crossValidation?.ratio ?? 9) < 2)
  }

  @Test func `two views are too few, and the refusal says what to add`() throws {
    let boards = SyntheticBoards(views: 2)
    let refusal = try refusal(boards, boards.views(noise: 0.1))
    #expect(refusal.reasons.map(\.kind) == [.tooFewViews])
    #expect(refusal.description.hasPrefix("2 views are usable, at least 3 are needed; add a view"))
    let empty = try self.refusal(boards, [])
    #expect(empty.reasons.map(\.kind) == [.tooFewViews])
  }

  @Test func `views with too few corners do not count`() throws {
    let boards = SyntheticBoards(views: 4)
    var views = boards.views(noise: 0.1)
    views[1].corners = Array(views[1].corners.prefix(3))
    // One row of the board is a line.
    views[2].corners = Array(views[2].corners.prefix(9))
    let refusal = try refusal(boards, views)
    #expect(refusal.description.contains("view1 has 3 corners"))
    #expect(refusal.description.contains("2 views are usable"))
  }

  @Test func `fewer coordinates than unknowns are refused`() throws {
    let boards = SyntheticBoards(views: 3)
    var views = boards.views(noise: 0.1)
    for place in views.indices {
      views[place].corners = [0, 8, 45, 53].map { views[place].corners[$0] }
    }
    let refusal = try refusal(boards, views)
    #expect(refusal.description.hasPrefix("only 12 corners in 3 views"), "\(refusal)")
  }

  @Test func `a target without size is refused`() throws {
    let boards = SyntheticBoards(views: 4)
    let target = CalibrationTarget.checkerboard(columns: 9, rows: 6, square: 0)
    #expect(throws: CalibrationRefusal.self) {
      try CameraEstimator(target: target).estimate(boards.views(noise: 0.1))
    }
    let broken = CalibrationTarget.checkerboard(columns: 9, rows: 6, square: .nan)
    #expect(throws: CalibrationRefusal.self) {
      try CameraEstimator(target: broken).estimate(boards.views(noise: 0.1))
    }
  }

  @Test(arguments: [0, 0.1])
  func `boards that are all parallel are refused and a tilt is advised`(noise: Double) throws {
    let boards = SyntheticBoards(views: 12, tilt: 0.01)
    let views = boards.views(noise: noise)
    var (reasons, advice): ([VerdictReason], NextPose?) = ([], nil)
    do {
      let estimate = try CameraEstimator(target: boards.target).estimate(views)
      #expect(estimate.verdict.isRefused)
      (reasons, advice) = (estimate.verdict.reasons, estimate.nextPose)
    } catch let refusal as CalibrationRefusal {
      (reasons, advice) = (refusal.reasons, refusal.nextPose)
    }
    #expect(reasons.contains { [.parallelTargets, .undetermined].contains($0.kind) }, "\(reasons)")
    let words = try #require(advice).words
    #expect(words.contains("turned away by 35 degrees"))
  }

  @Test func `views of a small part of the image are marked or refused for their coverage`() throws
  {
    let boards = SyntheticBoards(views: 40, columns: 4, rows: 3)
    let middle = boards.views(noise: 0.1).filter { view in
      view.corners.allSatisfy { abs($0.position.x - 320) < 190 && abs($0.position.y - 240) < 140 }
    }
    try #require(middle.count >= 6)
    let estimate = try CameraEstimator(target: boards.target).estimate(middle)
    #expect(estimate.coverage.fraction < 0.4)
    #expect(estimate.verdict != .accepted)
    #expect(estimate.verdict.isRefused || estimate.coverage.fraction >= 0.25)
    #expect(estimate.verdict.reasons.contains { $0.kind == .lowCoverage })
    let advice = try #require(estimate.nextPose)
    #expect(advice.words.contains("edge") || advice.words.contains("corner"), "\(advice.words)")
  }

  @Test func `mirrored images are refused`() throws {
    let boards = SyntheticBoards(views: 12)
    let views = boards.views(noise: 0.1).map { view in
      var view = view
      for place in view.corners.indices {
        view.corners[place].position.x = 639 - view.corners[place].position.x
      }
      return view
    }
    let estimate = try CameraEstimator(target: boards.target).estimate(views)
    #expect(estimate.verdict.isRefused)
    #expect(estimate.verdict.reasons.first?.kind == .mirroredOrder)
  }

  @Test func `a lens that was zoomed between views fails the cross-validation`() throws {
    let wide = SyntheticBoards(views: 12)
    var zoomed = wide.camera
    zoomed.focalLength *= 1.06
    let other = SyntheticBoards(camera: zoomed, views: 12)
    let (first, second) = (wide.views(noise: 0.1), other.views(noise: 0.1))
    let mixed = (0..<12).map { $0 % 2 == 0 ? first[$0] : second[$0] }
    var options = CameraEstimator.Options()
    options.outlierSigmas = nil
    let estimate = try CameraEstimator(target: wide.target, options: options).estimate(mixed)
    let check = try #require(estimate.crossValidation)
    let jackknife = try #require(estimate.jackknife)
    #expect(jackknife.ratio > 2)
    #expect(check.rms > 5)
    #expect(estimate.inflation > 2 && estimate.parameters.allSatisfy { $0.isScaledUp })
    #expect(estimate.verdict.isRefused)
    #expect(estimate.verdict.reasons.contains { $0.kind == .crossValidation }, "\(check.ratio)")
  }

  @Test func `numbers that are not finite, foreign corners and mixed sizes are refused by name`()
    throws
  {
    let boards = SyntheticBoards(views: 5)
    let good = boards.views(noise: 0.1)
    func spoilt(_ change: (inout TargetView) -> Void) throws -> [VerdictReason.Kind] {
      var views = good
      change(&views[2])
      let refusal = try refusal(boards, views)
      #expect(refusal.description.hasPrefix("view view2: "))
      return refusal.reasons.map(\.kind)
    }
    #expect(try spoilt { $0.corners[4].position.x = .nan } == [.nonFinite])
    #expect(try spoilt { $0.corners[4].position.y = .infinity } == [.nonFinite])
    #expect(try spoilt { $0.corners[4].index = 54 } == [.inconsistentViews])
    #expect(try spoilt { $0.corners[4].index = -1 } == [.inconsistentViews])
    #expect(try spoilt { $0.corners[4].index = 5 } == [.inconsistentViews])
    #expect(try spoilt { $0.width = 641 } == [.inconsistentViews])
    let flat = CornerCovariance(xx: 1, xy: 1, yy: 1)
    #expect(try spoilt { $0.corners[4].covariance = flat } == [.nonFinite])
  }

  @Test func `corners without sense end in a verdict, never in a crash`() throws {
    let boards = SyntheticBoards(views: 6)
    var views = boards.views(noise: 0.1)
    for place in views.indices {
      let count = views[place].corners.count
      for corner in 0..<count {
        let mixed = Double((corner * 7919 + place * 104_729) % 997) / 997
        views[place].corners[corner].position = Vector2(
          mixed * 640, (mixed * 31).truncatingRemainder(dividingBy: 1) * 480)
      }
    }
    do {
      let estimate = try CameraEstimator(target: boards.target).estimate(views)
      #expect(estimate.verdict.isRefused)
    } catch is CalibrationRefusal {}
  }
}
