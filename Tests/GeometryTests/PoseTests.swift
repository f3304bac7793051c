import Foundation
import Testing

@testable import Geometry

func expectNear(
  _ a: Vector3, _ b: Vector3, within tolerance: Double = 1e-12,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect((a - b).length <= tolerance, "\(a) is not \(b)", sourceLocation: sourceLocation)
}

struct PoseTests {
  private let quarterTurn = Quaternion(angle: .pi / 2, axis: Vector3(0, 0, 2))
  private let tilted = Pose(
    rotation: Quaternion(w: 0.5, x: -0.3, y: 0.7, z: 0.2), translation: Vector3(1, -2, 3))

  @Test func `a quarter turn about z takes x to y`() {
    expectNear(quarterTurn.rotate(Vector3(1, 0, 0)), Vector3(0, 1, 0))
    #expect(Pose(rotation: quarterTurn, translation: Vector3(0, 0, 5)) * Vector3(1, 0, 0) != .zero)
    expectNear(
      Pose(rotation: quarterTurn, translation: Vector3(0, 0, 5)) * Vector3(1, 0, 0),
      Vector3(0, 1, 5))
  }

  @Test func `a pose times its inverse changes nothing`() {
    let p = Vector3(4, 5, -6)
    expectNear(tilted.inverse * (tilted * p), p)
    expectNear((tilted * tilted.inverse) * p, p)
  }

  @Test func `products apply the right factor first`() {
    let p = Vector3(0.1, 0.2, 0.3)
    let other = Pose(rotation: quarterTurn, translation: Vector3(7, 8, 9))
    expectNear((tilted * other) * p, tilted * (other * p))
    #expect(((other * tilted) * p - tilted * (other * p)).length > 0.1)
  }

  @Test(arguments: [
    Quaternion(w: 0.9, x: 0.1, y: 0.2, z: 0.3), Quaternion(w: 0.01, x: 1, y: 0.1, z: 0.2),
    Quaternion(w: -0.01, x: 0.1, y: 1, z: 0.2), Quaternion(w: 0.01, x: 0.1, y: -0.2, z: 1),
  ])
  func `a quaternion survives its matrix, up to sign`(q: Quaternion) {
    let back = Quaternion(q.matrix)
    let sign: Double = (back.w * q.w + back.vector.dot(q.vector)) < 0 ? -1 : 1
    #expect(abs(back.w - sign * q.w) < 1e-12)
    expectNear(back.vector, q.vector * sign)
    #expect(abs(q.matrix.determinant - 1) < 1e-12)
    expectNear(q.matrix * Vector3(1, 2, 3), q.rotate(Vector3(1, 2, 3)))
  }
}

struct Matrix3Tests {
  private let m = Matrix3(rowMajor: [4, -2, 1, 0.5, 3, -1, 2, 0, 5])

  @Test func `the inverse undoes the matrix`() {
    let product = m * m.inverse
    for (a, b) in zip(product.elements, Matrix3.identity.elements) { #expect(abs(a - b) < 1e-14) }
    #expect(abs(m.determinant - 63) < 1e-12)
  }

  @Test func `eigenvalues and eigenvectors of a matrix with known ones`() {
    // Rotated diag(1, 2, 5).
    let q = Quaternion(w: 0.3, x: 0.5, y: -0.2, z: 0.7).matrix
    let d = Matrix3(rowMajor: [5, 0, 0, 0, 1, 0, 0, 0, 2])
    let (values, vectors) = (q * d * q.transpose).symmetricEigen
    for (value, expected) in zip(values, [1.0, 2, 5]) { #expect(abs(value - expected) < 1e-12) }
    for (k, vector) in vectors.enumerated() {
      expectNear(q * d * q.transpose * vector, vector * values[k])
      #expect(abs(vector.length - 1) < 1e-12)
    }
    #expect(abs(vectors[0].cross(vectors[1]).dot(vectors[2]) - 1) < 1e-12)
  }

  @Test func `a diagonal matrix is its own answer`() {
    let (values, vectors) = Matrix3(rowMajor: [3, 0, 0, 0, 1, 0, 0, 0, 2]).symmetricEigen
    #expect(values == [1, 2, 3])
    #expect(abs(vectors[0].y) == 1 && abs(vectors[1].z) == 1 && abs(vectors[2].x) == 1)
  }
}
