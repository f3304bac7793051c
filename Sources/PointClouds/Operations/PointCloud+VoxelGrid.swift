import CKernels
import Tensors

/// Which point stands for a cube of a grid.
public enum VoxelRepresentative: String, Sendable, CaseIterable {
  /// The mean of the points inside, attributes included.
  case centroid
  /// The first of the points inside, with its attributes as they are.
  case first
}

extension PointCloud {
  /// One point for each occupied cube of a regular grid.
  ///
  /// The grid is anchored at the cloud's ``PointCloud/origin``: a point belongs to the cube with the indices
  /// `floor(p / voxelSize)`, divided in double precision. Cubes come in the order in which their first points come. Attributes
  /// of means are averaged too: whole numbers to the nearest, halves away from zero; normals are scaled back to length 1.
  /// Invalid points are left out.
  ///
  /// - Parameters:
  ///   - voxelSize: Edge of a cube; metres, above 0.
  ///   - representative: Which point stands for a cube.
  ///   - threads: Threads to use; the result does not depend on it.
  /// - Returns: A point for each cube; not organised.
  /// - Throws: ``PointCloudError/gridTooFine(voxelSize:coordinate:)``.
  /// - Complexity: O(N).
  public func voxelDownsampled(
    voxelSize: Double, keeping representative: VoxelRepresentative = .centroid,
    threads: Int = PointBatch.defaultThreads
  ) throws -> PointCloud {
    precondition(voxelSize > 0, "a voxel's edge must be above 0 m, not \(voxelSize)")
    let filter = try GridFilter(positions, voxelSize: voxelSize, threads: threads)
    if representative == .first { return selecting(filter.firsts()) }
    var result = PointCloud(positions: filter.means(), origin: origin)
    guard !attributes.isEmpty else { return result }
    let (owners, sizes) = (filter.owners(), filter.sizes())
    for (name, values) in attributes {
      result.attributes[name] = Self.means(values, owners, sizes)
    }
    if let normals = result.attributes["normal"], normals.elementType == .float32 {
      result.attributes["normal"] = Self.normalized(normals)
    }
    return result
  }

  private static func means(_ values: Tensor, _ owners: [Int32], _ sizes: [Int32]) -> Tensor {
    switch values.elementType {
    case .bool:
      let bytes = Tensor(shape: values.shape, of: UInt8.self) { target in
        values.withUnsafeElements(of: Bool.self) { source in
          for i in 0..<source.count { target[i] = source[i] ? 1 : 0 }
        }
      }
      return means(bytes, owners, sizes, of: UInt8.self)
    case .uint8: return means(values, owners, sizes, of: UInt8.self)
    case .int8: return means(values, owners, sizes, of: Int8.self)
    case .int16: return means(values, owners, sizes, of: Int16.self)
    case .int32: return means(values, owners, sizes, of: Int32.self)
    case .int64: return means(values, owners, sizes, of: Int64.self)
    case .float32: return means(values, owners, sizes, of: Float.self)
    case .float64: return means(values, owners, sizes, of: Double.self)
    case .float16, .bfloat16:
      preconditionFailure("attributes of \(values.elementType) are not supported")
    }
  }

  private static func means<Element: VoxelMean>(
    _ values: Tensor, _ owners: [Int32], _ sizes: [Int32], of type: Element.Type
  ) -> Tensor {
    let width = values.shape[1]
    var sums = [Double](repeating: 0, count: sizes.count * width)
    values.withUnsafeElements(of: Element.self) { source in
      sums.withUnsafeMutableBufferPointer { sums in
        if width == 3 {
          for (i, owner) in owners.enumerated() where owner >= 0 {
            let base = Int(owner) * 3
            sums[base] += source[3 * i].summand
            sums[base + 1] += source[3 * i + 1].summand
            sums[base + 2] += source[3 * i + 2].summand
          }
        } else {
          for (i, owner) in owners.enumerated() where owner >= 0 {
            for k in 0..<width { sums[Int(owner) * width + k] += source[i * width + k].summand }
          }
        }
      }
    }
    return Tensor(shape: [sizes.count, width], of: Element.self) { target in
      for (v, size) in sizes.enumerated() {
        let share = 1 / Double(size)
        for k in 0..<width {
          target[v * width + k] =
            size == 1
            ? Element(mean: sums[v * width + k]) : Element(mean: sums[v * width + k] * share)
        }
      }
    }
  }

  private static func normalized(_ normals: Tensor) -> Tensor {
    var result = normals
    guard normals.shape[1] == 3 else { return normals }
    result.withUnsafeMutableElements(of: Float.self) { n in
      for i in stride(from: 0, to: n.count, by: 3) {
        let length = (n[i] * n[i] + n[i + 1] * n[i + 1] + n[i + 2] * n[i + 2]).squareRoot()
        if length > 0 { for k in 0..<3 { n[i + k] /= length } }
      }
    }
    return result
  }
}

/// A number type whose values can be averaged.
private protocol VoxelMean: TensorElement {
  var summand: Double { get }
  init(mean: Double)
}

extension VoxelMean where Self: BinaryFloatingPoint {
  var summand: Double { Double(self) }
  init(mean: Double) { self.init(mean) }
}

extension VoxelMean where Self: FixedWidthInteger {
  var summand: Double { Double(self) }
  // Rounding of the largest 64-bit sums may step over the type's limits.
  init(mean: Double) { self = Self(exactly: mean.rounded()) ?? (mean < 0 ? .min : .max) }
}

extension Float: VoxelMean {}
extension Double: VoxelMean {}
extension UInt8: VoxelMean {}
extension Int8: VoxelMean {}
extension Int16: VoxelMean {}
extension Int32: VoxelMean {}
extension Int64: VoxelMean {}
