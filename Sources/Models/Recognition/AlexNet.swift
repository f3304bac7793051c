public import Networks
public import Tensors

/// Five convolutions and three linear layers.
///
/// - Note: Source: Krizhevsky, "One weird trick for parallelizing convolutional neural networks",
///   arXiv 1404.5997: the single-tower form that torchvision ships.
public final class AlexNet: Layer {
  let features = Sequential(
    Conv2D(3, 64, kernel: 11, stride: 4, padding: 2), ReLU(), MaxPool2D(3, stride: 2),
    Conv2D(64, 192, kernel: 5, padding: 2), ReLU(), MaxPool2D(3, stride: 2),
    Conv2D(192, 384, kernel: 3, padding: 1), ReLU(),
    Conv2D(384, 256, kernel: 3, padding: 1), ReLU(),
    Conv2D(256, 256, kernel: 3, padding: 1), ReLU(), MaxPool2D(3, stride: 2))
  let avgpool = AdaptiveAveragePool2D(6)
  let classifier: Sequential

  /// A network without values.
  ///
  /// - Parameters:
  ///   - classes: Number of classes.
  ///   - dropout: Probability of zeros in training.
  public init(classes: Int = 1000, dropout: Double = 0.5) {
    classifier = Sequential(
      Dropout(dropout), Linear(256 * 6 * 6, 4096), ReLU(),
      Dropout(dropout), Linear(4096, 4096), ReLU(), Linear(4096, classes))
  }

  /// Scores of the classes.
  ///
  /// - Parameter x: Normalised pictures, `[B, 3, H, W]`, at least 63 pixels high and wide.
  /// - Returns: `[B, classes]`, no softmax.
  public func forward(_ x: Tensor) -> Tensor {
    classifier(avgpool(features(x)).flattened(from: 1))
  }
}
