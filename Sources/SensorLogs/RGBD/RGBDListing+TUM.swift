import Geometry

extension RGBDListing {
  /// Intrinsics that the TUM RGB-D benchmark recommends for its default Kinect calibration.
  private static let defaultCamera = RGBDIntrinsics(
    focalLength: Vector2(525, 525), principalPoint: Vector2(319.5, 239.5))
  /// The benchmark's own calibrations by the name of its cameras.
  private static let cameras: [(name: String, intrinsics: RGBDIntrinsics)] = [
    (
      "freiburg1",
      RGBDIntrinsics(
        focalLength: Vector2(517.3, 516.5), principalPoint: Vector2(318.6, 255.3))
    ),
    (
      "freiburg2",
      RGBDIntrinsics(
        focalLength: Vector2(520.9, 521.0), principalPoint: Vector2(325.1, 249.7))
    ),
    (
      "freiburg3",
      RGBDIntrinsics(
        focalLength: Vector2(535.4, 539.2), principalPoint: Vector2(320.1, 247.6))
    ),
  ]

  /// `rgb.txt` and `depth.txt` (time, file; 1/5000 m) and `groundtruth.txt` (time, x y z, qx qy qz qw).
  ///
  /// Colour and depth have their own times; which belong together is for the synchroniser to say.
  mutating func listTUM() throws {
    let folder = FolderListing.lastComponent(root)
    let camera =
      Self.cameras.first { folder.contains($0.name) }?.intrinsics ?? Self.defaultCamera
    try rows(of: "rgb.txt") { listing, time, words, place in
      listing.addColor(words.joined(separator: " "), time, place, camera)
    }
    try rows(of: "depth.txt") { listing, time, words, place in
      listing.addDepth(
        words.joined(separator: " "), time, place, camera,
        DepthReading(metresPerUnit: 1 / 5000, missingValue: nil))
    }
    guard names.contains("groundtruth.txt") else { return }
    try rows(of: "groundtruth.txt") { listing, time, words, place in
      do throws(NumberTextError) {
        let v = try NumberText.numbers(words)
        guard v.count == 7 else {
          throw NumberTextError(problem: "has \(v.count + 1) numbers, expected 8")
        }
        let rotation = Vector3(v[3], v[4], v[5]).length + abs(v[6])
        guard rotation > 0.5 else { throw NumberTextError(problem: "has no rotation") }
        let pose = Pose(
          rotation: Quaternion(w: v[6], x: v[3], y: v[4], z: v[5]),
          translation: Vector3(v[0], v[1], v[2]))
        listing.add(
          "/tf", time,
          TransformsContent(
            edges: [Self.worldFromCamera(pose)], file: "groundtruth.txt", place: place))
      } catch {
        listing.damage.append(
          LogDamage(
            file: "groundtruth.txt", place: place,
            problem: "the pose \(error.problem); it is left out"))
      }
    }
  }

  /// Calls `body` for the lines of a list; a line without a time is damage.
  private mutating func rows(
    of name: String,
    _ body: (inout RGBDListing, Timestamp, [Substring], String) -> Void
  ) throws {
    let text = try RandomAccessFile.text(of: root + "/" + name, named: name, place: "")
    for (index, line) in NumberText.lines(text).enumerated() {
      let words = NumberText.words(line)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      let place = "line \(index + 1)"
      guard words.count >= 2, let time = Self.decimalSeconds(first) else {
        damage.append(
          LogDamage(
            file: name, place: place,
            problem: "'\(line.prefix(60))' is no time followed by what was recorded"))
        continue
      }
      if name != "groundtruth.txt", words[1].hasPrefix("/") || words[1].contains("..") {
        damage.append(
          LogDamage(file: name, place: place, problem: "'\(words[1])' lies outside the folder"))
        continue
      }
      body(&self, time, Array(words.dropFirst()), place)
    }
  }

  /// Seconds in decimal text, exact to the nanosecond.
  static func decimalSeconds(_ text: Substring) -> Timestamp? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = FolderListing.number(String(parts[0])), whole < 9_000_000_000 else {
      guard let value = Double(text), abs(value) < 9e9 else { return nil }
      return Timestamp(seconds: value)
    }
    var fraction = 0
    if parts.count == 2, !parts[1].isEmpty {
      let digits = parts[1].prefix(9)
      guard let value = FolderListing.number(String(digits)) else { return nil }
      fraction = (digits.count..<9).reduce(value) { sum, _ in sum * 10 }
    }
    return Timestamp(nanoseconds: Int64(whole) * 1_000_000_000 + Int64(fraction))
  }
}
