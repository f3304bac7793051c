import Geometry
import Tensors

extension DepthCamera {
  /// What the camera sees, without colours when it renders none, and the depths that it measures.
  ///
  /// - Parameters:
  ///   - snapshot: The scene.
  ///   - worldFromCamera: Where the camera is.
  ///   - seed: Seed of the noise.
  ///   - frame: Number of the frame.
  ///   - threads: Number of threads.
  /// - Returns: Exact view, and depths of shape `[H, W]`, metres, 0 for holes.
  func measure(
    _ snapshot: SceneSnapshot, from worldFromCamera: Pose, seed: UInt64, frame: Int, threads: Int
  ) -> (view: RenderedView, depths: Tensor) {
    let camera = camera
    let view =
      color
      ? CameraRenderer(
        snapshot: snapshot, camera: camera, worldFromCamera: worldFromCamera, sampling: sampling,
        noise: noise, threads: threads
      ).render { RandomStream.generator(seed: seed, .colorImage, frame: frame, line: $0) }
      : DepthRenderer(
        snapshot: snapshot, camera: camera, worldFromCamera: worldFromCamera, threads: threads
      ).render()
    guard let model else {
      let depths = DepthNoise(camera: self).measured(view) {
        RandomStream.generator(seed: seed, .depthImage, frame: frame, line: $0)
      }
      return (view, depths)
    }
    let depths = DepthModelScanner(
      snapshot: snapshot, model: model, camera: camera, worldFromCamera: worldFromCamera,
      noise: depthNoise, threads: threads
    ).scan { RandomStream.generator(seed: seed, .depthImage, frame: frame, line: $0) }
    return (view, depths)
  }
}
