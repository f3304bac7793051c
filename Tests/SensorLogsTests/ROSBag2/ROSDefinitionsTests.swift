import Testing

@testable import SensorLogs

@Suite struct ROSDefinitionsTests {
  @Test func `a definition brings those of the types in it, each once`() throws {
    let text = try #require(ROSDefinitions.text(of: "sensor_msgs/msg/Imu"))
    let names = text.split(separator: "\n").filter { $0.hasPrefix("MSG: ") }.map { $0.dropFirst(5) }
    #expect(
      names == [
        "std_msgs/Header", "geometry_msgs/Quaternion", "geometry_msgs/Vector3",
        "builtin_interfaces/Time",
      ])
  }

  @Test(arguments: [
    "sensor_msgs/msg/PointCloud2", "sensor_msgs/msg/CameraInfo", "tf2_msgs/msg/TFMessage",
    "nav_msgs/msg/Odometry", "sensor_msgs/NavSatFix", "std_msgs/msg/Empty",
    "rcl_interfaces/msg/Log",
  ])
  func `definitions parse`(type: String) throws {
    let text = try #require(ROSDefinitions.text(of: type))
    _ = try ROSMessageDecoder(schemaName: type, schemaText: text, encoding: .cdr)
  }

  @Test func `an unknown type has none`() {
    #expect(ROSDefinitions.text(of: "acme_msgs/msg/Thing") == nil)
    #expect(ROSDefinitions.text(of: "Imu") == nil)
    #expect(ROSDefinitions.text(of: "") == nil)
  }
}
