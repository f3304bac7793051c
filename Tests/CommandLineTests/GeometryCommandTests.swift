import Foundation
import TestSupport
import Testing

/// `inspect` and `convert` on files of clouds and meshes.
struct GeometryCommandTests {
  private static let square = """
    mtllib floor.mtl
    v 448262.125 5428517.5 1
    v 448263.125 5428517.5 1
    v 448263.125 5428518.5 1
    v 448262.125 5428518.5 1
    usemtl stone
    f 1 2 3 4
    """

  private func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, text) in files {
      try text.write(toFile: folder.file(name), atomically: true, encoding: .utf8)
    }
    return folder
  }

  private func json(_ arguments: String...) throws -> [String: Any] {
    let result = try Tool.run(arguments + ["--json"])
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(object as? [String: Any], "\(result.messages)")
  }

  @Test func `inspect tells what a mesh holds`() throws {
    let folder = try folder(["a.obj": Self.square])
    let summary = try json("inspect", folder.file("a.obj"))
    #expect(summary["format"] as? String == "obj" && summary["damaged"] as? Bool == false)
    let mesh = try #require(summary["mesh"] as? [String: Any])
    #expect(mesh["vertices"] as? Int == 4 && mesh["faces"] as? Int == 1)
    #expect(mesh["triangles"] as? Int == 2 && mesh["area"] as? Double == 1)
    #expect(mesh["watertight"] as? Bool == false && mesh["boundary_edges"] as? Int == 4)
    #expect(mesh["volume"] == nil)
    let bounds = try #require(mesh["bounds"] as? [String: [Double]])
    #expect(bounds["lower"] == [448262.125, 5_428_517.5, 1])
    let text = try Tool.run("inspect", folder.file("a.obj"))
    #expect(text.status == 0 && text.output.contains("not watertight: 4 boundary"))
  }

  @Test func `samples of a far mesh are a cloud with an origin, and formats keep it`() throws {
    let folder = try folder(["a.obj": Self.square])
    let written = try json(
      "convert", folder.file("a.obj"), folder.file("a.ply"), "--samples", "200", "--even")
    #expect(written["points"] as? Int == 200 && written["kind"] as? String == "cloud")
    var last = folder.file("a.ply")
    for name in ["b.pcd", "c.npy", "d.xyz", "e.ply"] {
      #expect(try Tool.run("convert", last, folder.file(name)).status == 0)
      last = folder.file(name)
      let cloud = try #require(try json("inspect", last)["cloud"] as? [String: Any])
      #expect(cloud["points"] as? Int == 200)
      #expect(cloud["origin"] as? [Double] == [448263, 5_428_518, 0])
    }
    // KITTI scans are too coarse for such coordinates, unless they become local.
    let refused = try Tool.run("convert", last, folder.file("f.bin"))
    #expect(refused.status == 1 && refused.messages.contains("write .pcd, .ply or .npy"))
    #expect(try Tool.run("convert", last, folder.file("f.bin"), "--local").status == 0)
    let again = try Tool.run(
      "convert", folder.file("a.obj"), folder.file("a2.ply"), "--samples", "200", "--even")
    #expect(again.status == 0)
    #expect(
      FileManager.default.contentsEqual(
        atPath: folder.file("a.ply"), andPath: folder.file("a2.ply")))
  }

  @Test func `meshes go from format to format, and what is lost is named`() throws {
    let folder = try folder(["a.obj": Self.square])
    var last = folder.file("a.obj")
    for (name, faces) in [("b.ply", 1), ("c.off", 1), ("d.stl", 2), ("e.obj", 2)] {
      let result = try Tool.run("convert", last, folder.file(name))
      #expect(result.status == 0, "\(result.messages)")
      if name == "b.ply" {
        #expect(result.messages.contains("note: ply has no place for names of kind 'material'"))
      }
      last = folder.file(name)
      let mesh = try #require(try json("inspect", last)["mesh"] as? [String: Any], "\(name)")
      #expect(mesh["faces"] as? Int == faces && mesh["vertices"] as? Int == 4)
    }
    let vertices = try Tool.run("convert", folder.file("b.ply"), folder.file("v.pcd"))
    #expect(vertices.output.contains("4 points") && vertices.messages.contains("--samples N"))
    #expect(try Tool.run("convert", folder.file("v.pcd"), folder.file("w.obj")).status == 0)
  }

  @Test func `encodings are chosen by name`() throws {
    let folder = try folder(["a.xyz": "1 2 3\n4 5 6\n"])
    for (name, encoding, words) in [
      ("a.pcd", "binary_compressed", "DATA binary_compressed"), ("b.pcd", "ascii", "\n4 5 6\n"),
      ("c.ply", "binary_big_endian", "binary_big_endian"),
    ] {
      let result = try Tool.run(
        "convert", folder.file("a.xyz"), folder.file(name), "--encoding", encoding)
      #expect(result.status == 0)
      let data = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
      #expect(data.range(of: Data(words.utf8)) != nil, "\(name)")
    }
  }

  @Test(
    arguments: [
      (["a.xyz", "b.stl"], 2, "a cloud has no faces"),
      (["a.xyz", "b.pcd", "--samples", "5"], 2, "has no faces"),
      (["a.obj", "b.pcd", "--even"], 2, "goes with '--samples N'"),
      (["a.obj", "b.off", "--samples", "5"], 2, "samples are a cloud"),
      (["a.obj", "b.pcd", "--samples", "0"], 2, "at least 1"),
      (["a.obj", "b.off", "--encoding", "binary"], 2, "it has ascii"),
      (
        ["a.obj", "b.pcd", "--encoding", "binary_compresed"], 2, "did you mean 'binary_compressed'?"
      ),
      (["a.obj", "b.doc"], 2, "names no format that can be written"),
      (["a.obj", "a.obj"], 2, "choose another"),
      (["absent.obj", "b.ply"], 5, "no such file"),
      (["empty.obj", "b.ply"], 5, "is empty"),
      (["broken.npy", "b.ply"], 5, "does not start with"),
      (["points.obj", "b.pcd", "--samples", "5"], 1, "no area"),
      (["damaged.off", "b.obj"], 3, "1 of 2 faces could be read"),
      (["a.xyz", "missing/b.pcd"], 1, "No such file"),
    ] as [([String], Int32, String)])
  func `each failure has its exit code and its words`(
    arguments: [String], code: Int32, words: String
  ) throws {
    let folder = try folder([
      "a.xyz": "1 2 3\n4 5 6\n", "a.obj": Self.square, "empty.obj": "", "broken.npy": "abc",
      "points.obj": "v 0 0 0\nv 1 0 0\n",
      "damaged.off": "OFF\n3 2 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n3 0",
    ])
    let paths = arguments.prefix(2).map { folder.file($0) }
    let result = try Tool.run(["convert"] + paths + arguments.dropFirst(2))
    #expect(result.status == code, "\(result.messages)")
    #expect(result.messages.contains(words), "\(result.messages)")
  }

  @Test func `a log is no mesh`() throws {
    let folder = try folder(["a.txt": "hello"])
    let result = try Tool.run("convert", folder.path, folder.file("b.obj"))
    #expect(result.status == 2 && result.messages.contains("not a log"))
  }
}
