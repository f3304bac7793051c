public import Geometry
import Tensors

extension PointCloud {
  /// The points inside, or outside, of an axis-aligned box; its faces belong to the inside.
  ///
  /// - Parameters:
  ///   - lower: Smallest coordinates; metres.
  ///   - upper: Largest coordinates; metres.
  ///   - keepsInside: Whether the points inside are kept, else those outside.
  /// - Returns: The chosen points in their order; invalid points lie neither inside nor outside.
  public func cropped(from lower: Vector3, to upper: Vector3, keepsInside: Bool = true)
    -> PointCloud
  {
    let low = SIMD3<Float>(lower)
    let high = SIMD3<Float>(upper)
    return selecting { x, y, z in
      guard x.isFinite, y.isFinite, z.isFinite else { return false }
      let isInside =
        x >= low.x && x <= high.x && y >= low.y && y <= high.y && z >= low.z && z <= high.z
      return isInside == keepsInside
    }
  }

  /// The points whose distance from the frame's origin lies within a range, both ends included.
  ///
  /// - Parameters:
  ///   - range: Metres.
  ///   - onGround: Whether the distance is taken on the x-y plane only.
  /// - Returns: The chosen points in their order; invalid points are left out.
  public func cropped(toRange range: ClosedRange<Double>, onGround: Bool = false) -> PointCloud {
    let low = Float(range.lowerBound * range.lowerBound)
    let high = Float(min(range.upperBound * range.upperBound, 3e38))
    return selecting { x, y, z in
      let square = x * x + y * y + (onGround ? 0 : z * z)
      return square >= low && square <= high && z.isFinite
    }
  }

  /// The points that a camera sees: in front of it and, without regard to lens distortion, inside its image.
  ///
  /// - Parameters:
  ///   - camera: The camera; its distortion is left out.
  ///   - cameraFromCloud: Maps the cloud's frame to the camera's optical frame; metres.
  ///   - minDepth: Points nearer than this along the optical axis are left out; metres.
  /// - Returns: The chosen points in their order, still in the cloud's frame.
  public func cropped(
    toViewOf camera: CameraModel, cameraFromCloud: Pose, minDepth: Double = 0.1
  ) -> PointCloud {
    let (m, t) = (cameraFromCloud.rotation.matrix.elements, cameraFromCloud.translation)
    let (focal, center) = (camera.focalLength, camera.principalPoint)
    let (right, bottom) = (Double(camera.width) - 0.5, Double(camera.height) - 0.5)
    return selecting { px, py, pz in
      let (x, y, z) = (Double(px), Double(py), Double(pz))
      let depth = m[6] * x + m[7] * y + m[8] * z + t.z
      guard depth >= minDepth else { return false }
      let a = (m[0] * x + m[1] * y + m[2] * z + t.x) / depth
      let b = (m[3] * x + m[4] * y + m[5] * z + t.y) / depth
      let (u, v) = (focal.x * a + camera.skew * b + center.x, focal.y * b + center.y)
      return u >= -0.5 && u < right && v >= -0.5 && v < bottom
    }
  }

  @inline(__always)
  private func selecting(where isKept: (Float, Float, Float) -> Bool) -> PointCloud {
    let kept = positions.withUnsafeElements(of: Float.self) { p in
      var kept: [Int32] = []
      kept.reserveCapacity(count)
      for i in 0..<count where isKept(p[3 * i], p[3 * i + 1], p[3 * i + 2]) {
        kept.append(Int32(i))
      }
      return kept
    }
    return selecting(kept)
  }
}
