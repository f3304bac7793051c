import Networks
import PointClouds
import Tensors

extension VoteNet {
  /// What surrounds each centre, in one vector: a ball of points, shared layers, the largest of each channel.
  ///
  /// The first layer is linear in the position relative to the centre and in the features: it is computed once for each point and once for
  /// each centre, and their difference is what the layer gives for a point in a ball.
  final class SetAbstraction: Module {
    let mlpModule: SharedLayers
    private let query: BallQuery
    private let memory = BallMemoryStore()

    convenience init(_ level: Level, _ widths: [Int]) {
      self.init(level, shared: SharedLayers([3 + widths[0]] + widths.dropFirst()))
    }

    init(_ level: Level, shared: SharedLayers) {
      mlpModule = shared
      query = BallQuery(radius: Float(level.radius), count: level.neighbors)
    }

    /// Features of the centres, `[B, M, C']`, of points `[B, N, 3]` with features `[B, N, C]`.
    func callAsFunction(_ points: Tensor, _ features: Tensor?, around centers: Tensor) throws
      -> Tensor
    {
      let found = try query.search(points.detached(), around: centers.detached())
      let first = mlpModule.layers[0]
      let folded = mlpModule.layers.compactMap { FoldedLinear($0.conv, $0.bn.bn) }
      let isFolded = folded.count == mlpModule.layers.count
      let matrix = isFolded ? folded[0].matrix : first.matrix
      let scaled = points / query.radius
      let input = features.map { Tensor.concatenated([scaled, $0], axis: 2) } ?? scaled
      let atPoints = input.linear(matrix, bias: isFolded ? folded[0].bias : nil)
      let atCenters = (centers / query.radius).linear(matrix.narrowed(axis: 1, to: 0..<3))
      let balls = BallLayers(found, points: points.shape[1])
      if isFolded { return balls.evaluate(atPoints, atCenters, Array(folded.dropFirst())) }
      if first.bn.bn.mode.isTraining {
        return balls.train(atPoints, atCenters, mlpModule.layers, memory)
      }
      return plain(atPoints, atCenters, found.indices)
    }

    /// The same place by place, with the network's own operators.
    func plain(_ atPoints: Tensor, _ atCenters: Tensor, _ indices: Tensor) -> Tensor {
      let width = atPoints.shape[2]
      let differences =
        atPoints.gatheringPoints(at: indices, layout: .pointsFirst) - atCenters.unsqueezed(2)
      var rows = differences.reshaped([indices.count, width])
      rows = mlpModule.layers[0].normalised(rows).relu()
      for layer in mlpModule.layers.dropFirst() { rows = layer(rows: rows) }
      return rows.reshaped(indices.shape + [rows.shape[1]]).max(axis: 2)
    }
  }

  /// Features of coarse centres brought to finer ones, where they are joined with what is known there.
  final class FeaturePropagation: Module {
    let mlp: SharedLayers

    init(_ widths: [Int]) { mlp = SharedLayers(widths) }

    func callAsFunction(
      _ coarse: Tensor, from known: Tensor, to points: Tensor, joining fine: Tensor
    ) throws -> Tensor {
      let found = try NearestNeighbours(count: 3).search(known, queries: points)
      let weights = InverseDistance.plain.weights(squaredDistances: found.squaredDistances)
      let brought = coarse.interpolatingPoints(
        at: found.indices, weights: weights, layout: .pointsFirst)
      let joined = Tensor.concatenated([brought, fine], axis: 2)
      let (batch, count) = (joined.shape[0], joined.shape[1])
      let rows = mlp(rows: joined.reshaped([batch * count, joined.shape[2]]))
      return rows.reshaped([batch, count, rows.shape[1]])
    }
  }
}
