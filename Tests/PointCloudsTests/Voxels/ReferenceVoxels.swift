import PointClouds
import Tensors

/// Voxels by the rules, with nothing clever: the reference of the kernels.
struct ReferenceVoxels {
  var cells: [[Int32]] = []
  var points: [[Int]] = []
  var owners: [Int32] = []
  var discarded = DiscardedPoints()

  /// Every point in order, in the precision of `Element`.
  init<Element: BinaryFloatingPoint>(
    _ rows: [[Element]], _ lattice: VoxelLattice, pointLimit: Int = .max, voxelLimit: Int = .max
  ) {
    for (number, row) in rows.enumerated() {
      owners.append(-1)
      guard row[0..<3].allSatisfy(\.isFinite) else {
        discarded.invalid += 1
        continue
      }
      let places = (0..<3).map {
        ((row[$0] - Element(lattice.low[$0])) / Element(lattice.voxelSize[$0])).rounded(.down)
      }
      guard (0..<3).allSatisfy({ places[$0] >= 0 && places[$0] < Element(lattice.cells[$0]) })
      else {
        discarded.outside += 1
        continue
      }
      let cell = places.map { Int32($0) }
      var owner = cells.firstIndex(of: cell)
      if owner == nil && cells.count < voxelLimit {
        owner = cells.count
        cells.append(cell)
        points.append([])
      }
      guard let owner else {
        discarded.beyondVoxelLimit += 1
        continue
      }
      owners[number] = Int32(owner)
      if points[owner].count < pointLimit {
        points[owner].append(number)
      } else {
        discarded.beyondPointLimit += 1
      }
    }
  }

  /// Clouds that voxelisers find hard: one with five columns each, by name.
  static let clouds: [(name: String, rows: [[Float]])] = [
    ("no point", []),
    ("one point", [[1, 2, 0.5, 7, 8]]),
    ("one place", .init(repeating: [0.25, 0.25, 0.25, 1, 2], count: 40)),
    ("random", random(900, low: -5, high: 5)),
    ("a line", (0..<300).map { [Float($0) * 0.05 - 7, 0, 0, Float($0), 0] }),
    ("walls of cells", (0..<400).map { [Float($0 % 41) * 0.5 - 10, Float($0 / 41) - 5, 0, 1, 1] }),
    (
      "not numbers",
      random(60, low: -5, high: 5) + [
        [.nan, 0, 0, 1, 1], [0, .infinity, 0, 1, 1], [0, 0, -.infinity, 1, 1],
        [0, 0, 0, .nan, 1],
      ]
    ),
    ("outside", random(200, low: -60, high: 60)),
  ]

  static func random(_ count: Int, low: Double, high: Double, seed: UInt64 = 3) -> [[Float]] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      (0..<5).map { _ in Float(low + (high - low) * generator.uniform()) }
    }
  }

  static func tensor<Element: TensorElement>(_ rows: [[Element]]) -> Tensor {
    Tensor(rows.flatMap { $0 }, shape: [rows.count, 5])
  }
}
