import Geometry

/// Estimates from parts of the views, which show errors that the noise of the corners does not explain.
struct Resampling {
  let input: EstimationInput
  let solution: EstimationSolution
  let options: CameraEstimator.Options

  init(
    _ input: EstimationInput, _ solution: EstimationSolution, _ options: CameraEstimator.Options
  ) {
    self.input = input
    self.solution = solution
    self.options = options
  }

  /// Places of the views that take part.
  private var used: [Int] {
    input.views.indices.filter { !input.views[$0].active.isEmpty }
  }

  /// Leaves out one view at a time; nil with fewer than 4 views.
  func jackknife() -> Jackknife? {
    let used = used
    guard used.count >= 4 else { return nil }
    var withoutView = [[Double]?](repeating: nil, count: input.views.count)
    for view in used {
      withoutView[view] = parameters(of: used.filter { $0 != view })
    }
    let samples = withoutView.compactMap { $0 }
    guard samples.count >= 4 else { return nil }
    let count = Double(samples.count)
    let deviations = solution.free.indices.map { place in
      let mean = samples.reduce(0) { $0 + $1[place] } / count
      let squares = samples.reduce(0) { $0 + ($1[place] - mean) * ($1[place] - mean) }
      return ((count - 1) / count * squares).squareRoot()
    }
    return Jackknife(withoutView: withoutView, deviations: deviations)
  }

  /// Calibrates with the views at even and at odd places; nil where a half does not determine the camera.
  func crossValidation(_ sensitivity: ProjectionSensitivity) -> CrossValidation? {
    let used = used
    let halves = [0, 1].map { parity in
      used.enumerated().filter { $0.offset % 2 == parity }.map(\.element)
    }
    var (cameras, expected): ([CameraModel], SymmetricMatrix) = (
      [], SymmetricMatrix(side: solution.free.count)
    )
    for half in halves {
      guard half.count >= 3, let values = parameters(of: half) else { return nil }
      var information = SymmetricMatrix(side: solution.free.count)
      for view in half { if let part = solution.reduced[view] { information += part } }
      guard let inverse = information.inverse else { return nil }
      expected += inverse.scaled(by: solution.variance)
      var all = solution.fit.parameters
      for (place, value) in zip(solution.free, values) { all[place] = value }
      cameras.append(
        CameraModel(
          width: input.width, height: input.height, lens: solution.fit.lens, parameters: all))
    }
    return CameraDifference(cameras[0], cameras[1], on: sensitivity).map {
      CrossValidation(
        even: cameras[0], odd: cameras[1], differences: $0.differences, rms: $0.rms,
        median: $0.median, maximum: $0.maximum, predictedRms: sensitivity.rms(expected))
    }
  }

  /// The free parameters by some of the views, started at the solution of all; nil when there is no minimum.
  private func parameters(of views: [Int]) -> [Double]? {
    var fit = BundleFit(
      lens: solution.fit.lens, parameters: solution.fit.parameters,
      poses: views.map { solution.fit.poses[$0] })
    do {
      try fit.refine(views.map { input.views[$0] }, free: solution.free, maxIterations: 40)
    } catch { return nil }
    let values = solution.free.map { fit.parameters[$0] }
    return values.allSatisfy(\.isFinite) ? values : nil
  }
}
