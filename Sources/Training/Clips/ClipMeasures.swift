import Foundation
import Networks
import Tensors

/// How well clips and whole videos are told apart.
public struct ClipMeasures: Sendable {
  /// Mean cross-entropy of the clips.
  public let loss: Double
  /// Share of clips that are right.
  public let clipAccuracy: Double
  /// Share of videos that are right, each by the mean probabilities of its clips.
  public let videoAccuracy: Double
  /// Videos of each class by the class that they were taken for: `confusion[true][found]`.
  public let confusion: [[Int]]

  /// Measures a network, which is in evaluation mode.
  init(
    _ network: any Layer, _ loader: DataLoader<ClipDataset>, classes: Int, clipsPerVideo: Int,
    progress: (Int) -> Void = { _ in }
  ) throws {
    var (loss, right, clips) = (0.0, 0, 0)
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    var sum = [Double](repeating: 0, count: classes)
    var videos = 0
    let batches = loader.batches(epoch: 0)
    while let batch = try batches.next() {
      let probabilities = withoutGradients { network(batch.inputs).softmax(axis: 1) }
        .array(of: Float.self)
      for (place, label) in batch.labels.array(of: Int64.self).enumerated() {
        let row = probabilities[place * classes..<(place + 1) * classes].map(Double.init)
        loss -= log(max(row[Int(label)], 1e-12))
        if Self.largest(row) == Int(label) { right += 1 }
        for (index, value) in row.enumerated() { sum[index] += value }
        clips += 1
        if clips % clipsPerVideo == 0 {
          confusion[Int(label)][Self.largest(sum)] += 1
          videos += 1
          sum = [Double](repeating: 0, count: classes)
        }
      }
      progress(clips)
    }
    self.loss = loss / Double(max(1, clips))
    clipAccuracy = Double(right) / Double(max(1, clips))
    videoAccuracy =
      Double(confusion.indices.reduce(0) { $0 + confusion[$1][$1] }) / Double(max(1, videos))
    self.confusion = confusion
  }

  private static func largest(_ values: [Double]) -> Int {
    values.indices.max { values[$0] < values[$1] || (values[$0] == values[$1] && $0 > $1) } ?? 0
  }
}
