import Foundation

/// The decoders of a log's channels, made once each.
final class MCAPDecoders: @unchecked Sendable {
  private struct Key: Hashable {
    var schemaID: UInt16
    var messageEncoding: String
    var schemaByteCount: Int
  }
  private let lock = NSLock()
  private var made: [Key: Result<MessageDecoder, LogError>] = [:]

  func decoder(of channel: MCAPChannel, schema: MCAPSchema?, file: String) throws -> MessageDecoder
  {
    let key = Key(
      schemaID: schema?.id ?? 0, messageEncoding: channel.messageEncoding,
      schemaByteCount: schema?.data.count ?? -1)
    lock.lock()
    defer { lock.unlock() }
    if let known = made[key] { return try known.get() }
    if channel.schemaID != 0, schema == nil {
      throw LogError(
        .undecodable, file: file, place: channel.topic,
        problem: "schema \(channel.schemaID) does not exist, so that its messages cannot be decoded"
      )
    }
    let result: Result<MessageDecoder, LogError>
    do {
      result = .success(
        try MessageDecoder(
          messageEncoding: channel.messageEncoding, schemaName: schema?.name ?? "",
          schemaEncoding: schema?.encoding ?? "", schema: schema?.data ?? []))
    } catch var error as LogError {
      error.file = file
      result = .failure(error)
    }
    made[key] = result
    return try result.get()
  }
}
