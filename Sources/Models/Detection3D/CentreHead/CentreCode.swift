import Foundation
public import Geometry

/// A box as a cell of a map describes it.
///
/// The numbers: offset of the centre from the cell's lower corner along x and y, cells; height of the
/// centre, metres; logarithms of length, width and height; cosine and sine of the yaw; if wanted,
/// cosine and sine of twice the yaw.
///
/// Twice the yaw is the same for a box and for the box turned by half a turn. What looks alike from
/// both ends has a definite axis there, while the mean of its two headings has none.
public struct CentreCode: Sendable {
  /// The grid.
  public let grid: BirdsEyeGrid
  /// Whether the doubled angle is there.
  public let isDoubled: Bool

  /// A code.
  ///
  /// - Parameters:
  ///   - grid: The grid.
  ///   - isDoubled: Whether the doubled angle is there.
  public init(_ grid: BirdsEyeGrid, isDoubled: Bool) {
    self.grid = grid
    self.isDoubled = isDoubled
  }

  /// Numbers of a code.
  public var count: Int { isDoubled ? 10 : 8 }

  /// The numbers of a box.
  ///
  /// - Parameters:
  ///   - box: A box with sizes above 0.
  ///   - row: Row of the cell.
  ///   - column: Column of the cell.
  /// - Returns: ``count`` numbers.
  public func numbers(of box: Box3D, row: Int, column: Int) -> [Double] {
    let place = grid.position(of: box.center)
    var numbers = [
      place.column - Double(column), place.row - Double(row), box.center.z, log(box.size.x),
      log(box.size.y), log(box.size.z), cos(box.yaw), sin(box.yaw),
    ]
    if isDoubled { numbers += [cos(2 * box.yaw), sin(2 * box.yaw)] }
    return numbers
  }

  /// The box of a cell.
  ///
  /// - Parameters:
  ///   - row: Row of the cell.
  ///   - column: Column of the cell.
  ///   - number: Gives the number at a place of the code.
  /// - Returns: The box, without label; sizes are at most e^5 metres.
  public func box(row: Int, column: Int, _ number: (Int) -> Double) -> Box3D {
    var yaw = atan2(number(7), number(6))
    if isDoubled {
      let axis = atan2(number(9), number(8)) / 2
      // Of the axis' two headings the one nearer to the heading.
      yaw = cos(axis - yaw) >= 0 ? axis : axis + .pi
      if yaw > .pi { yaw -= 2 * .pi }
    }
    func size(_ place: Int) -> Double { exp(min(max(number(place), -5), 5)) }
    return Box3D(
      center: Vector3(
        grid.low.x + (Double(column) + number(0)) * grid.cell.x,
        grid.low.y + (Double(row) + number(1)) * grid.cell.y, number(2)),
      size: Vector3(size(3), size(4), size(5)), yaw: yaw)
  }
}
