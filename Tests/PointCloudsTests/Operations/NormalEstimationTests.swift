import CKernels
import Tensors
import TestSupport
import Testing

@testable import PointClouds

@Suite struct NormalEstimationTests {
  /// The covariance of the points that a normal is taken from, by the definition; nil with fewer than three.
  private func covariance(_ points: [Float], _ query: Int, _ rule: NormalEstimation) -> [Double]? {
    let limit = Float(rule.radius) * Float(rule.radius)
    let near = (0..<points.count / 3)
      .map { (SamplingClouds.squaredDistance(points, $0, points, query), $0) }
      .sorted { $0 < $1 }.prefix(rule.neighbours ?? .max).filter { $0.0 <= limit }.map(\.1)
    guard near.count >= 3 else { return nil }
    let means = (0..<3).map { a in
      near.reduce(0) { $0 + Double(points[3 * $1 + a]) } / Double(near.count)
    }
    return (0..<9).map { e in
      let (a, b) = (e / 3, e % 3)
      return near.reduce(0) {
        $0 + (Double(points[3 * $1 + a]) - means[a]) * (Double(points[3 * $1 + b]) - means[b])
      } / Double(near.count)
    }
  }

  private func product(_ c: [Double], _ v: [Double]) -> [Double] {
    (0..<3).map { row in (0..<3).reduce(0) { $0 + c[3 * row + $1] * v[$1] } }
  }

  private func dot(_ a: [Double], _ b: [Double]) -> Double {
    (0..<3).reduce(0) { $0 + a[$1] * b[$1] }
  }

  @Test(arguments: [
    NormalEstimation(neighbours: 8), NormalEstimation(neighbours: 12, radius: 0.3),
    NormalEstimation(neighbours: nil, radius: 0.3),
    NormalEstimation(neighbours: 140, viewpoint: nil),
  ])
  func `a normal is the covariance's least eigenvector, the curvature its share`(
    rule: NormalEstimation
  ) throws {
    for (name, points) in SamplingClouds.all where points.count <= 2100 && points[0] < 1e30 {
      guard name != "huge" else { continue }
      let index = try PointIndex(SamplingClouds.tensor(points))
      let (found, shares) = try rule.normals(of: index)
      let normals = found.array(of: Float.self).map(Double.init)
      let curvatures = shares.array(of: Float.self)
      for query in stride(from: 0, to: index.count, by: 23) {
        let normal = Array(normals[3 * query..<3 * query + 3])
        guard let c = covariance(points, query, rule) else {
          #expect(normal.allSatisfy(\.isNaN) && curvatures[query].isNaN, "\(name)")
          continue
        }
        let trace = c[0] + c[4] + c[8]
        if normal[0].isNaN {
          // The points lie on a line: all 2 x 2 minors vanish.
          let minors =
            abs(c[0] * c[4] - c[1] * c[1]) + abs(c[0] * c[8] - c[2] * c[2])
            + abs(c[4] * c[8] - c[5] * c[5])
          #expect(minors <= 1e-9 * trace * trace && curvatures[query].isNaN, "\(name)")
          continue
        }
        let image = product(c, normal)
        let least = dot(image, normal)
        #expect(abs(dot(normal, normal) - 1) < 1e-6)
        for a in 0..<3 { #expect(abs(image[a] - least * normal[a]) <= 3e-7 * trace, "\(name)") }
        #expect(abs(Double(curvatures[query]) - least / trace) <= 1e-6, "\(name)")
        // The least: the others' sum is the rest of the trace, and each is at least this one.
        let minors =
          c[0] * c[4] - c[1] * c[1] + c[0] * c[8] - c[2] * c[2] + c[4] * c[8] - c[5] * c[5]
        let others = minors - least * (trace - least)
        #expect(
          others - least * (trace - least) + least * least >= -1e-6 * trace * trace, "\(name)")
        if let view = rule.viewpoint {
          let away = (0..<3).map { view[$0] - Double(points[3 * query + $0]) }
          #expect(dot(away, normal) >= 0)
        } else {
          #expect(normal.max { abs($0) < abs($1) } ?? -1 > 0)
        }
      }
    }
  }

  @Test func `the bits depend neither on threads nor on instructions`() throws {
    let points = SamplingClouds.tensor(SamplingClouds.random(1500, scale: 4, offset: 500_000))
    for rule in [
      NormalEstimation(), NormalEstimation(neighbours: nil, radius: 0.7),
      NormalEstimation(neighbours: 130),
    ] {
      let expected = try rule.normals(of: PointIndex(points), threads: 1)
      for level in 0...2 {
        let index = try PointIndex(points, threads: 3)
        ckernels_point_index_limit_instructions(index.handle, Int32(level))
        let found = try rule.normals(of: index, threads: 3)
        #expect(
          found.normals.withUnsafeBytes { a in
            expected.normals.withUnsafeBytes { a.elementsEqual($0) }
          })
        #expect(
          found.curvatures.withUnsafeBytes { a in
            expected.curvatures.withUnsafeBytes { a.elementsEqual($0) }
          })
      }
    }
  }

  @Test func `a tilted plane at UTM's coordinates has its normal`() throws {
    var points: [Float] = []
    for i in 0..<400 {
      let (x, y) = (Float(i % 20), Float(i / 20))
      points += [500_000 + x, 4_000_000 + y, 100 + 0.5 * x + 0.25 * y]
    }
    let rule = NormalEstimation(viewpoint: [500_000, 4_000_000, 1000])
    let result = try cloud(points).estimatingNormals(rule)
    let length = (0.25 + 0.0625 + 1.0).squareRoot()
    let normals = result.attributes["normal"]?.array(of: Float.self) ?? []
    for i in 0..<400 {
      for (axis, part) in [-0.5, -0.25, 1.0].enumerated() {
        #expect(abs(Double(normals[3 * i + axis]) - part / length) < 1e-6)
      }
    }
    #expect(result.attributes["curvature"]?.array(of: Float.self).allSatisfy { $0 < 1e-7 } == true)
  }

  @Test func `invalid points keep their place and have no normal`() throws {
    let square = cloud([0, 0, -1, .nan, 0, 0, 1, 0, -1, 0, 1, -1, 1, 1, -1])
    let result = try square.estimatingNormals(NormalEstimation(neighbours: 4))
    let normals = result.attributes["normal"]?.array(of: Float.self) ?? []
    #expect(result.count == 5 && normals[3].isNaN)
    #expect(Array(normals[0..<3]) == [0, 0, 1] && Array(normals[12..<15]) == [0, 0, 1])
    let two = try cloud([0, 0, 0, 1, 1, 1]).estimatingNormals()
    #expect(two.attributes["normal"]?.array(of: Float.self).allSatisfy(\.isNaN) == true)
    #expect(try cloud([]).estimatingNormals().attributes["normal"]?.shape == [0, 3])
  }
}
