import Geometry
import Tensors
import Testing

@testable import Vision

@Suite struct DepthUncertaintyTests {
  static let uncertainty = StereoUncertainty(
    focalLength: 1.5, baseline: 0.002, disparityOffset: 0.05, correlations: [0.3, -0.4, 0.2])

  static func rig(_ uncertainty: StereoUncertainty? = nil, width: Int = 100, height: Int = 80)
    -> StereoRig
  {
    let camera = CameraModel(
      width: width, height: height, focalLength: [500, 500], principalPoint: [49.5, 39.5])
    return StereoRig(
      left: camera, right: camera,
      rightFromLeft: Pose(rotation: .identity, translation: [-0.2, 0, 0]),
      uncertainty: uncertainty)
  }

  static func disparities(_ value: Float, sigma: Float? = nil, count: Int = 8000) -> DisparityImage
  {
    DisparityImage(
      disparities: Tensor(repeating: value, shape: [80, count / 80]), rig: rig(width: count / 80),
      standardDeviations: sigma.map { Tensor(repeating: $0, shape: [80, count / 80]) })
  }

  @Test func `matching deviations become depth deviations, holes none`() throws {
    var image = Self.disparities(20, sigma: 0.25)
    image.disparities.withUnsafeMutableElements(of: Float.self) { $0[3] = 0 }
    let depth = try image.depth()
    let sigmas = try #require(depth.standardDeviations).array(of: Float.self)
    // Z = 500 * 0.2 / 20 = 5 m; 25 / 100 * 0.25 = 0.0625 m.
    #expect(abs(sigmas[0] - 0.0625) < 1e-6)
    #expect(sigmas[3] == 0 && depth.depths.array(of: Float.self)[3] == 0)
    #expect(depth.systematicDeviations == nil)
  }

  @Test func `disparities that state nothing state nothing unless a deviation is given`() throws {
    let image = Self.disparities(10)
    #expect(try image.depth().standardDeviations == nil)
    let given = try #require(try image.depth(standardDeviation: 0.5).standardDeviations)
    // 10 m: 100 / 100 * 0.5.
    #expect(abs(given.array(of: Float.self)[7] - 0.5) < 1e-6)
  }

  @Test func `the systematic part is that of the rig, correlations included, and stays apart`()
    throws
  {
    let rig = Self.rig(Self.uncertainty)
    for disparity in [5, 20, 80] as [Float] {
      let depth = try Self.disparities(disparity, sigma: 0.3).depth(rig: rig)
      let z = 100 / Double(disparity)
      let systematic = try #require(depth.systematicDeviations).array(of: Float.self)[0]
      let expected = Self.uncertainty.depthStandardDeviation(at: z, of: rig)
      #expect(abs(Double(systematic) - expected) < 1e-6 * expected)
      let random = try #require(depth.standardDeviations).array(of: Float.self)[0]
      #expect(abs(Double(random) - z * z / 100 * 0.3) < 1e-5)
    }
  }

  private static func deviation(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(values.count)).squareRoot())
  }

  @Test(arguments: [(20.0, 0.25), (10, 0.5), (5, 0.5)])
  func `noisy disparities scatter as stated, and lean as documented`(
    disparity: Double, sigma: Double
  )
    throws
  {
    var generator = SeededGenerator(seed: 5)
    let count = 80_000
    let noisy = (0..<count).map { _ in Float(disparity + sigma * generator.normal()) }
    let image = DisparityImage(
      disparities: Tensor(noisy, shape: [80, count / 80]), rig: Self.rig(width: count / 80))
    let depths = try image.depth().depths.array(of: Float.self).map { Double($0) }
    let (mean, found) = Self.deviation(depths)
    let z = 100 / disparity
    let stated = z * z / 100 * sigma
    let ratio = sigma / disparity
    // Second order: the mean is Z (1 + r²), the deviation σ (1 + 4 r²) or so; standard error of a deviation: 0.25 %.
    #expect(abs(mean / z - 1 - ratio * ratio) < 0.15 * ratio * ratio + 4 * ratio / 280)
    #expect(abs(found / stated - 1) < 0.01 + 5 * ratio * ratio)
    // And the stated interval covers what a normal distribution's does.
    let covered = depths.filter { abs($0 - z) <= stated }.count
    #expect(abs(Double(covered) / Double(count) - 0.6827) < 0.01)
  }

  @Test func `errors of calibration move all depths as stated`() throws {
    var generator = SeededGenerator(seed: 9)
    let independent = StereoUncertainty(focalLength: 2, baseline: 0.001, disparityOffset: 0.1)
    let (f, b, d) = (500.0, 0.2, 10.0)
    let depths = (0..<60_000).map { _ in
      (f + 2 * generator.normal()) * (b + 0.001 * generator.normal())
        / (d + 0.1 * generator.normal())
    }
    let stated = try #require(
      try Self.disparities(10).depth(rig: Self.rig(independent)).systematicDeviations
    ).array(of: Float.self)[0]
    #expect(abs(Self.deviation(depths).deviation / Double(stated) - 1) < 0.015)
  }

  @Test func `values that are taken away take their deviations along`() throws {
    var depth = try Self.disparities(10, sigma: 0.2).depth(rig: Self.rig(Self.uncertainty))
    depth.removeValues { index, _ in index % 2 == 0 }
    let random = try #require(depth.standardDeviations).array(of: Float.self)
    let systematic = try #require(depth.systematicDeviations).array(of: Float.self)
    #expect(random[0] == 0 && systematic[2] == 0 && random[1] > 0 && systematic[3] > 0)
    #expect(depth.depths.array(of: Float.self).filter { $0 > 0 }.count == 4000)
  }
}

@Suite struct CoVisibilityTests {
  private func mask(_ rows: [[Float]], tolerance: Double = 1) -> [UInt8] {
    DisparityImage(
      disparities: Tensor(rows.flatMap { $0 }, shape: [rows.count, rows[0].count])
    ).coVisibility(tolerance: tolerance).pixels.array(of: UInt8.self)
  }

  @Test func `a nearer surface hides the strip left of it`() {
    // Columns 6 and 7 at disparity 4 land on 2 and 3; the background at disparity 1 lands there from columns 3 and 4.
    let line: [Float] = [1, 1, 1, 1, 1, 1, 4, 4, 1, 1]
    #expect(mask([line]) == [0, 255, 255, 0, 0, 255, 255, 255, 255, 255])
  }

  @Test func `pixels beyond the right picture and without a disparity are not seen`() {
    #expect(mask([[3, 3, 3, 3, 0, 3]]) == [0, 0, 0, 255, 0, 255])
    #expect(mask([[.nan, .infinity, -1]]) == [0, 0, 0])
  }

  @Test func `a slanted surface hides nothing of itself, stretched or squeezed`() {
    let stretched = (0..<40).map { 20 - 0.4 * Float($0) }
    let squeezed = (0..<40).map { 1 + 0.4 * Float($0) }
    for line in [stretched, squeezed] {
      let seen = mask([line])
      for (column, disparity) in line.enumerated() where Float(column) >= disparity {
        #expect(seen[column] == 255)
      }
    }
  }

  @Test func `a stretched foreground has no cracks through which the background shows`() {
    // The foreground lands on every second column; the background behind it would land between.
    let near = (0..<6).map { 30 - Float($0) * 0.9 }
    let line = [Float](repeating: 1, count: 40) + near + [Float](repeating: 1, count: 4)
    let seen = mask([line])
    // It covers right columns 10 to about 19; background columns 12 to 18 map to 11 to 17.
    #expect(seen[12...18].allSatisfy { $0 == 0 })
  }

  @Test func `the tolerance keeps what lies closely behind`() {
    let line: [Float] = [1, 1, 1, 1, 2, 1]
    #expect(mask([line], tolerance: 0)[3] == 0)
    #expect(mask([line], tolerance: 1)[3] == 255)
  }
}

@Suite struct FloatMapTests {
  @Test func `a float map comes back bit for bit`() throws {
    let values: [Float] = [1.5, -2, .infinity, 0, 3e-30, 7]
    let bytes = try FloatMap.encode(Tensor(values, shape: [2, 3]))
    #expect(bytes.starts(with: Array("Pf\n3 2\n-1.0\n".utf8)))
    // The last row comes first.
    #expect(Array(bytes[12..<16]) == [0, 0, 0, 0])
    let back = try FloatMap.decode(bytes, named: "a")
    #expect(back.shape == [2, 3] && back.array(of: Float.self) == values)
  }

  @Test func `high bytes may come first`() throws {
    let bytes = Array("Pf 1 1 1.0\n".utf8) + [0x3F, 0x80, 0, 0]
    #expect(try FloatMap.decode(bytes, named: "a").array(of: Float.self) == [1])
  }

  @Test(arguments: [
    "", "Pf", "Pf 1 1", "Pf 1 1 -1.0\n", "PF 1 1 -1\nxxxxxxxxxxxx", "Pf 0 1 -1\nxxxx",
    "Pf 9223372036854775807 4 -1\nxxxx", "Pf 2 2 -1\nxxxxxxxxxxxxxxx", "Pf a b c\nxxxx",
    "Pf 1 1 0\nxxxx", "Pf 1 1 nan\nxxxx",
  ])
  func `damaged float maps are refused`(text: String) {
    #expect(throws: VisionError.self) { try FloatMap.decode(Array(text.utf8), named: "a") }
  }
}
