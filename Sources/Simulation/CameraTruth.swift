public import Configuration
import Foundation
import Geometry
import SensorLogs
import Tensors
import Vision

/// What is known exactly about each pixel of a camera or about the objects in it, for scenes that ask for it.
public enum CameraTruth: String, CaseIterable, ParameterValue {
  /// Depth without noise.
  case depth
  /// Which object each pixel shows.
  case instances
  /// Which class of objects each pixel shows.
  case semantics
  /// Where each pixel's place will be one frame later.
  case flow
  /// The extents of what shows of each object.
  case boxes
}

extension Simulation {
  /// The classes of semantic masks: a pixel of the first has the value 1, 0 is everything else, 255 the sky.
  public static let maskClasses = [
    "Car", "Van", "Truck", "Pedestrian", "Cyclist", "bathtub", "bed", "bookshelf", "box", "chair",
    "desk", "dresser", "night_stand", "plant", "sofa", "table", "toilet",
  ]
}

/// The instant one frame later in the same world.
struct FollowingInstant: Sendable {
  var worldFromVehicle: Pose
  /// For each object where it will be; nil when it will be gone.
  var worldFromObjects: [Pose?]
}

/// A camera's view with what truth needs to know of it.
struct TruthView: Sendable {
  /// `left`, `mono` or `color`.
  var name: String
  var frameName: String
  var camera: CameraModel
  var vehicleFromCamera: Pose
  var depths: [Float]
  /// Object at each pixel's centre; -1 background, -2 sky.
  var objects: [Int32]

  /// Exact depths, 0 for the sky.
  var depthImage: DepthImage {
    DepthImage(depths: Tensor(depths, shape: [camera.height, camera.width]), camera: camera)
  }

  /// The number of each pixel's object as red + 256 green + 65,536 blue; 0 where there is none.
  func instanceMask(_ numbers: [Int]) -> Image {
    var values = [UInt8](repeating: 0, count: 3 * objects.count)
    for (pixel, object) in objects.enumerated() where object >= 0 {
      let number = numbers[Int(object)]
      values[3 * pixel] = UInt8(truncatingIfNeeded: number)
      values[3 * pixel + 1] = UInt8(truncatingIfNeeded: number >> 8)
      values[3 * pixel + 2] = UInt8(truncatingIfNeeded: number >> 16)
    }
    return Image(pixels: Tensor(values, shape: [camera.height, camera.width, 3]), camera: camera)
  }

  /// The class of each pixel, of ``Simulation/maskClasses``; 254 for objects of other classes.
  func semanticMask(_ labels: [String]) -> Image {
    let classes = labels.map { label in
      Simulation.maskClasses.firstIndex(of: label).map { UInt8($0 + 1) } ?? 254
    }
    let values = objects.map { $0 >= 0 ? classes[Int($0)] : $0 == -2 ? UInt8(255) : 0 }
    return Image(pixels: Tensor(values, shape: [camera.height, camera.width, 1]), camera: camera)
  }

  /// The extents of the pixels that show each object, in the order of the objects; none below 4 pixels.
  func boxes(_ labels: [String], of wanted: [Bool]) -> Detections2D {
    let empty = (x1: Int.max, y1: Int.max, x2: -1, y2: -1, count: 0)
    var extents = [(x1: Int, y1: Int, x2: Int, y2: Int, count: Int)](
      repeating: empty, count: labels.count)
    for (pixel, object) in objects.enumerated() where object >= 0 {
      let (x, y) = (pixel % camera.width, pixel / camera.width)
      let old = extents[Int(object)]
      extents[Int(object)] = (
        min(old.x1, x), min(old.y1, y), max(old.x2, x), max(old.y2, y), old.count + 1
      )
    }
    return Detections2D(
      boxes: extents.indices.filter { wanted[$0] && extents[$0].count >= 4 }.map { index in
        let extent = extents[index]
        return Box2D(
          x1: Double(extent.x1), y1: Double(extent.y1), x2: Double(extent.x2),
          y2: Double(extent.y2), label: labels[index])
      })
  }

  /// How each pixel's place moves in the image until one frame later.
  ///
  /// Follows from depth, the vehicle's motion and the objects' rigid motions; limbs are taken to move with their bodies, the
  /// sky turns with the camera alone. Not a number where a place will be behind the camera or its object gone.
  func flow(
    _ worldFromVehicle: Pose, _ worldFromObjects: [Pose], until next: FollowingInstant
  ) -> FlowField {
    let worldFromCamera = worldFromVehicle * vehicleFromCamera
    let cameraFromWorld = (next.worldFromVehicle * vehicleFromCamera).inverse
    func motion(_ pose: Pose) -> (Matrix3, Vector3) { (pose.rotation.matrix, pose.translation) }
    let background = motion(cameraFromWorld * worldFromCamera)
    let moved = zip(worldFromObjects, next.worldFromObjects).map { now, later in
      later.map { motion(cameraFromWorld * $0 * now.inverse * worldFromCamera) }
    }
    let (f, c) = (camera.focalLength, camera.principalPoint)
    let (height, width) = (camera.height, camera.width)
    return FlowField(
      vectors: Tensor(shape: [height, width, 2], of: Float.self) { target in
        for row in 0..<height {
          for column in 0..<width {
            let place = row * width + column
            let object = objects[place]
            let ray = Vector3((Double(column) - c.x) / f.x, (Double(row) - c.y) / f.y, 1)
            var seen = Vector3(0, 0, -1)
            if object == -2 {
              seen = background.0 * ray
            } else if let (turn, shift) = object < 0 ? background : moved[Int(object)] {
              seen = turn * (ray * Double(depths[place])) + shift
            }
            let isBefore = seen.z > 1e-6
            let x = seen.x / seen.z * f.x + c.x - Double(column)
            let y = seen.y / seen.z * f.y + c.y - Double(row)
            target[2 * place] = isBefore ? Float(x) : .nan
            target[2 * place + 1] = isBefore ? Float(y) : .nan
          }
        }
      })
  }
}
