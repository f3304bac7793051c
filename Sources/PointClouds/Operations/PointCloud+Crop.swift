public import Geometry
import Tensors

/// What becomes of the points that a filter does not choose.
public enum UnchosenPoints: Sendable {
  /// They are left out; the result is not organised.
  case leftOut
  /// They become invalid (NaN) and keep their attributes and their place in the grid.
  case invalidated
}

extension PointCloud {
  /// The points inside, or outside, of an axis-aligned box; its faces belong to the inside.
  ///
  /// - Parameters:
  ///   - lower: Smallest coordinates; metres.
  ///   - upper: Largest coordinates; metres.
  ///   - keepsInside: Whether the points inside are kept, else those outside.
  ///   - unchosen: What becomes of the other points.
  /// - Returns: The chosen points in their order; invalid points lie neither inside nor outside.
  public func cropped(
    from lower: Vector3, to upper: Vector3, keepsInside: Bool = true,
    unchosen: UnchosenPoints = .leftOut
  ) -> PointCloud {
    let low = SIMD3<Float>(lower - origin)
    let high = SIMD3<Float>(upper - origin)
    return choosing(unchosen) { x, y, z in
      guard x.isFinite, y.isFinite, z.isFinite else { return false }
      let isInside =
        x >= low.x && x <= high.x && y >= low.y && y <= high.y && z >= low.z && z <= high.z
      return isInside == keepsInside
    }
  }

  /// The points inside, or outside, of a box that is turned in space; its faces belong to the inside.
  ///
  /// - Parameters:
  ///   - cloudFromBox: Centre and turn of the box in the cloud's frame.
  ///   - size: Lengths of the box along its own x, y and z; metres, none negative.
  ///   - keepsInside: Whether the points inside are kept, else those outside.
  ///   - unchosen: What becomes of the other points.
  /// - Returns: The chosen points in their order; invalid points lie neither inside nor outside.
  public func cropped(
    toBox cloudFromBox: Pose, size: Vector3, keepsInside: Bool = true,
    unchosen: UnchosenPoints = .leftOut
  ) -> PointCloud {
    precondition(size.x >= 0 && size.y >= 0 && size.z >= 0, "a box cannot have the size \(size)")
    let columns = cloudFromBox.rotation.inverse.matrix.elements
    let center = cloudFromBox.translation - origin
    let half = size / 2
    return choosing(unchosen) { px, py, pz in
      guard px.isFinite, py.isFinite, pz.isFinite else { return false }
      let (x, y, z) = (Double(px) - center.x, Double(py) - center.y, Double(pz) - center.z)
      let isInside =
        abs(columns[0] * x + columns[1] * y + columns[2] * z) <= half.x
        && abs(columns[3] * x + columns[4] * y + columns[5] * z) <= half.y
        && abs(columns[6] * x + columns[7] * y + columns[8] * z) <= half.z
      return isInside == keepsInside
    }
  }

  /// The points inside, or outside, of an upright box; its faces belong to the inside.
  ///
  /// - Parameters:
  ///   - box: A box in the cloud's frame.
  ///   - keepsInside: Whether the points inside are kept, else those outside.
  ///   - unchosen: What becomes of the other points.
  /// - Returns: The chosen points in their order; invalid points lie neither inside nor outside.
  public func cropped(
    to box: Box3D, keepsInside: Bool = true, unchosen: UnchosenPoints = .leftOut
  ) -> PointCloud {
    let turn = Quaternion(angle: box.yaw, axis: Vector3(0, 0, 1))
    return cropped(
      toBox: Pose(rotation: turn, translation: box.center), size: box.size,
      keepsInside: keepsInside, unchosen: unchosen)
  }

  /// The points whose distance from a place lies within a range, both ends included.
  ///
  /// - Parameters:
  ///   - range: Metres.
  ///   - sensor: The place, as a rule the sensor's, in the cloud's frame; metres.
  ///   - onGround: Whether the distance is taken on the x-y plane only.
  ///   - unchosen: What becomes of the other points.
  /// - Returns: The chosen points in their order; invalid points are never chosen.
  public func cropped(
    toRange range: ClosedRange<Double>, of sensor: Vector3 = .zero, onGround: Bool = false,
    unchosen: UnchosenPoints = .leftOut
  ) -> PointCloud {
    let low = range.lowerBound > 0 ? range.lowerBound * range.lowerBound : 0
    let high = range.upperBound * range.upperBound
    let center = sensor - origin
    return choosing(unchosen) { px, py, pz in
      let (x, y, z) = (Double(px) - center.x, Double(py) - center.y, Double(pz) - center.z)
      let square = x * x + y * y + (onGround ? 0 : z * z)
      return square >= low && square <= high && square.isFinite && z.isFinite
    }
  }

  /// The points that a camera sees: in front of it and, without regard to lens distortion, inside its image.
  ///
  /// - Parameters:
  ///   - camera: The camera; its distortion is left out.
  ///   - cameraFromCloud: Maps the cloud's frame to the camera's optical frame; metres.
  ///   - minDepth: Points nearer than this along the optical axis are not seen; metres.
  ///   - maxDepth: Points farther than this along the optical axis are not seen; metres.
  ///   - unchosen: What becomes of the other points.
  /// - Returns: The chosen points in their order, still in the cloud's frame.
  public func cropped(
    toViewOf camera: CameraModel, cameraFromCloud: Pose, minDepth: Double = 0.1,
    maxDepth: Double = .infinity, unchosen: UnchosenPoints = .leftOut
  ) -> PointCloud {
    let (m, t) = (cameraFromCloud.rotation.matrix.elements, cameraFromCloud * origin)
    let (focal, center) = (camera.focalLength, camera.principalPoint)
    let (right, bottom) = (Double(camera.width) - 0.5, Double(camera.height) - 0.5)
    return choosing(unchosen) { px, py, pz in
      let (x, y, z) = (Double(px), Double(py), Double(pz))
      let depth = m[6] * x + m[7] * y + m[8] * z + t.z
      guard depth >= minDepth, depth <= maxDepth else { return false }
      let a = (m[0] * x + m[1] * y + m[2] * z + t.x) / depth
      let b = (m[3] * x + m[4] * y + m[5] * z + t.y) / depth
      let (u, v) = (focal.x * a + camera.skew * b + center.x, focal.y * b + center.y)
      return u >= -0.5 && u < right && v >= -0.5 && v < bottom
    }
  }

  @inline(__always)
  private func choosing(
    _ unchosen: UnchosenPoints, where isChosen: (Float, Float, Float) -> Bool
  ) -> PointCloud {
    let chosen = positions.withUnsafeElements(of: Float.self) { p in
      var chosen: [Int32] = []
      chosen.reserveCapacity(count)
      for i in 0..<count where isChosen(p[3 * i], p[3 * i + 1], p[3 * i + 2]) {
        chosen.append(Int32(i))
      }
      return chosen
    }
    return choosing(chosen, unchosen)
  }

  /// The points at ascending numbers; the others leave, or become invalid where they are.
  func choosing(_ chosen: [Int32], _ unchosen: UnchosenPoints) -> PointCloud {
    guard case .invalidated = unchosen else { return selecting(chosen) }
    var result = self
    result.positions = Tensor(shape: positions.shape, of: Float.self) { target in
      target.update(repeating: .nan)
      positions.withUnsafeElements(of: Float.self) { source in
        for index in chosen {
          let first = 3 * Int(index)
          for k in first..<first + 3 { target[k] = source[k] }
        }
      }
    }
    return result
  }
}
