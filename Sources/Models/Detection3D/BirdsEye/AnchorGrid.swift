import Foundation
public import Geometry

/// Boxes of usual sizes at every cell of a map, which a network moves, stretches and turns.
public struct AnchorGrid: Sendable {
  /// Anchors of one class.
  public struct Kind: Sendable {
    /// The class.
    public let label: String
    /// Length, width and height, metres.
    public let size: Vector3
    /// Height of the bottom, metres.
    public let bottom: Double

    /// Anchors of one class.
    ///
    /// - Parameters:
    ///   - label: The class.
    ///   - size: Length, width and height, metres.
    ///   - bottom: Height of the bottom, metres.
    public init(label: String, size: Vector3, bottom: Double) {
      self.label = label
      self.size = size
      self.bottom = bottom
    }
  }

  /// The classes, in the order of the network's outputs.
  public let kinds: [Kind]
  /// The map.
  public let grid: BirdsEyeGrid
  /// Headings of the anchors, radians.
  public let headings = [0, 1.57]

  /// Anchors over a map.
  ///
  /// - Parameters:
  ///   - grid: The map.
  ///   - kinds: The classes, in the order of the network's outputs.
  public init(_ grid: BirdsEyeGrid, _ kinds: [Kind] = Self.kitti) {
    self.grid = grid
    self.kinds = kinds
  }

  /// The classes of KITTI with the sizes of SECOND and PointPillars.
  public static let kitti = [
    Kind(label: "Car", size: Vector3(3.9, 1.6, 1.56), bottom: -1.78),
    Kind(label: "Pedestrian", size: Vector3(0.8, 0.6, 1.73), bottom: -0.6),
    Kind(label: "Cyclist", size: Vector3(1.76, 0.6, 1.73), bottom: -0.6),
  ]

  /// Anchors of a cell: for each class all headings.
  public var count: Int { kinds.count * headings.count }

  /// An anchor.
  ///
  /// The first and the last column stand on the ends of the range, as OpenPCDet has them, not on the
  /// middles of cells.
  ///
  /// - Parameters:
  ///   - row: Row of the cell.
  ///   - column: Column of the cell.
  ///   - number: Number of the anchor in its cell.
  /// - Returns: The box.
  public func anchor(row: Int, column: Int, number: Int) -> Box3D {
    let kind = kinds[number / headings.count]
    func place(_ low: Double, _ cell: Double, _ count: Int, _ number: Int) -> Double {
      low + cell * Double(count) / Double(max(1, count - 1)) * Double(number)
    }
    return Box3D(
      center: Vector3(
        place(grid.low.x, grid.cell.x, grid.columns, column),
        place(grid.low.y, grid.cell.y, grid.rows, row), kind.bottom + kind.size.z / 2),
      size: kind.size, yaw: headings[number % headings.count], label: kind.label)
  }
}

/// A box as an anchor's neighbour describes it.
///
/// Seven numbers: differences of the centre, in diagonals of the anchor's ground and in its height; logarithms of the ratios of sizes;
/// the difference of the headings.
///
/// - Note: Source: Yan, Mao and Li, "SECOND", Sensors 2018, section 3.1.3.
public enum AnchorCode {
  /// The numbers of a box.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - anchor: The anchor.
  /// - Returns: Seven numbers.
  public static func numbers(of box: Box3D, from anchor: Box3D) -> [Double] {
    let (shift, ratio) = (box.center - anchor.center, box.size / anchor.size)
    let across = diagonal(anchor)
    return [
      shift.x / across, shift.y / across, shift.z / anchor.size.z, log(ratio.x),
      log(ratio.y), log(ratio.z), box.yaw - anchor.yaw,
    ]
  }

  /// The box of an anchor.
  ///
  /// - Parameters:
  ///   - anchor: The anchor.
  ///   - isTurned: Whether the heading lies in the second half of the circle, from pi/4 on; nil leaves it as the numbers say.
  ///   - number: Gives the number at a place of the code.
  /// - Returns: The box with the anchor's label.
  public static func box(
    _ anchor: Box3D, isTurned: Bool? = nil, _ number: (Int) -> Double
  ) -> Box3D {
    var box = anchor
    let across = diagonal(anchor)
    box.center += Vector3(number(0) * across, number(1) * across, number(2) * anchor.size.z)
    box.size *= Vector3(exp(min(number(3), 5)), exp(min(number(4), 5)), exp(min(number(5), 5)))
    box.yaw += number(6)
    if let isTurned {
      let start = 0.78539
      let turn = box.yaw - start
      box.yaw = turn - (turn / .pi).rounded(.down) * .pi + start + (isTurned ? .pi : 0)
    }
    return box
  }

  /// Length of the diagonal of a box seen from above.
  private static func diagonal(_ box: Box3D) -> Double {
    (box.size.x * box.size.x + box.size.y * box.size.y).squareRoot()
  }
}
