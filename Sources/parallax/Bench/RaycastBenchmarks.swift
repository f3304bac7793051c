import PointClouds
import Simulation
import Tensors

/// Rays cast at triangles that `scripts/compare-raycast.py make` laid down; the check value is the sum of the distances.
enum RaycastBenchmarks {
  static func operations(data folder: String, threads: Int) throws -> [BenchOperation] {
    try ["street_lidar", "room_640x480"].flatMap { name -> [BenchOperation] in
      func rows(_ part: String) throws -> Tensor? {
        try CloudBenchmarks.cloud("raycast_\(name)_\(part)", in: folder)?.positions
      }
      guard let corners = try rows("corners"), let origins = try rows("origins"),
        let directions = try rows("directions")
      else { return [] }
      let triangles = corners.reshaped([corners.shape[0] / 3, 9])
      let rays = Tensor.concatenated([origins, directions], axis: 1)
      let scene = try RaycastScene(triangles: triangles)
      return [
        BenchOperation(name: "raycast_\(name)", count: rays.shape[0]) {
          try sum(scene.cast(rays, threads: threads).distances)
        },
        BenchOperation(name: "raycast_build_\(name)", count: triangles.shape[0]) {
          try sum(RaycastScene(triangles: triangles).cast(rays, threads: threads).distances)
        },
      ]
    }
  }

  private static func sum(_ distances: Tensor) -> Double {
    distances.withUnsafeElements(of: Float.self) { values in
      var sum = 0.0
      for value in values where value.isFinite { sum += Double(value) }
      return sum
    }
  }
}
