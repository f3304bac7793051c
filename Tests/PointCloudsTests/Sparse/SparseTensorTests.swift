import PointClouds
import Tensors
import TestSupport
import Testing

@Suite struct SparseTensorTests {
  private func cells(_ rows: [[Int32]], shape: [Int]? = nil) throws -> SparseCells {
    try SparseCells(
      Tensor(rows.flatMap { $0 }, shape: [rows.count, rows.first?.count ?? 4]), shape: shape)
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return "\(error)" }
  }

  @Test func `cells that occur twice or lie outside are refused by name`() throws {
    #expect(
      message { _ = try cells([[0, 1, 2, 3], [0, 0, 0, 0], [0, 1, 2, 3]]) }
        == "sparse cells: the cell of row 2 occurs more than once")
    #expect(
      message { _ = try cells([[0, 0, 0, 0], [0, 4, 0, 0]], shape: [4, 4, 4]) }
        == "sparse cells: row 1, batch and places [0, 4, 0, 0], lies outside of the grid [4, 4, 4]")
    #expect(message { _ = try cells([[0, 0, -1, 0]], shape: [4, 4, 4]) }.contains("row 0"))
    #expect(message { _ = try cells([[-1, 0, 0, 0]]) }.contains("row 0"))
    #expect(message { _ = try cells([[0, 0, 0, 0]], shape: [4, 4]) }.contains("3 axes"))
    #expect(
      message { _ = try SparseCells(Tensor([Int64(0), 0, 0, 0], shape: [1, 4])) }
        .contains("int32"))
    let wide = (0..<2).map { [Int32]([0, $0 == 0 ? .min : .max, $0 == 0 ? .min : .max, 0]) }
    #expect(message { _ = try cells(wide) }.contains("too far apart"))
  }

  @Test func `negative places are cells like others in a grid without bounds`() throws {
    let found = try cells([[0, -1, 0, 0], [0, 0, 0, 0], [0, -5, -3, 2]])
    let x = SparseTensor(found, features: Tensor([1.0, 2, 4], shape: [3, 1]))
    let ones = SparseWeight(Tensor.ones([1, 1, 3, 3, 3], .float64))
    #expect(try x.submanifoldConvolution(ones).features.array(of: Double.self) == [3, 3, 4])
    let y = try x.convolution(
      SparseWeight(Tensor.ones([1, 1, 2, 2, 2], .float64)), stride: 2, striding: .floorDivision)
    #expect(
      y.coordinates.array(of: Int32.self) == [0, -3, -2, 1, 0, -1, 0, 0, 0, 0, 0, 0])
    #expect(y.features.array(of: Double.self) == [4, 1, 2])
    #expect(message { _ = try x.convolution(ones, stride: 2) }.contains("shape of the grid"))
  }

  @Test func `an empty tensor and a single cell pass through every layer`() throws {
    for count in 0...1 {
      let found = try SparseCells(
        Tensor(repeating: Int32(0), shape: [count, 4]), shape: [4, 4, 4])
      let leaf = Tensor.ones([count, 2], .float32).requiringGradient()
      let x = SparseTensor(found, features: leaf)
      let weight = SparseWeight(Tensor.ones([3, 2, 2, 2, 2]).requiringGradient())
      let down = try x.submanifoldConvolution(weight).with(leaf).convolution(weight, stride: 2)
      let back = SparseWeight(Tensor.ones([2, 3, 2, 2, 2]))
      let up = try down.inverseConvolution(back, onto: found, stride: 2)
      #expect(down.count == count)
      #expect(up.count == count)
      #expect(try down.transposedConvolution(back, stride: 2).count == 8 * count)
      #expect(try x.pooled(.max, kernel: 2).count == count)
      #expect(x.globallyPooled(.average).shape == [count, 2])
      #expect(try x.dense(batches: 1).sum().item(of: Float.self) == Float(2 * count))
      let slopes = gradients(of: up.features.sum(), withRespectTo: [leaf, weight.tensor])
      #expect(slopes[0].shape == [count, 2])
      #expect(slopes[1].sum().item(of: Float.self) == Float(2 * 3 * 2 * count))
    }
  }

  @Test func `NaN and infinity reach only the cells that see them`() throws {
    let found = try cells([[0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 3]])
    let x = SparseTensor(
      found, features: Tensor([Float.nan, 1, .infinity], shape: [3, 1]))
    let y = try x.submanifoldConvolution(SparseWeight(Tensor.ones([1, 1, 3, 3, 3])))
      .features.array(of: Float.self)
    #expect(y[0].isNaN && y[1].isNaN && y[2] == .infinity)
    let pooled = try SparseTensor(
      coordinates: found.coordinates, features: x.features, shape: [1, 1, 4]
    ).pooled(.max, kernel: [1, 1, 2]).features.array(of: Float.self)
    #expect(pooled[0].isNaN && pooled[1] == .infinity)
  }

  @Test func `pooling joins the cells that are there and no zeros`() throws {
    let found = try cells(
      [[0, 0, 0, 0], [0, 0, 0, 1], [0, 2, 0, 0], [1, 3, 3, 3]], shape: [4, 4, 4])
    let x = SparseTensor(found, features: Tensor([-1.0, -3, -5, 7], shape: [4, 1]))
    func values(_ pooling: SparseTensor.Pooling) throws -> [Double] {
      try x.pooled(pooling, kernel: 2).features.array(of: Double.self)
    }
    #expect(try values(.max) == [-1, -5, 7])
    #expect(try values(.average) == [-2, -5, 7])
    #expect(try values(.sum) == [-4, -5, 7])
    #expect(x.globallyPooled(.max).array(of: Double.self) == [-1, 7])
    #expect(x.globallyPooled(.average).array(of: Double.self) == [-3, 7])
    #expect(x.globallyPooled(.sum).array(of: Double.self) == [-9, 7])
  }

  @Test func `dense grids and bird's-eye views hold each feature at its place`() throws {
    let found = try SparseCells(
      Tensor([Int32(0), 1, 2, 3, 1, 0, 1, 2], shape: [2, 4]), shape: [2, 3, 4],
      voxelSize: [0.5, 1, 2], origin: [10, 0, -1])
    let x = SparseTensor(found, features: Tensor([1.0, 2, 3, 4], shape: [2, 2]))
    let grid = try x.dense()
    #expect(grid.shape == [2, 2, 2, 3, 4])
    #expect(grid[0, 1, 1, 2, 3].item(of: Double.self) == 2)
    #expect(grid[1, 0, 0, 1, 2].item(of: Double.self) == 3)
    #expect(grid.abs().sum().item(of: Double.self) == 10)
    // The axis that is looked along varies fastest among the channels, as after a view in PyTorch.
    let view = try x.birdsEyeView(along: 0)
    #expect(view.shape == [2, 4, 3, 4])
    #expect(view[0, 3, 2, 3].item(of: Double.self) == 2)
    #expect(view[1, 2, 1, 2].item(of: Double.self) == 4)
    #expect(x.centres().array(of: Float.self) == [10.75, 2.5, 6, 10.25, 1.5, 4])
    #expect(message { _ = try x.dense(shape: [1, 3, 4]) }.contains("row 0"))
    #expect(message { _ = try x.dense(shape: [1 << 30, 1 << 30, 4]) }.contains("too large"))
  }
}
