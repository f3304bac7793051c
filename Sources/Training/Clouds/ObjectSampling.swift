import Geometry
import PointClouds
import Tensors

/// Objects of the training clouds, cut out with their points.
struct ObjectDatabase: Sendable {
  struct Object: Sendable {
    var box: Box3D
    /// In the frame of the cloud that it was cut out of.
    var points: PointCloud
  }

  /// Objects by label.
  let objects: [String: [Object]]

  /// Cuts the objects out of clouds.
  ///
  /// - Parameters:
  ///   - clouds: The training clouds.
  ///   - limit: Number of clouds that are looked at, spread evenly.
  ///   - fewestPoints: Objects with fewer points are left out.
  /// - Throws: What is wrong with a cloud.
  init(_ clouds: CloudSelection, limit: Int, fewestPoints: Int) throws {
    var found: [String: [Object]] = [:]
    let count = min(limit, clouds.count)
    for place in 0..<count {
      let cloud = try clouds.sample(at: place * clouds.count / count)
      let inside = try PointsInBoxes(cloud.boxes).indices(cloud.cloud.positions)
      for (box, points) in zip(cloud.boxes, inside) where points.count >= fewestPoints {
        found[box.label, default: []].append(
          Object(box: box, points: cloud.cloud.selecting(points)))
      }
    }
    objects = found
  }
}

/// Adds objects of other clouds where they overlap nothing: ground-truth sampling.
///
/// An object keeps its place relative to the sensor, so that its points are as dense as they should be; points of the cloud inside
/// its box go.
///
/// - Note: Source: Yan, Mao and Li, "SECOND: sparsely embedded convolutional detection", Sensors 2018, section 3.4.
struct ObjectSampling: CloudChange {
  let database: ObjectDatabase
  /// Objects of each label that a cloud is filled up to, in alphabetical order of labels.
  let wanted: [(label: String, count: Int)]

  func applied(to cloud: LabelledCloud, using generator: inout SeededGenerator) throws
    -> LabelledCloud
  {
    var result = cloud.withoutViews()
    var added: [ObjectDatabase.Object] = []
    for (label, count) in wanted {
      guard let pool = database.objects[label], !pool.isEmpty else { continue }
      let missing = count - result.boxes.count { $0.label == label }
      for _ in 0..<max(0, missing) {
        let object = pool[generator.uniform(below: pool.count)]
        let overlaps = try BoxOverlap.groundIoU.matrix(
          Tensor(boxes: [object.box]), Tensor(boxes: result.boxes))
        guard overlaps.array(of: Double.self).allSatisfy({ $0 == 0 }) else { continue }
        result.boxes.append(object.box)
        added.append(object)
      }
    }
    guard !added.isEmpty else { return result }
    let owner = try PointsInBoxes(added.map(\.box)).firstBox(cloud.cloud.positions)
      .array(of: Int32.self)
    let kept = result.cloud.selecting(owner.indices.filter { owner[$0] < 0 }.map(Int32.init))
    let first = result.boxes.count - added.count
    let parts = added.enumerated().map { number, object -> PointCloud in
      var points = object.points
      if cloud.cloud.attributes["instance"] != nil {
        points.attributes["instance"] = Tensor(
          [Int32](repeating: Int32(first + number), count: points.count), shape: [points.count, 1])
      }
      return points
    }
    result.cloud = PointCloud.concatenating([kept] + parts)
    return result
  }
}
