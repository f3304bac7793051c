import PointClouds
import Tensors
import TestSupport
import Testing

/// Sparse convolutions are dense ones of which only some cells are looked at: forward and gradients.
@Suite struct SparseConvolutionTests {
  struct Setting: CustomStringConvertible, Sendable {
    var size: [Int]
    var stride: [Int] = [1, 1, 1]
    var padding: [Int] = [0, 0, 0]
    var dilation: [Int] = [1, 1, 1]
    var inputs = 3
    var outputs = 5
    var description: String {
      "k\(size) s\(stride) p\(padding) d\(dilation) \(inputs)→\(outputs)"
    }
  }

  static let submanifold: [Setting] =
    (1...5).map { Setting(size: [$0, $0, $0]) } + [
      Setting(size: [1, 3, 5], dilation: [1, 2, 1]),
      Setting(size: [3, 3, 3], dilation: [3, 2, 2]),
      Setting(size: [3, 3, 3], inputs: 1, outputs: 1),
      Setting(size: [3, 3, 3], inputs: 16, outputs: 32),
      Setting(size: [3, 3, 3], inputs: 17, outputs: 65),
      Setting(size: [2, 3, 1], inputs: 70, outputs: 100),
      Setting(size: [3, 3], inputs: 7, outputs: 19),
      Setting(size: [5, 2], dilation: [2, 1]),
    ]

  static let strided: [Setting] =
    (1...5).flatMap { size in
      (1...3).map { stride in
        Setting(
          size: [size, size, size], stride: [stride, stride, stride],
          padding: [size / 2, size / 2, size / 2])
      }
    } + [
      Setting(size: [3, 3, 3], stride: [2, 2, 2], padding: [0, 1, 1]),
      Setting(size: [3, 1, 1], stride: [2, 1, 1]),
      Setting(size: [2, 2, 2], stride: [2, 2, 2], inputs: 33, outputs: 20),
      Setting(size: [2, 3, 4], stride: [3, 2, 1], padding: [0, 2, 1], dilation: [2, 1, 2]),
      Setting(size: [3, 3, 3], stride: [2, 2, 2], padding: [2, 2, 2], dilation: [2, 2, 2]),
      Setting(size: [3, 3], stride: [2, 2], padding: [1, 1], dilation: [1, 1]),
    ]

  /// A scene for as many axes as the setting has.
  private func scene(_ setting: Setting) -> SparseScene {
    SparseScene(setting.size.count == 2 ? [13, 11] : [9, 7, 8])
  }

  private func window(_ setting: Setting) -> SparseWindow {
    let axes = setting.size.count
    return SparseWindow(
      axes: axes, size: PerAxis(setting.size), stride: PerAxis(Array(setting.stride.prefix(axes))),
      dilation: PerAxis(Array(setting.dilation.prefix(axes))),
      padding: PerAxis(Array(setting.padding.prefix(axes))))
  }

  /// Compares outputs and the gradients of a weighted sum with those of a dense computation.
  private func compare(
    _ setting: Setting, _ type: ElementType, inputs: Tensor, weight shape: [Int],
    sparse: (_ features: Tensor, _ weight: Tensor, _ bias: Tensor) throws -> Tensor,
    dense: (_ features: Tensor, _ weight: Tensor) throws -> Tensor
  ) throws {
    let scene = scene(setting)
    let outputs = setting.outputs
    let leaves = [
      inputs, scene.random(shape, stream: 2), scene.random([outputs], stream: 3),
    ]
    let own = leaves.map { $0.converted(to: type).requiringGradient() }
    let theirs = leaves.map { $0.converted(to: type).converted(to: .float64).requiringGradient() }
    let found = try sparse(own[0], own[1], own[2])
    let expected = try dense(theirs[0], theirs[1]) + theirs[2]
    let tolerance = type == .float64 ? 1e-12 : 3e-6
    #expect(relativeDifference(found, expected) < tolerance, "\(setting) \(type)")
    let factors = scene.random(found.shape, stream: 4)
    let slopes = gradients(of: (found * factors.converted(to: type)).sum(), withRespectTo: own)
    let expectedSlopes = gradients(of: (expected * factors).sum(), withRespectTo: theirs)
    for (i, (slope, wanted)) in zip(slopes, expectedSlopes).enumerated() {
      #expect(relativeDifference(slope, wanted) < tolerance, "gradient \(i), \(setting) \(type)")
    }
  }

  @Test(arguments: submanifold)
  func `a submanifold convolution is a dense one looked at where cells are`(
    _ setting: Setting
  ) throws {
    let scene = scene(setting)
    let axes = setting.size.count
    let cells = try SparseCells(scene.coordinates, shape: scene.shape)
    let dilation = PerAxis(Array(setting.dilation.prefix(axes)))
    let around = SparseWindow.around(
      axes: axes, size: PerAxis(setting.size), dilation: dilation)
    for type in [ElementType.float64, .float32] {
      try compare(
        setting, type, inputs: scene.random([cells.count, setting.inputs], stream: 1),
        weight: [setting.outputs, setting.inputs] + setting.size
      ) {
        try SparseTensor(cells, features: $0)
          .submanifoldConvolution(SparseWeight($1), bias: $2, dilation: dilation).features
      } dense: {
        let grid = try SparseTensor(cells, features: $0).dense(batches: scene.batches)
        return SparseScene.rows(
          of: SparseScene.correlation(grid, $1, around), at: scene.coordinates)
      }
    }
  }

  @Test(arguments: strided)
  func `a strided convolution is a dense one looked at where its window holds a cell`(
    _ setting: Setting
  ) throws {
    let scene = scene(setting)
    let window = window(setting)
    let cells = try SparseCells(scene.coordinates, shape: scene.shape)
    for type in [ElementType.float64, .float32] {
      try compare(
        setting, type, inputs: scene.random([cells.count, setting.inputs], stream: 1),
        weight: [setting.outputs, setting.inputs] + setting.size
      ) {
        let y = try SparseTensor(cells, features: $0).convolution(
          SparseWeight($1), bias: $2, stride: PerAxis(window.stride),
          padding: PerAxis(window.padding), dilation: PerAxis(window.dilation))
        #expect(y.coordinates.array(of: Int32.self) == scene.reached(window), "\(setting)")
        #expect(y.cells.shape == window.coarseShape(scene.shape))
        return y.features
      } dense: {
        let grid = try SparseTensor(cells, features: $0).dense(batches: scene.batches)
        let coarse = Tensor(scene.reached(window)).reshaped([-1, setting.size.count + 1])
        return SparseScene.rows(of: SparseScene.correlation(grid, $1, window), at: coarse)
      }
    }
  }

  @Test(arguments: strided)
  func `with floor division outputs are the cells that cells fall into`(
    _ setting: Setting
  ) throws {
    let scene = scene(setting)
    let cells = try SparseCells(scene.coordinates, shape: scene.shape)
    let plain = window(setting)
    let window = SparseWindow.around(
      axes: setting.size.count, size: PerAxis(setting.size), stride: PerAxis(plain.stride),
      dilation: PerAxis(plain.dilation))
    let coarse = scene.floored(plain.stride)
    for type in [ElementType.float64, .float32] {
      try compare(
        setting, type, inputs: scene.random([cells.count, setting.inputs], stream: 1),
        weight: [setting.outputs, setting.inputs] + setting.size
      ) {
        let y = try SparseTensor(cells, features: $0).convolution(
          SparseWeight($1), bias: $2, stride: PerAxis(plain.stride),
          dilation: PerAxis(plain.dilation), striding: .floorDivision)
        #expect(y.coordinates.array(of: Int32.self) == coarse, "\(setting)")
        return y.features
      } dense: {
        let grid = try SparseTensor(cells, features: $0).dense(batches: scene.batches)
        return SparseScene.rows(
          of: SparseScene.correlation(grid, $1, window),
          at: Tensor(coarse).reshaped([-1, setting.size.count + 1]))
      }
    }
  }

  @Test(arguments: strided.filter { $0.dilation == [1, 1, 1] && $0.size.count == 3 })
  func `an inverse convolution is a dense transposed one looked at where the fine cells are`(
    _ setting: Setting
  ) throws {
    let scene = scene(setting)
    let window = window(setting)
    let cells = try SparseCells(scene.coordinates, shape: scene.shape)
    let coarse = Tensor(scene.reached(window)).reshaped([-1, 4])
    for type in [ElementType.float64, .float32] {
      try compare(
        setting, type, inputs: scene.random([coarse.shape[0], setting.inputs], stream: 1),
        weight: [setting.outputs, setting.inputs] + setting.size
      ) { features, weight, bias in
        let one = Tensor.zeros([1, 1] + setting.size, type)
        let down = try SparseTensor(cells, features: .zeros([cells.count, 1], type)).convolution(
          SparseWeight(one), stride: PerAxis(window.stride), padding: PerAxis(window.padding))
        return try down.with(features).inverseConvolution(
          SparseWeight(weight), bias: bias, onto: cells, stride: PerAxis(window.stride),
          padding: PerAxis(window.padding)
        ).features
      } dense: { features, weight in
        let grid = try SparseTensor(
          coordinates: coarse, features: features, shape: window.coarseShape(scene.shape)
        )
        .dense(batches: scene.batches)
        let whole = grid.transposedConvolution(
          weight.permuted([1, 0, 2, 3, 4]), stride: PerAxis(window.stride))
        // What lies before the grid is cut off, behind it there may be too little.
        let cut = window.padding
        var amounts: [Int] = []
        for axis in (0..<3).reversed() {
          let behind = scene.shape[axis] - (whole.shape[axis + 2] - cut[axis])
          amounts += [0, max(0, behind)]
        }
        var fine = whole.padded(amounts)
        for axis in 0..<3 {
          fine = fine.narrowed(axis: axis + 2, to: cut[axis]..<cut[axis] + scene.shape[axis])
        }
        return SparseScene.rows(of: fine, at: scene.coordinates)
      }
    }
  }

  @Test(arguments: strided.filter { $0.size.count == 3 })
  func `a transposed convolution makes all cells that a dense one reaches`(
    _ setting: Setting
  ) throws {
    let scene = SparseScene([4, 3, 5], density: 0.15)
    let window = window(setting)
    let cells = try SparseCells(scene.coordinates, shape: scene.shape)
    let shape = window.fineShape(scene.shape)
    guard shape.allSatisfy({ $0 > 0 }) else { return }
    for type in [ElementType.float64, .float32] {
      try compare(
        setting, type, inputs: scene.random([cells.count, setting.inputs], stream: 1),
        weight: [setting.outputs, setting.inputs] + setting.size
      ) {
        let y = try SparseTensor(cells, features: $0).transposedConvolution(
          SparseWeight($1), bias: $2, stride: PerAxis(window.stride),
          padding: PerAxis(window.padding), dilation: PerAxis(window.dilation))
        #expect(y.cells.shape == shape)
        return y.features
      } dense: { features, weight in
        func spread(_ features: Tensor, _ weight: Tensor) throws -> Tensor {
          try SparseTensor(cells, features: features).dense(batches: scene.batches)
            .transposedConvolution(
              weight.permuted([1, 0, 2, 3, 4]), stride: PerAxis(window.stride),
              padding: PerAxis(window.padding), dilation: PerAxis(window.dilation))
        }
        let mask = try spread(
          .ones([cells.count, 1], .float64), .ones([1, 1] + setting.size, .float64))
        let places = (mask .> 0.5).nonzero().array(of: Int64.self).chunked(by: 5)
        let reached = places.flatMap { row in [row[0], row[2], row[3], row[4]].map(Int32.init) }
        return SparseScene.rows(
          of: try spread(features, weight), at: Tensor(reached).reshaped([-1, 4]))
      }
    }
  }
}
