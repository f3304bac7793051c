import Foundation
import Geometry
import PointClouds
import Tensors
import TestSupport
import Vision

/// A small made-up output folder: a street with two moving cars, seen by a LiDAR and a camera.
struct SampleRun {
  var frameCount = 8
  var pointsPerCloud = 20_000
  var hasClouds = true
  var hasImages = true
  var topic = "/lidar/points"

  func write(to folder: String) throws {
    let files = FileManager.default
    for name in ["cloud", "overlay", "depth"] {
      try files.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
    }
    var lines = ""
    for frame in 0..<frameCount {
      let name = String(format: "%06d", frame)
      if hasClouds {
        try PointCloudFile.write(cloud(frame), path: folder + "/cloud/\(name).ply")
        lines += line(frame) + "\n"
      }
      if hasImages {
        try Data(ImageCodec.encode(picture(frame), as: .png))
          .write(to: URL(fileURLWithPath: folder + "/overlay/\(name).png"))
        try Data(ImageCodec.encodeDepth(depth(frame), metresPerUnit: 0.001))
          .write(to: URL(fileURLWithPath: folder + "/depth/\(name).png"))
      }
    }
    if hasClouds { try write(lines, folder + "/boxes.jsonl") }
    try write(record, folder + "/run.json")
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  func boxes(_ frame: Int) -> [Box3D] {
    let t = Double(frame)
    return [
      Box3D(
        center: Vector3(12 + 0.8 * t, -3, -0.9), size: Vector3(4.2, 1.8, 1.6), yaw: 0.05,
        label: "Car", score: 0.94),
      Box3D(
        center: Vector3(30 - 1.1 * t, 3.4, -0.85), size: Vector3(4.5, 1.9, 1.7), yaw: 3.1,
        label: "Car", score: 0.88),
      Box3D(
        center: Vector3(9, 6 - 0.2 * t, -0.8), size: Vector3(0.7, 0.6, 1.8), yaw: -1.57,
        label: "Pedestrian", score: 0.61),
    ]
  }

  func cloud(_ frame: Int) -> PointCloud {
    var generator = SeededGenerator(seed: 7, stream: UInt64(frame))
    var (xyz, intensity, cluster): ([Float], [Float], [Int32]) = ([], [], [])
    let boxes = boxes(frame)
    for k in 0..<pointsPerCloud {
      var p = Vector3.zero
      var number: Int32 = -1
      switch k % 10 {
      case 0..<6:  // Ground in rings, as a LiDAR sees it.
        let radius = 4 + 45 * (Double(k % 32) / 32) * (Double(k % 32) / 32)
        let angle = generator.uniform() * 2 * .pi
        p = Vector3(radius * cos(angle), radius * sin(angle), -1.73 + 0.02 * generator.normal())
      case 6, 7:  // House fronts.
        let side = generator.uniform() < 0.5 ? -1.0 : 1.0
        p = Vector3(generator.uniform() * 80 - 40, side * 11, generator.uniform() * 6 - 1.7)
      default:
        let index = k % 3
        let box = boxes[index]
        let u = Vector3(generator.uniform(), generator.uniform(), generator.uniform()) - 0.5
        var local = u * box.size
        local[k % 2] = (u.x < 0 ? -0.5 : 0.5) * box.size[k % 2]
        p =
          Pose(
            rotation: Quaternion(angle: box.yaw, axis: Vector3(0, 0, 1)), translation: box.center)
          * local
        number = Int32(index)
      }
      xyz += [Float(p.x), Float(p.y), Float(p.z)]
      intensity.append(Float(generator.uniform()))
      cluster.append(number)
    }
    return PointCloud(
      positions: Tensor(xyz, shape: [pointsPerCloud, 3]),
      attributes: [
        "intensity": Tensor(intensity, shape: [pointsPerCloud, 1]),
        "cluster": Tensor(cluster, shape: [pointsPerCloud, 1]),
      ])
  }

  func picture(_ frame: Int) -> Image {
    let (height, width) = (188, 620)
    return Image(
      pixels: Tensor(shape: [height, width, 3], of: UInt8.self) { target in
        for y in 0..<height {
          for x in 0..<width {
            let isSky = y < 80
            let isCar = abs(x - 300 - 8 * frame) < 40 && abs(y - 110) < 22
            let base = isCar ? [176, 40, 44] : isSky ? [150, 178, 205] : [96, 98, 100]
            for c in 0..<3 {
              target[(y * width + x) * 3 + c] = UInt8(base[c] + (isSky ? y / 4 : (x + y) % 9))
            }
          }
        }
      })
  }

  func depth(_ frame: Int) -> DepthImage {
    let (height, width) = (120, 400)
    return DepthImage(
      depths: Tensor(shape: [height, width], of: Float.self) { target in
        for y in 0..<height {
          for x in 0..<width {
            target[y * width + x] = y < 40 ? 0 : min(60, 1.7 * 120 / Float(y - 38))
          }
        }
      })
  }

  private func line(_ frame: Int) -> String {
    let boxes = boxes(frame).map { box in
      "{\"label\":\"\(box.label)\",\"score\":\(box.score),"
        + "\"center\":[\(box.center.x),\(box.center.y),\(box.center.z)],"
        + "\"size\":[\(box.size.x),\(box.size.y),\(box.size.z)],\"yaw\":\(box.yaw)}"
    }
    return
      "{\"frame\":\(frame),\"timestamp_ns\":\(1_317_042_145_964_000_000 + frame * 100_000_000),"
      + "\"frame_id\":\"lidar\",\"boxes\":[\(boxes.joined(separator: ","))]}"
  }

  private var record: String {
    var outputs: [String] = []
    if hasClouds {
      outputs += [
        #"{"from":"objects","to":"ply","path":"cloud/{frame:06}.ply","payload":"clusters"}"#,
        #"{"from":"boxes","to":"jsonl","path":"boxes.jsonl","payload":"boxes"}"#,
      ]
    }
    if hasImages {
      outputs += [
        #"{"from":"overlay","to":"png","path":"overlay/{frame:06}.png","payload":"image"}"#,
        #"{"from":"depth","to":"png16","path":"depth/{frame:06}.png","payload":"depth"}"#,
      ]
    }
    let json = #"""
      {"schema":1,"parallax":"0.1.0","identity":"77a0c1",
      "pipeline":{"name":"lidar-obstacles","file":"lidar-obstacles.yaml",
      "sha256":"9f2c6ed0a1c94bb5ae4f8e7b1b6b2f0c7d1f6a0e"},
      "inputs":{"log":{"path":"street.mcap","sha256":"51b0aa"},"seed":"0","tensor_threads":1},
      "resolved":{"stages":[{"id":"ground","with":{"cell":1}}]},
      "frame_range":{"first":0,"end":10},
      "frames":{"read":10,"written":8,"skipped":1,"failed":1},
      "skipped_frames":[
        {"frame":3,"timestamp_ns":5,"node":"objects","reason":"sensor <b>dropout</b>"},
        {"frame":7,"timestamp_ns":9,"node":"","reason":"empty cloud"}],
      "empty_results":0,"first_empty_results":[],
      "receipts":[{"input":"cloud","topic":"TOPIC","read":10,"matched":8,
        "dropped":{"no_partner":2,"surplus":0,"out_of_order":0},"first_drops":[],
        "largest_skew_ns":1800000,"undecodable":0,
        "skew_histogram":[{"up_to_ns":0,"messages":1},{"up_to_ns":100000,"messages":4},
          {"up_to_ns":1000000,"messages":2},{"up_to_ns":2000000,"messages":1},
          {"up_to_ns":null,"messages":0}]}],
      "stages":[{"id":"ground","use":"cloud.remove_ground","payload":"cloud","failures":0},
        {"id":"objects","use":"cloud.cluster","payload":"clusters","failures":1},
        {"id":"boxes","use":"boxes.fit","payload":"boxes","failures":0}],
      "damage":[{"file":"street.mcap","place":"chunk 2 at byte 1234","problem":"the CRC is wrong"}],
      "run":{"seconds":3.21,"workers":2,"edge_capacity":4,"stages":[
        {"id":"ground","use":"cloud.remove_ground","ms_median":6.4,"ms_p95":9.8,"queue_mean":0.4,"queue_max":2},
        {"id":"objects","use":"cloud.cluster","ms_median":21.3,"ms_p95":34.5,"queue_mean":3.1,"queue_max":4},
        {"id":"boxes","use":"boxes.fit","ms_median":1.2,"ms_p95":1.9,"queue_mean":0.1,"queue_max":1}]},
      "outputs":[OUTPUTS]}
      """#
    let escaped = topic.replacingOccurrences(of: "\\", with: "\\\\")
      .replacingOccurrences(of: "\"", with: "\\\"")
    return json.replacingOccurrences(of: "TOPIC", with: escaped)
      .replacingOccurrences(of: "OUTPUTS", with: outputs.joined(separator: ","))
  }
}
