import Foundation
import Geometry
import Tensors

extension RoadUser {
  /// Adds it as it is at a time.
  func add(
    to content: inout SceneContent, at seconds: Double, _ course: StreetCourse,
    _ palette: StreetPalette, _ roadside: RoadsideMaterials
  ) {
    let pose = pose(at: seconds, course)
    func angle(_ phase: Double, _ stepLength: Double) -> Float {
      Float(
        (phase + 2 * .pi * speed * seconds / stepLength).truncatingRemainder(
          dividingBy: 2 * .pi))
    }
    switch body {
    case .car(let shape, let paint):
      content.add(
        shape.label, shape.mesh(paint: paint, palette.cars), at: pose, box: shape.box)
    case .truck(let shape, let paint):
      let cargo = roadside.cargo[Int(shape.length * 100) % roadside.cargo.count]
      content.add(
        "Truck", shape.mesh(paint: paint, body: cargo, palette.cars), at: pose, box: shape.box)
    case .person(let height, let girth, let style, let phase):
      let isWalking = speed > 0
      let stride = isWalking ? StreetPalette.walkingStride : StreetPalette.standingStride
      let unit = isWalking ? StreetPalette.walking : StreetPalette.standing
      let scale = Float3(girth, girth, 1)
      let shape = PersonShape.walker(
        height: height, phase: angle(phase, 1.5), stride: stride, style)
      content.add(
        "Pedestrian", shape.scaled(by: scale), at: pose,
        box: (unit.low * height * scale, unit.high * height * scale))
    case .cyclist(let scale, let style, let frame, let phase):
      let shape = PersonShape.cyclist(
        phase: angle(phase, -5), style, frame: frame, tyre: palette.people.tyre)
      content.add("Cyclist", shape.scaled(by: scale), at: pose)
    }
  }
}

extension SurfaceMesh {
  /// The mesh stretched along the axes.
  func scaled(by scale: Float3) -> SurfaceMesh {
    var mesh = self
    for index in mesh.triangles.indices {
      mesh.triangles[index].a *= scale
      mesh.triangles[index].b *= scale
      mesh.triangles[index].c *= scale
      mesh.triangles[index].normalA = (mesh.triangles[index].normalA / scale).normalized
      mesh.triangles[index].normalB = (mesh.triangles[index].normalB / scale).normalized
      mesh.triangles[index].normalC = (mesh.triangles[index].normalC / scale).normalized
    }
    return mesh
  }
}
