/// How a page's bytes are shared between frames, clouds and pictures.
struct ReportBudget: Equatable {
  /// Every how many-th frame is shown.
  var frameStride = 1
  /// Largest number of points of a cloud.
  var pointLimit = Int.max
  /// Largest size of a picture in bytes, before base64.
  var imageLimit = Int.max

  /// What a page must hold.
  struct Need {
    var frames: Int
    /// Clouds of a frame, and bytes of a point and points of a cloud in the mean.
    var cloudsPerFrame: Int
    var pointBytes: Double
    var pointsPerCloud: Double
    /// Pictures of a frame, and bytes of one in the mean as they are.
    var imagesPerFrame: Int
    var imageBytes: Double
    /// Bytes of everything else.
    var otherBytes: Int
  }

  /// Fewest points and bytes that a cloud and a picture are brought down to before frames are left out.
  static let leastPoints = 8_000.0
  static let leastImage = 24_000.0

  /// Shares `bytes`: first clouds are thinned and pictures made smaller, then frames are left out.
  init(bytes: Int, need: Need) {
    let available = max(0, Double(bytes - need.otherBytes)) * 0.72
    let cloudNeed = Double(need.cloudsPerFrame) * need.pointBytes
    let floor =
      cloudNeed * min(Self.leastPoints, need.pointsPerCloud)
      + Double(need.imagesPerFrame) * min(Self.leastImage, need.imageBytes)
    if floor > 0 {
      let most = max(1, (available / floor).rounded(.down))
      frameStride = max(1, Int((Double(need.frames) / most).rounded(.up)))
    }
    let shown = Double((need.frames + frameStride - 1) / frameStride)
    guard shown > 0 else { return }
    let wantedImages = shown * Double(need.imagesPerFrame) * need.imageBytes
    let wantedPoints = shown * cloudNeed * need.pointsPerCloud
    guard wantedImages + wantedPoints > available else { return }
    // A side that needs less than its share leaves the rest to the other.
    var images = min(wantedImages, cloudNeed > 0 ? 0.4 * available : available)
    let points = min(wantedPoints, available - images)
    images = min(wantedImages, available - points)
    if wantedPoints > points {
      pointLimit = max(1000, Int(points / (shown * cloudNeed)))
    }
    if wantedImages > images {
      imageLimit = max(4000, Int(images / (shown * Double(need.imagesPerFrame))))
    }
  }
}
