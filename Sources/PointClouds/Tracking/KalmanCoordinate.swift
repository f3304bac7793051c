/// A coordinate that moves with nearly constant speed, estimated by a Kalman filter.
///
/// With noise that does not join the axes, the filter of a moving box falls apart into one of these for each coordinate.
///
/// - Note: Source: Bar-Shalom, Li and Kirubarajan, "Estimation with applications to tracking and navigation", 2001, section 6.3.2
///   (piecewise constant acceleration between instants).
public struct KalmanCoordinate: Sendable, Equatable {
  /// The coordinate.
  public private(set) var value: Double
  /// Its change per second.
  public private(set) var speed: Double
  /// Variance of the coordinate, covariance with the speed, variance of the speed.
  public private(set) var covariance: (value: Double, mixed: Double, speed: Double)

  /// A coordinate at its first measurement.
  ///
  /// - Parameters:
  ///   - value: The measured coordinate.
  ///   - variance: Variance of the measurement.
  ///   - speedVariance: Variance of the speed, which is taken to be 0.
  public init(_ value: Double, variance: Double, speedVariance: Double) {
    self.value = value
    speed = 0
    covariance = (variance, 0, speedVariance)
  }

  /// Goes on to a later instant.
  ///
  /// - Parameters:
  ///   - seconds: How much later.
  ///   - acceleration: Standard deviation of the acceleration.
  public mutating func predict(_ seconds: Double, acceleration: Double) {
    value += speed * seconds
    let old = covariance
    let noise = acceleration * acceleration
    let square = seconds * seconds
    covariance.value =
      old.value + 2 * seconds * old.mixed + square * old.speed + noise * square * square / 4
    covariance.mixed = old.mixed + seconds * old.speed + noise * square * seconds / 2
    covariance.speed = old.speed + noise * square
  }

  /// Takes in a measurement.
  ///
  /// - Parameters:
  ///   - measured: The measured coordinate.
  ///   - variance: Variance of the measurement.
  public mutating func update(_ measured: Double, variance: Double) {
    let total = covariance.value + variance
    let (gain, speedGain) = (covariance.value / total, covariance.mixed / total)
    let difference = measured - value
    value += gain * difference
    speed += speedGain * difference
    let old = covariance
    covariance.value = (1 - gain) * old.value
    covariance.mixed = (1 - gain) * old.mixed
    covariance.speed = old.speed - speedGain * old.mixed
  }

  /// Whether all numbers are equal.
  public static func == (left: Self, right: Self) -> Bool {
    left.value == right.value && left.speed == right.speed && left.covariance == right.covariance
  }
}
