import Networks
import PointClouds
import Tensors

extension VoteNet {
  /// Votes: for each seed where the centre of its object may be, with features.
  final class VotingModule: Module {
    let conv1: Conv1D
    let conv2: Conv1D
    let conv3: Conv1D
    let bn1: BatchNorm1D
    let bn2: BatchNorm1D
    private let votes: Int

    init(_ form: Configuration) {
      let width = 4 * form.width
      votes = form.votesPerSeed
      conv1 = Conv1D(width, width, kernel: 1)
      conv2 = Conv1D(width, width, kernel: 1)
      conv3 = Conv1D(width, (3 + width) * votes, kernel: 1)
      bn1 = BatchNorm1D(width)
      bn2 = BatchNorm1D(width)
    }

    /// Positions `[B, N * votes, 3]` and features of length 1, `[B, N * votes, C]`.
    func callAsFunction(_ seeds: Tensor, _ features: Tensor) -> (Tensor, Tensor) {
      let (batch, count, width) = (features.shape[0], features.shape[1], features.shape[2])
      var rows = features.reshaped([batch * count, width])
      rows = VoteNet.rectified(rows, conv1, bn1)
      rows = VoteNet.rectified(rows, conv2, bn2)
      let found = VoteNet.linear(rows, conv3).reshaped([batch, count, votes, 3 + width])
      let positions = seeds.unsqueezed(2) + found.narrowed(axis: 3, to: 0..<3)
      let sums = features.unsqueezed(2) + found.narrowed(axis: 3, to: 3..<3 + width)
      let length = sums.square().sum(axis: 3, keepDims: true).sqrt()
      return (
        positions.reshaped([batch, count * votes, 3]),
        (sums / length).reshaped([batch, count * votes, width])
      )
    }
  }

  /// Proposals: votes brought together, and what each group of them says about an object.
  final class ProposalModule: Module {
    let voteAggregation: SetAbstraction
    let conv1: Conv1D
    let conv2: Conv1D
    let conv3: Conv1D
    let bn1: BatchNorm1D
    let bn2: BatchNorm1D
    let mode = Mode()
    private let form: Configuration

    struct Output {
      var indices: Tensor
      var positions: Tensor
      var numbers: Tensor
    }

    init(_ form: Configuration) {
      let width = 2 * form.width
      self.form = form
      voteAggregation = SetAbstraction(form.proposals, [2 * width, width, width, width])
      conv1 = Conv1D(width, width, kernel: 1)
      conv2 = Conv1D(width, width, kernel: 1)
      conv3 = Conv1D(width, form.outputs, kernel: 1)
      bn1 = BatchNorm1D(width)
      bn2 = BatchNorm1D(width)
    }

    /// The numbers of the head, `[B, K, outputs]`.
    func callAsFunction(_ votes: Tensor, _ features: Tensor) throws -> Output {
      let indices = try places(votes)
      let centers = votes.gatheringPoints(at: indices, layout: .pointsFirst)
      let gathered = try voteAggregation(votes, features, around: centers)
      let (batch, count, width) = (gathered.shape[0], gathered.shape[1], gathered.shape[2])
      var rows = gathered.reshaped([batch * count, width])
      rows = VoteNet.rectified(rows, conv1, bn1)
      rows = VoteNet.rectified(rows, conv2, bn2)
      let numbers = VoteNet.linear(rows, conv3).reshaped([batch, count, form.outputs])
      return Output(indices: indices, positions: centers, numbers: numbers)
    }

    /// Numbers of votes, `[B, K]`.
    private func places(_ votes: Tensor) throws -> Tensor {
      let (batch, count) = (votes.shape[0], form.proposals.centers)
      switch mode.isTraining ? form.trainingSampling : form.evaluationSampling {
      case .votes:
        return try FarthestPointSampling(
          count: count,
          ignoresPointsNearOrigin: form.compatibility.ignoresPointsNearOrigin
        ).indices(of: votes.detached())
      case .seeds:
        // Seeds are in the order of farthest point sampling.
        return Tensor(shape: [batch, count], of: Int32.self) { target in
          for place in target.indices { target[place] = Int32(place % count) }
        }
      case .random:
        var generator = SeededGenerator(seed: 0)
        return Tensor(shape: [batch, count], of: Int32.self) { target in
          for place in target.indices {
            target[place] = Int32(generator.uniform(below: votes.shape[1]))
          }
        }
      }
    }
  }
}
