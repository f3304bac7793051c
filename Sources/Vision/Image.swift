public import Geometry
public import Tensors

/// A picture: `[H, W, C]` of UInt8 (0 to 255) or Float (0 to 1); colour order RGB, origin top left.
public struct Image: Sendable {
  /// Pixels, shape `[H, W, C]`, C = 1 (grey) or 3 (red, green, blue).
  public var pixels: Tensor
  /// The camera that took it, when known.
  public var camera: CameraModel?

  /// A picture from its pixels.
  ///
  /// - Parameters:
  ///   - pixels: Shape `[H, W, C]`, C = 1 or 3.
  ///   - camera: The camera that took it, when known.
  public init(pixels: Tensor, camera: CameraModel? = nil) {
    precondition(
      pixels.rank == 3 && (pixels.shape[2] == 1 || pixels.shape[2] == 3),
      "an image has the shape [H, W, 1] or [H, W, 3], not \(pixels.shape)")
    self.pixels = pixels
    self.camera = camera
  }

  /// Rows.
  public var height: Int { pixels.shape[0] }
  /// Columns.
  public var width: Int { pixels.shape[1] }
  /// Values per pixel: 1 or 3.
  public var channels: Int { pixels.shape[2] }
}

/// Distance along the optical axis for each pixel: `[H, W]` Float, metres along +z (not along the ray), 0 = no value.
public struct DepthImage: Sendable {
  /// Depths, shape `[H, W]`, Float, metres, 0 = no value.
  public var depths: Tensor
  /// The camera whose pixels these are, when known.
  public var camera: CameraModel?
  /// Standard deviation of each depth, shape `[H, W]`, Float, metres; nil when none is stated.
  ///
  /// The random part, which differs from pixel to pixel and from frame to frame; 0 where there is no depth.
  public var standardDeviations: Tensor?
  /// Standard deviation of what all depths have in common, shape `[H, W]`, Float, metres; nil when none is stated.
  ///
  /// The systematic part, from the calibration: it does not average out over pixels or frames.
  public var systematicDeviations: Tensor?

  /// A depth image from its values.
  ///
  /// - Parameters:
  ///   - depths: Shape `[H, W]`, Float, metres, 0 = no value.
  ///   - camera: The camera whose pixels these are, when known.
  ///   - standardDeviations: Of each depth, the random part, shape `[H, W]`, Float, metres.
  ///   - systematicDeviations: Of each depth, the systematic part, shape `[H, W]`, Float, metres.
  public init(
    depths: Tensor, camera: CameraModel? = nil, standardDeviations: Tensor? = nil,
    systematicDeviations: Tensor? = nil
  ) {
    precondition(
      depths.rank == 2 && depths.elementType == .float32,
      "a depth image is [H, W] of Float, not \(depths.shape) of \(depths.elementType)")
    precondition(
      [standardDeviations, systematicDeviations].allSatisfy {
        $0.map { $0.shape == depths.shape && $0.elementType == .float32 } ?? true
      }, "standard deviations are [H, W] of Float, as the depths")
    self.depths = depths
    self.camera = camera
    self.standardDeviations = standardDeviations
    self.systematicDeviations = systematicDeviations
  }

  /// Rows.
  public var height: Int { depths.shape[0] }
  /// Columns.
  public var width: Int { depths.shape[1] }
}

/// Shift between left and right for each pixel of the left image: `[H, W]` Float, pixels, 0 = no value.
public struct DisparityImage: Sendable {
  /// Disparities, shape `[H, W]`, Float, pixels, 0 = no value.
  public var disparities: Tensor
  /// The rectified rig, when known: needed for depth.
  public var rig: StereoRig?
  /// Standard deviation of each disparity, shape `[H, W]`, Float, pixels; nil when the matcher states none.
  public var standardDeviations: Tensor?

  /// A disparity image from its values.
  ///
  /// - Parameters:
  ///   - disparities: Shape `[H, W]`, Float, pixels, 0 = no value.
  ///   - rig: The rectified rig, when known.
  ///   - standardDeviations: Of each disparity, shape `[H, W]`, Float, pixels.
  public init(disparities: Tensor, rig: StereoRig? = nil, standardDeviations: Tensor? = nil) {
    precondition(
      disparities.rank == 2 && disparities.elementType == .float32,
      "a disparity image is [H, W] of Float, not \(disparities.shape) of \(disparities.elementType)"
    )
    precondition(
      standardDeviations.map { $0.shape == disparities.shape && $0.elementType == .float32 }
        ?? true,
      "standard deviations are [H, W] of Float, as the disparities")
    self.disparities = disparities
    self.rig = rig
    self.standardDeviations = standardDeviations
  }

  /// Rows.
  public var height: Int { disparities.shape[0] }
  /// Columns.
  public var width: Int { disparities.shape[1] }
}

/// Two rectified pictures of one instant: equal rows see the same points.
public struct StereoPair: Sendable {
  /// The left picture, the reference.
  public var left: Image
  /// The right picture, of the same size.
  public var right: Image
  /// The rectified rig, when known.
  public var rig: StereoRig?

  /// A rectified pair.
  ///
  /// - Parameters:
  ///   - left: The left picture.
  ///   - right: The right picture, of the same size.
  ///   - rig: The rectified rig, when known.
  public init(left: Image, right: Image, rig: StereoRig? = nil) {
    precondition(
      left.width == right.width && left.height == right.height,
      "left \(left.width)x\(left.height) and right \(right.width)x\(right.height) differ in size")
    self.left = left
    self.right = right
    self.rig = rig
  }
}

/// Motion of each pixel from one picture to the next: `[H, W, 2]` Float, pixels, u to the right and v downwards.
public struct FlowField: Sendable {
  /// Motion, shape `[H, W, 2]`, Float: position in the later picture minus position in the earlier one, pixels.
  public var vectors: Tensor
  /// How they were found and what they mean.
  public var convention: FlowConvention

  /// A flow field from its values.
  ///
  /// - Parameters:
  ///   - vectors: Shape `[H, W, 2]`, Float, pixels.
  ///   - convention: How they were found and what they mean.
  public init(vectors: Tensor, convention: FlowConvention = FlowConvention()) {
    precondition(
      vectors.rank == 3 && vectors.shape[2] == 2 && vectors.elementType == .float32,
      "a flow field is [H, W, 2] of Float, not \(vectors.shape) of \(vectors.elementType)")
    self.vectors = vectors
    self.convention = convention
  }

  /// Rows.
  public var height: Int { vectors.shape[0] }
  /// Columns.
  public var width: Int { vectors.shape[1] }
}
