/// The file formats that hold a mesh.
public enum MeshFormat: String, Sendable, CaseIterable {
  /// Wavefront: `.obj`; materials are named, not read.
  case obj
  /// Object File Format: `.off`, with `C`, `N` and `ST` before `OFF`.
  case off
  /// Stereolithography: `.stl`, text or binary.
  case stl
  /// Stanford polygon file with faces: `.ply`.
  case ply

  /// Finds the format of a file from its first bytes and, where they do not tell, from its name.
  ///
  /// A PLY file may be a cloud as well: it is a mesh when its header lists faces.
  ///
  /// - Parameters:
  ///   - head: The first bytes; 16 are enough, fewer are allowed.
  ///   - fileName: Name or path of the file.
  /// - Returns: The format, or nil when neither content nor name is known.
  public static func detect(_ head: [UInt8], fileName: String) -> MeshFormat? {
    if head.starts(with: Array("ply\n".utf8)) || head.starts(with: Array("ply\r".utf8)) {
      return .ply
    }
    let name = (fileName.split(separator: "/").last ?? "").lowercased()
    let ending = name.split(separator: ".").dropFirst().last.map(String.init) ?? ""
    if let format = MeshFormat(rawValue: ending) { return format }
    return ["OFF", "COFF", "NOFF", "CNOFF", "STOFF"]
      .contains { head.starts(with: Array($0.utf8)) } ? .off : nil
  }
}

/// A mesh as it was read, with what was wrong with its file.
public struct MeshReading: Sendable {
  /// What could be read.
  public var mesh: Mesh
  /// Damage that could be got round, in words; empty for a sound file.
  public var problems: [String]
  /// Sound parts of the file that a mesh has no place for, in words.
  public var notes: [String]

  /// A mesh as it was read.
  ///
  /// - Parameters:
  ///   - mesh: What could be read.
  ///   - problems: Damage that could be got round, in words.
  ///   - notes: Sound parts of the file that a mesh has no place for.
  public init(mesh: Mesh, problems: [String] = [], notes: [String] = []) {
    self.mesh = mesh
    self.problems = problems
    self.notes = notes
  }
}
