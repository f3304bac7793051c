import Networks
import PointClouds
import Tensors

/// A T-Net: a square matrix for each cloud, made from its points and added to the identity.
final class TransformNet: Module {
  let conv1: Conv1D
  let conv2 = Conv1D(64, 128, kernel: 1)
  let conv3 = Conv1D(128, 1024, kernel: 1)
  let fc1 = Linear(1024, 512)
  let fc2 = Linear(512, 256)
  let fc3: Linear
  let bn1 = BatchNorm1D(64)
  let bn2 = BatchNorm1D(128)
  let bn3 = BatchNorm1D(1024)
  let bn4 = BatchNorm1D(512)
  let bn5 = BatchNorm1D(256)
  private let size: Int

  /// A network without values.
  ///
  /// - Parameters:
  ///   - channels: Channels of the points.
  ///   - size: Length of the matrix's axes.
  init(channels: Int, size: Int) {
    conv1 = Conv1D(channels, 64, kernel: 1)
    fc3 = Linear(256, size * size)
    self.size = size
  }

  /// The matrices, `[B, K, K]`.
  ///
  /// - Parameters:
  ///   - rows: Points of all clouds, `[B * N, C]`.
  ///   - groups: The clouds.
  /// - Returns: One matrix for each cloud.
  func callAsFunction(_ rows: Tensor, _ groups: PointGroups) -> Tensor {
    let layers = SharedLayers([conv1, conv2, conv3], [bn1, bn2, bn3])
    let whole = layers.pooled(layers.layers[0].products(rows), over: groups)
    let hidden = bn5(fc2(bn4(fc1(whole)).relu())).relu()
    let matrix = fc3(hidden).reshaped(groups.clouds, size, size) + Tensor.eye(size)
    return watched([rows]) { [matrix] }[0]
  }
}

extension Tensor {
  /// How far square matrices `[B, K, K]` are from orthogonal: the mean Frobenius norm of A Aᵀ - 1.
  func orthogonalityLoss() -> Tensor {
    let product = matmul(transposed(1, 2)) - Tensor.eye(shape[1])
    // The small number keeps the slope finite where a matrix is orthogonal.
    return (product.square().sum(axes: [1, 2]) + 1e-12).sqrt().mean()
  }
}
