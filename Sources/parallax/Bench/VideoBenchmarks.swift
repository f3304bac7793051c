import Foundation
import Models
import Networks
import Tensors

/// Causal networks over streams, and recurrent layers, with random weights.
enum VideoBenchmarks {
  static func operations(threads: Int) -> [BenchOperation] {
    streaming(threads) + recurrence(threads)
  }

  /// The cost of a new frame of a causal R3D-18 at 112x112 pixels, and of computing its window of 16
  /// frames again: the network as it is, and the plain one, which is faster.
  ///
  /// The check value is the greatest difference of the streamed scores to the clip's. One repetition of
  /// the stream takes 8 frames, after which its strides begin anew; its times must be divided by 8.
  private static func streaming(_ threads: Int) -> [BenchOperation] {
    let shape = [1, 3, 16, 112, 112]
    var streams: [FrameStream] = []
    var (frames, difference) = ([Tensor](), Double.nan)
    func stream(_ name: String, _ engine: FrameRun.Engine) -> BenchOperation {
      BenchOperation(name: name, count: 8) {
        TorchThreads.set(threads)
        let network = ResNet3D(.r3d18, causal: true).initialized(seed: 1)
        var generator = SeededGenerator(seed: 2)
        let clip = Tensor.normal(shape, using: &generator)
        frames = (0..<16).map { clip.selected(axis: 2, at: $0).copied() }
        guard var stream = network.makeStream(mean: .all, engine: engine) else { return }
        var last: Tensor?
        for frame in frames { last = try stream.push(frame) ?? last }
        let offline = withoutGradients { network(clip) }
        difference = last.map { Double(($0 - offline).abs().max().item(of: Float.self)) } ?? .nan
        streams = [stream]
      } body: {
        for frame in frames.prefix(8) { _ = try streams[0].push(frame) }
        return difference
      }
    }
    func window(_ name: String, causal: Bool) -> BenchOperation {
      var ready: (network: PreparedNetwork, x: Tensor)?
      return BenchOperation(name: name, count: 16) {
        TorchThreads.set(threads)
        var generator = SeededGenerator(seed: 2)
        let x = Tensor.normal(shape, using: &generator)
        let network = ResNet3D(.r3d18, causal: causal).initialized(seed: 1)
        ready = (try network.preparedForInference(example: x), x)
      } body: {
        guard let ready else { return .nan }
        return Double(ready.network(ready.x).max().item(of: Float.self))
      }
    }
    return [
      stream("r3d18_stream_8x112x112", .fastest),
      stream("r3d18_stream_libtorch_8x112x112", .libtorch),
      window("r3d18_window_16x112x112", causal: false),
      window("r3d18_causal_window_16x112x112", causal: true),
    ]
  }

  /// 256 values to 256, 100 steps, 32 sequences, and one sequence.
  ///
  /// The check value is the greatest difference to what libtorch computes.
  private static func recurrence(_ threads: Int) -> [BenchOperation] {
    func operation(
      _ name: String, _ batch: Int, _ make: @escaping () -> (any Module, (Tensor) -> Tensor)
    ) -> [BenchOperation] {
      let title = batch == 32 ? name : "\(name)_b\(batch)"
      return [true, false].map { isPrepared in
        var ready: (run: (Tensor) -> Tensor, x: Tensor, difference: Double)?
        return BenchOperation(name: isPrepared ? title : title + "_libtorch", count: 100 * batch) {
          TorchThreads.set(threads)
          let (network, run) = make()
          network.initialized(seed: 1)
          network.evaluate()
          var generator = SeededGenerator(seed: 2)
          let x = Tensor.normal([100, batch, 256], using: &generator)
          let expected = run(x).detached()
          let found = withoutGradients { run(x) }
          let difference = Double((found - expected).abs().max().item(of: Float.self))
          // In training mode nothing but libtorch computes; there is no dropout to differ by.
          if !isPrepared { network.train() }
          ready = (run, x, difference)
        } body: {
          guard let ready else { return .nan }
          _ = withoutGradients { ready.run(ready.x) }
          return ready.difference
        }
      }
    }
    return [32, 1].flatMap { batch in
      operation("lstm", batch) {
        let network = LSTM(256, 256)
        return (network, { network($0).output })
      }
        + operation("gru", batch) {
          let network = GRU(256, 256)
          return (network, { network($0).output })
        }
    }
  }
}
