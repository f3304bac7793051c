import PointClouds
import Tensors

/// One point cloud file as a message.
struct CloudFile: FileContent {
  var path: String
  var file: String
  var place = ""
  /// The format; found from the content when nil.
  var format: CloudFormat?

  var payloadType: String { PointCloud.typeName }

  func payload(_ note: (LogDamage) -> Void) throws -> any Payload {
    let reading = try read()
    for problem in reading.problems { note(damage(problem)) }
    return reading.cloud
  }

  func check() -> FileCheck {
    var check = FileCheck()
    do {
      check.damage = try read().problems.map { damage($0) }
    } catch {
      check.isReadable = false
      check.damage.append(LogDamage(error, file: file, place: place))
    }
    return check
  }

  private func read() throws -> CloudReading {
    let bytes = try RandomAccessFile.contents(of: path, named: file, place: place)
    guard !bytes.isEmpty else { throw failure("is empty (0 bytes): no points") }
    guard let format = format ?? CloudFormat.detect(Array(bytes.prefix(4096)), fileName: file)
    else { throw failure("is no point cloud of a known format (PCD, PLY, KITTI .bin, XYZ)") }
    do {
      return try PointCloudFile.read(bytes, as: format, named: file)
    } catch let error as CloudFileError {
      let place = [place, error.place].filter { !$0.isEmpty }.joined(separator: ", ")
      throw LogError(.undecodable, file: file, place: place, problem: error.problem)
    } catch {
      throw failure("\(error)")
    }
  }
}
