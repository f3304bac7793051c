import Geometry
import PointClouds
import Tensors
import Testing

@testable import Simulation

/// A hundred rooms, made once for several tests.
private let rooms: [RandomRoomWorld] = (0..<100).map {
  RandomRoomWorld(RoomsContents(), seed: 1000 + UInt64($0))
}

private func boxes(_ room: RandomRoomWorld) -> [Box3D] {
  room.stillContent(section: 0).objects.map { GroundTruth.box(of: $0, in: .identity) }
}

private func rows(_ boxes: [Box3D]) -> Tensor {
  Tensor(
    boxes.flatMap {
      [$0.center.x, $0.center.y, $0.center.z, $0.size.x, $0.size.y, $0.size.z, $0.yaw]
    }, shape: [boxes.count, 7])
}

@Suite struct RandomRoomTests {
  @Test func `every class occurs, with plausible sizes and means near those of SUN RGB-D`() {
    // Length, width and height from and to, and their means in SUN RGB-D.
    let expected: [(FurnitureClass, low: Vector3, high: Vector3, mean: Vector3)] = [
      (.bed, Vector3(1.85, 0.8, 0.5), Vector3(2.4, 2.2, 1.5), Vector3(2.11, 1.62, 0.93)),
      (.table, Vector3(0.38, 0.38, 0.33), Vector3(1.4, 2.1, 0.82), Vector3(0.79, 1.28, 0.72)),
      (.sofa, Vector3(0.75, 0.55, 0.68), Vector3(1.75, 2.9, 1.05), Vector3(0.92, 1.87, 0.85)),
      (.chair, Vector3(0.4, 0.38, 0.72), Vector3(0.8, 0.75, 1.2), Vector3(0.59, 0.55, 0.83)),
      (.toilet, Vector3(0.55, 0.33, 0.6), Vector3(0.9, 0.55, 1.05), Vector3(0.7, 0.45, 0.76)),
      (.desk, Vector3(0.5, 0.85, 0.65), Vector3(0.95, 1.9, 1.4), Vector3(0.7, 1.35, 0.74)),
      (.dresser, Vector3(0.4, 0.6, 0.7), Vector3(0.65, 1.6, 2), Vector3(0.53, 1.0, 1.17)),
      (.nightStand, Vector3(0.33, 0.4, 0.45), Vector3(0.62, 0.8, 0.8), Vector3(0.5, 0.63, 0.68)),
      (.bookshelf, Vector3(0.24, 0.55, 0.9), Vector3(0.48, 2.2, 2.3), Vector3(0.41, 1.07, 1.69)),
      (.bathtub, Vector3(0.6, 1.15, 0.38), Vector3(0.92, 1.9, 0.75), Vector3(0.77, 1.4, 0.47)),
    ]
    let all = rooms.flatMap(boxes)
    for (kind, low, high, mean) in expected {
      let own = all.filter { $0.label == kind.rawValue }
      #expect(own.count >= 12, "\(kind): \(own.count)")
      for axis in 0..<3 {
        let sizes = own.map { $0.size[axis] }
        let range = low[axis]...high[axis]
        #expect(
          sizes.allSatisfy(range.contains),
          "\(kind), axis \(axis): \(sizes.min() ?? 0) to \(sizes.max() ?? 0)")
        let average = sizes.reduce(0, +) / Double(max(sizes.count, 1))
        #expect(abs(average / mean[axis] - 1) < 0.25, "\(kind), axis \(axis): \(average)")
      }
    }
    #expect(Set(all.map(\.label)) == Set(FurnitureClass.allCases.map(\.rawValue)))
  }

  @Test func `furniture stands inside the room and apart, but for chairs at their tables`() throws {
    for (number, room) in rooms.enumerated() {
      let all = boxes(room)
      let half = try #require(room.lighting.room).high
      for corner in all.flatMap(\.corners) {
        #expect(abs(corner.x) < Double(half.x) && abs(corner.y) < Double(half.y))
        #expect(corner.z > -1e-4 && corner.z < Double(half.z))
      }
      guard all.count > 1 else { continue }
      let overlaps = try BoxOverlap.iou.matrix(rows(all), rows(all), threads: 1)
        .array(of: Double.self)
      for first in all.indices {
        for second in 0..<first where overlaps[first * all.count + second] > 0 {
          let labels = Set([all[first].label, all[second].label])
          let isSeated = labels == ["chair", "table"] || labels == ["chair", "desk"]
          let most = isSeated ? 0.15 : 0
          #expect(
            overlaps[first * all.count + second] <= most,
            "room \(number): \(all[first]) and \(all[second])")
        }
      }
    }
  }

  @Test func `the camera stands on free floor at eye level and looks at furniture`() {
    var withView = 0
    for room in rooms {
      let viewpoint = room.viewpoint
      #expect((1...1.7).contains(viewpoint.height) && (5...25).contains(viewpoint.downDegrees))
      let place = viewpoint.pose.translation
      #expect(place.z == 0)
      for piece in room.pieces {
        #expect(piece.footprint.distance(to: Vector2(place.x, place.y)) > 0)
      }
      let isSeen = boxes(room).contains { box in
        let seen = viewpoint.pose.inverse * box.center
        return seen.x > 0.5 && abs(seen.y) < 0.55 * seen.x
      }
      if isSeen { withView += 1 }
      guard case .depthCamera(let camera) = room.mounted(.depthCamera(DepthCamera())) else {
        Issue.record("another sensor")
        continue
      }
      #expect(camera.position[2] == viewpoint.height && camera.downDegrees == viewpoint.downDegrees)
    }
    #expect(withView >= 97, "\(withView)")
  }

  @Test func `rooms of one seed are equal, those of others are not`() {
    func positions(_ seed: UInt64) -> [Float] {
      RandomRoomWorld(RoomsContents(), seed: seed).stillContent(section: 0).mesh.triangles
        .flatMap { [$0.a.x, $0.b.y, $0.c.z] }
    }
    #expect(positions(5) == positions(5))
    #expect(positions(5) != positions(6))
  }

  @Test func `turned rectangles meet where one's corner lies in the other`() {
    let first = FloorRectangle(center: Vector2(0, 0), half: Vector2(1, 0.5), yaw: 0)
    // Its corner reaches down to y = 1.6 - sqrt(2) / 2 = 0.893.
    let second = FloorRectangle(center: Vector2(0, 1.6), half: Vector2(0.5, 0.5), yaw: .pi / 4)
    #expect(!first.isNear(second, gap: 0.39))
    #expect(first.isNear(second, gap: 0.40))
    #expect(abs(first.distance(to: Vector2(4, 4.5)) - 5) < 1e-12)
    #expect(first.distance(to: Vector2(0.9, -0.4)) == 0)
    #expect(second.corners.map(\.y).min().map { abs($0 - 0.8929) < 1e-3 } == true)
  }
}
