public import Geometry
import Tensors

extension PointCloud {
  /// The cloud in another frame: positions are moved, the attributes `normal` and `covariance` are turned.
  ///
  /// Points that come to lie far from the other frame's origin get an ``origin`` of their own, in whole metres.
  ///
  /// - Parameter targetFromSource: Maps the cloud's frame to the other frame; metres.
  /// - Returns: The same points in the other frame; invalid points stay invalid.
  public func transformed(by targetFromSource: Pose) -> PointCloud {
    var result = self
    // R (origin + p) + t = shift + R p; where the points come to lie far away, the origin takes most of the shift.
    let shift = targetFromSource * origin
    if origin != .zero || max(abs(shift.x), abs(shift.y), abs(shift.z)) >= Self.originThreshold {
      let middle = shift + targetFromSource.rotation.rotate(sampledMiddle())
      for axis in 0..<3 {
        let isNear = abs(middle[axis]) < Self.originThreshold
        result.origin[axis] = isNear ? 0 : middle[axis].rounded()
      }
    }
    let motion = Pose(rotation: targetFromSource.rotation, translation: shift - result.origin)
    result.positions = Self.apply(motion, to: positions)
    if let normals = attributes["normal"], normals.elementType == .float32, normals.shape[1] == 3 {
      let turn = Pose(rotation: targetFromSource.rotation, translation: .zero)
      result.attributes["normal"] = Self.apply(turn, to: normals)
    }
    if let covariances = attributes["covariance"], covariances.elementType == .float32,
      covariances.shape[1] == 6
    {
      result.attributes["covariance"] = Self.turn(covariances, by: targetFromSource.rotation)
    }
    return result
  }

  /// R C Rᵀ for each row xx xy xz yy yz zz.
  private static func turn(_ covariances: Tensor, by rotation: Quaternion) -> Tensor {
    let rows = rotation.matrix.rows
    let (a, b, c) = (rows[0], rows[1], rows[2])
    return Tensor(shape: covariances.shape, of: Float.self) { target in
      covariances.withUnsafeElements(of: Float.self) { source in
        for i in stride(from: 0, to: source.count, by: 6) {
          let (xx, xy, xz) = (Double(source[i]), Double(source[i + 1]), Double(source[i + 2]))
          let (yy, yz) = (Double(source[i + 3]), Double(source[i + 4]))
          let zz = Double(source[i + 5])
          // The columns of C Rᵀ are C times the rows of R.
          @inline(__always) func times(_ r: Vector3) -> Vector3 {
            Vector3(
              xx * r.x + xy * r.y + xz * r.z, xy * r.x + yy * r.y + yz * r.z,
              xz * r.x + yz * r.y + zz * r.z)
          }
          let (ca, cb, cc) = (times(a), times(b), times(c))
          target[i] = Float((a * ca).sum())
          target[i + 1] = Float((a * cb).sum())
          target[i + 2] = Float((a * cc).sum())
          target[i + 3] = Float((b * cb).sum())
          target[i + 4] = Float((b * cc).sum())
          target[i + 5] = Float((c * cc).sum())
        }
      }
    }
  }

  private static func apply(_ pose: Pose, to vectors: Tensor) -> Tensor {
    let m = pose.rotation.matrix.elements
    let t = pose.translation
    return Tensor(shape: vectors.shape, of: Float.self) { target in
      vectors.withUnsafeElements(of: Float.self) { source in
        m.withUnsafeBufferPointer { m in
          for i in stride(from: 0, to: source.count, by: 3) {
            let (x, y, z) = (Double(source[i]), Double(source[i + 1]), Double(source[i + 2]))
            target[i] = Float(m[0] * x + m[1] * y + m[2] * z + t.x)
            target[i + 1] = Float(m[3] * x + m[4] * y + m[5] * z + t.y)
            target[i + 2] = Float(m[6] * x + m[7] * y + m[8] * z + t.z)
          }
        }
      }
    }
  }
}
