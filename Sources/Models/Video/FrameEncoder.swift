import Networks
import Tensors

/// Three convolutions that look at one frame, or at many as more channels: an eighth of its size, twice the width.
final class FrameEncoder: Layer {
  let layers: Sequential
  /// Channels of the maps.
  let outputs: Int

  /// An encoder without values.
  ///
  /// - Parameters:
  ///   - channels: Channels of the input.
  ///   - width: Channels of the first layer.
  init(channels: Int, width: Int) {
    outputs = 2 * width
    layers = Sequential(
      convNorm(channels, width, stride: 2), convNorm(width, 2 * width, stride: 2),
      convNorm(2 * width, 2 * width, stride: 2))
  }

  /// Maps `[N, outputs, H / 8, W / 8]` of `[N, C, H, W]`.
  func forward(_ x: Tensor) -> Tensor { layers(x) }

  /// What the layers do to clips of which the first sees `frames` at once.
  static func fieldSteps(frames: Int = 1, layers: Int = 3) -> [ReceptiveField.Step] {
    (0..<layers).map { layer in
      .convolution(layer == 0 ? frames : 1, 3, 3, stride: [1, 2, 2], padding: [0, 1, 1])
    }
  }

  /// Height or width of the maps.
  static func size(_ length: Int) -> Int { (0..<3).reduce(length) { size, _ in (size + 1) / 2 } }

  /// Refuses frames that are too small.
  static func check(_ form: ClipForm, _ name: String) throws {
    if min(form.height, form.width) < 8 {
      throw ModelError.configuration(
        "\(name) needs frames of at least 8 x 8 pixels, not \(form.width) x \(form.height)")
    }
  }
}

extension Tensor {
  /// The frames of clips one below the other: `[B T, C, H, W]` of `[B, C, T, H, W]`.
  var separateFrames: Tensor {
    let s = shape
    return permuted(0, 2, 1, 3, 4).reshaped([s[0] * s[2], s[1], s[3], s[4]])
  }

  /// All frames of a clip as channels, frame by frame, all colours of one before the next: `[B, T C, H, W]` of
  /// `[B, C, T, H, W]`.
  var framesAsChannels: Tensor {
    let s = shape
    return permuted(0, 2, 1, 3, 4).reshaped([s[0], s[2] * s[1], s[3], s[4]])
  }
}
