import Foundation
import PointClouds
import Tensors

/// Sparse convolution on the peers' own voxels, as in their `sparse.py`.
enum SparseBenchmarks {
  static func operations(data folder: String, threads: Int) throws -> [BenchOperation] {
    guard let coordinates = try cells("voxels_60k", in: folder),
      let narrow = try numbers("voxels_60k_f16", in: folder)
    else { return [] }
    TorchThreads.set(threads)
    let wide = Tensor.concatenated([narrow, narrow, narrow, narrow], axis: 1).contiguous()
    var operations = [
      operation("subm3_rulebook", coordinates) {
        Double(try SparseCells(coordinates).submanifoldPairCount(kernel: 3))
      }
    ]
    for (features, outputs) in [(narrow, 32), (wide, 64)] {
      let name = "\(features.shape[1])_\(outputs)"
      guard let kernel = try numbers("subm_w_\(name)", in: folder),
        let expected = try numbers("subm_ref_\(name)_first256", in: folder)
      else { continue }
      let weight = SparseWeight(kernel, layout: .placesFirst, size: [3, 3, 3])
      var known: SparseCells?
      operations.append(
        operation("subm3_\(name)", coordinates) {
          known = try SparseCells(coordinates)
        } body: {
          let cells = try known ?? SparseCells(coordinates)
          let y = try SparseTensor(cells, features: features).submanifoldConvolution(weight)
          return error(y.features, expected)
        })
      operations.append(
        operation("subm3_\(name)_with_rulebook", coordinates) {
          let x = try SparseTensor(coordinates: coordinates, features: features)
          return error(try x.submanifoldConvolution(weight).features, expected)
        })
      guard outputs == 64 else { continue }
      operations.append(
        operation("subm3_\(name)_fwd_bwd_with_rulebook", coordinates) {
          let leaves = [features, kernel].map { $0.requiringGradient() }
          let y = try SparseTensor(coordinates: coordinates, features: leaves[0])
            .submanifoldConvolution(
              SparseWeight(leaves[1], layout: .placesFirst, size: [3, 3, 3]))
          _ = gradients(of: y.features.square().mean(), withRespectTo: leaves)
          return error(y.features, expected)
        })
    }
    return operations

    func operation(
      _ name: String, _ coordinates: Tensor, prepare: @escaping () throws -> Void = {},
      body: @escaping () throws -> Double
    ) -> BenchOperation {
      BenchOperation(name: name, count: coordinates.shape[0]) {
        TorchThreads.set(threads)
        try prepare()
      } body: {
        try TorchThreads.with(threads, body)
      }
    }
  }

  /// The greatest difference of the first rows to those that were computed in double precision.
  private static func error(_ found: Tensor, _ expected: Tensor) -> Double {
    found.withUnsafeElements(of: Float.self) { found in
      expected.withUnsafeElements(of: Float.self) { expected in
        expected.indices.reduce(0.0) { max($0, Double(abs(found[$1] - expected[$1]))) }
      }
    }
  }

  private static func numbers(_ name: String, in folder: String) throws -> Tensor? {
    let path = "\(folder)/\(name).npy"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try NumPyArray.readFloats(path: path)
  }

  /// Batch and places; an Int32 array of four columns.
  private static func cells(_ name: String, in folder: String) throws -> Tensor? {
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(name).npy") else {
      return nil
    }
    let bytes = [UInt8](data)
    guard bytes.count > 10, bytes.starts(with: [0x93] + Array("NUMPY\u{1}".utf8)) else {
      throw CommandFailure(.unreadableInput, "\(name).npy: not a NumPy array of version 1")
    }
    let start = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    guard start <= bytes.count, (bytes.count - start) % 16 == 0 else {
      throw CommandFailure(.unreadableInput, "\(name).npy: no rows of four numbers")
    }
    return Tensor(shape: [(bytes.count - start) / 16, 4], of: Int32.self) { target in
      bytes.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(target).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: $0[start...]))
      }
    }
  }
}
