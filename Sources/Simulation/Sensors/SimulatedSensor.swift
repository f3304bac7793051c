public import Configuration

/// A sensor of a simulated rig.
public enum SimulatedSensor: Sendable {
  case stereo(StereoHead)
  case lidar(SpinningLidar)
  case depthCamera(DepthCamera)
  case mono(MonoCamera)

  /// Reads the sensors of a scene.
  ///
  /// - Parameter node: A list of mappings, each with `kind: stereo`, `lidar`, `rgbd` or `mono`.
  /// - Returns: The sensors; at most one of each kind.
  /// - Throws: ``ConfigurationErrors`` with the place of everything that is wrong.
  static func list(_ node: YAMLNode) throws -> [SimulatedSensor] {
    var sensors: [SimulatedSensor] = []
    var errors: [ConfigurationError] = []
    var seen: Set<SensorKind> = []
    for item in try node.requireItems("a list of sensors") {
      do {
        let kind = try item.requireMapping("a sensor: a mapping with 'kind'").required(
          "kind", as: SensorKind.self)
        if !seen.insert(kind).inserted {
          errors.append(item.error("a second '\(kind.rawValue)'; a rig has one of each kind"))
        }
        if let place = item.mapping?["position"], let items = place.items, items.count != 3 {
          errors.append(place.error("'position' has three numbers, not \(items.count)"))
        }
        switch kind {
        case .stereo: sensors.append(.stereo(try StereoHead(settings: item)))
        case .lidar:
          let lidar = try SpinningLidar(settings: item)
          if let problem = lidar.problem { throw item.error(problem) }
          sensors.append(.lidar(lidar))
        case .mono:
          let camera = try MonoCamera(settings: item)
          if let problem = camera.problem { throw item.error(problem) }
          sensors.append(.mono(camera))
        case .rgbd: sensors.append(.depthCamera(try DepthCamera(settings: item)))
        }
      } catch {
        errors += ConfigurationErrors(collecting: error, at: item.position).errors
      }
    }
    if !errors.isEmpty { throw ConfigurationErrors(errors) }
    if sensors.isEmpty { throw ConfigurationErrors(node.error("a scene needs a sensor")) }
    return sensors
  }
}

/// The word under `kind:` of a sensor.
public enum SensorKind: String, CaseIterable, ParameterValue {
  case stereo
  case lidar
  case rgbd
  case mono
}

/// How a camera turns rays into pixel values.
public enum PixelSampling: String, CaseIterable, ParameterValue {
  /// One ray through the centre of each pixel.
  case single
  /// Four more rays for pixels at edges.
  case edges
  /// Four rays for every pixel.
  case full
}
