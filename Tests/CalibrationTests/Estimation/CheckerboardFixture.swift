import Calibration
import Foundation
import Geometry
import TestSupport

/// Corners of 13 left and 13 right images by Tests/Fixtures/calibration/checkerboard_corners.py.
enum CheckerboardFixture {
  static let target = CalibrationTarget.checkerboard(columns: 9, rows: 6, square: 0.025)
  private static let folder = repositoryFolder + "/Tests/Fixtures/calibration/"

  /// The views of one camera, `left` or `right`, with corners refined by a window.
  static func views(_ side: String, window: Int) throws -> [TargetView] {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "checkerboard_corners.json"))
    let all = try JSONDecoder().decode([String: [String: [Double]]].self, from: bytes)
    return (all[String(window)] ?? [:]).filter { $0.key.hasPrefix(side) }
      .sorted { $0.key < $1.key }
      .map { name, numbers in
        TargetView(
          name: name, width: 640, height: 480,
          corners: (0..<numbers.count / 2).map {
            TargetCorner(index: $0, position: Vector2(numbers[2 * $0], numbers[2 * $0 + 1]))
          })
      }
  }

  /// A calibration by SciPy, from checkerboard_scipy.py.
  struct Reference: Decodable {
    let parameters: [Double]
    let free: [Int]
    let deviations: [Double]
    let rms: Double
  }

  static func references() throws -> [String: Reference] {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "checkerboard_scipy.json"))
    return try JSONDecoder().decode([String: Reference].self, from: bytes)
  }
}
