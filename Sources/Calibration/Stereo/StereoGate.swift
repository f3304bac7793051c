import Foundation

/// Says whether a rig may be used.
struct StereoGate {
  let estimate: StereoEstimate
  let monos: [CameraEstimate]

  init(_ estimate: StereoEstimate, _ monos: [CameraEstimate]) {
    self.estimate = estimate
    self.monos = monos
  }

  var verdict: CalibrationVerdict {
    var (refused, marked): ([VerdictReason], [VerdictReason]) = ([], [])
    for (name, mono) in zip(["left", "right"], monos) {
      let reasons = mono.verdict.reasons.map {
        VerdictReason($0.kind, "\(name) camera: \($0.sentence)")
      }
      if mono.verdict.isRefused { refused += reasons } else { marked += reasons }
    }
    let shift = estimate.rig.rightFromLeft.translation
    if abs(shift.x) < 0.5 * shift.length {
      marked.append(
        VerdictReason(
          .inconsistentViews,
          "the cameras do not stand side by side: right_from_left's translation is "
            + "(\(text(shift.x)), \(text(shift.y)), \(text(shift.z))) m"))
    } else if shift.x > 0 {
      marked.append(
        VerdictReason(
          .inconsistentViews,
          "the left camera stands at the right of the right one; are left and right swapped?"))
    }
    if !(estimate.epipolar.rms < 1) {
      marked.append(
        VerdictReason(
          .poorFit,
          "rows of the rectified images differ by \(text(estimate.epipolar.rms)) px RMS; matching "
            + "needs well below 1 px"))
    }
    if let cross = estimate.crossValidation {
      let (off, expected) = (abs(cross.baselineDifference), cross.predictedBaselineDeviation)
      if off > 4 * expected && off > 0.003 * estimate.rig.baseline {
        marked.append(
          VerdictReason(
            .crossValidation,
            "the baselines by every other pair differ by \(text(off * 1000)) mm, "
              + "\(text(off / expected)) times what the noise of the corners explains"))
      }
    }
    if !refused.isEmpty { return .refused(refused + marked) }
    return marked.isEmpty ? .accepted : .marked(marked)
  }

  private func text(_ value: Double) -> String { String(format: "%.3g", value) }
}
