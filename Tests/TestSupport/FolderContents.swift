public import Foundation

/// The bytes of every file below a folder, for comparing two results.
///
/// - Parameters:
///   - folder: The folder.
///   - isIncluded: Which relative paths count.
/// - Returns: Contents by relative path.
/// - Throws: When a file cannot be read.
public func folderContents(
  _ folder: String, where isIncluded: (String) -> Bool = { _ in true }
) throws -> [String: Data] {
  var contents: [String: Data] = [:]
  for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where isIncluded(name) {
    var isFolder: ObjCBool = false
    let path = folder + "/" + name
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
    else {
      continue
    }
    contents[name] = try Data(contentsOf: URL(fileURLWithPath: path))
  }
  return contents
}
