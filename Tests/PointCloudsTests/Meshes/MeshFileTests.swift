import Tensors
import TestSupport
import Testing

@testable import PointClouds

struct MeshFileTests {
  private func read(_ text: String, _ format: MeshFormat) throws -> MeshReading {
    try MeshFile.read(Array(text.utf8), as: format, named: "a.\(format.rawValue)")
  }

  // MARK: - OBJ

  @Test func `OBJ indices count from one or from the end, and lines may go on`() throws {
    let reading = try read(
      """
      v 0 0 0
      v 1 0 0 # a comment
      v 1 1 0
      v 0 1 0
      f 1 2 3
      f -4 -2 -1
      f 1 \\
        2 4
      """, .obj)
    #expect(reading.problems.isEmpty && reading.notes.isEmpty)
    #expect(reading.mesh.triangles.array() == [0, 1, 2, 0, 2, 3, 0, 1, 3] as [Int32])
    #expect(reading.mesh.polygons == nil)
  }

  @Test func `names may hold a number sign, numbers end at one`() throws {
    let reading = try read("v 0 0 0\nv 1 0 0 #2\nv 0 1 0\ng part #3\nf 1 2 3 # 4\n", .obj)
    #expect(reading.problems.isEmpty && reading.mesh.triangleCount == 1)
    #expect(reading.mesh.labels["group"]?.names == ["part #3"])
  }

  @Test func `a house keeps names, corners, colours and squares through OBJ`() throws {
    let bytes = try MeshFile.encode(MeshSamples.house, as: .obj)
    let again = try MeshFile.read(bytes, as: .obj, named: "a.obj")
    #expect(again.problems.isEmpty)
    expectEqual(again.mesh, MeshSamples.house)
    #expect(MeshFile.losses(of: MeshSamples.house, in: .obj).isEmpty)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("f 1/1/1 3/2/1 4/3/1 2/4/1\n"))
  }

  @Test func `texture coordinates and normals of the vertices' own numbers are attributes`() throws
  {
    let reading = try read(
      "v 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 0 1\nvn 0 0 1\nvn 0 0 1\nvn 0 1 0\nf 1/1/1 2/2/2 3/3/3\n",
      .obj)
    #expect(reading.mesh.normals == nil && reading.mesh.textureCoordinates == nil)
    #expect(reading.mesh.attributes["texture"]?.array() == [0, 0, 1, 0, 0, 1] as [Float])
    #expect(reading.mesh.attributes["normal"]?.array() == [0, 0, 1, 0, 0, 1, 0, 1, 0] as [Float])
  }

  @Test func `damaged OBJ statements are named, and the rest is kept`() throws {
    let reading = try read(
      "v 0 0 0\nv 1 x 0\nv 1 1\nv 0 1 0\nf 1 4 9\nf 1 2 0\nf 1 2\nnonsense here\nl 1 2\nf 1 4 2\nf 1 3 -9\n",
      .obj)
    #expect(reading.mesh.vertexCount == 4)
    #expect(reading.mesh.triangles.array() == [0, 3, 1] as [Int32])
    let said = reading.problems.joined(separator: "\n")
    for words in ["line 2", "line 3 is truncated", "line 6", "line 8", "more places"] {
      #expect(said.contains(words), "\(words) is not in \(said)")
    }
    #expect(reading.notes == ["1 statements 'l' have no place in a mesh and are left out"])
    let error = #expect(throws: CloudFileError.self) { try read("\u{1}\u{2}garbage", .obj) }
    #expect(error?.problem.contains("is this an OBJ file?") == true)
  }

  // MARK: - OFF

  @Test(arguments: [
    "OFF\n4 2 5\n", "OFF4 2 0\n", "# made by hand\n\nOFF\n# counts\n4 2\n", "OFF 4 2 0\n",
  ])
  func `OFF heads come in many forms`(head: String) throws {
    let text = head + "0 0 0\n1 0 0\n1 1 0\n0 1 0\n3 0 1 2\n3  0 2 3\n"
    let reading = try read(text, .off)
    #expect(reading.problems.isEmpty)
    #expect(reading.mesh.triangles.array() == [0, 1, 2, 0, 2, 3] as [Int32])
  }

  @Test func `OFF keeps colours, normals and texture coordinates`() throws {
    let reading = try read(
      """
      STCNOFF
      3 2 0
      0 0 0 0 0 1 255 0 0 128 0.5 0.25
      1 0 0 0 0 1 0 255 0 255 1 0
      0 1 0 0 1 0 0 0 255 255 0 1
      3 0 1 2 0.5 1 0
      3 2 1 0
      """, .off)
    #expect(reading.problems.isEmpty)
    let mesh = reading.mesh
    #expect(mesh.attributes["normal"]?.array() == [0, 0, 1, 0, 0, 1, 0, 1, 0] as [Float])
    #expect(mesh.attributes["color"]?.array() == [255, 0, 0, 0, 255, 0, 0, 0, 255] as [UInt8])
    #expect(mesh.attributes["alpha"]?.array() == [128, 255, 255] as [UInt8])
    #expect(mesh.attributes["texture"]?.array() == [0.5, 0.25, 1, 0, 0, 1] as [Float])
    #expect(mesh.faceAttributes["color"]?.array() == [128, 255, 0, 170, 170, 170] as [UInt8])
    let again = try MeshFile.read(MeshFile.encode(mesh, as: .off), as: .off, named: "a.off")
    expectEqual(again.mesh, mesh)
  }

  @Test func `damaged OFF files say where and what`() throws {
    for (text, words) in [
      ("", "empty"), ("OBJ\n", "does not start with OFF"), ("OFF\n3 x\n", "not two whole numbers"),
      ("4OFF\n1 1 0\n", "convert to plain OFF"), ("OFF BINARY\n", "binary OFF is not read"),
      ("OFF\n99999999999 1 0\n", "not possible"), ("OFF\n5 1 0\n", "0 of 5 vertices"),
    ] {
      let error = #expect(throws: CloudFileError.self) { try read(text, .off) }
      #expect(error?.problem.contains(words) == true, "\(text): \(error?.description ?? "")")
    }
    let cut = try read("OFF\n3 9 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n4000000000 1", .off)
    #expect(cut.mesh.triangleCount == 1)
    #expect(cut.problems.joined().contains("claims '4000000000' corners"))
    #expect(cut.problems.joined().contains("1 of 9 faces"))
  }

  // MARK: - STL

  @Test func `binary STL is told by its size even when it begins with solid`() throws {
    let bytes = try MeshFile.encode(MeshSamples.cube, as: .stl)
    #expect(bytes.count == 84 + 50 * 12)
    let disguised = Array("solid".utf8) + bytes[5...]
    let reading = try MeshFile.read(disguised, as: .stl, named: "a.stl")
    #expect(reading.problems.isEmpty)
    #expect(reading.mesh.vertexCount == 8 && reading.mesh.triangleCount == 12)
    #expect(reading.mesh.topology().isWatertight)
    let cut = try MeshFile.read(Array(bytes.dropLast(60)), as: .stl, named: "a.stl")
    #expect(cut.mesh.triangleCount == 10)
    #expect(cut.problems == ["truncated: 540 bytes hold 10 of 12 facets"])
  }

  @Test func `STL text keeps solids apart and its facets' normals`() throws {
    var mesh = MeshSamples.cube
    mesh.polygons = nil
    mesh.labels["object"] = MeshLabels(
      names: ["lower part", "upper"],
      indices: [Int32](repeating: 0, count: 5) + [1, 1, 1, 1, 1, 1, 1])
    mesh.faceAttributes["normal"] = mesh.faceNormals()
    let reading = try MeshFile.read(
      MeshFile.encode(mesh, as: .stl, encoding: .ascii), as: .stl, named: "a.stl")
    #expect(reading.problems.isEmpty)
    expectSameFacets(reading.mesh, mesh)
    #expect(reading.mesh.labels == mesh.labels)
    #expect(
      reading.mesh.faceAttributes["normal"]?.array(of: Float.self) == mesh.faceNormals().array())
    let cut = try read(
      "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nfacet normal 0 0 1\nouter loop\nvertex 1",
      .stl)
    #expect(cut.mesh.triangleCount == 1 && !cut.problems.isEmpty)
    #expect(throws: CloudFileError.self) { try read("hello", .stl) }
  }

  // MARK: - PLY

  @Test func `PLY keeps squares, doubles, attributes of faces and textures of corners`() throws {
    var mesh = MeshSamples.house
    mesh.labels = [:]
    mesh.materialLibraries = []
    mesh.normals = nil
    mesh.vertices.withUnsafeMutableElements(of: Double.self) { $0[3] = 448_262.123_456_789 }
    mesh.faceAttributes["quality"] = Tensor(
      (0..<12).map { Float($0 / 2) * 0.1 }, shape: [12, 1])
    mesh.faceAttributes["color"] = Tensor((0..<36).map { UInt8($0 / 6) }, shape: [12, 3])
    for encoding in [CloudEncoding.ascii, .binary, .binaryBigEndian] {
      #expect(MeshFile.losses(of: mesh, in: .ply).isEmpty)
      let bytes = try MeshFile.encode(mesh, as: .ply, encoding: encoding)
      let reading = try MeshFile.read(bytes, as: .ply, named: "a.ply")
      #expect(reading.problems.isEmpty && reading.notes.isEmpty)
      expectEqual(reading.mesh, mesh, "\(encoding)")
      // The same file is a cloud of its vertices.
      #expect(try PointCloudFile.read(bytes, as: .ply, named: "a.ply").cloud.count == 8)
    }
  }

  @Test func `PLY faces out of range are left out, other elements are mentioned`() throws {
    let reading = try read(
      """
      ply
      format ascii 1.0
      element vertex 3
      property float x
      property float y
      property float z
      property float s
      property float t
      element face 3
      property list uchar int vertex_index
      element edge 1
      property int vertex1
      property int vertex2
      end_header
      0 0 0 0 0
      1 0 0 1 0
      0 1 0 0 1
      3 0 1 2
      3 0 1 7
      2 0 1
      0 1
      """, .ply)
    #expect(reading.mesh.triangleCount == 1)
    #expect(reading.mesh.attributes["texture"]?.array() == [0, 0, 1, 0, 0, 1] as [Float])
    #expect(reading.problems.joined(separator: "\n").contains("line 19"))
    #expect(reading.problems.joined().contains("fewer than 3 corners"))
    #expect(reading.notes == ["1 elements 'edge' have no place in a mesh and are left out"])
  }

  // MARK: - All

  @Test func `what a format has no place for is said`() {
    let losses = MeshFile.losses(of: MeshSamples.house, in: .stl)
    #expect(
      losses == [
        "the attribute 'color' of vertices", "texture coordinates of corners",
        "normals of corners", "polygons, which stay triangles", "names of kind 'group'",
        "names of kind 'material'", "names of material files",
      ])
    #expect(
      MeshFile.losses(of: MeshSamples.house, in: .ply) == [
        "normals of corners", "names of kind 'group'", "names of kind 'material'",
        "names of material files",
      ])
  }

  @Test func `encodings that a format lacks, unknown endings and empty files are refused`() throws {
    #expect(throws: CloudFileError.self) {
      try MeshFile.encode(MeshSamples.cube, as: .obj, encoding: .binary)
    }
    #expect(throws: CloudFileError.self) {
      try MeshFile.encode(MeshSamples.cube, as: .stl, encoding: .binaryBigEndian)
    }
    let folder = try TemporaryFolder()
    #expect(throws: CloudFileError.self) {
      try MeshFile.write(MeshSamples.cube, path: folder.file("a.doc"))
    }
    for format in MeshFormat.allCases {
      #expect(throws: CloudFileError.self) { try MeshFile.read([], as: format, named: "a") }
      let path = folder.file("a.\(format.rawValue)")
      try MeshFile.write(MeshSamples.cube, path: path)
      #expect(try MeshFile.read(path: path).mesh.triangleCount == 12)
      let empty = MeshSamples.mesh([0, 0, 0], [])
      let again = try MeshFile.read(MeshFile.encode(empty, as: format), as: format, named: "a")
      #expect(again.mesh.triangleCount == 0 && again.problems.isEmpty, "\(format)")
    }
  }
}
