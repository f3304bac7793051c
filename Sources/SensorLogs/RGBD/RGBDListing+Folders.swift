import Foundation
import Geometry

extension RGBDListing {
  /// Used where an Open3D folder brings no intrinsics: the PrimeSense default.
  private static let primeSense = RGBDIntrinsics(
    focalLength: Vector2(525, 525), principalPoint: Vector2(319.5, 239.5))

  /// `color/` and `depth/` (millimetres), paired in natural order by name; `camera*.json`, `trajectory.log`; frame i at
  /// i / 30 s.
  mutating func listFolders(color: String, depth: String) throws {
    let camera = try readJSONIntrinsics() ?? Self.primeSense
    let colors = Dictionary(
      FolderListing.images(in: root + "/" + color).map { (FolderListing.stem($0), $0) },
      uniquingKeysWith: { first, _ in first })
    let depths = Dictionary(
      FolderListing.images(in: root + "/" + depth).map { (FolderListing.stem($0), $0) },
      uniquingKeysWith: { first, _ in first })
    let colorKeys = colors.keys.sorted(by: FolderListing.naturallyPrecedes)
    let depthKeys = depths.keys.sorted(by: FolderListing.naturallyPrecedes)
    let poses = readTrajectory()
    // Some recorders name colour and depth by their own times: then they are paired by position.
    let byPosition =
      Set(colorKeys).isDisjoint(with: depthKeys) && colorKeys.count == depthKeys.count
    let keys =
      byPosition
      ? depthKeys
      : Set(colorKeys).union(depthKeys).sorted(by: FolderListing.naturallyPrecedes)
    for (index, key) in keys.enumerated() {
      guard let time = FolderListing.instant(ofFrame: index, rate: 30) else { continue }
      let place = "frame \(key)"
      if let name = colors[byPosition ? colorKeys[index] : key] {
        addColor(color + "/" + name, time, place, camera)
      } else {
        reportMissing(color + "/" + key, place, "colour image")
      }
      if let name = depths[key] {
        addDepth(
          depth + "/" + name, time, place, camera,
          DepthReading(metresPerUnit: 0.001, missingValue: nil))
      } else {
        reportMissing(depth + "/" + key, place, "depth image")
      }
      if let pose = poses[index] {
        add(
          "/tf", time,
          TransformsContent(
            edges: [Self.worldFromCamera(pose)], file: "trajectory.log", place: place))
      }
    }
  }

  /// `intrinsic_matrix` (column-major, 9 numbers) of the first `camera*.json` or `*intrinsic*.json`.
  private func readJSONIntrinsics() throws -> RGBDIntrinsics? {
    let candidates = names.filter {
      $0.hasSuffix(".json") && ($0.hasPrefix("camera") || $0.contains("intrinsic"))
    }
    guard let name = candidates.first else { return nil }
    let bytes = try RandomAccessFile.contents(of: root + "/" + name, named: name, place: "")
    let object = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
    let numbers = (object?["intrinsic_matrix"] as? [Any])?.compactMap {
      ($0 as? NSNumber)?.doubleValue
    }
    guard let k = numbers, k.count == 9, k[0] > 0, k[4] > 0 else {
      throw LogError(
        .unreadable, file: name,
        problem: "expected 'intrinsic_matrix' with 9 numbers, column by column")
    }
    return RGBDIntrinsics(focalLength: Vector2(k[0], k[4]), principalPoint: Vector2(k[6], k[7]))
  }

  /// `trajectory.log`: for each frame a line of three numbers, the first of which is the frame's, and a 4 x 4 matrix.
  private mutating func readTrajectory() -> [Int: Pose] {
    let name = "trajectory.log"
    guard names.contains(name),
      let text = try? RandomAccessFile.text(of: root + "/" + name, named: name, place: "")
    else { return [:] }
    let rows = NumberText.lines(text).map { NumberText.words($0) }.filter { !$0.isEmpty }
    var poses: [Int: Pose] = [:]
    var row = 0
    while row < rows.count {
      let place = "block \(row / 5 + 1)"
      guard row + 5 <= rows.count, rows[row].count == 3, let frame = Int(rows[row][0]) else {
        damage.append(
          LogDamage(
            file: name, place: place,
            problem: "expected three frame numbers and four rows; the rest is left out"))
        break
      }
      do throws(NumberTextError) {
        poses[frame] = try Pose(matrixText: rows[(row + 1)..<(row + 5)].flatMap { $0 })
      } catch {
        damage.append(
          LogDamage(
            file: name, place: place, problem: "the pose \(error.problem); it is left out"))
      }
      row += 5
    }
    return poses
  }
}
