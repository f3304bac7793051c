public import Configuration
import Geometry
public import Pipelines
import PointClouds
public import SensorLogs

/// `boxes.fit`: fits upright boxes to clusters.
public struct BoxFittingStage: Stage {
  /// Settings of `boxes.fit`.
  public struct Parameters: ParameterSet {
    /// Fewest points of a box.
    @Parameter("Clusters with fewer points make no box", in: 1...1_000_000_000)
    public var minPoints = 10
    /// Lowest top.
    @Parameter("Boxes whose top is lower above the ground are left out, metres", in: 0...100)
    public var minHeight = 0.8
    /// Highest top.
    @Parameter("Boxes whose top is higher above the ground are left out, metres", in: 0...100)
    public var maxHeight = 4.0
    /// Longest box.
    @Parameter("Larger clusters are taken apart or left out: length, metres", in: 0...100)
    public var maxLength = 8.0
    /// Widest box.
    @Parameter("Larger clusters are taken apart or left out: width, metres", in: 0...100)
    public var maxWidth = 3.5
    /// Highest bottom.
    @Parameter(
      "Clusters whose lowest point is higher above the ground are left out, metres", in: 0...100)
    public var maxClearance = 0.8
    /// Tolerance of the second clustering.
    @Parameter(
      "Tolerance with which clusters that are too large are taken apart, metres; 0 for never",
      in: 0...100)
    public var splitTolerance = 0.25
    /// Whether partly seen cars are completed.
    @Parameter("Whether the seen part of a car grows to the size of a car, away from the sensor")
    public var completeCars = true
    /// Length of a car.
    @Parameter("Length that seen parts of cars grow to, metres", in: 0...20)
    public var carLength = 3.9
    /// Width of a car.
    @Parameter("Width that seen parts of cars grow to, metres", in: 0...20) public var carWidth =
      1.6
    /// Labels that are kept.
    @Parameter("Labels of the boxes to keep: Car, Pedestrian, Cyclist, Unknown; empty for all")
    public var labels: [String] = []
    /// Most boxes of a frame.
    @Parameter(
      "Most boxes of a frame; those with the lowest scores are left out", in: 0...1_000_000)
    public var maxBoxes = 500

    /// The defaults, for a LiDAR on a car.
    public init() {}
  }

  /// The name under `use:`.
  public static let name = "boxes.fit"
  /// What it does.
  public static let documentation = """
    Fits an upright box to each cluster that can be a road user.

    On the ground plane the box is the rectangle whose sides lie closest to the points (Zhang, Xu, Dong and Dolan, "Efficient
    L-shape fitting for vehicle detection using laser scanners", IEEE Intelligent Vehicles 2017, closeness criterion). It stands
    on the ground where the cloud has the attribute `height` (from cloud.remove_ground), else on the lowest point. Clusters larger
    than a road user are taken apart, within 20 m of the sensor, with a smaller tolerance; only parts of the size of a road user
    make boxes.

    Labels follow the size as seen only (length x width x top above the ground, metres): Pedestrian up to 0.8 x 0.8 x 1.0 to
    2.1 or up to 1.2 x 0.9 x 1.5 to 2.1; Cyclist 1.1 to 2.2 x up to 0.9 x 1.65 to 2.1; Car 0.9 to 5.6 x up to 2.4 x 0.8 to 2.3;
    the first that fits, else Unknown. What is labelled Car grows to `car_length` x `car_width`: the corner nearest to the sensor
    (the frame's origin) stays, the box grows away from it. Sides shorter than 2.3 m are taken for a front or rear. The heading is
    along the longer side, to either end.

    The score, 0 to 1, is the mean closeness of the points to the sides (1: all within 0.1 m) times n / (n + 20) for n points,
    halved for Unknown; it orders the boxes and is no probability. No clusters, no boxes. Keeps order and timestamps; remembers
    nothing.
    """
  static let clusters = InputPort<ClusteredCloud>("clusters", "The clusters, +z up, sensor at 0")
  /// The input ports.
  public static var inputs: [any InputPortDescription] { [clusters] }

  private static let knownLabels = ["Car", "Pedestrian", "Cyclist", "Unknown"]
  private let fitting: BoxFitting
  private let labels: Set<String>
  private let maxBoxes: Int

  /// Prepares the stage.
  ///
  /// - Parameters:
  ///   - parameters: Checked settings.
  ///   - setup: What the run fixes.
  /// - Throws: ``CloudStageError`` for a label that no box can have.
  public init(_ parameters: Parameters, setup: StageSetup) throws {
    for label in parameters.labels where !Self.knownLabels.contains(label) {
      throw CloudStageError(
        setting: "labels",
        problem: "'\(label)' is none of \(Self.knownLabels.joined(separator: ", "))")
    }
    fitting = BoxFitting(
      minPoints: parameters.minPoints, minHeight: parameters.minHeight,
      maxHeight: parameters.maxHeight, maxLength: parameters.maxLength,
      maxWidth: parameters.maxWidth, maxClearance: parameters.maxClearance,
      completesCars: parameters.completeCars,
      carSize: Vector2(parameters.carLength, parameters.carWidth),
      splitTolerance: parameters.splitTolerance)
    labels = Set(parameters.labels.isEmpty ? Self.knownLabels : parameters.labels)
    maxBoxes = parameters.maxBoxes
  }

  /// Fits boxes to the clusters of one frame.
  ///
  /// - Parameter inputs: The clusters.
  /// - Returns: Boxes, best score first.
  /// - Throws: ``PointCloudError`` when a cluster cannot be taken apart.
  public func process(_ inputs: StageInputs) throws -> Message<Detections3D> {
    let message = inputs[Self.clusters]
    let boxes = try message.payload.fittingBoxes(fitting).filter { labels.contains($0.label) }
    return message.replacing(Detections3D(boxes: Array(boxes.prefix(maxBoxes))))
  }
}
