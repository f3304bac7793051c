public import Tensors

/// Numbered samples that a ``DataLoader`` puts together to batches.
///
/// A data set on disk states its error type by throwing; one in memory need not throw, and its batches can then be run
/// through with `for`.
public protocol Dataset<Sample, Batch>: Sendable {
  /// What one sample is.
  associatedtype Sample: Sendable
  /// What several samples become.
  associatedtype Batch: Sendable
  /// What can go wrong.
  associatedtype Failure: Error = Never

  /// Number of samples.
  var count: Int { get }

  /// One sample; called on several threads at once.
  ///
  /// - Parameters:
  ///   - index: Number of the sample, from 0 to `count - 1`.
  ///   - generator: Source of all randomness: fixed by seed, epoch and `index`, whichever thread calls.
  /// - Returns: The sample.
  /// - Throws: What is wrong with the sample.
  func sample(at index: Int, using generator: inout SeededGenerator) throws(Failure) -> Sample

  /// Puts samples together.
  ///
  /// - Parameter samples: At least one.
  /// - Returns: The batch.
  func batch(of samples: [Sample]) -> Batch
}

/// Images or rows with the class of each.
public struct LabelledBatch: Sendable {
  /// The inputs, `[B, …]` Float.
  public let inputs: Tensor
  /// The classes, `[B]` Int64.
  public let labels: Tensor

  /// Number of samples.
  public var count: Int { labels.count }

  /// A batch.
  ///
  /// - Parameters:
  ///   - inputs: `[B, …]` Float.
  ///   - labels: `[B]` Int64.
  public init(inputs: Tensor, labels: Tensor) {
    self.inputs = inputs
    self.labels = labels
  }

  /// Samples of one shape, one after the other in memory.
  ///
  /// - Parameter samples: At least one input of Float with its class.
  public init(stacking samples: [LabelledSample]) {
    let shape = samples.first?.input.shape ?? []
    let size = shape.reduce(1, *)
    inputs = Tensor(shape: [samples.count] + shape, of: Float.self) { target in
      for (place, sample) in samples.enumerated() {
        precondition(
          sample.input.shape == shape,
          "a batch cannot hold inputs of \(shape) and of \(sample.input.shape)")
        sample.input.withUnsafeElements(of: Float.self) { source in
          _ = UnsafeMutableBufferPointer(rebasing: target[place * size..<(place + 1) * size])
            .initialize(from: source)
        }
      }
    }
    labels = Tensor(samples.map { Int64($0.label) })
  }
}

/// An image or a row with its class.
public struct LabelledSample: Sendable {
  /// The input, Float.
  public var input: Tensor
  /// The class.
  public var label: Int

  /// A sample.
  ///
  /// - Parameters:
  ///   - input: The input, Float.
  ///   - label: The class.
  public init(input: Tensor, label: Int) {
    self.input = input
    self.label = label
  }
}
