import Foundation
import Geometry
public import PointClouds
public import Tensors

extension VoteNetTask {
  /// Points drawn at random with their heights, and what their boxes ask for.
  public func sample(
    of cloud: LabelledCloud, isTraining: Bool, using generator: inout SeededGenerator
  ) throws -> CloudSample {
    let known = cloud.boxes.enumerated().compactMap { number, box in
      classes.index(of: box.label).map { (number: number, class: $0, box: box) }
    }
    let drawn = try draw(cloud.cloud, using: &generator)
    var tensors = ["point_clouds": drawn.rows]
    let votes = try votes(drawn, of: cloud.cloud, toward: known.map { ($0.number, $0.box) })
    (tensors["vote_label"], tensors["vote_label_mask"]) = (votes.offsets, votes.mask)
    tensors.merge(targets(known.map { ($0.class, $0.box) })) { $1 }
    var source = cloud
    source.cloud = PointCloud(positions: .zeros([0, 3]))
    return CloudSample(tensors: tensors, source: source)
  }

  /// What the network sees of a cloud alone: `[points, 3 or 4]`, drawn at random.
  ///
  /// - Parameters:
  ///   - cloud: The cloud, z up; invalid points are left out.
  ///   - generator: Source of chance.
  /// - Returns: Positions, with heights above the floor when the network wants them.
  /// - Throws: `PointCloudError` for a cloud without valid points.
  public func input(
    of cloud: PointCloud, using generator: inout SeededGenerator
  ) throws -> Tensor {
    try draw(cloud, using: &generator).rows
  }

  /// Points as the network sees them, with their numbers in the cloud.
  struct Drawn {
    var rows: Tensor
    var numbers: [Int32]
  }

  private func draw(_ cloud: PointCloud, using generator: inout SeededGenerator) throws -> Drawn {
    try cloud.positions.withUnsafeElements(of: Float.self) { xyz in
      var valid: [Int32] = []
      valid.reserveCapacity(cloud.count)
      for point in 0..<cloud.count
      where (xyz[3 * point] + xyz[3 * point + 1] + xyz[3 * point + 2]).isFinite {
        valid.append(Int32(truncatingIfNeeded: point))
      }
      guard !valid.isEmpty else {
        throw PointCloudError.tooFewPoints(operation: "drawing points", found: 0, needed: 1)
      }
      let floor = settings.height ? Self.floorHeight(xyz, valid) : 0
      let (count, width) = (settings.points, 3 + form.extraFeatures)
      // Fisher and Yates, round after round where there are too few.
      var numbers = [Int32](repeating: 0, count: count)
      for place in 0..<count {
        let from = place % valid.count
        valid.swapAt(from, from + generator.uniform(below: valid.count - from))
        numbers[place] = valid[from]
      }
      let rows = Tensor(shape: [count, width], of: Float.self) { rows in
        for place in 0..<count {
          let point = 3 * Int(numbers[place])
          for axis in 0..<3 { rows[place * width + axis] = xyz[point + axis] }
          if width > 3 { rows[place * width + 3] = xyz[point + 2] - floor }
        }
      }
      return Drawn(rows: rows, numbers: numbers)
    }
  }

  /// The height that 0.99 % of the points lie below, interpolated linearly.
  static func floorHeight(_ xyz: UnsafeBufferPointer<Float>, _ points: [Int32]) -> Float {
    let place = 0.0099 * Double(points.count - 1)
    let wanted = Int(place) + 2
    // The lowest points, largest first: a heap of a hundredth of the cloud.
    var heap = [Float](repeating: .infinity, count: min(wanted, points.count))
    heap.withUnsafeMutableBufferPointer { heap in
      for point in points {
        let z = xyz[3 * Int(point) + 2]
        guard z < heap[0] else { continue }
        var hole = 0
        while 2 * hole + 1 < heap.count {
          var child = 2 * hole + 1
          if child + 1 < heap.count, heap[child + 1] > heap[child] { child += 1 }
          guard heap[child] > z else { break }
          heap[hole] = heap[child]
          hole = child
        }
        heap[hole] = z
      }
    }
    heap.sort()
    let low = Int(place)
    let (first, second) = (heap[low], heap[min(low + 1, heap.count - 1)])
    return Float(Double(first) + (Double(second) - Double(first)) * (place - Double(low)))
  }

  /// Offsets to up to three centres of boxes, and whether there is one.
  private func votes(
    _ drawn: Drawn, of cloud: PointCloud, toward boxes: [(number: Int, box: Box3D)]
  ) throws -> (offsets: Tensor, mask: Tensor) {
    let count = drawn.numbers.count
    var lists = [[Int32]](repeating: [], count: boxes.count)
    if let instances = cloud.attributes["instance"], instances.elementType == .int32 {
      var places = [Int32](repeating: -1, count: (boxes.last?.number ?? -1) + 1)
      for (place, box) in boxes.enumerated() { places[box.number] = Int32(place) }
      let width = instances.shape[1]
      instances.withUnsafeElements(of: Int32.self) { instances in
        for (row, point) in drawn.numbers.enumerated() {
          let number = Int(instances[Int(point) * width])
          guard number >= 0, number < places.count, places[number] >= 0 else { continue }
          lists[Int(places[number])].append(Int32(row))
        }
      }
    } else if !boxes.isEmpty {
      lists = try PointsInBoxes(boxes.map(\.box), threads: 1).indices(drawn.rows)
    }
    var mask = [Int32](repeating: 0, count: count)
    let offsets = drawn.rows.withUnsafeElements(of: Float.self) { rows in
      Tensor(shape: [count, 9], of: Float.self) { offsets in
        offsets.initialize(repeating: 0)
        let width = rows.count / count
        for (box, list) in zip(boxes, lists) {
          let center = box.box.center
          for point in list.lazy.map({ Int($0) }) {
            let from = rows.baseAddress.map { $0 + point * width }
            guard let from else { continue }
            let vote = (
              Float(center.x - Double(from[0])), Float(center.y - Double(from[1])),
              Float(center.z - Double(from[2]))
            )
            // The first fills all three places, later ones the second and the third.
            let slots =
              mask[point] == 0 ? 0..<3 : Int(min(mask[point], 2))..<Int(min(mask[point], 2)) + 1
            for slot in slots {
              offsets[9 * point + 3 * slot] = vote.0
              offsets[9 * point + 3 * slot + 1] = vote.1
              offsets[9 * point + 3 * slot + 2] = vote.2
            }
            mask[point] += 1
          }
        }
      }
    }
    return (offsets, Tensor(mask.map { min($0, 1) }))
  }

  /// Targets of boxes, padded with zeros.
  private func targets(_ boxes: [(class: Int, box: Box3D)]) -> [String: Tensor] {
    let places = settings.maxObjects
    var (centers, sizes) = ([Float](repeating: 0, count: 3 * places), [Float]())
    sizes = centers
    var (mask, turns) = ([Float](repeating: 0, count: places), [Float]())
    turns = mask
    var (bins, kinds) = ([Int32](repeating: 0, count: places), [Int32]())
    kinds = bins
    for (place, (kind, box)) in boxes.prefix(places).enumerated() {
      let heading = coder.heading(yaw: box.yaw)
      let change = box.size - coder.meanSizes[kind]
      for axis in 0..<3 {
        centers[3 * place + axis] = Float(box.center[axis])
        sizes[3 * place + axis] = Float(change[axis])
      }
      mask[place] = 1
      bins[place] = Int32(heading.bin)
      turns[place] = Float(heading.residual)
      kinds[place] = Int32(kind)
    }
    return [
      "center_label": Tensor(centers, shape: [places, 3]), "box_label_mask": Tensor(mask),
      "heading_class_label": Tensor(bins), "heading_residual_label": Tensor(turns),
      "size_class_label": Tensor(kinds), "size_residual_label": Tensor(sizes, shape: [places, 3]),
      "sem_cls_label": Tensor(kinds),
    ]
  }
}
