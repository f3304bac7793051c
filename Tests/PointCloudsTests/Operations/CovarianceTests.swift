import Geometry
import Tensors
import Testing

@testable import PointClouds

@Suite struct CovarianceTests {
  /// xx xy xz yy yz zz.
  private static let rows: [Float] = [4, 1, 0.5, 3, -0.2, 2, 1, 0, 0, 1, 0, 1]
  private let points = cloud(
    [1, 2, 3, 4, 5, 6], ["covariance": Tensor(rows, shape: [2, 6])])

  @Test func `a quarter turn about z exchanges x and y`() throws {
    let turn = Pose(
      rotation: Quaternion(angle: .pi / 2, axis: Vector3(0, 0, 1)), translation: Vector3(9, 9, 9))
    let turned = try #require(points.transformed(by: turn).attributes["covariance"])
    // x' = -y, y' = x: xx' = yy, xy' = -xy, xz' = -yz, yy' = xx, yz' = xz.
    let expected: [Float] = [3, -1, 0.2, 4, 0.5, 2, 1, 0, 0, 1, 0, 1]
    for (a, b) in zip(turned.array(of: Float.self), expected) { #expect(abs(a - b) < 1e-6) }
  }

  @Test func `a turn is R C Rᵀ, and back again`() throws {
    let pose = Pose(
      rotation: Quaternion(angle: 1.1, axis: Vector3(1, -2, 0.5).normalized),
      translation: Vector3(1, 2, 3))
    let turned = points.transformed(by: pose)
    let c = Matrix3(rowMajor: [4, 1, 0.5, 1, 3, -0.2, 0.5, -0.2, 2])
    let r = pose.rotation.matrix
    let e = (r * c * r.transpose).elements
    let found = try #require(turned.attributes["covariance"]).array(of: Float.self)
    for (a, b) in zip(found, [e[0], e[1], e[2], e[4], e[5], e[8]]) {
      #expect(abs(Double(a) - b) < 1e-5)
    }
    let back = try #require(
      turned.transformed(by: pose.inverse).attributes["covariance"]
    ).array(of: Float.self)
    for (a, b) in zip(back, Self.rows) { #expect(abs(a - b) < 1e-5) }
  }

  @Test(arguments: [CloudFormat.ply, .pcd])
  func `covariances survive files`(format: CloudFormat) throws {
    let bytes = try PointCloudFile.encode(points, as: format, encoding: .binary)
    let back = try PointCloudFile.read(bytes, as: format, named: "a").cloud
    #expect(back.attributes["covariance"]?.shape == [2, 6])
    #expect(back.attributes["covariance"]?.array(of: Float.self) == Self.rows)
    #expect(back.attributes.count == 1)
  }

  @Test func `covariances follow their points`() {
    let chosen = points.selecting([1]).attributes["covariance"]
    #expect(chosen?.array(of: Float.self) == Array(Self.rows[6...]))
  }
}
