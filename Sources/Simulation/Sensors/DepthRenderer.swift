import Geometry
import Tensors

/// Casts one ray through each pixel of a camera for depth alone, without light and texture.
struct DepthRenderer {
  let snapshot: SceneSnapshot
  let camera: CameraModel
  let worldFromCamera: Pose
  let threads: Int

  /// Depths, cosines of incidence and objects as ``CameraRenderer`` gives them; no colours.
  func render() -> RenderedView {
    let (width, height) = (camera.width, camera.height)
    let placement = Placement(worldFromCamera)
    let right = placement.x / Float(camera.focalLength.x)
    let down = placement.y / Float(camera.focalLength.y)
    let corner =
      placement.z - right * Float(camera.principalPoint.x)
      - down * Float(camera.principalPoint.y)
    var depths = [Float](repeating: 0, count: width * height)
    var cosines = depths
    var objects = [Int32](repeating: -2, count: width * height)
    depths.withUnsafeMutableBufferPointer { depths in
      cosines.withUnsafeMutableBufferPointer { cosines in
        objects.withUnsafeMutableBufferPointer { objects in
          guard let depths = SharedElements(depths), let cosines = SharedElements(cosines),
            let objects = SharedElements(objects)
          else { return }
          let snapshot = snapshot
          RowSplit.run(pieces: height, threads: threads) { rows in
            snapshot.withCaster { caster in
              for row in rows {
                for column in 0..<width {
                  let direction = corner + right * Float(column) + down * Float(row)
                  let point = caster.surface(
                    from: placement.translation, along: direction, stepX: right, stepY: down)
                  guard point.object != -2 else { continue }
                  let place = row &* width &+ column
                  depths.base[place] = point.distance
                  cosines.base[place] = -point.faceNormal.dot(direction) / direction.length
                  objects.base[place] = point.object
                }
              }
            }
          }
        }
      }
    }
    return RenderedView(
      width: width, height: height, colors: Tensor(shape: [0, 0, 3], of: UInt8.self) { _ in },
      depths: depths, cosines: cosines, objects: objects)
  }
}
