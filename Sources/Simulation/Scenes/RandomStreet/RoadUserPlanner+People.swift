import Foundation
import Geometry
import Tensors

extension RoadUserPlanner {
  /// People farther away show in a few points only.
  private var nearby: ClosedRange<Double> {
    let driven = contents.speed * (instants.last ?? 0)
    return -35...min(75 + driven, plan.extent.upperBound - 2)
  }

  /// How many of a kind stand nearby, given how many do on 100 m on average.
  private func count(_ per100: Double, _ generator: inout SeededGenerator) -> Int {
    let length = nearby.upperBound - nearby.lowerBound
    let mean = per100 * length / 100 * (plan.isRural ? 0.25 : 1)
    return Int((mean * generator.between(0.2, 1.8)).rounded())
  }

  mutating func addPedestrians(_ generator: inout SeededGenerator) {
    for _ in 0..<count(contents.pedestrians, &generator) {
      let side = generator.chance(0.5) ? plan.right : plan.left
      let s = generator.between(nearby.lowerBound, nearby.upperBound)
      let along = generator.chance(0.5) ? 0 : Double.pi
      var (d, yaw) = (0.0, along + 0.12 * generator.normal())
      var speed = generator.chance(0.65) ? generator.between(0.7, 1.8) : 0
      switch generator.uniform() {
      case ..<0.66:
        d = generator.between(
          side.kerbEdge + 0.3, max(side.kerbEdge + 0.5, side.pavementEdge - 0.3))
      case ..<0.78:
        // Between parked cars, on the cycle strip, at the lane's edge.
        d = generator.between(side.lanesEdge - 0.5, side.kerbEdge + 0.3)
        (yaw, speed) = (generator.between(-.pi, .pi), 0)
      case ..<0.9:
        // Across the road.
        d = generator.between(-side.kerbEdge, side.kerbEdge)
        yaw = (generator.chance(0.5) ? 1 : -1) * .pi / 2 + 0.2 * generator.normal()
      default:
        d = generator.between(
          side.pavementEdge + 0.6, max(side.pavementEdge + 0.7, side.front - 1.8))
        (yaw, speed) = (generator.between(-.pi, .pi), 0)
      }
      if speed == 0, generator.chance(0.6) { yaw = generator.between(-.pi, .pi) }
      let companions = generator.chance(0.28) ? 1 + generator.uniform(below: 2) : 0
      for place in 0...companions {
        let aside = Double(place) * generator.between(0.6, 0.8)
        addPerson(
          s - sin(yaw) * aside, side.sign * d + cos(yaw) * aside,
          yaw: yaw + (speed > 0 ? 0 : Double(place) * generator.between(0, 3)), speed: speed,
          &generator)
      }
    }
  }

  private mutating func addPerson(
    _ s: Double, _ d: Double, yaw: Double, speed: Double, _ generator: inout SeededGenerator
  ) {
    // Every eighth is a child.
    let height =
      generator.chance(0.12)
      ? generator.between(1.05, 1.5) : generator.normal(1.74, 0.09, in: 1.5...2)
    let body = RoadUser.Body.person(
      height: Float(height), girth: Float(generator.normal(1.06, 0.08, in: 0.9...1.3)),
      style: palette.people.style(&generator), phase: generator.between(0, 2 * .pi))
    add(
      RoadUser(
        body: body, s: s, d: d, yaw: yaw, speed: speed,
        ground: plan.isJunction(s) ? 0 : plan.side(d).height(abs(d))), gap: 0.08)
  }

  mutating func addCyclists(_ generator: inout SeededGenerator) {
    for _ in 0..<count(contents.cyclists, &generator) {
      let side = generator.chance(0.5) ? plan.right : plan.left
      let s = generator.between(nearby.lowerBound, nearby.upperBound)
      let along = side.sign < 0 ? 0 : Double.pi
      var (d, yaw) = (0.0, along + 0.02 * generator.normal())
      var speed = generator.between(2.5, 6.5)
      switch generator.uniform() {
      case ..<0.6:
        d =
          side.cycleStrip > 0
          ? side.lanesEdge + side.cycleStrip / 2 : side.lanesEdge - generator.between(0.3, 1)
      case ..<0.8:
        d = generator.between(
          side.kerbEdge + 0.5, max(side.kerbEdge + 0.6, side.pavementEdge - 0.5))
        if generator.chance(0.5) { yaw += .pi }
      case ..<0.9:
        d = generator.between(-side.kerbEdge, side.kerbEdge)
        (yaw, speed) = (generator.between(-.pi, .pi), generator.between(1, 4))
      default:
        d = generator.between(side.lanesEdge - 0.8, side.pavementEdge)
        (yaw, speed) = (generator.between(-.pi, .pi), 0)
      }
      // Narrower than the shape, whose elbows stand out far.
      func size() -> Float { Float(generator.normal(1, 0.045, in: 0.88...1.12)) }
      let body = RoadUser.Body.cyclist(
        scale: Float3(size(), 0.8 * size(), size()), style: palette.people.style(&generator),
        frame: palette.people.bicycle[generator.uniform(below: palette.people.bicycle.count)],
        phase: generator.between(0, 2 * .pi))
      add(
        RoadUser(
          body: body, s: s, d: side.sign * d, yaw: yaw, speed: speed,
          ground: plan.isJunction(s) ? 0 : plan.side(side.sign * d).height(abs(d))), gap: 0.15)
    }
  }
}
