internal import Tensors

/// Reads an image at places between its pixels.
enum BilinearSampling {
  /// The image whose pixel (column, row) is the source at `map * (column, row, 1)`.
  ///
  /// Pixel centres are whole numbers. Beyond the source lies `fill`, or what lies at its border when that is nil.
  static func warped(
    _ image: Tensor, to size: (height: Int, width: Int), map: [Float], fill: Float?
  ) -> Tensor {
    let (channels, rows, columns) = (image.shape[0], image.shape[1], image.shape[2])
    let area = rows * columns
    let border = fill ?? 0
    return image.withUnsafeElements(of: Float.self) { pixels in
      Tensor(shape: [channels, size.height, size.width], of: Float.self) { target in
        for row in 0..<size.height {
          for column in 0..<size.width {
            var x = map[0] * Float(column) + map[1] * Float(row) + map[2]
            var y = map[3] * Float(column) + map[4] * Float(row) + map[5]
            if fill == nil {
              x = max(0, min(Float(columns - 1), x))
              y = max(0, min(Float(rows - 1), y))
            }
            let at = row * size.width + column
            guard x > -1, y > -1, x < Float(columns), y < Float(rows) else {
              for channel in 0..<channels {
                target[channel * size.height * size.width + at] = border
              }
              continue
            }
            let (floorX, floorY) = (x.rounded(.down), y.rounded(.down))
            let (partX, partY) = (x - floorX, y - floorY)
            let (left, top) = (Int(floorX), Int(floorY))
            let (hasLeft, hasRight) = (left >= 0, left + 1 < columns)
            let (hasTop, hasBottom) = (top >= 0, top + 1 < rows)
            for channel in 0..<channels {
              let corner = channel * area + top * columns + left
              let a = hasTop && hasLeft ? pixels[corner] : border
              let b = hasTop && hasRight ? pixels[corner + 1] : border
              let c = hasBottom && hasLeft ? pixels[corner + columns] : border
              let d = hasBottom && hasRight ? pixels[corner + columns + 1] : border
              let upper = a + partX * (b - a)
              let lower = c + partX * (d - c)
              target[channel * size.height * size.width + at] = upper + partY * (lower - upper)
            }
          }
        }
      }
    }
  }
}
