public import Geometry
import Tensors

extension PointCloud {
  /// The cloud in another frame: positions are moved, the attribute `normal` is turned.
  ///
  /// - Parameter targetFromSource: Maps the cloud's frame to the other frame; metres.
  /// - Returns: The same points in the other frame; invalid points stay invalid.
  public func transformed(by targetFromSource: Pose) -> PointCloud {
    var result = self
    result.positions = Self.apply(targetFromSource, to: positions)
    if let normals = attributes["normal"], normals.elementType == .float32, normals.shape[1] == 3 {
      let turn = Pose(rotation: targetFromSource.rotation, translation: .zero)
      result.attributes["normal"] = Self.apply(turn, to: normals)
    }
    return result
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
