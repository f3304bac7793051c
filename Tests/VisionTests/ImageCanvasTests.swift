import Geometry
import Tensors
import Testing

@testable import Vision

@Suite struct ImageCanvasTests {
  private func pixel(_ canvas: ImageCanvas, _ x: Int, _ y: Int) -> [UInt8] {
    let values = canvas.image.pixels.array(of: UInt8.self)
    return Array(values[(3 * (y * canvas.width + x))..<(3 * (y * canvas.width + x) + 3)])
  }

  @Test func `a horizontal line sets its row and no other`() throws {
    var canvas = ImageCanvas(width: 12, height: 5)
    try canvas.drawLine(from: [2, 2], to: [9, 2], color: PixelColor(200, 100, 50))
    // An anti-aliased line one pixel wide reaches nine tenths of its colour on its axis.
    let drawn = pixel(canvas, 5, 2)
    #expect(drawn[0] >= 180 && drawn[1] >= 90 && drawn[2] >= 45)
    #expect(pixel(canvas, 5, 0) == [0, 0, 0] && pixel(canvas, 5, 4) == [0, 0, 0])
  }

  @Test func `lines to far away and to nowhere are harmless`() throws {
    var canvas = ImageCanvas(width: 12, height: 9, background: .white)
    try canvas.drawSegments(
      [
        ([-1e9, 4], [1e9, 4]), ([.nan, 1], [3, 3]), ([.infinity, 1], [3, 3]),
        ([1e300, 0], [0, 0]),
      ],
      color: .black)
    for x in 1..<11 { #expect(pixel(canvas, x, 4)[0] <= 26) }
    #expect(pixel(canvas, 5, 1) == [255, 255, 255])
    try canvas.drawPoints([[.nan, 2], [-1e30, 5], [1e300, 1]], colors: [.black], radius: 3)
    try canvas.drawText("far", at: [1e12, 5], color: .black)
    #expect(pixel(canvas, 5, 1) == [255, 255, 255])
  }

  @Test func `points have their own colours and the later one is on top`() throws {
    var canvas = ImageCanvas(width: 9, height: 9)
    let colors = [PixelColor(1, 2, 3), PixelColor(4, 5, 6), PixelColor(7, 8, 9)]
    try canvas.drawPoints([[1, 1], [6.4, 6.4], [1, 1]], colors: colors, radius: 0)
    #expect(pixel(canvas, 1, 1) == [7, 8, 9])
    #expect(pixel(canvas, 6, 6) == [4, 5, 6])
    try canvas.fillCircle(center: [4, 4], radius: 2, color: .white)
    #expect(pixel(canvas, 4, 4) == [255, 255, 255] && pixel(canvas, 8, 4) == [0, 0, 0])
  }

  @Test func `drawing leaves the picture that was given as it was`() throws {
    let image = Image(pixels: Tensor(repeating: 9 as UInt8, shape: [4, 4, 3]))
    var canvas = try ImageCanvas(image)
    try canvas.fillPolygon([[0, 0], [3, 0], [3, 3], [0, 3]], color: .white)
    #expect(image.pixels.array(of: UInt8.self).allSatisfy { $0 == 9 })
    #expect(pixel(canvas, 1, 1) == [255, 255, 255])
  }

  @Test func `text stays within its measured size`() throws {
    let size = try ImageCanvas.textSize("Car 0.9", scale: 0.5)
    var canvas = ImageCanvas(width: size.width + 20, height: size.height + size.depth + 20)
    try canvas.drawText("Car 0.9", at: [10, Double(10 + size.height)], color: .white)
    let values = canvas.image.pixels.array(of: UInt8.self)
    #expect((values.max() ?? 0) > 200)
    #expect(values.prefix(3 * canvas.width * 7).allSatisfy { $0 == 0 })
  }

  @Test func `grey becomes colour and halves to its mean`() throws {
    let grey = Image(pixels: Tensor([10, 20, 30, 40] as [UInt8], shape: [2, 2, 1]))
    let canvas = try ImageCanvas(grey)
    #expect(pixel(canvas, 1, 1) == [40, 40, 40])
    let small = try canvas.image.resized(toWidth: 1, height: 1)
    #expect(small.pixels.array(of: UInt8.self) == [25, 25, 25])
    #expect(try canvas.image.grey().pixels.array(of: UInt8.self) == [10, 20, 30, 40])
  }

  @Test func `infinite values and a scale without length are painted`() throws {
    let values = Tensor([.infinity, -.infinity, 2, 1] as [Float], shape: [1, 4])
    let image = try ColorMap.grey.image(of: values, range: 1...1)
    #expect(image.pixels.array(of: UInt8.self) == [UInt8](repeating: 0, count: 12))
    let ends = try ColorMap.grey.image(of: values, range: 1...2).pixels.array(of: UInt8.self)
    #expect(ends == [255, 255, 255, 0, 0, 0, 255, 255, 255, 0, 0, 0])
  }

  @Test func `turbo runs from dark blue to dark red`() throws {
    let values = Tensor([0, 1, 0.5, .nan, 9] as [Float], shape: [1, 5])
    let image = try ColorMap.turbo.image(of: values, range: 0...1).pixels.array(of: UInt8.self)
    // The first and last of Mikhailov's 256 colours.
    #expect(Array(image[0..<3]) == [48, 18, 59])
    #expect(Array(image[3..<6]) == [122, 4, 3])
    #expect(Array(image[9..<15]) == [0, 0, 0, 122, 4, 3])
    #expect(try ColorMap.viridis.colors(of: values, range: 0...1)[0] == PixelColor(68, 1, 84))
  }
}
