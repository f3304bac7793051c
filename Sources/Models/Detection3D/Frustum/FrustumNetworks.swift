import Networks
import Tensors

/// A network that tells an object's points from the others of its frustum.
protocol FrustumSegmentation: Module {
  /// Scores of clutter and object.
  ///
  /// - Parameters:
  ///   - points: `[B, C, N]`; x, y, z first.
  ///   - classes: The object's class, one-hot, `[B, K]`.
  /// - Returns: `[B, 2, N]`, no softmax.
  /// - Throws: An error of the point operations.
  func callAsFunction(_ points: Tensor, classes: Tensor) throws -> Tensor
}

/// A network that describes an object by a row of numbers.
protocol FrustumRegression: Module {
  /// The numbers.
  ///
  /// - Parameters:
  ///   - points: `[B, 3, M]`.
  ///   - classes: The object's class, one-hot, `[B, K]`.
  /// - Returns: `[B, outputs]`.
  /// - Throws: An error of the point operations.
  func callAsFunction(_ points: Tensor, classes: Tensor) throws -> Tensor
}

/// A PointNet with a global feature beside each point's own (v1).
final class FrustumSegmentationV1: FrustumSegmentation {
  let conv1: Conv1D
  let bn1 = BatchNorm1D(64)
  let conv2 = Conv1D(64, 64, kernel: 1)
  let bn2 = BatchNorm1D(64)
  let conv3 = Conv1D(64, 64, kernel: 1)
  let bn3 = BatchNorm1D(64)
  let conv4 = Conv1D(64, 128, kernel: 1)
  let bn4 = BatchNorm1D(128)
  let conv5 = Conv1D(128, 1024, kernel: 1)
  let bn5 = BatchNorm1D(1024)
  let dconv1: Conv1D
  let dbn1 = BatchNorm1D(512)
  let dconv2 = Conv1D(512, 256, kernel: 1)
  let dbn2 = BatchNorm1D(256)
  let dconv3 = Conv1D(256, 128, kernel: 1)
  let dbn3 = BatchNorm1D(128)
  let dconv4 = Conv1D(128, 128, kernel: 1)
  let dbn4 = BatchNorm1D(128)
  let dropout = Dropout(0.5)
  let dconv5 = Conv1D(128, 2, kernel: 1)

  init(channels: Int, classes: Int) {
    conv1 = Conv1D(channels, 64, kernel: 1)
    dconv1 = Conv1D(64 + 1024 + classes, 512, kernel: 1)
  }

  func callAsFunction(_ points: Tensor, classes: Tensor) -> Tensor {
    watched([points, classes]) {
      let edges = bn2(conv2(bn1(conv1(points)).relu())).relu()
      let own = bn3(conv3(edges)).relu()  // [B, 64, N]
      let wide = pooledOverPoints(bn4(conv4(own)).relu(), conv5, bn5)  // [B, 1024]
      let shared = Tensor.concatenated([wide, classes], axis: 1)  // [B, 1024 + K]
      let first = dbn1(joined(own, shared)).relu()  // [B, 512, N]
      let third = dbn3(dconv3(dbn2(dconv2(first)).relu())).relu()
      return [dconv5(dropout(dbn4(dconv4(third)).relu()))]
    }[0]
  }

  /// What `dconv1` makes of each point's features beside those that all points share.
  ///
  /// The shared ones are multiplied once for a frustum instead of once for each point.
  private func joined(_ own: Tensor, _ shared: Tensor) -> Tensor {
    let (width, count) = (own.shape[1], dconv1.inputs)
    let weight = dconv1.weight.value
    let single = own.convolution(weight.narrowed(axis: 1, to: 0..<width))
    let common = shared.linear(
      weight.narrowed(axis: 1, to: width..<count).squeezed(2), bias: dconv1.bias?.value)
    return single + common.unsqueezed(2)
  }
}

/// The T-Net: how far the object's true centre lies from the centre of its visible points.
final class FrustumCenterNet: FrustumRegression {
  let conv1 = Conv1D(3, 128, kernel: 1)
  let bn1 = BatchNorm1D(128)
  let conv2 = Conv1D(128, 128, kernel: 1)
  let bn2 = BatchNorm1D(128)
  let conv3 = Conv1D(128, 256, kernel: 1)
  let bn3 = BatchNorm1D(256)
  let fc1: Linear
  let fcbn1 = BatchNorm1D(256)
  let fc2 = Linear(256, 128)
  let fcbn2 = BatchNorm1D(128)
  // Starts with no shift.
  let fc3 = Linear(128, 3, initializer: .zeros, biasInitializer: .zeros)

  init(classes: Int) { fc1 = Linear(256 + classes, 256) }

  func callAsFunction(_ points: Tensor, classes: Tensor) -> Tensor {
    watched([points, classes]) {
      let second = bn2(conv2(bn1(conv1(points)).relu())).relu()
      let shared = pooledOverPoints(second, conv3, bn3)  // [B, 256]
      let hidden = fcbn1(fc1(Tensor.concatenated([shared, classes], axis: 1))).relu()
      return [fc3(fcbn2(fc2(hidden)).relu())]
    }[0]
  }
}

/// A PointNet that describes the whole box of an object whose points it sees in part (v1).
final class FrustumBoxNetV1: FrustumRegression {
  let conv1 = Conv1D(3, 128, kernel: 1)
  let bn1 = BatchNorm1D(128)
  let conv2 = Conv1D(128, 128, kernel: 1)
  let bn2 = BatchNorm1D(128)
  let conv3 = Conv1D(128, 256, kernel: 1)
  let bn3 = BatchNorm1D(256)
  let conv4 = Conv1D(256, 512, kernel: 1)
  let bn4 = BatchNorm1D(512)
  let fc1: Linear
  let fcbn1 = BatchNorm1D(512)
  let fc2 = Linear(512, 256)
  let fcbn2 = BatchNorm1D(256)
  let fc3: Linear

  init(classes: Int, outputs: Int) {
    fc1 = Linear(512 + classes, 512)
    fc3 = Linear(256, outputs)
  }

  func callAsFunction(_ points: Tensor, classes: Tensor) -> Tensor {
    watched([points, classes]) {
      let second = bn2(conv2(bn1(conv1(points)).relu())).relu()
      let pooled = pooledOverPoints(bn3(conv3(second)).relu(), conv4, bn4)  // [B, 512]
      let hidden = fcbn1(fc1(Tensor.concatenated([pooled, classes], axis: 1))).relu()
      return [fc3(fcbn2(fc2(hidden)).relu())]
    }[0]
  }
}
