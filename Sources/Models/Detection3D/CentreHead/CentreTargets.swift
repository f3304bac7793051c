import Foundation
public import Geometry
public import Tensors

/// What a ``CentreHead`` should say about one cloud.
public struct CentreTargets: Sendable {
  /// 1 at cells that hold a centre, falling to 0 around; `[K, H, W]`.
  public let heat: Tensor
  /// The cells that learn a box, row-major and ascending; `[P]`, Int64.
  public let cells: Tensor
  /// The numbers of each cell's box, `[P, D]`.
  public let codes: Tensor
  /// The box of each cell, `[P, 7]`.
  public let boxes: Tensor
  /// Lower corner of each cell, metres; `[P, 2]`.
  public let corners: Tensor

  /// An object as the targets need it.
  public struct Object: Sendable {
    /// The box.
    public var box: Box3D
    /// Place of its class.
    public var label: Int
    /// Whether it is learned; otherwise cells near its centre are not learned against either.
    public var isLearned: Bool

    /// An object.
    ///
    /// - Parameters:
    ///   - box: The box.
    ///   - label: Place of its class.
    ///   - isLearned: Whether it is learned.
    public init(box: Box3D, label: Int, isLearned: Bool = true) {
      self.box = box
      self.label = label
      self.isLearned = isLearned
    }
  }

  /// Targets for objects; those without a size or with their centre beside the grid are left out.
  ///
  /// - Parameters:
  ///   - objects: The objects.
  ///   - classes: Number of classes.
  ///   - code: How cells describe boxes.
  ///   - settings: Radii, and which cells learn a box.
  public init(
    _ objects: [Object], classes: Int, code: CentreCode, _ settings: CentreHeadSettings
  ) {
    let grid = code.grid
    let objects = objects.filter {
      $0.box.size.min() > 0 && $0.box.isFinite && grid.contains($0.box.center)
    }
    heat = Tensor(shape: [classes, grid.rows, grid.columns], of: Float.self) { heat in
      heat.initialize(repeating: 0)
      for object in objects { Self.draw(object, grid, settings, heat) }
    }
    let owners = Self.owners(objects, grid, spread: settings.spread)
    cells = Tensor(owners.map { Int64($0.cell) })
    let width = code.count
    codes = Tensor(shape: [owners.count, width], of: Float.self) { target in
      for (place, owner) in owners.enumerated() {
        let (row, column) = owner.cell.quotientAndRemainder(dividingBy: grid.columns)
        let numbers = code.numbers(of: objects[owner.object].box, row: row, column: column)
        for k in 0..<width { target[place * width + k] = Float(numbers[k]) }
      }
    }
    boxes = Tensor(boxes: owners.map { objects[$0.object].box }).converted(to: .float32)
    corners = Tensor(shape: [owners.count, 2], of: Float.self) { target in
      for (place, owner) in owners.enumerated() {
        let (row, column) = owner.cell.quotientAndRemainder(dividingBy: grid.columns)
        target[2 * place] = Float(grid.low.x + Double(column) * grid.cell.x)
        target[2 * place + 1] = Float(grid.low.y + Double(row) * grid.cell.y)
      }
    }
  }

  /// A normal distribution around the cell of the centre; where several meet the greatest counts.
  private static func draw(
    _ object: Object, _ grid: BirdsEyeGrid, _ settings: CentreHeadSettings,
    _ heat: UnsafeMutableBufferPointer<Float>
  ) {
    let place = grid.position(of: object.box.center)
    let (column, row) = (Int(place.column), Int(place.row))
    let (length, width) = (
      min(object.box.size.x / grid.cell.x, 1e6), min(object.box.size.y / grid.cell.y, 1e6)
    )
    let rule = settings.publishedRadius ? PeakRadius.published : PeakRadius.exact
    let extent = rule(length, width, settings.minimumOverlap)
    let radius = max(settings.minimumRadius, Int(min(extent, 1000)))
    let deviation = Double(2 * radius + 1) / 6
    // Just below 1 a cell is no centre, but nothing holds it down either.
    let peak: Float = object.isLearned ? 1 : 0.999
    for y in max(0, row - radius)...min(grid.rows - 1, row + radius) {
      for x in max(0, column - radius)...min(grid.columns - 1, column + radius) {
        let square = Double((x - column) * (x - column) + (y - row) * (y - row))
        let value = peak * Float(exp(-square / (2 * deviation * deviation)))
        let cell = (object.label * grid.rows + y) * grid.columns + x
        heat[cell] = max(heat[cell], value)
      }
    }
  }

  /// The cells around centres, each with the object whose centre is nearest.
  private static func owners(
    _ objects: [Object], _ grid: BirdsEyeGrid, spread: Int
  ) -> [(cell: Int, object: Int)] {
    var claims: [(cell: Int, distance: Double, object: Int)] = []
    for (number, object) in objects.enumerated() where object.isLearned {
      let place = grid.position(of: object.box.center)
      let (column, row) = (Int(place.column), Int(place.row))
      for y in max(0, row - spread)...min(grid.rows - 1, row + spread) {
        for x in max(0, column - spread)...min(grid.columns - 1, column + spread) {
          let (dx, dy) = (Double(x) + 0.5 - place.column, Double(y) + 0.5 - place.row)
          claims.append((y * grid.columns + x, dx * dx + dy * dy, number))
        }
      }
    }
    claims.sort { ($0.cell, $0.distance, $0.object) < ($1.cell, $1.distance, $1.object) }
    var found: [(cell: Int, object: Int)] = []
    for claim in claims where found.last?.cell != claim.cell {
      found.append((claim.cell, claim.object))
    }
    return found
  }
}

extension Box3D {
  /// Whether all numbers are.
  fileprivate var isFinite: Bool {
    (center.x + center.y + center.z + size.x + size.y + size.z + yaw).isFinite
  }
}
