import Networks
public import Tensors

extension VoteNet {
  /// What is known of clouds when training; B clouds, N points, G places for boxes.
  public struct Targets {
    /// From each point to up to three centres of boxes around it, `[B, N, 9]`.
    public var votes: Tensor
    /// Whether a point belongs to a box, `[B, N]` Int32.
    public var voteMask: Tensor
    /// Centres, `[B, G, 3]`.
    public var centers: Tensor
    /// 1 where there is a box, 0 in the padding, `[B, G]` Float.
    public var boxMask: Tensor
    /// Heading bins, `[B, G]` Int32.
    public var headingBins: Tensor
    /// Clockwise turns beyond the bins' middles, radians, `[B, G]`.
    public var headingResiduals: Tensor
    /// Typical sizes, `[B, G]` Int32.
    public var sizes: Tensor
    /// Differences to them, metres, `[B, G, 3]`.
    public var sizeResiduals: Tensor
    /// Classes, `[B, G]` Int32.
    public var classes: Tensor

    /// Targets by the names of the original, `center_label` and so on.
    ///
    /// - Parameter tensors: Holds all of them.
    public init(_ tensors: (String) -> Tensor) {
      votes = tensors("vote_label")
      voteMask = tensors("vote_label_mask")
      centers = tensors("center_label")
      boxMask = tensors("box_label_mask")
      headingBins = tensors("heading_class_label")
      headingResiduals = tensors("heading_residual_label")
      sizes = tensors("size_class_label")
      sizeResiduals = tensors("size_residual_label")
      classes = tensors("sem_cls_label")
    }
  }

  /// The loss of the paper, part by part.
  public struct Loss: Sendable {
    /// Proposals nearer than this to a centre are of an object, metres.
    public var near = 0.3
    /// Those farther than this from all centres are of none; between the two nothing is asked.
    public var far = 0.6
    /// Weights of the classes no object and object.
    public var objectnessWeights: [Float] = [0.2, 0.8]
    /// Decides whether padding counts as boxes at the origin.
    public var compatibility: Compatibility
    private let coder: BoxCoder

    /// A loss.
    ///
    /// - Parameters:
    ///   - coder: How boxes are told.
    ///   - compatibility: What of the original is kept although it is wrong.
    public init(_ coder: BoxCoder, compatibility: Compatibility = .init()) {
      self.coder = coder
      self.compatibility = compatibility
    }

    /// The parts of a loss, each one number.
    public struct Parts {
      /// Distance (L1) of votes of points in objects to the nearest of their centres.
      public var vote: Tensor
      /// Cross-entropy of being an object.
      public var objectness: Tensor
      /// Squared distance of centres, both ways.
      public var center: Tensor
      /// Cross-entropy of the heading bins.
      public var headingClass: Tensor
      /// Huber loss of turns in half bins.
      public var headingResidual: Tensor
      /// Cross-entropy of the typical sizes.
      public var sizeClass: Tensor
      /// Huber loss of differences in parts of the size, mean of three.
      public var sizeResidual: Tensor
      /// Cross-entropy of the classes.
      public var classes: Tensor
      /// Which proposals are of an object, `[B, K]` Float.
      public var isObject: Tensor
      /// Which proposals are asked whether they are, `[B, K]` Float.
      public var isAsked: Tensor
      /// The box nearest to each proposal, `[B, K]` Int64.
      public var assignment: Tensor

      /// The part about boxes.
      public var box: Tensor {
        center + 0.1 * headingClass + headingResidual + 0.1 * sizeClass + sizeResidual
      }
      /// What training makes small.
      public var total: Tensor { 10 * (vote + 0.5 * objectness + box + 0.1 * classes) }
    }

    /// The loss of predictions.
    ///
    /// - Parameters:
    ///   - found: What the network says.
    ///   - targets: What is true.
    /// - Returns: The parts; gradients flow to the predictions.
    public func callAsFunction(_ found: Predictions, _ targets: Targets) -> Parts {
      let padding = compatibility.seesBoxesInPadding ? nil : (targets.boxMask .== 0).unsqueezed(1)
      func masked(_ distances: Tensor) -> Tensor {
        // Far away, but finite: nothing times it is nothing.
        padding.map { distances.masked($0, with: 1e6) } ?? distances
      }
      let atPlaces = masked(Self.squared(found.places.detached(), targets.centers))
      let distance = (atPlaces.min(axis: 2) + 1e-6).sqrt()
      let isObject = (distance .< near).converted(to: .float32)
      let isAsked = isObject + (distance .> far).converted(to: .float32)
      let assignment = atPlaces.argMin(axis: 2)
      let positive = { Self.mean($0, over: isObject) }

      let objectness = entropy(
        found.objectness, isObject.converted(to: .int64), weight: Tensor(objectnessWeights))
      let centers = Self.squared(found.centers, targets.centers)
      let center =
        positive(masked(centers).min(axis: 2))
        + Self.mean(centers.min(axis: 1), over: targets.boxMask)

      let bins = assigned(targets.headingBins, assignment)
      let turns = assigned(targets.headingResiduals, assignment) * (Double(coder.headingBins) / .pi)
      let foundTurns = found.headingResiduals.gathered(axis: 2, at: bins.unsqueezed(2)).squeezed(2)
      let sizes = assigned(targets.sizes, assignment)
      let changes = assigned(targets.sizeResiduals, assignment) / meanSizes(sizes)
      let place = sizes.unsqueezed(2).unsqueezed(3)
      let foundChanges = found.sizeResiduals.gathered(
        axis: 2, at: place.expanded(to: sizes.shape + [1, 3])
      ).squeezed(2)
      return Parts(
        vote: vote(found, targets), objectness: Self.mean(objectness, over: isAsked),
        center: center, headingClass: positive(entropy(found.headingScores, bins)),
        headingResidual: positive(foundTurns.huberLoss(turns, reduction: .none)),
        sizeClass: positive(entropy(found.sizeScores, sizes)),
        sizeResidual: positive(foundChanges.huberLoss(changes, reduction: .none).mean(axis: 2)),
        classes: positive(entropy(found.classScores, assigned(targets.classes, assignment))),
        isObject: isObject, isAsked: isAsked, assignment: assignment)
    }

    private func vote(_ found: Predictions, _ targets: Targets) -> Tensor {
      let (batch, seeds) = (found.seeds.shape[0], found.seeds.shape[1])
      let votes = found.votes.shape[1] / seeds
      let mask = targets.voteMask.converted(to: .float32).unsqueezed(2)
        .gatheringPoints(at: found.seedIndices, layout: .pointsFirst).squeezed(2)
      let wanted =
        targets.votes.gatheringPoints(at: found.seedIndices, layout: .pointsFirst)
        .reshaped([batch, seeds, 1, 3, 3]) + found.seeds.reshaped([batch, seeds, 1, 1, 3])
      let given = found.votes.reshaped([batch, seeds, votes, 1, 3])
      return Self.mean((given - wanted).abs().sum(axis: 4).min(axes: [2, 3]), over: mask)
    }

    /// Squared distances, `[B, K, G]`.
    private static func squared(_ a: Tensor, _ b: Tensor) -> Tensor {
      (a.unsqueezed(2) - b.unsqueezed(1)).square().sum(axis: 3)
    }

    private static func mean(_ values: Tensor, over weights: Tensor) -> Tensor {
      (values * weights).sum() / (weights.sum() + 1e-6)
    }

    private func entropy(_ scores: Tensor, _ labels: Tensor, weight: Tensor? = nil) -> Tensor {
      scores.transposed(1, 2).crossEntropy(labels, weight: weight, reduction: .none)
    }

    /// The targets of the boxes that proposals are assigned to; whole numbers as Int64.
    private func assigned(_ values: Tensor, _ assignment: Tensor) -> Tensor {
      let values = values.elementType.isFloatingPoint ? values : values.converted(to: .int64)
      guard values.rank == 3 else { return values.gathered(axis: 1, at: assignment) }
      let width = values.shape[2]
      return values.gathered(
        axis: 1, at: assignment.unsqueezed(2).expanded(to: assignment.shape + [width]))
    }

    private func meanSizes(_ sizes: Tensor) -> Tensor {
      let table = Tensor(
        coder.meanSizes.flatMap { [Float($0.x), Float($0.y), Float($0.z)] },
        shape: [coder.meanSizes.count, 3])
      return table.selected(axis: 0, at: sizes.flattened()).reshaped(sizes.shape + [3])
    }
  }
}
