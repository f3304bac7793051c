import Foundation
public import Geometry
public import Tensors

/// Settings for telling the ground from what stands on it.
public struct GroundModel: Sendable {
  /// Points up to this height above the local ground are ground; metres.
  public var clearance: Double
  /// Points within this distance of the ground plane support it; metres.
  public var planeDistance: Double
  /// Largest angle between the ground's normal and +z; radians.
  public var maxTilt: Double
  /// Only points within this distance on the x-y plane are used to find the plane; metres.
  public var planeRange: Double
  /// Edge of the square cells in which the ground may depart from the plane; metres.
  public var cellSize: Double
  /// How far the ground may depart from the plane near the sensor; metres.
  public var maxDeparture: Double
  /// How much farther it may depart for each metre from the sensor.
  public var departureGrowth: Double

  /// Settings for telling the ground from what stands on it.
  ///
  /// - Parameters:
  ///   - clearance: Points up to this height above the local ground are ground; metres.
  ///   - planeDistance: Points within this distance of the plane support it; metres.
  ///   - maxTilt: Largest angle between the ground's normal and +z; radians.
  ///   - planeRange: Only points within this distance are used to find the plane; metres.
  ///   - cellSize: Edge of the cells of the local ground; metres.
  ///   - maxDeparture: How far the ground may depart from the plane near the sensor; metres.
  ///   - departureGrowth: How much farther for each metre from the sensor.
  public init(
    clearance: Double = 0.2, planeDistance: Double = 0.15, maxTilt: Double = 0.17,
    planeRange: Double = 30, cellSize: Double = 1.5, maxDeparture: Double = 0.3,
    departureGrowth: Double = 0.02
  ) {
    self.clearance = clearance
    self.planeDistance = planeDistance
    self.maxTilt = maxTilt
    self.planeRange = planeRange
    self.cellSize = cellSize
    self.maxDeparture = maxDeparture
    self.departureGrowth = departureGrowth
  }
}

/// A cloud's points told apart into ground and the rest.
public struct GroundSegmentation: Sendable {
  /// The plane that the ground mostly lies in; its normal points up.
  public var plane: Plane
  /// Numbers of the points on or below the ground, ascending.
  public var ground: [Int32]
  /// Numbers of the points above it, ascending; invalid points are in neither list.
  public var obstacles: [Int32]
  /// Height of each point above the local ground, metres; NaN for invalid points.
  public var heights: [Float]
}

extension PointCloud {
  /// Tells the ground of a LiDAR scan of a street or yard from what stands on it.
  ///
  /// The plane that holds most points near the sensor, nearly perpendicular to +z, is the first guess. Then the ground may
  /// depart from it cell by cell: the height of a cell is a low quantile of its points near the plane, and the median with the
  /// cells around keeps single cells on car roofs or in reflections from counting.
  ///
  /// - Parameters:
  ///   - model: Settings.
  ///   - generator: Source of the samples for the plane.
  /// - Returns: The points told apart, or nil when no plane is found; the cloud's frame has +z up.
  public func segmentingGround(_ model: GroundModel, using generator: inout SeededGenerator)
    -> GroundSegmentation?
  {
    let search = PlaneSearch(
      distance: model.planeDistance, axis: Vector3(0, 0, 1), maxAngle: model.maxTilt)
    // Large coordinates are taken from the cloud's own origin: there the sensor is.
    let near = PointCloud(positions: positions)
      .cropped(toRange: 0...model.planeRange, onGround: true)
    guard var plane = near.fittingPlane(search, using: &generator)?.plane else { return nil }
    var heights = heights(above: plane)
    let cells = GroundCells(positions, heights, model)
    positions.withUnsafeElements(of: Float.self) { p in
      for i in 0..<count where heights[i].isFinite {
        heights[i] -= cells.height(x: p[3 * i], y: p[3 * i + 1])
      }
    }
    let clearance = Float(model.clearance)
    var ground: [Int32] = []
    var obstacles: [Int32] = []
    for (i, height) in heights.enumerated() where height.isFinite {
      if height <= clearance { ground.append(Int32(i)) } else { obstacles.append(Int32(i)) }
    }
    plane.offset -= plane.normal.dot(origin)
    return GroundSegmentation(plane: plane, ground: ground, obstacles: obstacles, heights: heights)
  }

  private func heights(above plane: Plane) -> [Float] {
    let (a, b, c) = (Float(plane.normal.x), Float(plane.normal.y), Float(plane.normal.z))
    let d = Float(plane.offset)
    return positions.withUnsafeElements(of: Float.self) { p in
      (0..<count).map { i in
        let height = a * p[3 * i] + b * p[3 * i + 1] + c * p[3 * i + 2] + d
        return height.isFinite ? height : .nan
      }
    }
  }
}

/// The ground's height above the plane in square cells.
private struct GroundCells {
  private let scale: Float
  private var index: VoxelIndex
  private var levels: [Float] = []

  /// Share of a cell's points below its ground: reflections from below the street.
  private static let quantile = 0.1
  private static let fewestPoints = 3

  init(_ positions: Tensor, _ heights: [Float], _ model: GroundModel) {
    scale = Float(1 / model.cellSize)
    index = VoxelIndex(expected: 4096)
    var keys: [UInt64] = []
    var members: [(cell: Int32, height: Float)] = []
    members.reserveCapacity(heights.count)
    positions.withUnsafeElements(of: Float.self) { p in
      for (i, height) in heights.enumerated() {
        let (x, y) = (p[3 * i], p[3 * i + 1])
        let range = (x * x + y * y).squareRoot()
        let limit = Float(model.maxDeparture) + Float(model.departureGrowth) * range
        guard abs(height) <= limit, let key = Self.key(x * scale, y * scale) else { continue }
        let cell = index.number(of: key)
        if Int(cell) == keys.count { keys.append(key) }
        members.append((cell, height))
      }
    }
    let lows = Self.lowQuantiles(members, cellCount: keys.count)
    levels = keys.indices.map { cell in
      var around: [Float] = []
      for dx in -1...1 {
        for dy in -1...1 {
          let step = UInt64(bitPattern: Int64(dx)) << 42 &+ UInt64(bitPattern: Int64(dy)) << 21
          let other = index.find(keys[cell] &+ step)
          if other >= 0, lows[Int(other)].isFinite { around.append(lows[Int(other)]) }
        }
      }
      return around.isEmpty ? 0 : around.sorted()[(around.count - 1) / 2]
    }
  }

  /// The low quantile of the heights in each cell; NaN where there are too few.
  private static func lowQuantiles(_ members: [(cell: Int32, height: Float)], cellCount: Int)
    -> [Float]
  {
    var starts = [Int](repeating: 0, count: cellCount + 1)
    for member in members { starts[Int(member.cell) + 1] += 1 }
    for c in 0..<cellCount { starts[c + 1] += starts[c] }
    var next = starts
    var sorted = [Float](repeating: 0, count: members.count)
    for member in members {
      sorted[next[Int(member.cell)]] = member.height
      next[Int(member.cell)] += 1
    }
    return (0..<cellCount).map { c in
      let size = starts[c + 1] - starts[c]
      if size < fewestPoints { return .nan }
      sorted[starts[c]..<starts[c + 1]].sort()
      return sorted[starts[c] + Int(Double(size) * quantile)]
    }
  }

  private static func key(_ x: Float, _ y: Float) -> UInt64? {
    let (x, y) = (x.rounded(.down), y.rounded(.down))
    let reach = VoxelIndex.reach - 4
    guard abs(x) < reach, abs(y) < reach else { return nil }
    return VoxelIndex.key(Int32(x), Int32(y), 0)
  }

  /// Height of the ground above the plane at a place; 0 where nothing is known.
  func height(x: Float, y: Float) -> Float {
    guard let key = Self.key(x * scale, y * scale) else { return 0 }
    let cell = index.find(key)
    return cell >= 0 ? levels[Int(cell)] : 0
  }
}
