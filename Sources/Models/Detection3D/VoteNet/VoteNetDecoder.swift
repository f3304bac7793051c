public import Geometry
import PointClouds
public import Tensors

extension VoteNet {
  /// Turns what the network says into boxes: empty ones and doubles are dropped.
  public struct Decoder: Sendable {
    /// How boxes are told.
    public var coder: BoxCoder
    /// Names of the classes, in the order of the network's scores.
    public var classes: [String]
    /// Boxes around fewer points are dropped.
    public var minPoints = 5
    /// Of two boxes of a class, the worse one is dropped when the IoU of their envelopes along the axes is above this.
    public var maxOverlap = 0.25
    /// Boxes that are less probably an object are dropped.
    public var minScore = 0.05
    /// Whether each box is given once for each class, with the probability of the class times that of being an object.
    ///
    /// Otherwise once, as the likeliest class, with the probability of being an object.
    public var scoresAllClasses = false

    /// A decoder.
    ///
    /// - Parameters:
    ///   - coder: How boxes are told.
    ///   - classes: Names of the classes.
    public init(_ coder: BoxCoder, classes: [String]) {
      self.coder = coder
      self.classes = classes
    }

    /// A box that is kept.
    public struct Proposal: Sendable, Equatable {
      /// Its number among the proposals.
      public var number: Int
      /// The box, with the likeliest class and the probability of being an object.
      public var box: Box3D
      /// The probability of each class.
      public var classProbabilities: [Double]
    }

    /// Boxes with labels and scores.
    ///
    /// - Parameters:
    ///   - predictions: The network's outputs.
    ///   - clouds: What the network saw, `[B, N, 3 or more]`.
    /// - Returns: Boxes for each cloud, surest first.
    /// - Throws: `PointCloudError` when memory is short.
    public func boxes(_ predictions: Predictions, in clouds: Tensor) throws -> [[Box3D]] {
      try proposals(predictions, in: clouds).map { kept in
        let sure = kept.filter { $0.box.score > minScore }
        guard scoresAllClasses else { return sure.map(\.box) }
        let all = sure.flatMap { proposal in
          zip(classes, proposal.classProbabilities).map { name, probability in
            var box = proposal.box
            box.label = name
            box.score *= probability
            return box
          }
        }
        return all.enumerated().sorted {
          ($1.element.score, $0.offset) < ($0.element.score, $1.offset)
        }.map(\.element)
      }
    }

    /// Boxes that hold points and are no doubles, however improbable.
    ///
    /// - Parameters:
    ///   - predictions: The network's outputs.
    ///   - clouds: What the network saw, `[B, N, 3 or more]`.
    /// - Returns: What is kept of each cloud, surest first.
    /// - Throws: `PointCloudError` when memory is short.
    public func proposals(_ predictions: Predictions, in clouds: Tensor) throws -> [[Proposal]] {
      let probabilities = predictions.classScores.detached().softmax(axis: 2)
        .array(of: Float.self)
      let count = predictions.centers.shape[1]
      precondition(
        predictions.classScores.shape[2] == classes.count,
        "\(classes.count) names for \(predictions.classScores.shape[2]) classes")
      return try coder.boxes(predictions).enumerated().map { cloud, boxes in
        let points = clouds.detached().selected(axis: 0, at: cloud).contiguous()
        let held = try PointsInBoxes(boxes).indices(points).map(\.count)
        let proposals = boxes.indices.filter { held[$0] >= minPoints && boxes[$0].isFinite }
          .map { number in
            let start = (cloud * count + number) * classes.count
            let row = probabilities[start..<start + classes.count].map(Double.init)
            let best = row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
            var box = boxes[number]
            box.label = classes[best]
            return (Proposal(number: number, box: box, classProbabilities: row), Int32(best))
          }
        let kept = try BoxSuppression(.cuboids, threshold: maxOverlap).kept(
          Tensor(proposals.flatMap { $0.0.box.envelope }, shape: [proposals.count, 6]),
          scores: Tensor(proposals.map { $0.0.box.score }),
          labels: Tensor(proposals.map { $0.1 }))
        return kept.array(of: Int32.self).map { proposals[Int($0)].0 }
      }
    }
  }
}

extension Box3D {
  /// Whether all numbers are.
  fileprivate var isFinite: Bool {
    let sum = center + size
    return sum.x.isFinite && sum.y.isFinite && sum.z.isFinite && yaw.isFinite && score.isFinite
  }

  /// The box along the axes around it: least x, y, z, largest x, y, z.
  fileprivate var envelope: [Double] {
    let corners = corners
    let low = corners.dropFirst().reduce(corners[0]) { pointwiseMin($0, $1) }
    let high = corners.dropFirst().reduce(corners[0]) { pointwiseMax($0, $1) }
    return [low.x, low.y, low.z, high.x, high.y, high.z]
  }
}
