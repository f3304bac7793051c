import COpenCV
public import Geometry
import Tensors

/// Where each pixel of a new image lies in an old one.
public struct RemapTable: Sendable {
  let map: Tensor
  private let source: CameraModel
  /// The camera of the new image.
  public let target: CameraModel
  /// Whether the new image is the old one, so that pixels pass unchanged.
  public let isIdentity: Bool

  /// The table that turns images of one camera into those of another at the same place.
  ///
  /// - Parameters:
  ///   - source: The camera that took the images.
  ///   - target: The camera of the new images, without distortion.
  ///   - targetFromSource: Rotation from the old camera's frame to the new one's.
  /// - Throws: ``VisionError``.
  public init(
    from source: CameraModel, to target: CameraModel, targetFromSource: Matrix3 = .identity
  ) throws {
    guard target.distortion == .none else {
      throw VisionError.calibration(reason: "the new camera of an undistortion has a distortion")
    }
    guard
      target.width > 0, target.height > 0,
      target.width.multipliedReportingOverflow(by: target.height).partialValue
        <= ImageHeader.largestPixelCount, target.width < 1 << 24, target.height < 1 << 24
    else {
      throw VisionError.calibration(
        reason: "a camera of \(target.width) x \(target.height) pixels has no images")
    }
    self.source = source
    self.target = target
    isIdentity = source == target && targetFromSource == .identity
    let shape = [target.height, target.width, 2]
    if isIdentity {
      map = Tensor(repeating: 0 as Float, shape: [0, 0, 2])
      return
    }
    let camera = try source.openCV()
    let operation = "computing an undistortion"
    map = try OpenCV.filled(shape: shape, of: Float.self, for: operation) { view in
      try withUnsafePointer(to: camera) { camera in
        try OpenCV.call(operation) {
          $0.undistortion_map(camera, targetFromSource.elements, target.matrix.elements, view)
        }
      }
    }
    if source.skew != 0 { shear(by: source.skew / source.focalLength.y) }
  }

  /// OpenCV's maps know no skew: u gains skew * y, with y = (v - cy) / fy.
  private mutating func shear(by factor: Double) {
    let center = source.principalPoint.y
    var sheared = map
    sheared.withUnsafeMutableElements(of: Float.self) { values in
      var i = 0
      while i < values.count {
        values[i] += Float(factor * (Double(values[i + 1]) - center))
        i += 2
      }
    }
    self = RemapTable(map: sheared, source: source, target: target)
  }

  private init(map: Tensor, source: CameraModel, target: CameraModel) {
    self.map = map
    self.source = source
    self.target = target
    isIdentity = false
  }

  /// The image as the new camera would have taken it.
  ///
  /// - Parameters:
  ///   - image: An image of the old camera, of its size.
  ///   - interpolation: How pixels are found; area counts as linear. Beyond the old image lies black.
  /// - Returns: The new image with its camera; the same pixels when the table is the identity.
  /// - Throws: ``VisionError``.
  public func apply(to image: Image, interpolation: Image.Interpolation = .linear) throws -> Image {
    let operation = "undistorting an image"
    guard image.width == source.width, image.height == source.height else {
      throw VisionError.unsuitableInput(
        operation: operation, expected: "an image of \(source.width) x \(source.height) pixels",
        actual: "\(image.width) x \(image.height)")
    }
    if isIdentity { return Image(pixels: image.pixels, camera: target) }
    let shape = [target.height, target.width, image.channels]
    let code = interpolation == .area ? Image.Interpolation.linear.code : interpolation.code
    let fill = { (view: copencv_view) in
      try OpenCV.withView(image.pixels, for: operation) { pixels in
        try OpenCV.withView(map, for: operation) { map in
          try OpenCV.call(operation) { $0.remap(pixels, map, view, code) }
        }
      }
    }
    let pixels =
      image.pixels.elementType == .float32
      ? try OpenCV.filled(shape: shape, of: Float.self, for: operation, fill)
      : try OpenCV.filled(shape: shape, of: UInt8.self, for: operation, fill)
    return Image(pixels: pixels, camera: target)
  }
}

extension CameraModel {
  /// The camera as OpenCV takes it; skew is left out.
  func openCV() throws -> copencv_camera {
    var camera = copencv_camera()
    let matrix = matrix.elements
    withUnsafeMutableBytes(of: &camera.matrix) { memory in
      let values = memory.bindMemory(to: Double.self)
      for i in 0..<9 { values[i] = matrix[i] }
      values[1] = 0
    }
    let coefficients: [Double]
    switch distortion {
    case .none: coefficients = []
    case .brownConrady(let values): coefficients = values
    case .fisheye(let values):
      coefficients = values
      camera.is_fisheye = 1
    }
    let allowed = camera.is_fisheye == 1 ? [4] : [0, 4, 5, 8]
    guard allowed.contains(coefficients.count) else {
      throw VisionError.calibration(
        reason: "a camera has \(coefficients.count) distortion coefficients, not one of \(allowed)")
    }
    withUnsafeMutableBytes(of: &camera.distortion) { memory in
      let values = memory.bindMemory(to: Double.self)
      for i in coefficients.indices { values[i] = coefficients[i] }
    }
    camera.distortion_count = Int32(coefficients.count)
    camera.width = Int32(clamping: width)
    camera.height = Int32(clamping: height)
    return camera
  }
}
