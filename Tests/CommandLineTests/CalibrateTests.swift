import Foundation
import TestSupport
import Testing

/// Seen by fx 500, fy 400, cx 320, cy 240 from 4 m before the origin: u = 320 + 500 x / (z + 4), v = 240 + 400 y / (z + 4).
private let points = """
  X,Y,Z,u,v
  0,0,0,320,240
  1,0,0,445,240
  0,1,0,320,340
  1,1,1,420,320
  -1,2,1,220,400
  2,-1,-2,820,40
  -2,-2,4,195,140
  """

@Test func `calibrate dlt prints the camera that saw the points`() throws {
  let folder = try TemporaryFolder()
  let path = folder.file("points.csv")
  try points.write(toFile: path, atomically: true, encoding: .utf8)
  let result = try Tool.run("calibrate", "dlt", "--points", path, "--json")
  #expect(result.status == 0, "\(result.messages)")
  let object = try #require(
    try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  #expect(object["points"] as? Int == 7)
  #expect(try #require(object["rms_px"] as? Double) < 1e-9)
  let camera = try #require(object["camera"] as? [String: Double])
  let expected = ["fx": 500.0, "fy": 400, "cx": 320, "cy": 240, "skew": 0]
  #expect(camera.keys.sorted() == expected.keys.sorted())
  for (name, value) in expected { #expect(abs((camera[name] ?? .nan) - value) < 1e-8) }
  let pose =
    try #require(object["rotation"] as? [Double]) + #require(object["translation"] as? [Double])
  for (number, value) in zip(pose, [1, 0, 0, 0, 0, 0, 4.0]) { #expect(abs(number - value) < 1e-10) }
  #expect(pose.count == 7)
  let text = try Tool.run("calibrate", "dlt", "--points", path)
  #expect(text.status == 0 && text.output.contains("focal length      500 400 px"))
}

@Test func `calibrate dlt refuses what determines no camera with code 1`() throws {
  let folder = try TemporaryFolder()
  let path = folder.file("points.csv")
  try points.split(separator: "\n").prefix(6).joined(separator: "\n")
    .write(toFile: path, atomically: true, encoding: .utf8)
  let result = try Tool.run("calibrate", "dlt", "--points", path)
  #expect(result.status == 1 && result.output.isEmpty)
  #expect(result.messages.contains("too few points: 5 different points"))
  #expect(result.messages.contains("measure at least 6"))
}

@Test(arguments: [
  ("1,2,3,4,5\n1,2,x,4,5\n", ":2:5: error: Z is no finite number: 'x'"),
  ("X,Y,Z,u,v\n\n1,2,3,4\n", ":3:8: error: v is missing"),
  ("1,2,3,4,5,6\n", ":1:11: error: more than 5 columns"),
  ("u,v,X,Y,Z\n", ":1:1: error: X is no finite number: 'u' (the header is X,Y,Z,u,v)"),
  ("1,2,3,nan,5\r\n", ":1:7: error: u is no finite number: 'nan'"),
])
func `a damaged list of points ends with code 5 and its place`(text: String, message: String) throws
{
  let folder = try TemporaryFolder()
  let path = folder.file("points.csv")
  try text.write(toFile: path, atomically: true, encoding: .utf8)
  let result = try Tool.run("calibrate", "dlt", "--points", path)
  #expect(result.status == 5)
  #expect(result.messages.contains("points.csv" + message), "\(result.messages)")
}

@Test func `calibrate explains its methods`() throws {
  let folder = try TemporaryFolder()
  #expect(try Tool.run("calibrate", "dlt", "--points", folder.file("absent.csv")).status == 5)
  #expect(try Tool.run("calibrate", "dlt", "--points", folder.path).status == 5)
  let wrong = try Tool.run("calibrate", "dlr")
  #expect(wrong.status == 2 && wrong.messages.contains("unknown method 'dlr'; did you mean 'dlt'?"))
  #expect(try Tool.run("calibrate").messages.contains("METHOD is missing"))
  let help = try Tool.run("calibrate", "dlt", "--help")
  #expect(
    help.status == 0 && help.output.contains("usage: parallax calibrate dlt --points FILE.csv"))
}
