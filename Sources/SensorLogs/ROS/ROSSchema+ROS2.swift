extension ROSSchema {
  /// The same types as ROS 2 writes them: times become messages, headers lose `seq`, matrices of cameras get small letters.
  func migratedToROS2() -> ROSSchema {
    var migrated = self
    for index in migrated.types.indices {
      migrated.types[index].name =
        types[index].name == "tf/tfMessage" ? "tf2_msgs/TFMessage" : types[index].name
      if types[index].role == .header {
        migrated.types[index].fields.removeAll { $0.name == "seq" }
      }
      if types[index].name == "sensor_msgs/CameraInfo" {
        for field in migrated.types[index].fields.indices {
          migrated.types[index].fields[field].name =
            migrated.types[index].fields[field].name.lowercased()
        }
      }
    }
    return migrated
  }

  /// The definitions as `ros2msg` text: the top type, then those it uses.
  var ros2Text: String {
    var text = types.first.map(definition) ?? ""
    var usesTime = false
    var usesDuration = false
    for type in types {
      for field in type.fields {
        if case .primitive(.time) = field.element { usesTime = true }
        if case .primitive(.duration) = field.element { usesDuration = true }
      }
    }
    func append(_ name: String, _ body: String) {
      text += String(repeating: "=", count: 80) + "\nMSG: \(name)\n" + body
    }
    let names = Set(types.map(\.name))
    for type in types.dropFirst() { append(type.name, definition(type)) }
    let body = "int32 sec\nuint32 nanosec\n"
    if usesTime, !names.contains("builtin_interfaces/Time") {
      append("builtin_interfaces/Time", body)
    }
    if usesDuration, !names.contains("builtin_interfaces/Duration") {
      append("builtin_interfaces/Duration", body)
    }
    return text
  }

  private func definition(_ type: MessageType) -> String {
    var text = ""
    for constant in type.constants {
      let kind = ["char", "byte"].contains(constant.type) ? "uint8" : constant.type
      let isQuoted = constant.value.hasPrefix("\"") || constant.value.hasPrefix("'")
      let value = kind == "string" && !isQuoted ? "\"\(constant.value)\"" : constant.value
      text += "\(kind) \(constant.name)=\(value)\n"
    }
    for field in type.fields {
      var kind: String
      switch field.element {
      case .primitive(.time): kind = "builtin_interfaces/Time"
      case .primitive(.duration): kind = "builtin_interfaces/Duration"
      case .primitive(let primitive): kind = primitive.rawValue
      case .message(let index): kind = types[index].name
      }
      switch field.arity {
      case .one: break
      case .fixed(let count): kind += "[\(count)]"
      case .sequence(let bound): kind += bound.map { "[<=\($0)]" } ?? "[]"
      }
      text += "\(kind) \(field.name)" + (field.defaultValue.map { " \($0)" } ?? "") + "\n"
    }
    return text
  }
}

/// Rewrites ROS 1 messages of one type as ROS 2 messages.
struct ROSTranscoder: Sendable {
  /// The type's name in ROS 2.
  let type: String
  /// Its definition as `ros2msg`.
  let text: String
  private let decoder: ROSMessageDecoder
  private let encoder: ROSRecordEncoder
  private let lowersNames: Bool

  init(_ decoder: ROSMessageDecoder) {
    self.decoder = decoder
    let migrated = decoder.schema.migratedToROS2()
    encoder = ROSRecordEncoder(schema: migrated)
    type = ROSSchema.longName(migrated.root.name)
    text = migrated.ros2Text
    lowersNames = migrated.root.name == "sensor_msgs/CameraInfo"
  }

  func transcode(_ data: ArraySlice<UInt8>, file: String, place: String) throws -> [UInt8] {
    var record = try decoder.decodeRecord(data, file: file, place: place)
    if lowersNames {
      for index in record.fields.indices {
        record.fields[index].name = record.fields[index].name.lowercased()
      }
    }
    do {
      return try encoder.encode(record)
    } catch let problem as FormatProblem {
      throw problem.asLogError(file: file, place: place)
    }
  }
}
