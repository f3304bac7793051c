internal import CKernels
internal import Tensors

/// A type of real numbers that the kernels compute with.
protocol SparseReal: TensorElement {
  static func convolve(
    _ rules: SparseRules, _ features: UnsafePointer<Self>?, _ inputs: Int,
    _ weight: UnsafePointer<Self>?, _ layout: UnsafePointer<ckernels_weight_layout>, _ outputs: Int,
    _ ending: SparseEnding<Self>, _ threads: Int, _ target: UnsafeMutablePointer<Self>?
  ) -> Int32
  static func weightGradient(
    _ rules: SparseRules, _ features: UnsafePointer<Self>?, _ inputs: Int,
    _ gradient: UnsafePointer<Self>?, _ outputs: Int,
    _ layout: UnsafePointer<ckernels_weight_layout>, _ threads: Int,
    _ target: UnsafeMutablePointer<Self>?
  ) -> Int32
  static func columnSums(
    _ values: UnsafePointer<Self>?, _ rows: Int, _ channels: Int, _ threads: Int,
    _ target: UnsafeMutablePointer<Self>?)
  static func maximum(
    _ rules: SparseRules, _ features: UnsafePointer<Self>?, _ channels: Int, _ threads: Int,
    _ target: UnsafeMutablePointer<Self>?, _ rows: UnsafeMutablePointer<Int32>?
  ) -> Int32
  static func maximumGradient(
    _ back: SparseRules, _ gradient: UnsafePointer<Self>?, _ rows: UnsafePointer<Int32>?,
    _ channels: Int, _ threads: Int, _ target: UnsafeMutablePointer<Self>?
  ) -> Int32
  static func sum(
    _ rules: SparseRules, _ features: UnsafePointer<Self>?, _ scale: UnsafePointer<Self>?,
    _ channels: Int, _ threads: Int, _ target: UnsafeMutablePointer<Self>?
  ) -> Int32
}

/// What is done to the sums of a convolution before they are written.
struct SparseEnding<Real> {
  var scale: UnsafePointer<Real>?
  var bias: UnsafePointer<Real>?
  var residual: UnsafePointer<Real>?
  var isRectified = false
}

/// The instructions that the kernels use: the best, unless a test wants others.
enum SparseInstructions: Int32, CaseIterable {
  case automatic = 0
  case portable = 1
  case avx2 = 2
  case avx512 = 3

  @TaskLocal static var forced = SparseInstructions.automatic
}

extension Float: SparseReal {
  static func convolve(
    _ rules: SparseRules, _ features: UnsafePointer<Float>?, _ inputs: Int,
    _ weight: UnsafePointer<Float>?, _ layout: UnsafePointer<ckernels_weight_layout>,
    _ outputs: Int, _ ending: SparseEnding<Float>, _ threads: Int,
    _ target: UnsafeMutablePointer<Float>?
  ) -> Int32 {
    ckernels_sparse_convolve(
      rules.pointer, features, Int32(inputs), weight, layout, Int32(outputs), ending.scale,
      ending.bias, ending.residual, ending.isRectified ? 1 : 0, Int32(clamping: threads),
      SparseInstructions.forced.rawValue, target)
  }

  static func weightGradient(
    _ rules: SparseRules, _ features: UnsafePointer<Float>?, _ inputs: Int,
    _ gradient: UnsafePointer<Float>?, _ outputs: Int,
    _ layout: UnsafePointer<ckernels_weight_layout>, _ threads: Int,
    _ target: UnsafeMutablePointer<Float>?
  ) -> Int32 {
    ckernels_sparse_weight_gradient(
      rules.pointer, features, Int32(inputs), gradient, Int32(outputs), layout,
      Int32(clamping: threads), SparseInstructions.forced.rawValue, target)
  }

  static func columnSums(
    _ values: UnsafePointer<Float>?, _ rows: Int, _ channels: Int, _ threads: Int,
    _ target: UnsafeMutablePointer<Float>?
  ) {
    ckernels_column_sums(values, Int64(rows), Int32(channels), Int32(clamping: threads), target)
  }

  static func maximum(
    _ rules: SparseRules, _ features: UnsafePointer<Float>?, _ channels: Int, _ threads: Int,
    _ target: UnsafeMutablePointer<Float>?, _ rows: UnsafeMutablePointer<Int32>?
  ) -> Int32 {
    ckernels_sparse_max(
      rules.pointer, features, Int32(channels), Int32(clamping: threads), target, rows)
  }

  static func maximumGradient(
    _ back: SparseRules, _ gradient: UnsafePointer<Float>?, _ rows: UnsafePointer<Int32>?,
    _ channels: Int, _ threads: Int, _ target: UnsafeMutablePointer<Float>?
  ) -> Int32 {
    ckernels_sparse_max_gradient(
      back.pointer, gradient, rows, Int32(channels), Int32(clamping: threads), target)
  }

  static func sum(
    _ rules: SparseRules, _ features: UnsafePointer<Float>?, _ scale: UnsafePointer<Float>?,
    _ channels: Int, _ threads: Int, _ target: UnsafeMutablePointer<Float>?
  ) -> Int32 {
    ckernels_sparse_sum(
      rules.pointer, features, scale, Int32(channels), Int32(clamping: threads), target)
  }
}

extension Double: SparseReal {
  static func convolve(
    _ rules: SparseRules, _ features: UnsafePointer<Double>?, _ inputs: Int,
    _ weight: UnsafePointer<Double>?, _ layout: UnsafePointer<ckernels_weight_layout>,
    _ outputs: Int, _ ending: SparseEnding<Double>, _ threads: Int,
    _ target: UnsafeMutablePointer<Double>?
  ) -> Int32 {
    ckernels_sparse_convolve_double(
      rules.pointer, features, Int32(inputs), weight, layout, Int32(outputs), ending.bias,
      Int32(clamping: threads), target)
  }

  static func weightGradient(
    _ rules: SparseRules, _ features: UnsafePointer<Double>?, _ inputs: Int,
    _ gradient: UnsafePointer<Double>?, _ outputs: Int,
    _ layout: UnsafePointer<ckernels_weight_layout>, _ threads: Int,
    _ target: UnsafeMutablePointer<Double>?
  ) -> Int32 {
    ckernels_sparse_weight_gradient_double(
      rules.pointer, features, Int32(inputs), gradient, Int32(outputs), layout,
      Int32(clamping: threads), target)
  }

  static func columnSums(
    _ values: UnsafePointer<Double>?, _ rows: Int, _ channels: Int, _ threads: Int,
    _ target: UnsafeMutablePointer<Double>?
  ) {
    ckernels_column_sums_double(
      values, Int64(rows), Int32(channels), Int32(clamping: threads), target)
  }

  static func maximum(
    _ rules: SparseRules, _ features: UnsafePointer<Double>?, _ channels: Int, _ threads: Int,
    _ target: UnsafeMutablePointer<Double>?, _ rows: UnsafeMutablePointer<Int32>?
  ) -> Int32 {
    ckernels_sparse_max_double(
      rules.pointer, features, Int32(channels), Int32(clamping: threads), target, rows)
  }

  static func maximumGradient(
    _ back: SparseRules, _ gradient: UnsafePointer<Double>?, _ rows: UnsafePointer<Int32>?,
    _ channels: Int, _ threads: Int, _ target: UnsafeMutablePointer<Double>?
  ) -> Int32 {
    ckernels_sparse_max_gradient_double(
      back.pointer, gradient, rows, Int32(channels), Int32(clamping: threads), target)
  }

  static func sum(
    _ rules: SparseRules, _ features: UnsafePointer<Double>?, _ scale: UnsafePointer<Double>?,
    _ channels: Int, _ threads: Int, _ target: UnsafeMutablePointer<Double>?
  ) -> Int32 {
    ckernels_sparse_sum_double(
      rules.pointer, features, scale, Int32(channels), Int32(clamping: threads), target)
  }
}
