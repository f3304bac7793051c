import Geometry
import Tensors

/// A place on a mesh: corner a + u (b - a) + v (c - a) of a triangle.
struct SurfacePoint {
  var face: Int32
  var u: Double
  var v: Double

  /// Weights of the three corners.
  var weights: (Double, Double, Double) { (1 - u - v, u, v) }

  /// The corner with the largest weight; the first of equal ones.
  var nearestCorner: Int {
    let (a, b, c) = weights
    return a >= b && a >= c ? 0 : b >= c ? 1 : 2
  }

  func place(_ corners: MeshCornerPoints) -> Vector3 {
    let (a, b, c) = corners[Int(face)]
    return a + u * (b - a) + v * (c - a)
  }
}

extension Mesh {
  /// The cloud of points on the surface, with the attributes there.
  func pointCloud(at points: [SurfacePoint]) -> PointCloud {
    var cloud = PointCloud(
      places: Tensor(shape: [points.count, 3], of: Double.self) { target in
        withCorners { corners in
          for (row, point) in points.enumerated() {
            let place = point.place(corners)
            for k in 0..<3 { target[3 * row + k] = place[k] }
          }
        }
      })
    let faces = points.map(\.face)
    for (name, values) in faceAttributes { cloud.attributes[name] = values.selectingRows(faces) }
    for (name, values) in attributes {
      cloud.attributes[name] = interpolated(values, triangles, at: points)
    }
    for (name, corners) in [("texture", textureCoordinates), ("normal", normals)] {
      guard let corners else { continue }
      cloud.attributes[name] = interpolated(corners.values, corners.indices, at: points)
    }
    let normal = cloud.attributes["normal"] ?? faceNormals().selectingRows(faces)
    cloud.attributes["normal"] = Self.scaledToUnit(normal)
    return cloud
  }

  /// The values of corners at places between them.
  private func interpolated(_ values: Tensor, _ indices: Tensor, at points: [SurfacePoint])
    -> Tensor
  {
    switch values.elementType {
    case .float32: return mixed(values, indices, points, Float.self) { Float($0) }
    case .float64: return mixed(values, indices, points, Double.self) { $0 }
    case .uint8:
      return mixed(values, indices, points, UInt8.self) { UInt8(min(max($0.rounded(), 0), 255)) }
    case .bool, .int8, .int16, .int32, .int64, .float16, .bfloat16:
      let rows = indices.withUnsafeElements(of: Int32.self) { indices in
        points.map { max(0, indices[3 * Int($0.face) + $0.nearestCorner]) }
      }
      return values.selectingRows(rows)
    }
  }

  private func mixed<Element: TensorElement & CloudScalar>(
    _ values: Tensor, _ indices: Tensor, _ points: [SurfacePoint], _ type: Element.Type,
    _ rounded: (Double) -> Element
  ) -> Tensor {
    let width = values.shape[1]
    return Tensor(shape: [points.count, width], of: Element.self) { target in
      indices.withUnsafeElements(of: Int32.self) { indices in
        values.withUnsafeElements(of: Element.self) { source in
          for (row, point) in points.enumerated() {
            let first = 3 * Int(point.face)
            let (a, b, c) = (indices[first], indices[first + 1], indices[first + 2])
            let (wa, wb, wc) = point.weights
            for k in 0..<width {
              // A corner without a value adds nothing.
              var sum = 0.0
              if a >= 0 { sum += wa * source[Int(a) * width + k].asDouble }
              if b >= 0 { sum += wb * source[Int(b) * width + k].asDouble }
              if c >= 0 { sum += wc * source[Int(c) * width + k].asDouble }
              target[row * width + k] = rounded(sum)
            }
          }
        }
      }
    }
  }

  private static func scaledToUnit(_ normals: Tensor) -> Tensor {
    guard normals.elementType == .float32, normals.shape[1] == 3 else { return normals }
    return Tensor(shape: normals.shape, of: Float.self) { target in
      normals.withUnsafeElements(of: Float.self) { source in
        for i in stride(from: 0, to: source.count, by: 3) {
          let normal = unit(
            Vector3(Double(source[i]), Double(source[i + 1]), Double(source[i + 2])))
          for k in 0..<3 { target[i + k] = Float(normal[k]) }
        }
      }
    }
  }
}
