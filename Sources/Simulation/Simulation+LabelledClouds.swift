import Foundation
public import PointClouds

/// Why a scene cannot be simulated as asked.
public enum SimulationError: Error, Sendable, CustomStringConvertible {
  /// No sensor of the scene gives clouds.
  case withoutClouds(scene: String)
  /// The scene lacks what a KITTI folder holds.
  case withoutKITTI(scene: String)
  /// A folder holds no photographs.
  case withoutPhotographs(folder: String)
  /// The scene shows no clips.
  case withoutClips(scene: String)
  /// Rays or triangles do not have the right shape.
  case badRays(String)

  /// What is wrong and what would help.
  public var description: String {
    switch self {
    case .withoutClouds(let scene):
      "the scene '\(scene)' has no sensor that gives a labelled cloud; add one of kind 'rgbd' or 'lidar'"
    case .badRays(let expected): expected
    case .withoutPhotographs(let folder):
      "'photographs': there are no colour images of 8 bits in \(folder)"
    case .withoutClips(let scene):
      "the scene '\(scene)' shows no clips: --layout clips takes 'kind: actions'"
    case .withoutKITTI(let scene):
      "the scene '\(scene)' gives no KITTI folder: that takes 'kind: street' with a 'lidar' and a 'mono' or 'stereo' camera"
    }
  }
}

extension Simulation {
  /// Simulates labelled clouds: samples for training and evaluation.
  ///
  /// - Rooms: what the RGB-D camera measured, in the frame `vehicle`: z up from the floor, x where the camera looks. Points bear
  ///   `instance` and, unless the sensor has `color: false`, `color`; the boxes are those of furniture that is well in view; the
  ///   view holds the extents of these in the image.
  /// - Streets: what the LiDAR measured, in its frame, with `instance`; the boxes are those of objects with at least 5 points; the
  ///   view, when there is a camera, holds the objects' extents in its image.
  /// - Single shapes: points on the surface with `normal` and, as `label`, the part, a place in ``ShapeClass/partNames``; the
  ///   cloud's label is the class.
  ///
  /// Clouds are made on several threads and handed over one by one, in the order of their frames. Cloud k is the same whatever
  /// the number of threads and of frames.
  ///
  /// - Parameters:
  ///   - scene: What to simulate.
  ///   - frames: Number of clouds; the scene's own when nil.
  ///   - seed: Seed of everything random; the scene's own when nil.
  ///   - threads: Number of threads.
  ///   - body: Takes each cloud.
  /// - Throws: ``SimulationError`` when no sensor gives clouds; what `body` throws to stop.
  public static func labelledClouds(
    _ scene: SceneDefinition, frames: Int? = nil, seed: UInt64? = nil, threads: Int = 1,
    _ body: (LabelledCloud) throws -> Void
  ) throws {
    let (frames, seed) = (frames ?? scene.frames, seed ?? scene.seed)
    let threads = max(1, min(threads, frames))
    var sources = [any CloudScene](
      repeating: try cloudSource(scene, seed: seed), count: threads)
    var first = 0
    while first < frames {
      let count = min(threads, frames - first)
      for cloud in concurrently(&sources, frames: first..<first + count) { try body(cloud.get()) }
      first += count
    }
  }

  /// The name of a frame's cloud: `000123`.
  static func name(ofFrame frame: Int) -> String {
    let digits = String(frame)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  private static func cloudSource(_ scene: SceneDefinition, seed: UInt64) throws
    -> any CloudScene
  {
    if scene.kind == .shapes { return ShapeSampler(scene.shapes, seed: seed) }
    if let source = StreetCloudSource(scene, seed: seed) { return source }
    guard scene.kind != .street, scene.kind != .actions, let camera = scene.depthCamera else {
      throw SimulationError.withoutClouds(scene: scene.name)
    }
    return DepthCloudSource(scene, camera, seed: seed)
  }

  /// One cloud on each thread.
  private static func concurrently(
    _ sources: inout [any CloudScene], frames: Range<Int>
  ) -> [Result<LabelledCloud, any Error>] {
    var results = [Result<LabelledCloud, any Error>?](repeating: nil, count: frames.count)
    sources.withUnsafeMutableBufferPointer { sources in
      results.withUnsafeMutableBufferPointer { results in
        guard let source = SharedElements(sources), let target = SharedElements(results) else {
          return
        }
        DispatchQueue.concurrentPerform(iterations: frames.count) { index in
          target.base[index] = Result {
            try source.base[index].cloud(ofFrame: frames.lowerBound + index)
          }
        }
      }
    }
    return results.compactMap { $0 }
  }
}

/// Makes the labelled clouds of frames in any order; a copy is for one thread.
protocol CloudScene: Sendable {
  mutating func cloud(ofFrame frame: Int) throws -> LabelledCloud
}
