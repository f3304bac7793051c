import CSQLite

/// An SQLite file opened for reading; used from one thread at a time.
final class SQLiteDatabase {
  let path: String
  private let handle: OpaquePointer

  init(_ path: String) throws {
    var handle: OpaquePointer?
    guard csqlite_open(path, &handle) == CSQLITE_OK, let handle else {
      throw LogError(.unreadable, file: path, problem: "SQLite: " + Self.lastError)
    }
    self.path = path
    self.handle = handle
  }

  deinit { csqlite_close(handle) }

  static var lastError: String { String(cString: csqlite_last_error()) }

  func failure() -> LogError {
    LogError(.unreadable, file: path, problem: "SQLite: " + Self.lastError)
  }

  /// Compiles a statement.
  func prepare(_ sql: String) throws -> SQLiteStatement {
    var statement: OpaquePointer?
    guard csqlite_prepare(handle, sql, &statement) == CSQLITE_OK, let statement else {
      throw failure()
    }
    return SQLiteStatement(statement, of: self)
  }

  /// Names of the columns of a table; none when there is no such table.
  func columns(of table: String) throws -> Set<String> {
    let statement = try prepare("SELECT name FROM pragma_table_info('\(table)')")
    var names = Set<String>()
    while try statement.step() { names.insert(statement.text(0)) }
    return names
  }
}

/// A compiled statement.
final class SQLiteStatement {
  private let handle: OpaquePointer
  private let database: SQLiteDatabase

  init(_ handle: OpaquePointer, of database: SQLiteDatabase) {
    self.handle = handle
    self.database = database
  }

  deinit { csqlite_release(handle) }

  /// Sets the parameters and rewinds.
  func bind(_ values: Int64...) throws {
    for (index, value) in values.enumerated() {
      guard csqlite_bind_int64(handle, Int32(index + 1), value) == CSQLITE_OK else {
        throw database.failure()
      }
    }
  }

  /// Goes to the next row; false at the end.
  func step() throws -> Bool {
    switch csqlite_step(handle) {
    case CSQLITE_ROW: return true
    case CSQLITE_DONE: return false
    default: throw database.failure()
    }
  }

  func integer(_ column: Int32) -> Int64 { csqlite_int64(handle, column) }

  func bytes(_ column: Int32) -> [UInt8] {
    var count = 0
    let start = csqlite_bytes(handle, column, &count)
    return Array(UnsafeBufferPointer(start: start, count: count))
  }

  func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
}
