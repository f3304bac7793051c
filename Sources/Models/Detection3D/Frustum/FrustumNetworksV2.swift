import Networks
import Tensors

/// A PointNet++ with features of neighbourhoods at three scales (v2).
final class FrustumSegmentationV2: FrustumSegmentation {
  let sa1: FrustumSetAbstraction
  let sa2: FrustumSetAbstraction
  let sa3: FrustumSetAbstraction
  let fp3: FrustumPropagation
  let fp2: FrustumPropagation
  let fp1: FrustumPropagation
  let conv1 = Conv1D(128, 128, kernel: 1)
  let bn1 = BatchNorm1D(128)
  let dropout = Dropout(0.3)
  let conv2 = Conv1D(128, 2, kernel: 1)

  init(channels: Int, classes: Int) {
    sa1 = FrustumSetAbstraction(
      channels - 3, count: 128,
      [
        .init(radius: 0.2, neighbours: 32, widths: [32, 32, 64]),
        .init(radius: 0.4, neighbours: 64, widths: [64, 64, 128]),
        .init(radius: 0.8, neighbours: 128, widths: [64, 96, 128]),
      ])
    sa2 = FrustumSetAbstraction(
      sa1.outputs, count: 32,
      [
        .init(radius: 0.4, neighbours: 64, widths: [64, 64, 128]),
        .init(radius: 0.8, neighbours: 64, widths: [128, 128, 256]),
        .init(radius: 1.6, neighbours: 128, widths: [128, 128, 256]),
      ])
    sa3 = FrustumSetAbstraction(sa2.outputs, widths: [128, 256, 1024])
    fp3 = FrustumPropagation(sa2.outputs + sa3.outputs + classes, widths: [128, 128])
    fp2 = FrustumPropagation(sa1.outputs + 128, widths: [128, 128])
    fp1 = FrustumPropagation(channels + 128, widths: [128, 128])
  }

  func callAsFunction(_ points: Tensor, classes: Tensor) throws -> Tensor {
    let channels = points.shape[1]
    let places = points.narrowed(axis: 1, to: 0..<3).transposed(1, 2).contiguous()  // [B, N, 3]
    let others = channels > 3 ? points.narrowed(axis: 1, to: 3..<channels).contiguous() : nil
    let (places1, features1) = try sa1(places, others)
    let (places2, features2) = try sa2(places1, features1)
    let (places3, features3) = try sa3(places2, features2)
    let all = Tensor.concatenated([features3, classes.unsqueezed(2)], axis: 1)
    let known2 = try fp3(features2, at: places2, from: all, at: places3)
    let known1 = try fp2(features1, at: places1, from: known2, at: places2)
    let known0 = try fp1(points, at: places, from: known1, at: places1)  // [B, 128, N]
    return conv2(dropout(bn1(conv1(known0)).relu()))
  }
}

/// A PointNet++ that describes the whole box of an object whose points it sees in part (v2).
final class FrustumBoxNetV2: FrustumRegression {
  let sa1 = FrustumSetAbstraction(
    0, count: 128, [.init(radius: 0.2, neighbours: 64, widths: [64, 64, 128])])
  let sa2 = FrustumSetAbstraction(
    128, count: 32, [.init(radius: 0.4, neighbours: 64, widths: [128, 128, 256])])
  let sa3 = FrustumSetAbstraction(256, widths: [256, 256, 512])
  let fc1: Linear
  let fcbn1 = BatchNorm1D(512)
  let fc2 = Linear(512, 256)
  let fcbn2 = BatchNorm1D(256)
  let fc3: Linear

  init(classes: Int, outputs: Int) {
    fc1 = Linear(512 + classes, 512)
    fc3 = Linear(256, outputs)
  }

  func callAsFunction(_ points: Tensor, classes: Tensor) throws -> Tensor {
    let (places1, features1) = try sa1(points.transposed(1, 2).contiguous(), nil)
    let (places2, features2) = try sa2(places1, features1)
    let (_, features3) = try sa3(places2, features2)
    let shared = Tensor.concatenated([features3.squeezed(2), classes], axis: 1)  // [B, 512 + K]
    return fc3(fcbn2(fc2(fcbn1(fc1(shared)).relu())).relu())
  }
}
