import Foundation
import PointClouds
import Tensors

/// What the viewer needs to know of a whole series of clouds: extent, colour ranges, which way is up.
struct CloudSummary: Equatable {
  /// Where the 2nd and 98th percentile of each axis lie, metres.
  var low = SIMD3<Double>(repeating: -1)
  var high = SIMD3<Double>(repeating: 1)
  /// Height along the viewer's up direction: 2nd and 98th percentile.
  var height: ClosedRange<Double> = 0...1
  /// Where the ground may be, along the viewer's up direction.
  var ground = 0.0
  /// 98th percentile of the distance from the origin, metres.
  var range = 1.0
  /// 1st and 99th percentile.
  var intensity: ClosedRange<Double> = 0...1
  /// `+z`, or `-y` for clouds in a camera's frame.
  var up = "+z"

  /// Summarises some clouds of a series.
  init(_ clouds: [PointCloud]) {
    var axes: [[Float]] = [[], [], []]
    var (distances, intensities): ([Float], [Float]) = ([], [])
    for cloud in clouds {
      let step = max(1, cloud.count / 20_000)
      let column = CloudColumnReader(cloud.attributes["intensity"])
      cloud.moved(toOrigin: .zero).positions.withUnsafeElements(of: Float.self) { xyz in
        for k in stride(from: 0, to: cloud.count, by: step) {
          let p = SIMD3(xyz[3 * k], xyz[3 * k + 1], xyz[3 * k + 2])
          guard abs(p.x) <= VoxelDecimation.reach, abs(p.y) <= VoxelDecimation.reach,
            abs(p.z) <= VoxelDecimation.reach
          else { continue }
          for axis in 0..<3 { axes[axis].append(p[axis]) }
          distances.append((p * p).sum().squareRoot())
          if let column { intensities.append(Float(column[k])) }
        }
      }
    }
    guard !distances.isEmpty else { return }
    if Self.looksLikeCamera(axes) { up = "-y" }
    for axis in 0..<3 {
      axes[axis].sort()
      low[axis] = Self.percentile(axes[axis], 0.02)
      high[axis] = Self.percentile(axes[axis], 0.98)
    }
    distances.sort()
    range = Self.percentile(distances, 0.98)
    height = up == "-y" ? -high.y...(-low.y) : low.z...high.z
    ground =
      up == "-y" ? -Self.percentile(axes[1], 0.99) : Self.percentile(axes[2], 0.05)
    if !intensities.isEmpty {
      intensities.sort()
      intensity = Self.percentile(intensities, 0.01)...Self.percentile(intensities, 0.99)
    }
  }

  /// Whether the points fill a cone about +z: the frame of a camera (x right, y down, z forward).
  private static func looksLikeCamera(_ axes: [[Float]]) -> Bool {
    var inside = 0
    for k in axes[0].indices {
      let (x, y, z) = (axes[0][k], axes[1][k], axes[2][k])
      if z > 0 && abs(x) < 1.7 * z && abs(y) < 1.3 * z { inside += 1 }
    }
    return Double(inside) >= 0.98 * Double(axes[0].count)
  }

  private static func percentile(_ sorted: [Float], _ share: Double) -> Double {
    Double(sorted[Int((Double(sorted.count - 1) * share).rounded())])
  }
}
