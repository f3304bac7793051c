import Foundation
import Geometry
import Tensors

/// Puts road users on a random street so that none comes near another while the street is looked at.
struct RoadUserPlanner {
  let plan: StreetPlan
  let course: StreetCourse
  let palette: StreetPalette
  let roadside: RoadsideMaterials
  let contents: StreetContents
  /// Instants at which distances are checked, seconds.
  let instants: [Double]
  private(set) var users: [RoadUser] = []
  /// Outlines at each instant; one alone for what stands.
  private var taken: [[Footprint]] = []

  init(
    _ plan: StreetPlan, _ course: StreetCourse, _ palette: StreetPalette,
    _ roadside: RoadsideMaterials, _ contents: StreetContents, duration: Double
  ) {
    self.plan = plan
    self.course = course
    self.palette = palette
    self.roadside = roadside
    self.contents = contents
    instants = Array(stride(from: 0, to: max(duration, 1e-3) + 0.25, by: 0.25))
  }

  /// Keeps free what the vehicle drives over.
  mutating func addVehicle(_ pose: (Double) -> Pose) {
    taken.append(instants.map { Footprint(pose($0), size: Vector2(4.8, 2)) })
  }

  /// Whether a thing that stands fits there; takes the place when it does.
  mutating func take(_ pose: Pose, size: Vector2, gap: Double) -> Bool {
    let outline = [Footprint(pose, size: size)]
    guard isFree(outline, gap: gap) else { return false }
    taken.append(outline)
    return true
  }

  private func isFree(_ track: [Footprint], gap: Double) -> Bool {
    taken.allSatisfy { other in
      let count = max(track.count, other.count)
      return (0..<count).allSatisfy {
        !track[min($0, track.count - 1)].overlaps(other[min($0, other.count - 1)], gap: gap)
      }
    }
  }

  /// Adds somebody where nobody is in the way.
  @discardableResult
  mutating func add(_ user: RoadUser, gap: Double) -> Bool {
    let track = (user.speed > 0 ? instants : [0]).map {
      Footprint(user.pose(at: $0, course), size: user.footprint)
    }
    guard isFree(track, gap: gap) else { return false }
    users.append(user)
    taken.append(track)
    return true
  }

  /// Everybody.
  mutating func addAll(
    places: [(s: Double, d: Double, yaw: Double)], _ generator: inout SeededGenerator
  ) {
    for side in plan.sides {
      for lane in 0..<side.lanes { addLane(side, lane, &generator) }
    }
    addJunction(&generator)
    for side in plan.sides { addParked(side, &generator) }
    let share = min(0.9, contents.parkedCars / 14 * 0.6)
    for place in places where generator.chance(share) {
      addVehicle(
        place.s, place.d, yaw: place.yaw + (generator.chance(0.5) ? .pi : 0), gap: 0.25,
        &generator)
    }
    addPedestrians(&generator)
    addCyclists(&generator)
  }

  /// A car, van or lorry; which, by how common they are.
  private func vehicle(lorries: Double, _ generator: inout SeededGenerator) -> RoadUser.Body {
    let paint = palette.cars.paints[generator.uniform(below: palette.cars.paints.count)]
    let draw = generator.uniform()
    if draw < lorries { return .truck(TruckShape.random(&generator), paint: paint) }
    return .car(
      CarShape.random(draw < lorries + 0.11 ? "Van" : "Car", &generator), paint: paint)
  }

  @discardableResult
  private mutating func addVehicle(
    _ s: Double, _ d: Double, yaw: Double, speed: Double = 0, gap: Double, lorries: Double = 0.02,
    _ generator: inout SeededGenerator
  ) -> Double {
    let body = vehicle(lorries: lorries, &generator)
    let turn = speed > 0 ? 0.006 : 0.035
    let user = RoadUser(
      body: body, s: s, d: d, yaw: yaw + turn * generator.normal(), speed: speed,
      ground: plan.isJunction(s) ? 0 : plan.side(d).height(abs(d)))
    add(user, gap: gap)
    return user.footprint.x
  }

  private mutating func addLane(
    _ side: StreetPlan.Side, _ lane: Int, _ generator: inout SeededGenerator
  ) {
    guard contents.movingCars > 0 else { return }
    let isOwn = side.sign < 0 && lane == 0
    let speed = isOwn ? contents.speed : generator.between(0, 13)
    let lanes = Double(plan.right.lanes + plan.left.lanes)
    let density = contents.movingCars / lanes / 100 * generator.between(0.3, 2.2)
    let yaw = side.sign < 0 ? 0 : Double.pi
    var s = plan.extent.lowerBound - 12 * log(1 - generator.uniform())
    while s < plan.extent.upperBound + speed * (instants.last ?? 0) {
      let d = side.sign * (Double(lane) + 0.5) * side.laneWidth + 0.15 * generator.normal()
      let length = addVehicle(
        s, d, yaw: yaw, speed: speed, gap: 0.8, lorries: 0.07, &generator)
      s += length + 3 - log(1 - generator.uniform()) * max(0, 1 / density - 8)
    }
  }

  private mutating func addJunction(_ generator: inout SeededGenerator) {
    guard let junction = plan.junction, contents.movingCars > 0 else { return }
    let width = junction.upperBound - junction.lowerBound
    let middle = (junction.lowerBound + junction.upperBound) / 2
    for side in plan.sides {
      for heading in [-1.0, 1.0] {
        var d = side.kerbEdge + 3 + generator.between(0, 6)
        while d < 45, generator.chance(0.5) {
          // Traffic keeps to the right.
          let s = middle + heading * width / 4 + 0.2 * generator.normal()
          d += addVehicle(
            s, side.sign * d, yaw: heading * .pi / 2, speed: generator.chance(0.5) ? 0 : 5,
            gap: 0.7, lorries: 0.05, &generator)
          d += generator.between(1.5, 12)
        }
      }
    }
    // Somebody turns.
    for _ in 0..<generator.uniform(below: 3) {
      addVehicle(
        generator.between(junction.lowerBound, junction.upperBound),
        generator.between(-plan.right.lanesEdge, plan.left.lanesEdge),
        yaw: generator.between(-.pi, .pi), speed: generator.between(1, 4), gap: 0.8, lorries: 0.04,
        &generator)
    }
  }

  private mutating func addParked(_ side: StreetPlan.Side, _ generator: inout SeededGenerator) {
    let isParallel = side.parking == .parallel || side.parking == .none
    // Without a strip some stand half on the kerb.
    let share = side.parking == .none ? (generator.chance(0.3) ? 0.15 : 0) : side.parkedShare
    guard share > 0 else { return }
    let pitch = isParallel ? generator.between(5.4, 6.6) : generator.between(2.45, 3)
    let slant = side.parking == .slanted ? generator.between(0.7, 1.1) : .pi / 2
    let d =
      side.parking == .none
      ? side.kerbEdge + generator.between(0, 1) : side.cycleEdge + side.parking.width / 2
    for s in stride(from: plan.extent.lowerBound + 3, to: plan.extent.upperBound - 3, by: pitch)
    where generator.chance(share) && !plan.isJunction(s, margin: 3.5) {
      let along = side.sign < 0 ? 0 : Double.pi
      let yaw = isParallel ? along : along + side.sign * slant
      let turned = generator.chance(isParallel ? 0.2 : 0.35) ? yaw + .pi : yaw
      addVehicle(
        s + 0.25 * generator.normal(), side.sign * (d + 0.1 * generator.normal()), yaw: turned,
        gap: isParallel ? 0.3 : 0.25, lorries: isParallel ? 0.03 : 0, &generator)
    }
  }
}
