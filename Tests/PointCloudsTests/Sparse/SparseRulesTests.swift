import Tensors
import TestSupport
import Testing

@testable import PointClouds

/// Rule books, gradients by differences, layouts, threads and instructions.
@Suite struct SparseRulesTests {
  /// The pairs of a window by looking every input cell up.
  private func reference(
    _ fine: SparseCells, _ coarse: SparseCells, _ window: SparseWindow, upwards: Bool
  ) -> [Set<[Int32]>] {
    let width = fine.axes + 1
    var rows: [[Int]: Int32] = [:]
    for (row, cell) in fine.coordinates.array(of: Int32.self).chunked(by: width).enumerated() {
      rows[cell.map(Int.init)] = Int32(row)
    }
    var pairs = [Set<[Int32]>](repeating: [], count: window.places)
    for (row, cell) in coarse.coordinates.array(of: Int32.self).chunked(by: width).enumerated() {
      for place in 0..<window.places {
        var rest = place
        var seen = cell.map(Int.init)
        for axis in (0..<fine.axes).reversed() {
          let k = rest % window.size[axis]
          rest /= window.size[axis]
          seen[axis + 1] =
            seen[axis + 1] * window.stride[axis] + k * window.dilation[axis] - window.padding[axis]
        }
        guard let input = rows[seen] else { continue }
        pairs[place].insert(upwards ? [Int32(row), input] : [input, Int32(row)])
      }
    }
    return pairs
  }

  @Test func `rule books hold the pairs that looking cells up gives, both ways`() throws {
    let scene = SparseScene([12, 9, 31], density: 0.35, seed: 3)
    let far = Tensor(
      scene.coordinates.array(of: Int32.self).enumerated().map {
        $0.offset % 4 == 0 ? $0.element : $0.element * 3 - 400_000
      }, shape: scene.coordinates.shape)
    for (coordinates, shape) in [(scene.coordinates, scene.shape as [Int]?), (far, nil)] {
      let cells = try SparseCells(coordinates, shape: shape)
      for (size, stride, dilation) in [(3, 1, 1), (3, 1, 3), (2, 2, 1), (3, 2, 1), (5, 3, 2)] {
        let window = SparseWindow.around(
          axes: 3, size: PerAxis(size), stride: PerAxis(stride), dilation: PerAxis(dilation))
        let (coarse, link) = try cells.coarser(window, .floorDivision)
        for upwards in [false, true] {
          let rules = try link.rules(upwards: upwards, threads: 3)
          let found = rules.pairs(places: window.places)
          #expect(found.map(\.count).reduce(0, +) == rules.pairCount)
          let expected = reference(cells, coarse, window, upwards: upwards)
          for place in 0..<window.places {
            #expect(
              Set(found[place].map { [$0.input, $0.output] }) == expected[place],
              "k\(size) s\(stride) d\(dilation) place \(place) upwards \(upwards)")
            #expect(found[place].count == expected[place].count)
          }
        }
      }
    }
  }

  @Test func `derivatives agree with finite differences`() throws {
    let scene = SparseScene([5, 4, 4], density: 0.3)
    let cells = try SparseCells(scene.coordinates, shape: scene.shape)
    let x = scene.random([cells.count, 2], stream: 1)
    let bias = scene.random([3], stream: 3)
    func check(
      _ name: String, _ size: Int,
      _ function: @escaping (SparseTensor, SparseWeight, Tensor) throws -> SparseTensor
    ) throws {
      let weight = scene.random([3, 2, size, size, size], stream: 2)
      let errors = gradientErrors(
        of: { operands in
          guard
            let y = try? function(
              SparseTensor(cells, features: operands[0]), SparseWeight(operands[1]), operands[2])
          else { return operands[0] }
          return y.features
        }, at: [x, weight, bias])
      #expect(errors.isEmpty, "\(name): \(errors.prefix(3))")
    }
    try check("submanifold", 3) { try $0.submanifoldConvolution($1, bias: $2) }
    try check("strided", 3) { try $0.convolution($1, bias: $2, stride: 2, padding: 1) }
    try check("floor", 2) { try $0.convolution($1, bias: $2, stride: 2, striding: .floorDivision) }
    try check("transposed", 2) { try $0.transposedConvolution($1, bias: $2, stride: 2) }
    for pooling in SparseTensor.Pooling.allCases {
      let errors = gradientErrors(
        of: { operands in
          let tensor = SparseTensor(cells, features: operands[0])
          let pooled = try? tensor.pooled(pooling, kernel: 3, stride: 2, padding: 1)
          return pooled?.features ?? operands[0]
        }, at: [x])
      #expect(errors.isEmpty, "\(pooling): \(errors.prefix(3))")
    }
  }

  /// Bits of a training step of two layers.
  private func step(_ cells: SparseCells, _ channels: Int, threads: Int) throws -> [[UInt8]] {
    try TorchThreads.with(threads) {
      let fresh = try SparseCells(cells.coordinates, shape: cells.shape)
      let scene = SparseScene([1, 1, 1])
      let leaves = [
        scene.random([fresh.count, channels], .float32, stream: 1),
        scene.random([37, channels, 3, 3, 3], .float32, stream: 2),
        scene.random([37], .float32, stream: 3),
        scene.random([8, 37, 2, 2, 2], .float32, stream: 4),
      ].map { $0.requiringGradient() }
      let y = try SparseTensor(fresh, features: leaves[0])
        .submanifoldConvolution(SparseWeight(leaves[1]), bias: leaves[2])
        .convolution(SparseWeight(leaves[3]), stride: 2)
      let slopes = gradients(of: y.features.square().sum(), withRespectTo: leaves)
      return ([y.features] + slopes).map(bits)
    }
  }

  @Test func `bits depend neither on threads nor on instructions`() throws {
    let scene = SparseScene([16, 15, 14], density: 0.3)
    let cells = try SparseCells(scene.coordinates, shape: scene.shape)
    let expected = try step(cells, 21, threads: 1)
    for threads in [2, 5] { #expect(try step(cells, 21, threads: threads) == expected) }
    for instructions in SparseInstructions.allCases {
      let found = try SparseInstructions.$forced.withValue(instructions) {
        try step(cells, 21, threads: 2)
      }
      #expect(found == expected, "\(instructions)")
    }
  }

  @Test func `the order of the rows does not change a bit of what belongs to a cell`() throws {
    let scene = SparseScene([10, 11, 12], density: 0.3)
    let features = scene.random([scene.coordinates.shape[0], 6], .float32, stream: 1)
    let weight = SparseWeight(scene.random([9, 6, 3, 3, 3], .float32, stream: 2))
    let cells = try SparseCells(scene.coordinates)
    let rows = scene.coordinates.array(of: Int32.self).chunked(by: 4)
    let order = rows.indices.sorted { rows[$0].lexicographicallyPrecedes(rows[$1]) }
    let places = Tensor(order.map(Int64.init))
    let sorted = try SparseCells(scene.coordinates.selected(axis: 0, at: places))
    let y = try SparseTensor(cells, features: features).submanifoldConvolution(weight)
    let z = try SparseTensor(sorted, features: features.selected(axis: 0, at: places))
      .submanifoldConvolution(weight)
    #expect(bits(y.features.selected(axis: 0, at: places)) == bits(z.features))
  }

  @Test func `all layouts of weights give the same`() throws {
    let scene = SparseScene([6, 7, 8])
    let cells = try SparseCells(scene.coordinates, shape: scene.shape)
    let x = SparseTensor(cells, features: scene.random([cells.count, 4], stream: 1))
    let dense = scene.random([5, 4, 3, 2, 1], stream: 2)
    let expected = try x.convolution(SparseWeight(dense), stride: 2).features
    let last = dense.permuted([0, 2, 3, 4, 1]).contiguous()
    let first = dense.permuted([2, 3, 4, 1, 0]).reshaped([6, 4, 5]).contiguous()
    let reversed = dense.permuted([4, 3, 2, 1, 0]).reshaped([6, 4, 5]).contiguous()
    for (tensor, layout) in [
      (last, SparseWeight.Layout.channelsLast), (first, .placesFirst),
      (first.reshaped([6, 1, 4, 5]), .placesFirst), (reversed, .placesFirstReversed),
    ] {
      let weight = SparseWeight(
        tensor.requiringGradient(), layout: layout, size: [3, 2, 1])
      #expect(bits(weight.dense().contiguous()) == bits(dense), "\(layout)")
      let y = try x.convolution(weight, stride: 2).features
      #expect(bits(y) == bits(expected), "\(layout)")
      let whole = dense.requiringGradient()
      let z = try x.convolution(SparseWeight(whole), stride: 2).features
      let slope = gradients(of: y.square().sum(), withRespectTo: [weight.tensor])[0]
      let wanted = gradients(of: z.square().sum(), withRespectTo: [whole])[0]
      let back = SparseWeight(slope, layout: layout, size: [3, 2, 1]).dense()
      #expect(bits(back.contiguous()) == bits(wanted), "\(layout)")
    }
  }

  @Test func `layers of the same geometry share one rule book`() throws {
    let scene = SparseScene([6, 7, 8])
    let cells = try SparseCells(scene.coordinates, shape: scene.shape)
    let x = SparseTensor(cells, features: scene.random([cells.count, 4], stream: 1))
    let weight = SparseWeight(scene.random([4, 4, 3, 3, 3], stream: 2))
    let y = try x.submanifoldConvolution(weight).submanifoldConvolution(weight)
    let once = cells.ruleBookByteCount
    #expect(once > 0)
    _ = try y.submanifoldConvolution(weight)
    #expect(cells.ruleBookByteCount == once)
    let a = try x.convolution(weight, stride: 2, padding: 1)
    let b = try y.convolution(weight, stride: 2, padding: 1)
    #expect(a.cells === b.cells)
    let c = try x.transposedConvolution(weight, stride: 2)
    #expect(try y.transposedConvolution(weight, stride: 2).cells === c.cells)
    #expect(a.cells.stride == [2, 2, 2])
  }
}
