/// Why a report cannot be made.
public enum ReportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is no such folder, or it may not be read.
  case unreadableFolder(path: String, reason: String)
  /// The folder holds nothing that a report shows.
  case nothingToShow(path: String)
  /// A file of the run is not what its name says.
  case damagedFile(path: String, problem: String)
  /// The report cannot be written.
  case unwritable(path: String, reason: String)

  /// What is wrong and what to do about it.
  public var description: String {
    switch self {
    case .unreadableFolder(let path, let reason):
      "\(path): \(reason); give the folder that `parallax run --out` wrote"
    case .nothingToShow(let path):
      "\(path): holds no run.json, point clouds (.ply, .pcd), pictures (.png, .jpg) or boxes "
        + "(.jsonl); give the folder that `parallax run --out` wrote"
    case .damagedFile(let path, let problem):
      "\(path): \(problem); run the pipeline again or remove the file"
    case .unwritable(let path, let reason):
      "\(path): cannot be written: \(reason); free some space or choose another folder"
    }
  }
}
