/// Reads and writes files that hold one mesh.
public enum MeshFile {
  /// Reads a mesh out of a file's bytes.
  ///
  /// Damage that leaves whole faces readable is reported, not thrown; sizes that the file claims are checked against what it
  /// holds before memory is taken. STL lists the corners of every face anew: equal ones (-0 equals 0) become one vertex.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - format: Its format.
  ///   - file: Its name, for messages.
  /// - Returns: The mesh and what was wrong with the file.
  /// - Throws: ``CloudFileError`` when nothing is readable.
  public static func read(_ bytes: [UInt8], as format: MeshFormat, named file: String) throws
    -> MeshReading
  {
    guard !bytes.isEmpty else { throw CloudFileError(file: file, problem: "the file is empty") }
    // Numbers of vertices and corners have 32 bits.
    guard bytes.count < 4 << 30 else {
      throw CloudFileError(
        file: file, problem: "meshes of 4 GiB or more are not read; split the file")
    }
    return try bytes.withUnsafeBufferPointer { buffer in
      switch format {
      case .obj:
        var reader = OBJReader(buffer, file: file)
        return try reader.read()
      case .off:
        var reader = OFFReader(buffer, file: file)
        return try reader.read()
      case .stl: return try STLReader(buffer, file: file).read()
      case .ply: return try PLYMeshFile.read(buffer, file: file)
      }
    }
  }

  /// Reads a mesh from a file whose format is found by content and name.
  ///
  /// - Parameter path: The file.
  /// - Returns: The mesh and what was wrong with the file.
  /// - Throws: ``CloudFileError`` when the file cannot be opened or nothing in it is readable.
  public static func read(path: String) throws -> MeshReading {
    let bytes = try FileBytes.read(path)
    guard let format = MeshFormat.detect(Array(bytes.prefix(16)), fileName: path) else {
      throw CloudFileError(
        file: path, problem: "not a known mesh format (.obj, .off, .stl, .ply); check the name")
    }
    return try read(bytes, as: format, named: path)
  }

  /// The bytes of a file that holds `mesh`; ``losses(of:in:)`` says what the format has no place for.
  ///
  /// Text holds every coordinate exactly; PLY holds them as Float where all are Floats, else as Double; STL rounds to Float.
  ///
  /// - Parameters:
  ///   - mesh: The mesh.
  ///   - format: The file's format.
  ///   - encoding: How numbers are laid down; when left out, binary where the format allows it.
  /// - Returns: The whole file.
  /// - Throws: ``CloudFileError`` when the format cannot express the encoding or an attribute.
  public static func encode(
    _ mesh: Mesh, as format: MeshFormat, encoding: CloudEncoding? = nil
  ) throws -> [UInt8] {
    try encode(mesh, as: format, encoding: encoding, file: "mesh.\(format.rawValue)")
  }

  private static func encode(
    _ mesh: Mesh, as format: MeshFormat, encoding: CloudEncoding?, file: String
  ) throws -> [UInt8] {
    let isText = format == .obj || format == .off
    switch (format, encoding ?? (isText ? .ascii : .binary)) {
    case (.obj, .ascii): return OBJWriter.encode(mesh)
    case (.off, .ascii): return OFFWriter.encode(mesh)
    case (.stl, .ascii): return STLWriter.text(mesh)
    case (.stl, .binary): return try STLWriter.binary(mesh, file: file)
    case (.ply, let encoding) where encoding != .binaryCompressed:
      return try PLYMeshFile.encode(mesh, encoding: encoding, file: file)
    case (_, let encoding):
      let allowed =
        isText ? "ascii" : format == .stl ? "ascii, binary" : "ascii, binary, binaryBigEndian"
      throw CloudFileError(
        file: file,
        problem: "\(format.rawValue) knows no encoding '\(encoding.rawValue)'; it has \(allowed)")
    }
  }

  /// Writes a mesh to a file that appears whole or not at all.
  ///
  /// - Parameters:
  ///   - mesh: The mesh.
  ///   - path: The file; replaced when it exists. Its ending says the format.
  ///   - encoding: How numbers are laid down; when left out, binary where the format allows it.
  /// - Throws: ``CloudFileError``.
  public static func write(_ mesh: Mesh, path: String, encoding: CloudEncoding? = nil) throws {
    guard let format = MeshFormat.detect([], fileName: path) else {
      throw CloudFileError(
        file: path, problem: "the ending is of no known mesh format (.obj, .off, .stl, .ply)")
    }
    try FileBytes.write(encode(mesh, as: format, encoding: encoding, file: path), path)
  }

  /// What of a mesh a format has no place for.
  ///
  /// - Parameters:
  ///   - mesh: The mesh.
  ///   - format: The format of a file to write.
  /// - Returns: Parts that would be lost, in words; empty when all is kept.
  public static func losses(of mesh: Mesh, in format: MeshFormat) -> [String] {
    let kept: Set<String> =
      switch format {
      case .obj: ["normal", "color", "texture"]
      case .off: ["normal", "color", "alpha", "texture"]
      case .stl: []
      case .ply: Set(mesh.attributes.keys)
      }
    let keptOfFaces: Set<String> =
      switch format {
      case .obj: []
      case .off: ["color", "alpha"]
      case .stl: ["normal", "attribute"]
      case .ply: Set(mesh.faceAttributes.keys)
      }
    var lost = mesh.attributes.keys.filter { !kept.contains($0) }.sorted()
      .map { "the attribute '\($0)' of vertices" }
    lost += mesh.faceAttributes.keys.filter { !keptOfFaces.contains($0) }.sorted()
      .map { "the attribute '\($0)' of faces" }
    if mesh.textureCoordinates != nil && format != .obj && format != .ply {
      lost.append("texture coordinates of corners")
    }
    if mesh.normals != nil && format != .obj { lost.append("normals of corners") }
    if mesh.polygons != nil && format == .stl { lost.append("polygons, which stay triangles") }
    if format != .obj {
      let names = mesh.labels.keys.filter { format != .stl || $0 != "object" }.sorted()
      lost += names.map { "names of kind '\($0)'" }
      if !mesh.materialLibraries.isEmpty { lost.append("names of material files") }
    }
    return lost
  }
}
