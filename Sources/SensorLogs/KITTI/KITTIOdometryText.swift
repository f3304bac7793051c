import Geometry

extension KITTIOdometryListing {
  /// The seconds of `times.txt`, one a frame; none without the file.
  mutating func readTimes() -> [Double] {
    guard let text = text("times.txt") else { return [] }
    var times: [Double] = []
    for (index, line) in NumberText.lines(text).enumerated() {
      let words = NumberText.words(line)
      if words.isEmpty { continue }
      guard words.count == 1, let value = Double(words[0]), value.isFinite else {
        damage.append(
          LogDamage(
            file: "times.txt", place: "line \(index + 1)",
            problem: "'\(line.prefix(40))' is no time in seconds; nominal times (10 Hz) are used"))
        return []
      }
      times.append(value)
    }
    return times
  }

  /// `calib.txt`: lines `P0: …` to `Tr: …`; also lines without keys (P0, P1, …) and a file with `Tr` only.
  mutating func readCalibration() -> KITTICalibration? {
    guard let name = KITTIOdometryFormat.calibrationNames.first(where: { names.contains($0) }),
      let text = text(name)
    else { return nil }
    do {
      if text.contains(":") {
        let table = try KITTIMatrixTable(parsing: text, named: name, place: "")
        var projections: [Int: ProjectionMatrix] = [:]
        for number in 0...3 {
          if let elements = try table.matrix(["P\(number)"], count: 12, required: false) {
            projections[number] = ProjectionMatrix(rowMajor: elements)
          }
        }
        let lidar = try table.matrix(["Tr", "Tr_velo_to_cam"], count: 12, required: false)
        return KITTICalibration(
          projections: projections,
          cameraFromLidar: try lidar.map { try table.pose($0, "Tr") } ?? .identity)
      }
      let rows = NumberText.lines(text).map { NumberText.words($0) }.filter { !$0.isEmpty }
      let keyed = rows.enumerated().map { "P\($0): " + $1.joined(separator: " ") }
      let table = try KITTIMatrixTable(
        parsing: keyed.joined(separator: "\n"), named: name, place: "")
      var projections: [Int: ProjectionMatrix] = [:]
      for number in 0..<min(rows.count, 4) {
        if let elements = try table.matrix(["P\(number)"], count: 12, required: true) {
          projections[number] = ProjectionMatrix(rowMajor: elements)
        }
      }
      return KITTICalibration(projections: projections, cameraFromLidar: .identity)
    } catch {
      damage.append(LogDamage(error, file: name, place: ""))
      return nil
    }
  }

  /// Poses of camera 0 in the world by frame number: `poses.txt` here or `poses/NN.txt` beside `sequences`; 12 numbers a
  /// line, or 13 with the frame's number first.
  mutating func readPoses() -> [(Int, Pose)] {
    let beside = "/../../poses/" + FolderListing.lastComponent(root) + ".txt"
    let text =
      text("poses.txt") ?? (try? RandomAccessFile.text(of: root + beside, named: "", place: ""))
    guard let text else { return [] }
    var poses: [(Int, Pose)] = []
    for (index, line) in NumberText.lines(text).enumerated() {
      let words = NumberText.words(line)
      if words.isEmpty { continue }
      do throws(NumberTextError) {
        let values = try NumberText.numbers(words)
        guard values.count == 12 || values.count == 13 else {
          throw NumberTextError(problem: "has \(values.count) numbers, expected 12")
        }
        let matrix = ProjectionMatrix(rowMajor: Array(values.suffix(12)))
        guard matrix.left.isNearlyRotation else {
          throw NumberTextError(problem: "holds no rotation")
        }
        let number = values.count == 13 ? Int(exactly: values[0]) ?? -1 : index
        poses.append(
          (number, Pose(rotation: Quaternion(matrix.left), translation: matrix.column)))
      } catch {
        damage.append(
          LogDamage(
            file: "poses.txt", place: "line \(index + 1)",
            problem: "the pose \(error.problem); it is left out"))
      }
    }
    return poses
  }

  private mutating func text(_ name: String) -> String? {
    guard names.contains(name) else { return nil }
    do {
      return try RandomAccessFile.text(of: root + "/" + name, named: name, place: "")
    } catch {
      damage.append(LogDamage(error, file: name, place: ""))
      return nil
    }
  }
}
