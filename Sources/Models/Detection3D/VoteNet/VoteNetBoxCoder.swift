import Foundation
public import Geometry
import Tensors

extension VoteNet {
  /// Boxes as bins and residuals, and back.
  ///
  /// The network counts headings clockwise seen from above, as the original does; a box's yaw counts counter-clockwise.
  public struct BoxCoder: Sendable, Equatable {
    /// Parts of a full turn; bin 0 has heading 0 in its middle.
    public var headingBins: Int
    /// Typical lengths, widths and heights, metres.
    public var meanSizes: [Vector3]

    /// A coder.
    ///
    /// - Parameters:
    ///   - headingBins: Parts of a full turn, at least 1.
    ///   - meanSizes: Typical lengths, widths and heights, metres.
    public init(headingBins: Int, meanSizes: [Vector3]) {
      precondition(headingBins > 0, "a turn cannot have \(headingBins) parts")
      self.headingBins = headingBins
      self.meanSizes = meanSizes
    }

    /// A box's heading as a bin and the turn beyond its middle.
    ///
    /// - Parameter yaw: Counter-clockwise about +z, radians.
    /// - Returns: The bin and the clockwise turn from its middle, from -pi / bins to pi / bins.
    public func heading(yaw: Double) -> (bin: Int, residual: Double) {
      let width = 2 * Double.pi / Double(headingBins)
      func turn(_ angle: Double) -> Double {
        let rest = angle.truncatingRemainder(dividingBy: 2 * .pi)
        return rest < 0 ? rest + 2 * .pi : rest
      }
      let shifted = turn(turn(-yaw) + width / 2)
      let bin = min(Int(shifted / width), headingBins - 1)
      return (bin, shifted - (Double(bin) + 0.5) * width)
    }

    /// The yaw that a bin and a residual stand for.
    ///
    /// - Parameters:
    ///   - bin: Number of the bin.
    ///   - residual: Clockwise turn from its middle, radians.
    /// - Returns: Counter-clockwise about +z, radians, from -pi up to pi.
    public func yaw(bin: Int, residual: Double) -> Double {
      let angle = -(Double(bin) * 2 * .pi / Double(headingBins) + residual)
      let turned = angle - 2 * .pi * ((angle + .pi) / (2 * .pi)).rounded(.down)
      return turned < .pi ? turned : -.pi
    }

    /// The boxes that the network says, without label, one for each proposal.
    ///
    /// Sizes below zero, which an untrained network may say, are taken without their sign: the corners are the same.
    ///
    /// - Parameter predictions: The network's outputs.
    /// - Returns: For each cloud one box for each proposal, in order; scores are the probabilities of being an object.
    public func boxes(_ predictions: Predictions) -> [[Box3D]] {
      let (batch, count) = (predictions.centers.shape[0], predictions.centers.shape[1])
      let centers = predictions.centers.detached().array(of: Float.self)
      let objectness = predictions.objectness.detached().softmax(axis: 2).array(of: Float.self)
      let bins = predictions.headingScores.detached().argMax(axis: 2).array(of: Int64.self)
      let turns = predictions.headingResiduals.detached().array(of: Float.self)
      let sizes = predictions.sizeScores.detached().argMax(axis: 2).array(of: Int64.self)
      let changes = predictions.sizeResiduals.detached().array(of: Float.self)
      return (0..<batch).map { cloud in
        (0..<count).map { number in
          let row = cloud * count + number
          let (bin, kind) = (Int(bins[row]), Int(sizes[row]))
          let turn = Double(turns[row * headingBins + bin]) * .pi / Double(headingBins)
          let change = 3 * (row * meanSizes.count + kind)
          let factor = Vector3(
            Double(changes[change]), Double(changes[change + 1]), Double(changes[change + 2]))
          let size = meanSizes[kind] * (factor + 1)
          return Box3D(
            center: Vector3(
              Double(centers[3 * row]), Double(centers[3 * row + 1]), Double(centers[3 * row + 2])),
            size: Vector3(abs(size.x), abs(size.y), abs(size.z)),
            yaw: yaw(bin: bin, residual: turn), score: Double(objectness[2 * row + 1]))
        }
      }
    }
  }
}
