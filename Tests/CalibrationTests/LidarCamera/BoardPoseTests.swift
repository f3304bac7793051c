import Foundation
import Geometry
import Tensors
import TestSupport
import Testing

@testable import Calibration

@Suite struct BoardPoseTests {
  @Test func `exact corners give the pose back through a distorting lens`() throws {
    let scene = StereoScene()
    for view in zip(StereoScene.poses, scene.views(noise: 0, seed: 1).left) {
      let found = try BoardPose(view.1, of: StereoScene.target, in: scene.rig.left)
      let off = difference(found.cameraFromTarget, view.0)
      #expect(off.rotation < 1e-8 && off.translation < 1e-9, "\(off)")
    }
  }

  @Test func `errors are as large as the covariance states`() throws {
    let scene = StereoScene()
    var (sum, count) = (0.0, 0)
    for trial in 0..<20 {
      let views = scene.views(noise: 0.3, seed: UInt64(trial)).left
      for (pose, view) in zip(StereoScene.poses, views) {
        let found = try BoardPose(view, of: StereoScene.target, in: scene.rig.left)
        let turn = (found.cameraFromTarget.rotation * pose.rotation.inverse).rotationVector
        let shift = found.cameraFromTarget.translation - pose.translation
        let error = [turn.x, turn.y, turn.z, shift.x, shift.y, shift.z]
        let information = try #require(SymmetricMatrix(side: 6, elements: found.covariance).inverse)
        sum += zip(error, information * error).reduce(0) { $0 + $1.0 * $1.1 }
        count += 6
      }
    }
    // Slightly above 1, since each view estimates its own noise.
    #expect(abs(sum / Double(count) - 1) < 0.2)
  }

  @Test func `too few corners are refused with the view's name`() {
    let view = TargetView(
      name: "IMG_7", width: 640, height: 480,
      corners: (0..<3).map { TargetCorner(index: $0, position: [Double($0) * 20, 7]) })
    do {
      _ = try BoardPose(view, of: StereoScene.target, in: StereoScene().rig.left)
      Issue.record("posed 3 corners")
    } catch let refusal as CalibrationRefusal {
      #expect(refusal.description.contains("IMG_7"))
    } catch { Issue.record("\(error)") }
  }

  @Test func `stops are read from lines of 14 numbers`() throws {
    let text = """
      x,y,z,qw,qx,qy,qz,x,y,z,qw,qx,qy,qz
      # a comment
      1,2,3,1,0,0,0, 4,5,6,0,1,0,0

      """
    let pairs = try HandEyePair.parse(csv: text, file: "stops.csv")
    #expect(pairs.count == 1 && pairs[0].baseFromHand.translation == [1, 2, 3])
    #expect(pairs[0].cameraFromTarget.rotation == Quaternion(w: 0, x: 1, y: 0, z: 0))
    for (broken, word) in [("1,2,3\n", "14"), ("1,2,3,1,0,0,0,4,5,6,0,2,0,0", "length")] {
      do {
        _ = try HandEyePair.parse(csv: broken, file: "stops.csv")
        Issue.record("read \(broken)")
      } catch { #expect("\(error)".contains(word) && "\(error)".contains("stops.csv:1")) }
    }
  }
}
