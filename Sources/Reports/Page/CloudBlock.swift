import Foundation
import PointClouds
import Tensors

/// One frame's cloud as the viewer reads it, little-endian.
///
/// Positions as three Int16 a point with a scale and offset for each axis, then, where the series has them, cluster (UInt16,
/// 65535 = none), intensity (UInt8) and colour (three UInt8).
struct CloudBlock {
  /// Attributes that a block may hold, in their order; the names are the viewer's.
  enum Attribute: String, CaseIterable {
    case cluster, intensity, color

    /// Bytes that one point takes.
    var byteCount: Int {
      switch self {
      case .cluster: 2
      case .intensity: 1
      case .color: 3
      }
    }
  }

  var bytes: Data
  var count: Int
  /// Points in the file, invalid ones included.
  var sourceCount: Int
  var scale: SIMD3<Double>
  var offset: SIMD3<Double>

  /// Quantises at most `limit` points of a cloud.
  ///
  /// Every block of a series holds the same `attributes`; one that a cloud lacks is filled with zeros (cluster: none).
  init(
    _ cloud: PointCloud, attributes: [Attribute], intensityRange: ClosedRange<Double>, limit: Int
  ) {
    let indices = VoxelDecimation.indices(of: cloud, limit: limit)
    count = indices.count
    sourceCount = cloud.count
    let width = 6 + attributes.reduce(0) { $0 + $1.byteCount }
    var bytes = Data(count: width * indices.count)
    var (scale, offset) = (SIMD3<Double>(repeating: 1e-3), SIMD3<Double>(repeating: 0))
    bytes.withUnsafeMutableBytes { target in
      (scale, offset) = Self.writePositions(cloud, indices, to: target)
      var start = 6 * indices.count
      for attribute in attributes {
        let part = UnsafeMutableRawBufferPointer(rebasing: target[start...])
        switch attribute {
        case .cluster: Self.writeClusters(cloud, indices, to: part)
        case .intensity: Self.writeIntensity(cloud, indices, intensityRange, to: part)
        case .color: Self.writeColors(cloud, indices, to: part)
        }
        start += attribute.byteCount * indices.count
      }
    }
    (self.bytes, self.scale, self.offset) = (bytes, scale, offset)
  }

  /// The attributes of a cloud that a block can hold.
  static func attributes(of cloud: PointCloud) -> [Attribute] {
    Attribute.allCases.filter { attribute in
      switch attribute {
      case .cluster: clusterColumn(cloud) != nil
      case .intensity: CloudColumnReader(cloud.attributes["intensity"]) != nil
      case .color:
        cloud.attributes["color"].map { $0.elementType == .uint8 && $0.shape[1] == 3 } ?? false
      }
    }
  }

  private static func writePositions(
    _ cloud: PointCloud, _ indices: [Int32], to target: UnsafeMutableRawBufferPointer
  ) -> (SIMD3<Double>, SIMD3<Double>) {
    cloud.moved(toOrigin: .zero).positions.withUnsafeElements(of: Float.self) { xyz in
      var low = SIMD3<Double>(repeating: .infinity)
      var high = -low
      for k in indices {
        let p = SIMD3<Float>(xyz[3 * Int(k)], xyz[3 * Int(k) + 1], xyz[3 * Int(k) + 2])
        low = pointwiseMin(low, SIMD3<Double>(p))
        high = pointwiseMax(high, SIMD3<Double>(p))
      }
      guard !indices.isEmpty else {
        return (SIMD3(repeating: 1e-3), SIMD3(repeating: 0))
      }
      let offset = (low + high) / 2
      let scale = pointwiseMax((high - low) / 65534, SIMD3(repeating: 1e-9))
      for (row, k) in indices.enumerated() {
        let p = SIMD3<Float>(xyz[3 * Int(k)], xyz[3 * Int(k) + 1], xyz[3 * Int(k) + 2])
        let steps = ((SIMD3<Double>(p) - offset) / scale).rounded(.toNearestOrAwayFromZero)
        for axis in 0..<3 {
          target.storeBytes(
            of: Int16(max(-32767, min(32767, steps[axis]))).littleEndian,
            toByteOffset: 6 * row + 2 * axis, as: Int16.self)
        }
      }
      return (scale, offset)
    }
  }

  private static func writeClusters(
    _ cloud: PointCloud, _ indices: [Int32], to target: UnsafeMutableRawBufferPointer
  ) {
    let column = clusterColumn(cloud)
    for (row, k) in indices.enumerated() {
      let value = column?[Int(k)] ?? -1
      let number = value >= 0 ? UInt16(value.truncatingRemainder(dividingBy: 65535)) : 65535
      target.storeBytes(of: number.littleEndian, toByteOffset: 2 * row, as: UInt16.self)
    }
  }

  private static func writeIntensity(
    _ cloud: PointCloud, _ indices: [Int32], _ range: ClosedRange<Double>,
    to target: UnsafeMutableRawBufferPointer
  ) {
    guard let column = CloudColumnReader(cloud.attributes["intensity"]) else { return }
    let factor = 255 / max(range.upperBound - range.lowerBound, 1e-12)
    for (row, k) in indices.enumerated() {
      let value = (column[Int(k)] - range.lowerBound) * factor
      target[row] = value > 0 ? UInt8(min(255, value.rounded())) : 0
    }
  }

  private static func writeColors(
    _ cloud: PointCloud, _ indices: [Int32], to target: UnsafeMutableRawBufferPointer
  ) {
    guard let color = cloud.attributes["color"], color.elementType == .uint8, color.shape[1] == 3
    else { return }
    color.withUnsafeElements(of: UInt8.self) { rgb in
      for (row, k) in indices.enumerated() {
        for channel in 0..<3 { target[3 * row + channel] = rgb[3 * Int(k) + channel] }
      }
    }
  }

  private static func clusterColumn(_ cloud: PointCloud) -> CloudColumnReader? {
    ["cluster", "clusters", "label", "segment"].lazy
      .compactMap { CloudColumnReader(cloud.attributes[$0]) }.first
  }
}

/// Reads one column of a cloud's attribute as Double, whatever its element type.
struct CloudColumnReader {
  private let tensor: Tensor

  init?(_ tensor: Tensor?) {
    guard let tensor, tensor.rank == 2, tensor.shape[1] == 1 else { return nil }
    switch tensor.elementType {
    case .float32, .float64, .uint8, .int8, .int16, .int32, .int64: self.tensor = tensor
    default: return nil
    }
  }

  /// The value of a point; -1 where it is not a finite number.
  subscript(index: Int) -> Double {
    let value: Double = tensor.withUnsafeBytes { bytes in
      switch tensor.elementType {
      case .float32: Double(bytes.load(fromByteOffset: 4 * index, as: Float.self))
      case .float64: bytes.load(fromByteOffset: 8 * index, as: Double.self)
      case .uint8: Double(bytes[index])
      case .int8: Double(bytes.load(fromByteOffset: index, as: Int8.self))
      case .int16: Double(bytes.load(fromByteOffset: 2 * index, as: Int16.self))
      case .int32: Double(bytes.load(fromByteOffset: 4 * index, as: Int32.self))
      default: Double(bytes.load(fromByteOffset: 8 * index, as: Int64.self))
      }
    }
    return value.isFinite ? value : -1
  }
}
