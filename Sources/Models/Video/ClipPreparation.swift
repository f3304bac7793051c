public import Tensors
public import Vision

/// Turns clips into what a network sees.
public struct ClipPreparation: Sendable {
  /// How clips enter the network.
  public let form: ClipForm

  /// A preparation.
  ///
  /// - Parameter form: How clips enter the network.
  public init(_ form: ClipForm) { self.form = form }

  /// A clip as input of a network.
  ///
  /// Frames are scaled until the shorter side fits, and cut in the middle, or changed as `change` says. Flow is found between
  /// the frames as the network sees them, so that a mirrored clip has mirrored motion.
  ///
  /// - Parameters:
  ///   - clip: `form.frames` frames of any size.
  ///   - change: Changes one frame, `[3, H, W]` Float from 0 to 1, the same way for all frames of a clip; the result has the
  ///     form's size.
  /// - Returns: `[C, T, H, W]` Float: red, green, blue normalised, then with flow u and v from each frame to the next over the
  ///   bound (0 at the last frame).
  /// - Throws: `VisionError`, or ``ModelError/input(_:)`` when the number of frames is another.
  public func input(_ clip: VideoClip, change: ((Tensor) -> Tensor)? = nil) throws -> Tensor {
    guard clip.count == form.frames else {
      throw ModelError.input("a clip has \(form.frames) frames, not \(clip.count)")
    }
    var frames: [Tensor] = []
    for place in 0..<clip.count {
      let picture = try fitted(clip.image(at: place), cut: change == nil)
      let colours = Self.planes(picture)
      frames.append(change.map { $0(colours) } ?? colours)
    }
    let shape = [3, form.height, form.width]
    guard frames.allSatisfy({ $0.shape == shape }) else {
      throw ModelError.input("changed frames are \(frames[0].shape), not \(shape)")
    }
    let motion = try form.flow.map { try Self.motion(frames, $0) }
    return assembled(frames, motion)
  }

  /// The picture with its shorter side as long as wanted, and its middle when `cut`.
  private func fitted(_ image: Image, cut: Bool) throws -> Image {
    if image.width == form.width && image.height == form.height { return image }
    let scale = max(
      Double(form.width) / Double(image.width), Double(form.height) / Double(image.height))
    let width = max(form.width, Int((Double(image.width) * scale).rounded()))
    let height = max(form.height, Int((Double(image.height) * scale).rounded()))
    let scaled =
      image.width == width && image.height == height
      ? image : try image.resized(toWidth: width, height: height)
    guard cut else { return scaled }
    let (left, top) = ((width - form.width) / 2, (height - form.height) / 2)
    return Image(
      pixels: scaled.pixels.narrowed(axis: 0, to: top..<top + form.height)
        .narrowed(axis: 1, to: left..<left + form.width).contiguous())
  }

  /// `[3, H, W]` Float from 0 to 1.
  private static func planes(_ image: Image) -> Tensor {
    let area = image.height * image.width
    return image.pixels.withUnsafeElements(of: UInt8.self) { bytes in
      Tensor(shape: [3, image.height, image.width], of: Float.self) { target in
        for pixel in 0..<area {
          for channel in 0..<3 {
            target[channel * area + pixel] = Float(bytes[3 * pixel + channel]) * (1 / 255)
          }
        }
      }
    }
  }

  /// Fields from each frame to the next, `[2 (T - 1), H, W]` in the order u1, v1, u2, v2, …, pixels over the bound.
  private static func motion(_ frames: [Tensor], _ form: FlowForm) throws -> Tensor {
    let greys = frames.map(grey)
    let method = method(form, side: min(greys[0].width, greys[0].height))
    let fields = try zip(greys, greys.dropFirst()).map { earlier, later in
      let field = try method.flow(from: earlier, to: later)
      return form.subtractsMean ? field.subtractingMean() : field
    }
    return FlowField.stacked(fields, bound: form.bound)
  }

  /// The method, with smaller windows for small pictures.
  private static func method(_ form: FlowForm, side: Int) -> OpticalFlow {
    switch form.method {
    case .dis: return .dis(.fast)
    case .tvl1: return .tvl1(OpticalFlow.TVL1())
    case .farneback:
      var settings = OpticalFlow.Farneback()
      if side < 64 { (settings.windowSize, settings.levels) = (9, 2) }
      return .farneback(settings)
    }
  }

  /// Brightness in 8 bits.
  private static func grey(_ frame: Tensor) -> Image {
    let area = frame.shape[1] * frame.shape[2]
    return Image(
      pixels: frame.withUnsafeElements(of: Float.self) { colours in
        Tensor(shape: [frame.shape[1], frame.shape[2], 1], of: UInt8.self) { target in
          for pixel in 0..<area {
            let value =
              0.299 * colours[pixel] + 0.587 * colours[area + pixel]
              + 0.114 * colours[2 * area + pixel]
            target[pixel] = UInt8(min(255, max(0, value * 255 + 0.5)))
          }
        }
      })
  }

  private func assembled(_ frames: [Tensor], _ motion: Tensor?) -> Tensor {
    let area = form.height * form.width
    let channels = form.channels
    return Tensor(
      shape: [channels, form.frames, form.height, form.width], of: Float.self
    ) { target in
      target.initialize(repeating: 0)
      for (place, frame) in frames.enumerated() {
        frame.withUnsafeElements(of: Float.self) { colours in
          for channel in 0..<3 {
            let (shift, scale) = (Float(form.mean[channel]), Float(1 / form.deviation[channel]))
            let start = (channel * form.frames + place) * area
            for pixel in 0..<area {
              target[start + pixel] = (colours[channel * area + pixel] - shift) * scale
            }
          }
        }
      }
      motion?.withUnsafeElements(of: Float.self) { stack in
        for place in 0..<2 * (form.frames - 1) {
          let start = ((3 + place % 2) * form.frames + place / 2) * area
          for pixel in 0..<area { target[start + pixel] = stack[place * area + pixel] }
        }
      }
    }
  }
}
