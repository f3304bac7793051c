import Tensors

extension DisparityImage {
  /// Which pixels of the left picture show something that the right camera sees too.
  ///
  /// Each left pixel is mapped forward into its row of the right picture, x - d. Where several land in one right pixel, the
  /// nearest surface (largest disparity) is the one that is seen; what lies more than `tolerance` behind it is hidden. Pixels
  /// that land outside the right picture are not seen. A surface that the right camera sees stretched is closed between
  /// neighbours whose disparities differ by at most 1. Pixels without a disparity count as not seen: their place is unknown.
  ///
  /// - Parameter tolerance: How much smaller than the largest a disparity may be and still belong to the same surface,
  ///   pixels, at least 0.
  /// - Returns: A grey picture of the same size: 255 seen by both, 0 not.
  public func coVisibility(tolerance: Double = 1) -> Image {
    let (width, height) = (width, height)
    let slack = Float(max(0, tolerance))
    let mask = disparities.withUnsafeElements(of: Float.self) { source in
      Tensor(shape: [height, width, 1], of: UInt8.self) { target in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(width, 1)) { nearest in
          for row in 0..<height {
            let line = UnsafeBufferPointer(rebasing: source[row * width..<(row + 1) * width])
            Self.mapForward(line, into: nearest)
            for column in 0..<width {
              let place = Self.rightColumn(column, line[column], width: width)
              let isSeen = place >= 0 && nearest[place] - line[column] <= slack
              target[row * width + column] = isSeen ? 255 : 0
            }
          }
        }
      }
    }
    return Image(pixels: mask, camera: rig?.left)
  }

  /// Where a left pixel lands in the right picture; -1 outside or without a disparity.
  @inline(__always)
  private static func rightColumn(_ column: Int, _ disparity: Float, width: Int) -> Int {
    guard disparity > 0, disparity <= Float(column) + 0.5 else { return -1 }
    return min(max(Int((Float(column) - disparity).rounded()), 0), width - 1)
  }

  /// The largest disparity that lands in each right pixel, 0 where none does.
  private static func mapForward(
    _ line: UnsafeBufferPointer<Float>, into nearest: UnsafeMutableBufferPointer<Float>
  ) {
    let width = line.count
    nearest.update(repeating: 0)
    var last = -1
    for column in 0..<width {
      let disparity = line[column]
      let place = rightColumn(column, disparity, width: width)
      if place >= 0 {
        nearest[place] = max(nearest[place], disparity)
        if last >= 0, place == last + 2, abs(disparity - line[column - 1]) <= 1 {
          nearest[last + 1] = max(nearest[last + 1], min(disparity, line[column - 1]))
        }
      }
      last = place
    }
  }
}

extension DepthImage {
  /// Takes away the values of some pixels, with what is said about them.
  ///
  /// - Parameter isUnwanted: Called with the index of a pixel, row by row, and its depth in metres.
  public mutating func removeValues(where isUnwanted: (Int, Float) -> Bool) {
    var removed: [Int] = []
    depths.withUnsafeMutableElements(of: Float.self) { values in
      for i in 0..<values.count where values[i] > 0 && isUnwanted(i, values[i]) {
        values[i] = 0
        removed.append(i)
      }
    }
    standardDeviations?.withUnsafeMutableElements(of: Float.self) { values in
      for i in removed { values[i] = 0 }
    }
    systematicDeviations?.withUnsafeMutableElements(of: Float.self) { values in
      for i in removed { values[i] = 0 }
    }
  }
}
