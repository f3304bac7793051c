import Tensors
import Testing

@testable import PointClouds

@Suite struct OutlierTests {
  /// A blob with stragglers around it, each point with its number.
  private func scene(_ offset: SIMD3<Float> = .zero) -> PointCloud {
    let blob = SamplingClouds.random(300, scale: 1, offset: 0)
    let far = SamplingClouds.random(30, scale: 6, offset: -3, seed: 2)
    let points = (blob + far).enumerated().map { $1 + offset[$0 % 3] }
    return cloud(points, ["id": Tensor((0..<330).map { Int32($0) }, shape: [330, 1])])
  }

  private func kept(_ cloud: PointCloud) -> [Int32] {
    cloud.attributes["id"]?.array(of: Int32.self) ?? []
  }

  @Test(arguments: [SIMD3<Float>.zero, SIMD3(500_000, 4_000_000, 100)])
  func `statistical outliers are those of the definition`(offset: SIMD3<Float>) throws {
    let scene = scene(offset)
    let points = scene.positions.array(of: Float.self)
    let sorted = (0..<330).map { i in
      (0..<330).filter { $0 != i }
        .map { SamplingClouds.squaredDistance(points, $0, points, i) }.sorted()
    }
    for (k, deviations) in [(1, 0.5), (6, 1), (20, 2), (150, 1), (400, 1)] {
      let means = (0..<330).map { i in
        let near = sorted[i].prefix(k)
        return near.reduce(0) { $0 + Double($1).squareRoot() } / Double(near.count)
      }
      let mean = means.reduce(0, +) / 330
      let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let limit = mean + deviations * (squares / 329).squareRoot()
      let expected = (0..<330).filter { means[$0] <= limit }.map { Int32($0) }
      #expect(expected.count > 100 && expected.count < 330)
      for threads in [1, 3] {
        let found = try scene.removingStatisticalOutliers(
          neighbours: k, deviations: deviations, threads: threads)
        #expect(kept(found) == expected, "\(k)")
      }
    }
  }

  @Test func `radius outliers are those of the definition`() throws {
    let scene = scene()
    let points = scene.positions.array(of: Float.self)
    for (radius, needed) in [(0.1, 1), (0.25, 6), (0.5, 20), (0, 0), (0, 1)] {
      let limit = Float(radius) * Float(radius)
      let expected = (0..<330).filter { i in
        (0..<330).count {
          $0 != i && SamplingClouds.squaredDistance(points, $0, points, i) <= limit
        } >= needed
      }.map { Int32($0) }
      #expect(
        kept(try scene.removingRadiusOutliers(radius: radius, neighbours: needed)) == expected)
    }
  }

  @Test func `invalid points go, points of one place stay, few points are no outliers`() throws {
    let mixed = cloud([0, 0, 0, .nan, 0, 0, 0.1, 0, 0, 5, 0, 0])
    #expect(try mixed.removingRadiusOutliers(radius: 0.2, neighbours: 1).count == 2)
    #expect(try mixed.removingStatisticalOutliers().count == 3)
    let same = cloud([Float](repeating: 2, count: 90))
    #expect(try same.removingStatisticalOutliers().count == 30)
    #expect(try same.removingRadiusOutliers(radius: 0, neighbours: 29).count == 30)
    #expect(try same.removingRadiusOutliers(radius: 0, neighbours: 30).count == 0)
    for few in [cloud([]), cloud([1, 2, 3])] {
      #expect(try few.removingStatisticalOutliers().count == few.count)
      #expect(try few.removingRadiusOutliers(radius: 1, neighbours: 0).count == few.count)
    }
  }
}
