import Foundation
import Tensors
public import Vision

/// A network for clips with trained weights, ready to answer.
///
/// This one is linear in how brightness changes in each quarter of the picture: mean signed and absolute differences of
/// successive frames. Metadata: `classes` and `clip_form`, JSON; tensors: `weight` [K, 8], `bias` [K].
public struct TrainedClipNetwork: Sendable {
  /// Name of the network.
  public let name: String
  /// What is told apart.
  public let classes: [String]
  /// How clips enter it.
  public let form: ClipForm
  private let weight: [Float]
  private let bias: [Float]

  /// Reads weights.
  ///
  /// - Parameter path: A safetensors file.
  /// - Throws: `SafetensorsError`, or ``ModelError/configuration(_:)`` when it holds no such network.
  public init(weights path: String) throws {
    let file = try SafetensorsFile(path: path)
    func decoded<Value: Decodable>(_ key: String, as type: Value.Type) -> Value? {
      file.metadata[key].flatMap { try? JSONDecoder().decode(type, from: Data($0.utf8)) }
    }
    guard let classes = decoded("classes", as: [String].self),
      let form = decoded("clip_form", as: ClipForm.self), form.frames >= 1, form.step >= 1
    else {
      throw ModelError.configuration("\(path): its metadata names no network for clips")
    }
    name = file.metadata["model"] ?? "differences"
    self.classes = classes
    self.form = form
    weight = try file.tensor("weight").array(of: Float.self)
    bias = try file.tensor("bias").array(of: Float.self)
    guard weight.count == 8 * classes.count, bias.count == classes.count else {
      throw ModelError.configuration("\(path): the weights do not fit \(classes.count) classes")
    }
  }

  /// Scores of clips.
  ///
  /// - Parameter clips: Clips of exactly `form.frames` frames of any size.
  /// - Returns: For each clip the softmax over the classes.
  /// - Throws: ``ModelError/input(_:)`` for another number of frames.
  public func scores(of clips: [VideoClip]) throws -> [[Double]] {
    try clips.map { clip in
      guard clip.frames.shape[0] == form.frames else {
        throw ModelError.input("\(name) takes \(form.frames) frames, not \(clip.frames.shape[0])")
      }
      let features = Self.features(clip.frames)
      let logits = classes.indices.map { k in
        Double(bias[k]) + (0..<8).reduce(0) { $0 + Double(weight[8 * k + $1]) * features[$1] }
      }
      let highest = logits.max() ?? 0
      let powers = logits.map { exp($0 - highest) }
      let sum = powers.reduce(0, +)
      return powers.map { $0 / sum }
    }
  }

  private static func features(_ frames: Tensor) -> [Double] {
    let (count, height, width) = (frames.shape[0], frames.shape[1], frames.shape[2])
    let size = height * width * 3
    var features = [Double](repeating: 0, count: 8)
    frames.withUnsafeElements(of: UInt8.self) { values in
      for t in 1..<max(1, count) {
        for y in stride(from: 0, to: height, by: 4) {
          for x in stride(from: 0, to: width, by: 4) {
            let i = t * size + (y * width + x) * 3 + 1
            let change = Double(values[i]) - Double(values[i - size])
            let quarter = (2 * y < height ? 0 : 2) + (2 * x < width ? 0 : 1)
            features[quarter] += change
            features[4 + quarter] += abs(change)
          }
        }
      }
    }
    let scale = 64 / Double(max(1, (count - 1) * height * width)) / 16
    return features.map { $0 * scale }
  }
}
