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
  ///
  /// With many views the work would grow with their square, and one of them moves the camera too little for more than a first
  /// step to matter.
  ///
  /// - Parameter limit: Up to so many views each estimate is moved to its minimum.
  /// - Returns: The estimates without each view, and what they show.
  func jackknife(exactUpTo limit: Int = 40) -> Jackknife? {
    let used = used
    guard used.count >= 4 else { return nil }
    var withoutView = [[Double]?](repeating: nil, count: input.views.count)
    for view in used {
      withoutView[view] =
        used.count <= limit
        ? parameters(of: used.filter { $0 != view }) : firstStep(without: view)
    }
    let samples = withoutView.compactMap { $0 }
    guard samples.count >= 4, let (expected, ratio) = expectation(withoutView) else { return nil }
    let count = Double(samples.count)
    let deviations = solution.free.indices.map { place in
      let mean = samples.reduce(0) { $0 + $1[place] } / count
      let squares = samples.reduce(0) { $0 + ($1[place] - mean) * ($1[place] - mean) }
      return ((count - 1) / count * squares).squareRoot()
    }
    return Jackknife(
      withoutView: withoutView, deviations: deviations, expectedDeviations: expected, ratio: ratio)
  }

  /// The first step of the fit when a view is left out.
  private func firstStep(without view: Int) -> [Double]? {
    guard let part = solution.reduced[view], let gradient = solution.information[view]?.gradient
    else { return nil }
    var others = solution.total
    others -= part
    // At the minimum the other views pull back as strongly, and no pose pulls.
    return others.inverse.map { inverse in
      zip(solution.free, inverse * gradient).map { solution.fit.parameters[$0] + $1 }
    }
  }

  /// What noise alone lets one expect of leaving out views, and how much larger the views' disagreement is.
  ///
  /// - Note: Source: Hausman, "Specification Tests in Econometrics", 1978: the difference of an efficient estimate and one from
  ///   part of the data has the difference of their covariances.
  private func expectation(
    _ withoutView: [[Double]?]
  ) -> (deviations: [Double], ratio: Double)? {
    let side = solution.free.count
    let full = solution.free.map { solution.fit.parameters[$0] }
    var variances = [Double](repeating: 0, count: side)
    var (found, expected, count) = (0.0, 0.0, 0.0)
    for (view, sample) in withoutView.enumerated() {
      guard let sample, let part = solution.reduced[view] else { continue }
      var others = solution.total
      others -= part
      guard let inverse = others.inverse else { continue }
      count += 1
      for place in 0..<side {
        variances[place] += max(0, inverse[place, place] - solution.inverse[place, place])
      }
      let pull = others * zip(sample, full).map { $0 - $1 }
      found += zip(pull, solution.inverse * pull).reduce(0) { $0 + $1.0 * $1.1 }
      // The trace of S⁻¹ (Sᵢ − Sᵢ S⁻¹ Sᵢ).
      let share = (0..<side).map { row in
        solution.inverse * (0..<side).map { part[$0, row] }
      }
      for row in 0..<side {
        expected += share[row][row]
        for column in 0..<side { expected -= share[row][column] * share[column][row] }
      }
    }
    guard count > 1, expected > 0 else { return nil }
    let scale = (count - 1) / count * solution.variance
    return (
      variances.map { ($0 * scale).squareRoot() },
      (found / (expected * solution.variance)).squareRoot()
    )
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
        median: $0.median, maximum: $0.maximum, predictedRms: sensitivity.rms(expected),
        ratio: sensitivity.ratio($0.differences, expected))
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
