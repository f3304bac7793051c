import Foundation
import Geometry
public import PointClouds
public import Tensors

extension FrustumPointNetTask {
  /// One cloud for each 2D box of the task's classes: its frustum with some room, its view with this box alone, and its 3D box.
  ///
  /// Left out are boxes that are not high enough or hold too few points, and those whose 3D box is known but holds no point that is seen
  /// in the 2D box. Intensities are brought to 0 to 1.
  public func subjects(of cloud: LabelledCloud) -> [LabelledCloud] {
    placedSubjects(of: cloud).map(\.cloud)
  }

  /// The subjects with the places of their views and 2D boxes.
  func placedSubjects(of cloud: LabelledCloud) -> [(cloud: LabelledCloud, view: Int, place: Int)] {
    let intensity = Self.intensity(of: cloud.cloud)
    var found: [(cloud: LabelledCloud, view: Int, place: Int)] = []
    for (viewPlace, view) in cloud.views.enumerated() {
      let wanted = view.boxes.indices.filter { place in
        let box = view.boxes[place]
        return classes.index(of: box.label) != nil && box.x2 > box.x1
          && box.y2 - box.y1 >= max(settings.leastBoxHeight, .leastNonzeroMagnitude)
          && FrustumFrame(
            behind: box, camera: view.camera, cameraFromCloud: view.cameraFromCloud) != nil
      }
      if wanted.isEmpty { continue }
      let pixels = FrustumPoints(
        of: cloud.cloud, camera: view.camera, cameraFromCloud: view.cameraFromCloud)
      for place in wanted {
        let box = view.boxes[place]
        let inside = pixels.indices(in: box)
        guard inside.count >= settings.fewestPoints else { continue }
        let truth = cloud.truth(of: place, in: view)
        if let truth, !cloud.cloud.selecting(inside).hasPoint(in: truth) { continue }

        // Room for a box whose middle and size change.
        let room = box.enlarged(by: 1.5 * settings.perturbation, pixels: 1)
        let chosen = pixels.indices(in: room)
        var part = PointCloud(positions: cloud.cloud.positions, origin: cloud.cloud.origin)
        if let intensity { part.attributes["intensity"] = intensity }
        var single = view
        single.boxes = [box]
        single.objects = [truth == nil ? -1 : 0]
        let subject = LabelledCloud(
          name: "\(cloud.name)#\(viewPlace).\(place)", cloud: part.selecting(chosen),
          boxes: truth.map { [$0] } ?? [], label: box.label, views: [single])
        found.append((subject, viewPlace, place))
      }
    }
    return found
  }

  /// The points of the frustum behind the first 2D box, drawn in random order, and the targets where its 3D box is known.
  ///
  /// - Parameters:
  ///   - cloud: A subject.
  ///   - isTraining: Whether the 2D box is changed, and the frustum mirrored and moved.
  ///   - generator: Source of all randomness.
  /// - Returns: `points [C, N]`, `classes [K]`, `frame [4]` (the frame's origin and azimuth, Double); with truth `mask [N]`,
  ///   `center [3]`, `heading_bin`, `heading_residual`, `size_template`, `size_residual [3]`.
  /// - Throws: `ModelError.input` for a cloud without such a box, or an empty frustum.
  public func sample(
    of cloud: LabelledCloud, isTraining: Bool, using generator: inout SeededGenerator
  ) throws -> CloudSample {
    guard let view = cloud.views.first(where: { !$0.boxes.isEmpty }), let box = view.boxes.first,
      let label = classes.index(of: box.label)
    else {
      throw ModelError.input("\(cloud.name): there is no 2D box of \(classes.names)")
    }
    let pixels = FrustumPoints(
      of: cloud.cloud, camera: view.camera, cameraFromCloud: view.cameraFromCloud)
    var seen = box
    if isTraining && settings.perturbation > 0 {
      seen = box.perturbed(by: settings.perturbation, using: &generator)
    }
    var inside = pixels.indices(in: seen)
    if inside.isEmpty {
      seen = box
      inside = pixels.indices(in: box)
    }
    guard !inside.isEmpty else {
      throw ModelError.input("\(cloud.name): no point is seen in the 2D box")
    }
    guard
      let frame = FrustumFrame(
        behind: seen, camera: view.camera, cameraFromCloud: view.cameraFromCloud)
    else {
      throw ModelError.input("\(cloud.name): the camera has no ray through the 2D box")
    }

    let truth = cloud.truth(of: 0, in: view)
    if let truth, !truth.isFinite {
      throw ModelError.input("\(cloud.name): the box \(truth) is not finite")
    }
    var target = truth.map(frame.local)
    let draws = draw(inside, using: &generator)
    var points = frustumPoints(cloud.cloud, draws, frame: frame)
    var tensors: [String: Tensor] = [:]
    if let target { tensors["mask"] = mask(of: points, in: target) }
    if isTraining { change(&points, &target, using: &generator) }
    tensors["points"] = Tensor(points, shape: [channels, settings.points])
    tensors["classes"] = Tensor(
      classes.names.indices.map { Float($0 == label ? 1 : 0) })
    tensors["frame"] = Tensor([frame.origin.x, frame.origin.y, frame.origin.z, frame.azimuth])
    if let truth, let target {
      let template = templates[truth.label] ?? templates[box.label] ?? 0
      let (bin, rest) = coder.encode(heading: target.heading)
      let size = target.size - coder.templates[template]
      tensors["center"] = Tensor((0..<3).map { Float(target.center[$0]) })
      tensors["heading_bin"] = Tensor([Int32(bin)], shape: [])
      tensors["heading_residual"] = Tensor([Float(rest)], shape: [])
      tensors["size_template"] = Tensor([Int32(template)], shape: [])
      tensors["size_residual"] = Tensor((0..<3).map { Float(size[$0]) })
    }
    return CloudSample(tensors: tensors, source: cloud)
  }

  /// Points in random order; each occurs before any occurs once more.
  private func draw(_ inside: [Int32], using generator: inout SeededGenerator) -> [Int32] {
    var order = inside
    return [Int32](unsafeUninitializedCapacity: settings.points) { target, filled in
      order.withUnsafeMutableBufferPointer { order in
        for place in 0..<settings.points {
          let drawn = place % order.count
          order.swapAt(drawn, drawn + generator.uniform(below: order.count - drawn))
          target[place] = order[drawn]
        }
      }
      filled = settings.points
    }
  }

  /// Rows x, y, z and intensity of some points in the frustum's frame.
  private func frustumPoints(
    _ cloud: PointCloud, _ chosen: [Int32], frame: FrustumFrame
  ) -> [Float] {
    let count = chosen.count
    let shift = cloud.origin - frame.origin
    let (c, s) = (cos(frame.azimuth), sin(frame.azimuth))
    var rows = [Float](repeating: 0, count: channels * count)
    rows.withUnsafeMutableBufferPointer { rows in
      chosen.withUnsafeBufferPointer { chosen in
        cloud.positions.withUnsafeElements(of: Float.self) { p in
          for i in 0..<count {
            let k = 3 * Int(chosen[i])
            let (x, y) = (Double(p[k]) + shift.x, Double(p[k + 1]) + shift.y)
            rows[i] = Float(s * x - c * y)
            rows[count + i] = Float(-(Double(p[k + 2]) + shift.z))
            rows[2 * count + i] = Float(c * x + s * y)
          }
        }
        guard settings.intensity, let intensity = Self.intensity(of: cloud) else { return }
        intensity.withUnsafeElements(of: Float.self) { values in
          for i in 0..<count { rows[3 * count + i] = values[Int(chosen[i])] }
        }
      }
    }
    return rows
  }

  /// Whether each point lies in the box, Int32.
  private func mask(of rows: [Float], in box: FrustumBox) -> Tensor {
    let count = settings.points
    let (c, s) = (cos(box.heading), sin(box.heading))
    let (center, half) = (box.center, box.size / 2)
    return Tensor(shape: [count], of: Int32.self) { target in
      rows.withUnsafeBufferPointer { rows in
        for i in 0..<count {
          let x = Double(rows[i]) - center.x
          let y = Double(rows[count + i]) - center.y
          let z = Double(rows[2 * count + i]) - center.z
          let isInside =
            abs(c * x - s * z) <= half.x && abs(s * x + c * z) <= half.y && abs(y) <= half.z
          target[i] = isInside ? 1 : 0
        }
      }
    }
  }

  /// Intensities from 0 to 1, `[N, 1]`; divided by the range of 8 or 16 bits where they need it, nil where there are none.
  private static func intensity(of cloud: PointCloud) -> Tensor? {
    guard let stored = cloud.attributes["intensity"], stored.shape[1] == 1 else { return nil }
    let values = stored.converted(to: .float32)
    return values.withUnsafeElements(of: Float.self) { values in
      var largest: Float = 0
      for value in values where value > largest && value.isFinite { largest = value }
      let scale: Float = largest <= 1 ? 1 : largest <= 255 ? 255 : 65535
      return Tensor(shape: stored.shape, of: Float.self) { target in
        for i in 0..<values.count {
          let value = values[i] / scale
          target[i] = value > 0 ? min(value, 1) : 0
        }
      }
    }
  }
}

extension LabelledCloud {
  /// The box in space that belongs to a 2D box.
  fileprivate func truth(of place: Int, in view: CameraView) -> Box3D? {
    guard view.objects.indices.contains(place), boxes.indices.contains(view.objects[place]) else {
      return nil
    }
    return boxes[view.objects[place]]
  }
}

extension Box3D {
  fileprivate var isFinite: Bool {
    [center.x, center.y, center.z, size.x, size.y, size.z, yaw].allSatisfy(\.isFinite)
  }
}

extension PointCloud {
  /// Whether a box holds a point.
  fileprivate func hasPoint(in box: Box3D) -> Bool {
    positions.withUnsafeElements(of: Float.self) { p in
      for i in 0..<count {
        let point = Vector3(Double(p[3 * i]), Double(p[3 * i + 1]), Double(p[3 * i + 2]))
        if box.contains(point + origin) { return true }
      }
      return false
    }
  }
}
