public import Configuration
public import Pipelines
public import SensorLogs
import Tensors
import Vision

/// `pfm`: depths, disparities or their standard deviations as float maps.
public struct FloatMapFormat: FrameFileFormat {
  /// What of a result is written.
  public enum Content: String, CaseIterable, ParameterValue {
    /// Depths in metres or disparities in pixels.
    case values
    /// The random part of the standard deviation.
    case sigma
    /// The systematic part of the standard deviation, of depths only.
    case systematic
  }

  /// Settings.
  public struct Parameters: ParameterSet {
    @Parameter("What is written: values, sigma (random part), systematic (of depths)")
    var content = Content.values

    /// The defaults.
    public init() {}
  }

  /// The name under `to:`.
  public static let name = "pfm"
  /// What it writes.
  public static let documentation = """
    Writes depths, disparities or their standard deviations as portable float maps, 0 = no value.
    Metres or pixels without rounding. A result that states no such deviation is an error. Nothing is written for a frame
    without a result.
    """
  /// Depths and disparities.
  public static let payloadTypes = [DepthImage.typeName, DisparityImage.typeName]
  private let content: Content

  /// Prepares the format.
  ///
  /// - Parameters:
  ///   - parameters: What is written.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) { content = parameters.content }

  /// A frame's numbers.
  ///
  /// - Parameters:
  ///   - message: A depth or disparity image.
  ///   - frameIndex: Unused.
  /// - Returns: The file.
  /// - Throws: ``OutputFormatError``, or ``VisionError`` when the result does not state what is to be written.
  public func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8] {
    let chosen: Tensor?
    if let depth = message.payload as? DepthImage {
      switch content {
      case .values: chosen = depth.depths
      case .sigma: chosen = depth.standardDeviations
      case .systematic: chosen = depth.systematicDeviations
      }
    } else {
      let disparity: DisparityImage = try payload(of: message, for: Self.self)
      switch content {
      case .values: chosen = disparity.disparities
      case .sigma: chosen = disparity.standardDeviations
      case .systematic: chosen = nil
      }
    }
    guard let chosen else {
      throw VisionError.unsuitableInput(
        operation: "writing '\(content.rawValue)' as pfm",
        expected:
          "a result that states it (stereo.uncertainty, disparity_sigma, or a rig with uncertainties)",
        actual: "one that does not")
    }
    return try FloatMap.encode(chosen)
  }
}
