import Foundation
import Models
import PointClouds
import Tensors

/// Detectors on the peers' LiDAR scan, with weights drawn from a seed; `scripts/compare-lidar.py` runs peers with the same weights.
enum DetectorBenchmarks {
  static func operations(data folder: String, threads: Int) throws -> [BenchOperation] {
    guard let scan = try CloudBenchmarks.cloud("lidar_seq_0", in: folder) else { return [] }
    let classes = CloudClasses(names: ["Car", "Pedestrian", "Cyclist"])
    // The small network, over as much of the scan as it was made for, and over all of it.
    var around = SparseCentreSettings()
    around.range = LidarRange(
      low: [-51.2, -51.2, -3], high: [51.2, 51.2, 1.2], voxelSize: around.range.voxelSize)
    around.maxVoxels = 200_000
    let sizes = [("sparse_detector", SparseCentreSettings()), ("sparse_detector_around", around)]
    return try sizes.map { name, settings in
      let task = try SparseCentreTask(settings, classes: classes)
      var detector: LidarDetector?
      return BenchOperation(name: name, count: scan.count) {
        TorchThreads.set(threads)
        detector = try LidarDetector(task, task.makeNetwork().initialized(seed: 1))
      } body: {
        Double(try TorchThreads.with(threads) { try detector?.boxes(in: scan).count ?? 0 })
      }
    }
  }
}
