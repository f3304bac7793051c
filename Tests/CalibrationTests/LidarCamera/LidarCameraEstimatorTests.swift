import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import Calibration

/// A spinning LiDAR and a camera that look at a board with known truth.
struct LidarBoardScene {
  /// LiDAR: x forward, y left, z up; camera: z forward.
  var cameraFromLidar = Pose(
    rotation: Quaternion(angle: 0.03, axis: [0.5, -0.4, 0.7])
      * Quaternion(w: 0.5, x: 0.5, y: -0.5, z: 0.5), translation: [0.05, -0.12, -0.2])
  var rangeNoise = 0.015

  /// Boards in front of both, tilted to all sides.
  static func poses(_ count: Int, tilt: Double = 0.5) -> [Pose] {
    (0..<count).map { number in
      let way = 2 * Double.pi * Double(number) / Double(count)
      let turn = Quaternion(angle: tilt, axis: [cos(way), sin(way), 0])
      let distance = 2.2 + 0.5 * Double(number % 3)
      let place = Vector3(0.5 * cos(2.1 * way), 0.3 * sin(1.7 * way), distance)
      return Pose(rotation: turn, translation: place - turn.rotate([0.4, 0.3, 0]))
    }
  }

  static let poseDeviation = [0.002, 0.002, 0.001, 0.001, 0.001, 0.003]

  /// What both sensors see; the target is 0.8 by 0.6 metres.
  func observations(_ poses: [Pose], seed: UInt64) -> [BoardObservation] {
    var g = SeededGenerator(seed: seed)
    var covariance = [Double](repeating: 0, count: 36)
    for (place, deviation) in Self.poseDeviation.enumerated() {
      covariance[7 * place] = deviation * deviation
    }
    let lidarFromCamera = cameraFromLidar.inverse
    return poses.enumerated().map { number, pose in
      let lidarFromTarget = lidarFromCamera * pose
      let normal = lidarFromTarget.rotation.rotate([0, 0, 1])
      let offset = normal.dot(lidarFromTarget.translation)
      var points: [Vector3] = []
      for beam in -16...15 {
        for step in -90...90 {
          let (up, side) = (Double(beam) * 0.0117, Double(step) * 0.0058)
          let ray = Vector3(cos(up) * cos(side), cos(up) * sin(side), sin(up))
          let along = normal.dot(ray)
          guard abs(along) > 1e-3 else { continue }
          let range = offset / along
          let onTarget = lidarFromTarget.inverse * (ray * range)
          guard range > 0, (0...0.8).contains(onTarget.x), (0...0.6).contains(onTarget.y) else {
            continue
          }
          points.append(ray * (range + rangeNoise * g.normal()))
        }
      }
      let d = Self.poseDeviation
      let turn = Vector3(d[0] * g.normal(), d[1] * g.normal(), d[2] * g.normal())
      let shift = Vector3(d[3] * g.normal(), d[4] * g.normal(), d[5] * g.normal())
      let seen = Pose(
        rotation: Quaternion(angle: turn.length, axis: turn) * pose.rotation,
        translation: pose.translation + shift)
      return BoardObservation(
        name: "board \(number)", cameraFromTarget: seen, poseCovariance: covariance, points: points)
    }
  }
}

@Suite struct LidarCameraEstimatorTests {
  @Test func `boards give the LiDAR's place back with errors as stated`() throws {
    let scene = LidarBoardScene()
    let poses = LidarBoardScene.poses(8)
    let trials = SlowTests.areWanted ? 200 : 25
    var (nees, worst, inflation) = (0.0, 0.0, 0.0)
    for trial in 0..<trials {
      let estimate = try LidarCameraEstimator().estimate(
        scene.observations(poses, seed: UInt64(trial)))
      let turn = estimate.cameraFromLidar.rotation * scene.cameraFromLidar.rotation.inverse
      let shift = estimate.cameraFromLidar.translation - scene.cameraFromLidar.translation
      let r = turn.rotationVector
      let error = [r.x, r.y, r.z, shift.x, shift.y, shift.z]
      let square = estimate.inflation * estimate.inflation
      let covariance = SymmetricMatrix(side: 6, elements: estimate.covariance.map { $0 / square })
      let information = try #require(covariance.inverse)
      nees += zip(error, information * error).reduce(0) { $0 + $1.0 * $1.1 } / 6
      for i in 0..<6 { worst = max(worst, abs(error[i]) / covariance[i, i].squareRoot()) }
      inflation += estimate.inflation / Double(trials)
      // Across the boards, which the rays meet at up to 45 degrees.
      #expect(estimate.rangeNoise > 0.7 * scene.rangeNoise)
      #expect(estimate.rangeNoise < 1.03 * scene.rangeNoise)
    }
    #expect(abs(nees / Double(trials) - 1) < 4 * (2 / Double(6 * trials)).squareRoot())
    #expect(worst < 4.5 && inflation < 1.2)
  }

  @Test func `the pixel error follows from the pose's covariance`() throws {
    let estimate = try LidarCameraEstimator().estimate(
      LidarBoardScene().observations(LidarBoardScene.poses(8), seed: 1))
    let camera = StereoScene().rig.left
    let errors = [5.0, 20, 50].map { estimate.pixelDeviation(at: $0, in: camera) }
    #expect(errors.allSatisfy { $0 > 0.1 && $0 < 3 })
    // Far away only the rotation counts: on the axis f times the two tilts, a little more beside it.
    let far = estimate.pixelDeviation(at: 1e6, in: camera)
    let (x, y) = (estimate.rotationDeviation.x, estimate.rotationDeviation.y)
    let least = 533 * (x * x + y * y).squareRoot()
    #expect(far > 0.9 * least && far < 1.6 * least)
    #expect(abs(errors[2] - far) < 0.1)
    // By hand: 0.1 degrees about x alone is 0.93 px at f = 533 in the middle.
    var turned = estimate
    turned.covariance = [Double](repeating: 0, count: 36)
    turned.covariance[0] = (0.1 * Double.pi / 180) * (0.1 * Double.pi / 180)
    var plain = camera
    plain.distortion = .none
    let alone = turned.pixelDeviation(at: 20, in: plain)
    #expect(alone > 0.93 && alone < 1.3)
  }

  @Test func `points beside the board and a wrong board do little harm`() throws {
    let scene = LidarBoardScene()
    var boards = scene.observations(LidarBoardScene.poses(9), seed: 4)
    var g = SeededGenerator(seed: 5)
    for place in boards.indices {
      let middle = boards[place].points[boards[place].points.count / 2]
      for _ in 0..<boards[place].points.count / 3 {
        boards[place].points.append(
          middle + Vector3(g.normal(), g.normal(), g.normal()) * 0.5)
      }
    }
    boards[3].points = boards[3].points.map { $0 * 1.1 }
    let estimate = try LidarCameraEstimator().estimate(boards)
    #expect(estimate.boards.indices.filter { estimate.boards[$0].isOutlier } == [3])
    let off = difference(estimate.cameraFromLidar, scene.cameraFromLidar)
    #expect(off.rotation < 0.01 && off.translation < 0.02, "\(off)")
  }

  @Test func `corners of a single direction of boards determine what planes leave open`() throws {
    let scene = LidarBoardScene()
    let poses = LidarBoardScene.poses(4, tilt: 0.01)
    var boards = scene.observations(poses, seed: 6)
    do {
      _ = try LidarCameraEstimator().estimate(boards)
      Issue.record("solved parallel boards")
    } catch LidarCameraError.parallelBoards(let spread) {
      #expect(spread < 3)
    }
    var g = SeededGenerator(seed: 7)
    let back = scene.cameraFromLidar.inverse
    for place in boards.indices {
      boards[place].corners = [[0, 0, 0], [0.8, 0, 0], [0.8, 0.6, 0], [0, 0.6, 0]].map {
        (corner: Vector3) in
        let noise = Vector3(g.normal(), g.normal(), g.normal()) * 0.01
        return .init(
          onTarget: corner, inLidar: back * (poses[place] * corner) + noise, deviation: 0.01)
      }
    }
    let estimate = try LidarCameraEstimator().estimate(boards)
    let off = difference(estimate.cameraFromLidar, scene.cameraFromLidar)
    #expect(off.rotation < 0.02 && off.translation < 0.05, "\(off)")
    #expect(
      off.translation < 4 * estimate.translationDeviation.length
        && off.rotation < 4 * estimate.rotationDeviation.length)
  }

  @Test func `what cannot be used is refused with reasons`() {
    var boards = LidarBoardScene().observations(LidarBoardScene.poses(4), seed: 8)
    boards[0].points = Array(boards[0].points.prefix(5))
    // One scan line only.
    boards[1].points = (0..<50).map { [3, Double($0) * 0.01, 0] }
    do {
      _ = try LidarCameraEstimator().estimate(boards)
      Issue.record("solved two boards")
    } catch LidarCameraError.tooFewBoards(let usable, let reasons) {
      #expect(usable == 2 && reasons.count == 2)
      #expect(reasons[0].contains("5 LiDAR points") && reasons[1].contains("line"))
    } catch { Issue.record("\(error)") }
    boards[2].cameraFromTarget.translation.z = .nan
    #expect(throws: LidarCameraError.invalidPose(board: "board 2")) {
      try LidarCameraEstimator().estimate(boards)
    }
  }
}
