import COpenCV
import Tensors

/// Dense optical flow between two pictures, on their brightness.
public enum OpticalFlow: Sendable, Equatable {
  /// How much time inverse search takes.
  public enum Preset: String, Sendable, CaseIterable {
    case ultrafast
    case fast
    case medium

    var code: Int32 {
      switch self {
      case .ultrafast: 0
      case .fast: 1
      case .medium: 2
      }
    }
  }

  /// Settings of Farneback's method; the defaults are the customary ones.
  public struct Farneback: Sendable, Equatable {
    /// Scale from one level of the pyramid to the next, below 1.
    public var pyramidScale = 0.5
    /// Levels of the pyramid.
    public var levels = 3
    /// Side of the averaging window, pixels.
    public var windowSize = 15
    /// Iterations on each level.
    public var iterations = 3
    /// Neighbourhood of the polynomial expansion, pixels.
    public var polynomialSize = 5
    /// Standard deviation of its weights, pixels.
    public var polynomialSigma = 1.2

    /// The customary settings.
    public init() {}
  }

  /// Settings of TV-L1; the defaults are OpenCV's.
  public struct TVL1: Sendable, Equatable {
    /// Step of the numerical scheme.
    public var tau = 0.25
    /// Weight of the brightness term: smaller is smoother.
    public var lambda = 0.15
    /// Tightness of the coupling between smoothness and brightness.
    public var theta = 0.3
    /// Changes below this end the iterations.
    public var epsilon = 0.01
    /// Scale from one level of the pyramid to the next, below 1.
    public var scaleStep = 0.8
    /// Levels of the pyramid.
    public var scales = 5
    /// Warps on each level.
    public var warps = 5
    /// Inner iterations for each outer one.
    public var innerIterations = 30
    /// Outer iterations for each warp.
    public var outerIterations = 10
    /// Side of the median filter between iterations, pixels; 1 for none.
    public var median = 5

    /// OpenCV's settings.
    public init() {}

    /// Settings that take less time.
    ///
    /// - Parameter preset: medium are OpenCV's settings; fast takes about a quarter of the time.
    public init(_ preset: Preset) {
      guard preset != .medium else { return }
      (scaleStep, warps, outerIterations) = (0.5, preset == .fast ? 2 : 1, 10)
      innerIterations = preset == .fast ? 10 : 3
    }
  }

  /// Dense inverse search.
  ///
  /// - Note: Source: Kroeger et al., "Fast optical flow using dense inverse search", ECCV 2016.
  case dis(Preset)
  /// Polynomial expansion.
  ///
  /// - Note: Source: Farneback, "Two-frame motion estimation based on polynomial expansion", SCIA 2003.
  case farneback(Farneback)
  /// Total variation and absolute differences of brightness; in OpenCV's contrib modules.
  ///
  /// - Note: Source: Zach, Pock and Bischof, "A duality based approach for realtime TV-L1 optical flow", DAGM 2007.
  case tvl1(TVL1)

  /// The name of the method, as ``FlowConvention/method`` states it.
  public var name: String {
    switch self {
    case .dis: "dis"
    case .farneback: "farneback"
    case .tvl1: "tvl1"
    }
  }

  /// Refuses a method that this build lacks.
  ///
  /// - Throws: ``VisionError/openCV(operation:reason:)``, which names the package that has it.
  public func requireAvailable() throws {
    guard case .tvl1 = self else { return }
    guard try OpenCV.functions().pointee.has_tvl1() != 0 else {
      throw VisionError.openCV(
        operation: "TV-L1 optical flow",
        reason:
          "Parallax was built without OpenCV's contrib modules: install libopencv-contrib-dev and build it "
          + "again, or take dis")
    }
  }

  /// The motion from one picture to the next.
  ///
  /// - Parameters:
  ///   - earlier: The picture whose pixels the vectors belong to.
  ///   - later: A picture of the same size.
  /// - Returns: For each pixel p of `earlier` the vector to its place in `later`: `later(p + v) ≈ earlier(p)`.
  /// - Throws: ``VisionError``.
  public func flow(from earlier: Image, to later: Image) throws -> FlowField {
    let operation = "optical flow"
    try requireAvailable()
    guard earlier.width == later.width, earlier.height == later.height else {
      throw VisionError.unsuitableInput(
        operation: operation, expected: "pictures of one size",
        actual: "\(earlier.width) x \(earlier.height) and \(later.width) x \(later.height)")
    }
    guard min(earlier.width, earlier.height) >= smallestSide else {
      throw VisionError.unsuitableInput(
        operation: operation, expected: "pictures of at least \(smallestSide) pixels a side",
        actual: "\(earlier.width) x \(earlier.height)")
    }
    let (first, second) = (try earlier.grey().pixels, try later.grey().pixels)
    let shape = [earlier.height, earlier.width, 2]
    let vectors = try OpenCV.filled(shape: shape, of: Float.self, for: operation) { target in
      try OpenCV.withView(first, for: operation) { first in
        try OpenCV.withView(second, for: operation) { second in
          try OpenCV.call(operation) { call($0, first, second, target) }
        }
      }
    }
    return FlowField(vectors: vectors, convention: FlowConvention(method: name))
  }

  /// OpenCV's dense inverse search (4.6.0) fails, or reads beyond its memory, on long pictures below 32 pixels.
  private var smallestSide: Int {
    switch self {
    case .dis: 32
    case .farneback, .tvl1: 16
    }
  }

  private func call(
    _ table: copencv_table, _ first: copencv_view, _ second: copencv_view, _ target: copencv_view
  ) -> copencv_status {
    switch self {
    case .dis(let preset): return table.flow_dis(first, second, preset.code, target)
    case .farneback(let settings):
      var parameters = copencv_farneback(
        pyramid_scale: settings.pyramidScale, levels: Int32(clamping: settings.levels),
        window: Int32(clamping: settings.windowSize),
        iterations: Int32(clamping: settings.iterations),
        polynomial_size: Int32(clamping: settings.polynomialSize),
        polynomial_sigma: settings.polynomialSigma, is_gaussian: 0)
      return table.flow_farneback(first, second, &parameters, target)
    case .tvl1(let settings):
      var parameters = copencv_tvl1(
        tau: settings.tau, lambda: settings.lambda, theta: settings.theta,
        epsilon: settings.epsilon, scale_step: settings.scaleStep,
        scales: Int32(clamping: settings.scales), warps: Int32(clamping: settings.warps),
        inner_iterations: Int32(clamping: settings.innerIterations),
        outer_iterations: Int32(clamping: settings.outerIterations),
        median: Int32(clamping: settings.median))
      return table.flow_tvl1(first, second, &parameters, target)
    }
  }
}
