import Foundation
import Geometry
import Tensors

/// A street that differs from seed to seed in everything: course, widths, houses, traffic, what stands about.
///
/// World frame: the street starts along x at the origin; traffic keeps to the right. What is looked at later than `duration`
/// may meet what stands there.
struct RandomStreetWorld: SceneWorld {
  let materials: [Material]
  let lighting: Lighting
  private let course: StreetCourse
  private let plan: StreetPlan
  private let palette: StreetPalette
  private let roadside: RoadsideMaterials
  private let contents: StreetContents
  private let background: SurfaceMesh
  private let users: [RoadUser]
  /// Height of the sensors above that of the scene, metres.
  private let lift: Double

  init(_ contents: StreetContents, seed: UInt64, duration: Double) {
    self.contents = contents
    var generator = SeededGenerator(seed: seed, stream: 1)
    var table = MaterialTable()
    palette = StreetPalette(&table)
    roadside = RoadsideMaterials(&table)
    materials = table.varied(spread: 0.35, &generator)
    plan = StreetPlan(contents, driven: contents.speed * duration, &generator)
    course = StreetCourse(
      edge: max(plan.right.pavementEdge, plan.left.pavementEdge), &generator)
    lift = generator.between(-1, 1) * contents.heightSpread
    lighting = Self.lighting(seed: seed, &generator)
    var mesh = SurfaceMesh()
    StreetGround(plan: plan, palette: palette, roadside: roadside).add(to: &mesh)
    let places = StreetPlots(
      plan: plan, palette: palette, roadside: roadside, leaves: contents.leaves
    ).add(to: &mesh, &generator)
    var planner = RoadUserPlanner(
      plan, course, palette, roadside, contents, duration: duration)
    let (vehicle, drive) = (Self.place(plan), (course, contents.speed))
    planner.addVehicle { drive.0.pose(drive.1 * $0, vehicle) }
    planner.addAll(places: places, &generator)
    Self.addThings(&mesh, plan, course, &planner, contents, &generator)
    course.bend(&mesh)
    palette.addHorizon(&mesh, below: -6)
    background = mesh
    users = planner.users
  }

  /// Where the vehicle drives, to the left of the street's middle.
  private static func place(_ plan: StreetPlan) -> Double { -plan.right.laneWidth / 2 }

  private static func lighting(seed: UInt64, _ generator: inout SeededGenerator) -> Lighting {
    let azimuth = generator.between(-.pi, .pi)
    let height = generator.between(0.35, 1.2)
    let sun = generator.chance(0.3) ? 0.25 : generator.between(0.7, 1.1)
    return Lighting(
      sunDirection: Float3(
        Float(cos(azimuth) * cos(height)), Float(sin(azimuth) * cos(height)), Float(sin(height))),
      sunColor: Float3(2.9, 2.65, 2.2) * Float(sun), skyLight: Float3(0.5, 0.6, 0.8),
      groundLight: Float3(0.24, 0.22, 0.2), zenith: Float3(0.22, 0.42, 0.86),
      horizon: Float3(0.74, 0.84, 0.95), hazeDistance: Float(generator.between(500, 1500)),
      exposure: Float(generator.between(1, 1.5)), seed: UInt32(truncatingIfNeeded: seed &* 31 &+ 7))
  }

  /// Trees, poles, bins and the like between kerb and houses.
  private static func addThings(
    _ mesh: inout SurfaceMesh, _ plan: StreetPlan, _ course: StreetCourse,
    _ planner: inout RoadUserPlanner, _ contents: StreetContents,
    _ generator: inout SeededGenerator
  ) {
    // As many things as trees are asked for, besides the trees themselves.
    let length = plan.extent.upperBound - plan.extent.lowerBound
    let count = Int(contents.trees / 100 * length * generator.between(0.6, 3.2))
    let kinds = RoadsideThing.allCases.map { ($0, $0.weight) }
    for _ in 0..<count {
      let side = generator.chance(0.5) ? plan.right : plan.left
      let s = generator.between(plan.extent.lowerBound, plan.extent.upperBound)
      let thing = generator.choice(kinds, otherwise: .sign)
      let d =
        side.sign
        * (generator.chance(0.6)
          ? side.kerbEdge + generator.between(0.35, 1)
          : generator.between(side.kerbEdge + 0.4, max(side.kerbEdge + 0.5, side.pavementEdge)))
      let turn =
        generator.chance(0.8)
        ? Double(generator.uniform(below: 4)) * .pi / 2 : generator.between(0, 6.3)
      guard !plan.isJunction(s, margin: 1),
        planner.take(course.pose(s, d, yaw: turn), size: thing.footprint, gap: 0.15)
      else { continue }
      let shape = thing.mesh(
        planner.palette, planner.roadside, leaves: contents.leaves, &generator)
      mesh.append(
        shape,
        at: Placement(position: Float3(Float(s), Float(d), Float(side.kerb)), yaw: turn))
    }
  }

  func vehiclePose(at seconds: Double) -> Pose {
    course.pose(contents.speed * seconds, Self.place(plan), lift)
  }

  func section(at seconds: Double) -> Int { 0 }

  func stillContent(section: Int) -> SceneContent {
    var content = SceneContent()
    content.mesh = background
    for user in users where user.speed == 0 {
      user.add(to: &content, at: 0, course, palette, roadside)
    }
    return content
  }

  func movingContent(at seconds: Double, firstObject: Int) -> SceneContent {
    var content = SceneContent()
    content.firstObject = firstObject
    for (number, user) in users.enumerated() where user.speed > 0 {
      user.add(to: &content, at: seconds, course, palette, roadside)
      content.nameLast(number)
    }
    return content
  }
}
