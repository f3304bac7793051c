import Foundation

/// Maps values of an axis to pixels, with ticks at round numbers.
struct Scale {
  let low: Double
  let high: Double
  let step: Double
  let start: Double
  let end: Double

  /// A scale over `values`, widened to whole ticks.
  ///
  /// - Parameters:
  ///   - values: What must fit; not finite ones are passed over.
  ///   - count: Wanted number of ticks.
  ///   - start: Pixel of the low end.
  ///   - end: Pixel of the high end.
  init(covering values: [Double], ticks count: Int = 5, start: Double, end: Double) {
    // Beyond 1e100 differences and their quotients could overflow.
    let finite = values.filter { abs($0) <= 1e100 }
    var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
    if !(high > low) {
      let pad = low == 0 ? 1 : abs(low) * 0.5
      (low, high) = (low - (low == 0 ? 0 : pad), high + pad)
    }
    step = Self.roundStep((high - low) / Double(max(1, count)))
    self.low = (low / step + 1e-9).rounded(.down) * step
    self.high = (high / step - 1e-9).rounded(.up) * step
    self.start = start
    self.end = end
  }

  /// 1, 2 or 5 times a power of ten, not below `value`.
  static func roundStep(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    let power = pow(10, floor(log10(value)))
    let part = value / power
    return power * (part <= 1.000_001 ? 1 : part <= 2.000_001 ? 2 : part <= 5.000_001 ? 5 : 10)
  }

  /// Values at which ticks stand.
  var ticks: [Double] {
    let count = Int(((high - low) / step).rounded())
    return (0...max(0, min(count, 50))).map { low + Double($0) * step }
  }

  /// Where a value stands, pixels.
  func position(_ value: Double) -> Double {
    start + (value - low) / (high - low) * (end - start)
  }

  /// A tick's text, with as many decimals as the step needs.
  func label(_ value: Double) -> String {
    if abs(high) >= 1e7 || (step < 1e-5) { return String(format: "%.2g", value) }
    let decimals = max(0, -Int(floor(log10(step) + 1e-9)))
    let text = String(format: "%.\(decimals)f", value)
    return text.hasPrefix("-") && Double(text) == 0 ? String(text.dropFirst()) : text
  }
}
