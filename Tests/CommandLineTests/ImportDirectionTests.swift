import Foundation
import Testing

/// Modules from the lowest to the highest; each may import only modules before it (docs/architecture.md).
private let layers = [
  "CDynamicLibrary", "CCompression", "CTorch", "COpenCV", "CPCL", "CYAML", "CSQLite",
  "CCeres", "CDNN", "CKernels", "CGzip",
  "Configuration",
  "Tensors", "Geometry", "Networks", "PointClouds", "Vision", "Learners", "Calibration", "Models",
  "SensorLogs", "Simulation",
  "Evaluation", "Training", "Reports", "Pipelines", "Stages", "parallax",
]

/// The one Swift module that may import each shim.
private let importers = [
  "CTorch": "Tensors", "COpenCV": "Vision", "CPCL": "PointClouds", "CYAML": "Configuration",
  "CCompression": "SensorLogs", "CSQLite": "SensorLogs", "CCeres": "Calibration",
  "CGzip": "Networks", "CDNN": "Networks",
]

private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

private func importsByModule() throws -> [(module: String, file: String, imported: String)] {
  let sources = repository.appendingPathComponent("Sources")
  var found: [(module: String, file: String, imported: String)] = []
  for module in try FileManager.default.contentsOfDirectory(atPath: sources.path) {
    let folder = sources.appendingPathComponent(module)
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let keyword = words.firstIndex(of: "import"), keyword <= 2, words.count > keyword + 1,
          words[..<keyword].allSatisfy({
            ["public", "internal", "private", "package", "@testable"].contains($0)
          })
        else { continue }
        found.append((module, file.lastPathComponent, String(words[keyword + 1])))
      }
    }
  }
  return found
}

@Test func `modules import only modules below them`() throws {
  let imports = try importsByModule()
  #expect(imports.count > 50)
  for (module, file, imported) in imports {
    guard let low = layers.firstIndex(of: imported) else { continue }
    let high = try #require(
      layers.firstIndex(of: module), "\(module) has no place in the list of layers")
    #expect(low < high, "\(module)/\(file) imports \(imported)")
  }
}

@Test func `each foreign library has one Swift importer`() throws {
  for (module, file, imported) in try importsByModule() {
    guard let owner = importers[imported] else { continue }
    #expect(module == owner, "\(module)/\(file) imports \(imported); only \(owner) may")
  }
}
