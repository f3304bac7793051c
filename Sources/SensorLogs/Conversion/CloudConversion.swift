import PointClouds

/// Copies the only cloud of a log to a cloud file.
enum CloudConversion {
  static func convert(
    from log: any RecordedLog, to path: String, as format: CloudFormat,
    progress: (Int) throws -> Void
  ) throws -> ConversionReport {
    var report = ConversionReport()
    var found: PointCloud?
    let cursor = try log.messages(LogSelection())
    var handled = 0
    while let message = try cursor.next() {
      handled += 1
      do {
        if let cloud = try message.decoded().payload as? PointCloud {
          guard found == nil else {
            throw LogError(
              .unwritable, file: path,
              problem:
                "the input holds more than one cloud, but a \(format.rawValue) file one only; convert to .mcap"
            )
          }
          found = cloud
        } else {
          report.messagesSkipped += 1
        }
      } catch let error as LogError where error.kind == .undecodable {
        report.messagesSkipped += 1
        report.damage.append(
          LogDamage(file: error.file, place: error.place, problem: error.problem))
      }
      try progress(handled)
    }
    report.damage = cursor.damage + report.damage
    guard let found else {
      throw LogError(
        .unreadable, file: path,
        problem: "the input holds no cloud"
          + (report.damage.first.map { ": \($0.description)" } ?? ""))
    }
    do {
      try PointCloudFile.write(found, path: path)
    } catch let error as CloudFileError {
      throw LogError(.unwritable, file: path, problem: error.problem)
    }
    report.messagesWritten = 1
    return report
  }
}
