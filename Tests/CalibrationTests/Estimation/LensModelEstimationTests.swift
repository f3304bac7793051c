import Geometry
import Testing

@testable import Calibration

struct LensModelEstimationTests {
  static let cameras: [CameraModel] = [
    CameraModel(
      width: 640, height: 480, focalLength: Vector2(533, 530), principalPoint: Vector2(330, 236)),
    SyntheticBoards.brown,
    CameraModel(
      width: 1280, height: 960, focalLength: Vector2(800, 805), principalPoint: Vector2(645, 470),
      distortion: .brownConrady([0.3, 0.1, 0.0005, -0.0008, 0.02, 0.6, 0.05, 0.01])),
    CameraModel(
      width: 1000, height: 800, focalLength: Vector2(300, 298), principalPoint: Vector2(505, 396),
      distortion: .fisheye([-0.02, 0.008, -0.003, 0.0004])),
  ]

  private func options(_ lens: LensModel, skew: Bool = false) -> CameraEstimator.Options {
    var options = CameraEstimator.Options()
    (options.lens, options.estimatesSkew) = (lens, skew)
    (options.makesJackknife, options.makesCrossValidation) = (false, false)
    options.searchesNextPose = false
    return options
  }

  @Test(arguments: cameras)
  func `exact corners give the exact camera`(_ camera: CameraModel) throws {
    let boards = SyntheticBoards(camera: camera, views: 12)
    let estimator = CameraEstimator(target: boards.target, options: options(camera.lens))
    let estimate = try estimator.estimate(boards.views(noise: 0))
    #expect(estimate.rms < 1e-6)
    let grid = try #require(
      ProjectionSensitivity(camera: camera, free: estimator.free, columns: 9, rows: 7))
    let difference = try #require(CameraDifference(estimate.camera, camera, on: grid))
    #expect(difference.median < 1e-5, "\(difference.median)")
    if camera.lens != .pinhole8 {
      // Eight coefficients nearly replace each other; the projections above are what counts.
      for (found, expected) in zip(estimate.camera.parameters, camera.parameters) {
        #expect(abs(found - expected) < 1e-5 * max(1, abs(expected)))
      }
    }
    for (found, expected) in zip(estimate.views, boards.poses) where camera.lens != .pinhole8 {
      let distance = (found.cameraFromTarget.translation - expected.translation).length
      #expect(distance < 1e-6)
    }
  }

  @Test(arguments: cameras)
  func `noisy corners give a camera within its stated error`(_ camera: CameraModel) throws {
    let boards = SyntheticBoards(camera: camera, views: 14, seed: 3)
    let estimator = CameraEstimator(target: boards.target, options: options(camera.lens))
    let estimate = try estimator.estimate(boards.views(noise: 0.15))
    let free = estimator.free
    let offsets = zip(estimate.parameters, free).map { $0.value - camera.parameters[$1] }
    let covariance = SymmetricMatrix(side: free.count, elements: estimate.covariance)
    let precision = try #require(covariance.inverse)
    let squared = zip(offsets, precision * offsets).reduce(0) { $0 + $1.0 * $1.1 }
    // Chi-squared with as many degrees of freedom as there are parameters.
    let count = Double(free.count)
    #expect(squared < count + 4 * (2 * count).squareRoot(), "\(squared)")
    #expect(abs(estimate.noise - 0.15) < 0.012)
    #expect(estimate.outliers.isEmpty)
  }

  @Test func `skew is found when it is asked for`() throws {
    var camera = SyntheticBoards.brown
    camera.skew = 3
    let boards = SyntheticBoards(camera: camera, views: 12)
    let estimator = CameraEstimator(target: boards.target, options: options(.pinhole5, skew: true))
    let estimate = try estimator.estimate(boards.views(noise: 0.1))
    let skew = try #require(estimate.parameter(named: "skew"))
    #expect(abs(skew.value - 3) < 4 * skew.formalDeviation && skew.formalDeviation < 0.5)
    #expect(abs(estimate.camera.focalLength.x - 533) < 3)
  }

  @Test func `a parameter that is held keeps its value and has no deviation`() throws {
    let boards = SyntheticBoards(views: 10)
    var options = options(.pinhole5)
    options.held = [CameraEstimator.HeldParameter(name: "k3", value: -0.02)]
    let estimate = try CameraEstimator(target: boards.target, options: options)
      .estimate(boards.views(noise: 0.1))
    #expect(estimate.camera.parameters[9] == -0.02)
    #expect(estimate.parameter(named: "k3") == nil)
    #expect(estimate.parameters.count == 8 && estimate.covariance.count == 64)
  }

  @Test func `corners are weighted by their covariances`() throws {
    let boards = SyntheticBoards(views: 10)
    let exact = boards.views(noise: 0)
    // Every third corner is off by 3 pixels and says so; the others are exact to 0.01.
    let views = exact.map { view in
      var view = view
      for place in view.corners.indices {
        let isPoor = place % 3 == 0
        if isPoor { view.corners[place].position.x += place % 2 == 0 ? 3 : -3 }
        let variance = isPoor ? 9 : 1e-4
        view.corners[place].covariance = CornerCovariance(xx: variance, xy: 0, yy: variance)
      }
      return view
    }
    var options = options(.pinhole5)
    (options.cornerFloor, options.outlierSigmas) = (0, nil)
    let weighted = try CameraEstimator(target: boards.target, options: options).estimate(views)
    #expect(abs(weighted.camera.focalLength.x - 533) < 0.05)
    let blind = views.map { view in
      var view = view
      for place in view.corners.indices { view.corners[place].covariance = nil }
      return view
    }
    let unweighted = try CameraEstimator(target: boards.target, options: options).estimate(blind)
    #expect(abs(unweighted.camera.focalLength.x - 533) > 0.1)
  }
}
