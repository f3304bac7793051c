/// Reads SQLite files and writes nothing, not even beside them. A database and its statements belong to one thread at a time.
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct csqlite_database csqlite_database;
typedef struct csqlite_statement csqlite_statement;

typedef enum {
  CSQLITE_OK = 0,
  /// A row is ready.
  CSQLITE_ROW = 1,
  /// There are no more rows.
  CSQLITE_DONE = 2,
  CSQLITE_ERROR = 3,
} csqlite_status;

/// Opens a file read-only and as one that nobody changes meanwhile. On failure *out is NULL.
csqlite_status csqlite_open(const char *path, csqlite_database **out);
void csqlite_close(csqlite_database *database);

/// What the last failed call on this thread said; valid until the next call on it.
const char *csqlite_last_error(void);

/// Compiles one statement. It must be released before its database is closed. On failure *out is NULL.
csqlite_status csqlite_prepare(csqlite_database *database, const char *sql, csqlite_statement **out);
void csqlite_release(csqlite_statement *statement);

/// Sets parameter `index`, from 1, and rewinds the statement.
csqlite_status csqlite_bind_int64(csqlite_statement *statement, int32_t index, int64_t value);

/// CSQLITE_ROW, CSQLITE_DONE or CSQLITE_ERROR.
csqlite_status csqlite_step(csqlite_statement *statement);

/// Columns of the row, from 0. Bytes are borrowed until the next step; *count is 0 for NULL.
int64_t csqlite_int64(csqlite_statement *statement, int32_t column);
const uint8_t *csqlite_bytes(csqlite_statement *statement, int32_t column, size_t *count);

#ifdef __cplusplus
}
#endif
