import Networks
import PointClouds
import Tensors

extension VoteNet {
  /// PointNet++ with four levels down and two up: seeds with features.
  final class Backbone: Module {
    let sa1: SetAbstraction
    let sa2: SetAbstraction
    let sa3: SetAbstraction
    let sa4: SetAbstraction
    let fp1: FeaturePropagation
    let fp2: FeaturePropagation
    private let counts: [Int]
    private let ignoresPointsNearOrigin: Bool

    struct Output {
      var firstIndices: Tensor
      var firstFeatures: Tensor
      var seedIndices: Tensor
      var seeds: Tensor
      var features: Tensor
    }

    init(_ form: Configuration) {
      let w = form.width
      sa1 = SetAbstraction(form.levels[0], [form.extraFeatures, w, w, 2 * w])
      sa2 = SetAbstraction(form.levels[1], [2 * w, 2 * w, 2 * w, 4 * w])
      sa3 = SetAbstraction(form.levels[2], [4 * w, 2 * w, 2 * w, 4 * w])
      sa4 = SetAbstraction(form.levels[3], [4 * w, 2 * w, 2 * w, 4 * w])
      fp1 = FeaturePropagation([8 * w, 4 * w, 4 * w])
      fp2 = FeaturePropagation([8 * w, 4 * w, 4 * w])
      counts = form.levels.map(\.centers)
      ignoresPointsNearOrigin = form.compatibility.ignoresPointsNearOrigin
    }

    /// Seeds of clouds `[B, N, 3 + F]`.
    ///
    /// The samples of samples are their first ones: a farthest point among all is the farthest among those that are chosen.
    func callAsFunction(_ clouds: Tensor) throws -> Output {
      let points = clouds.narrowed(axis: 2, to: 0..<3).contiguous()
      let extra = clouds.shape[2]
      let first = try FarthestPointSampling(
        count: counts[0], ignoresPointsNearOrigin: ignoresPointsNearOrigin
      ).indices(of: points)
      let p1 = points.gatheringPoints(at: first, layout: .pointsFirst)
      let p2 = p1.narrowed(axis: 1, to: 0..<counts[1]).contiguous()
      let p3 = p1.narrowed(axis: 1, to: 0..<counts[2]).contiguous()
      let p4 = p1.narrowed(axis: 1, to: 0..<counts[3]).contiguous()
      let f1 = try sa1(
        points, extra > 3 ? clouds.narrowed(axis: 2, to: 3..<extra) : nil, around: p1)
      let f2 = try sa2(p1, f1, around: p2)
      let f3 = try sa3(p2, f2, around: p3)
      let f4 = try sa4(p3, f3, around: p4)
      let up = try fp1(f4, from: p4, to: p3, joining: f3)
      return Output(
        firstIndices: first, firstFeatures: f1,
        seedIndices: first.narrowed(axis: 1, to: 0..<counts[1]).contiguous(), seeds: p2,
        features: try fp2(up, from: p3, to: p2, joining: f2))
    }
  }
}
