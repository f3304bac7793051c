import Geometry
public import Vision

/// Finds a target in images and locates its points.
///
/// OpenCV says where the points are to about a pixel; their exact places and covariances are our own. The side of the window
/// that a corner is refined in follows the size of the squares around it.
public struct TargetDetector: Sendable {
  /// How a target is looked for.
  public struct Options: Sendable, Equatable {
    /// Half the side of every refinement window, pixels; nil lets it follow the squares.
    ///
    /// A window that reaches into other
    /// squares moves corners by pixels.
    public var window: Int?
    /// Largest half side of a window that follows the squares, pixels, in images of up to 1280 pixels; grows with larger ones.
    public var largestWindow = 8
    /// Whether slow methods are tried when the fast ones find nothing.
    public var triesSlowMethods = true

    /// The options that suit most images.
    ///
    /// - Parameters:
    ///   - window: Half the side of every refinement window, pixels, 1 to 100; nil lets it follow the squares.
    ///   - triesSlowMethods: Whether slow methods are tried when the fast ones find nothing.
    public init(window: Int? = nil, triesSlowMethods: Bool = true) {
      self.window = window
      self.triesSlowMethods = triesSlowMethods
    }
  }

  /// What is looked for.
  public let target: CalibrationTarget
  /// How.
  public let options: Options
  let points: [Vector2]

  /// A detector of one target.
  ///
  /// - Parameters:
  ///   - target: What to look for.
  ///   - options: How.
  public init(target: CalibrationTarget, options: Options = Options()) {
    self.target = target
    self.options = options
    points = target.points.map { Vector2($0.x, $0.y) }
  }

  /// Looks for the target in one image.
  ///
  /// - Parameters:
  ///   - image: The image as the camera took it.
  ///   - name: What to call it.
  /// - Returns: The target's points by rising index, or why there are none. Orders that look alike are resolved as
  ///   ``CalibrationTarget/upright(_:towards:)`` does.
  /// - Throws: `VisionError` when OpenCV is not there or the marker dictionary is too small.
  public func detect(in image: Image, name: String) throws -> TargetDetection {
    let smallest = 24
    guard image.width >= smallest, image.height >= smallest else {
      return TargetDetection(
        name: name,
        outcome: .absent(reason: "an image of \(image.width)x\(image.height) pixels is too small"))
    }
    let grey = try GreyPixels(image)
    let found: Found?
    switch target {
    case .checkerboard(let columns, let rows, _):
      found = try checkerboard(in: grey, columns: columns, rows: rows)
    case .asymmetricCircles(let columns, let rows, _):
      found = try circles(in: grey, columns: columns, rows: rows)
    case .charuco(let columns, let rows, let square, let marker, let dictionary):
      found = try charuco(
        in: grey, columns: columns, rows: rows, square: square, marker: marker,
        dictionary: MarkerDictionary(named: dictionary))
    case .aprilGrid(let columns, let rows, let tag, let gap):
      found = try aprilGrid(in: grey, columns: columns, rows: rows, tag: tag, gap: gap)
    }
    guard let found else {
      return TargetDetection(name: name, outcome: .absent(reason: "no \(target.title) is seen"))
    }
    if let refusal = found.refusal {
      return TargetDetection(name: name, outcome: .absent(reason: refusal))
    }
    let view = target.upright(
      TargetView(
        name: name, width: image.width, height: image.height,
        corners: found.corners.sorted { $0.index < $1.index }))
    return TargetDetection(
      name: name, outcome: .found(view, by: found.method, meanWindow: found.meanWindow))
  }

  /// What a search brought.
  struct Found {
    var corners: [TargetCorner]
    var method: TargetDetection.Method
    var meanWindow = 0.0
    /// Why it does not count.
    var refusal: String?
  }

  /// Noise of the image around some points.
  func noise(of grey: GreyPixels, around points: [Vector2]) -> Double {
    var (low, high) = (points.first ?? .zero, points.first ?? .zero)
    for p in points {
      low = Vector2(min(low.x, p.x), min(low.y, p.y))
      high = Vector2(max(high.x, p.x), max(high.y, p.y))
    }
    let border = Vector2(0, 0)
    let largest = Vector2(Double(grey.width), Double(grey.height))
    return grey.noise(
      from: low.clamped(lowerBound: border, upperBound: largest),
      to: high.clamped(lowerBound: border, upperBound: largest))
  }

  /// Half the window's side for a corner whose surroundings are uniform up to `room` pixels.
  func window(room: Double, in grey: GreyPixels) -> Int {
    if let window = options.window { return min(max(window, 1), 100) }
    let growth = max(1, Double(max(grey.width, grey.height)) / 1280)
    let largest = Double(min(max(options.largestWindow, 2), 100)) * growth
    return Int(max(2, min(room.isFinite ? room : 2, largest, 100)))
  }
}

extension CalibrationTarget {
  /// Kind and size, as "9x6 board".
  public var title: String {
    switch self {
    case .checkerboard(let columns, let rows, _): "\(columns)x\(rows) board"
    case .asymmetricCircles(let columns, let rows, _): "\(columns)x\(rows) circle grid"
    case .charuco(let columns, let rows, _, _, _): "\(columns)x\(rows) ChArUco board"
    case .aprilGrid(let columns, let rows, _, _): "\(columns)x\(rows) AprilGrid"
    }
  }
}
