#include "CSQLite.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Thread_local char last_error[512];

static csqlite_status failed(sqlite3 *database) {
  snprintf(last_error, sizeof last_error, "%s", database ? sqlite3_errmsg(database) : "no memory");
  return CSQLITE_ERROR;
}

const char *csqlite_last_error(void) { return last_error; }

/// A path as a `file:` URI, so that the file can be declared immutable: no lock, no journal beside it.
static char *uri(const char *path) {
  static const char tail[] = "?mode=ro&immutable=1";
  size_t count = strlen(path);
  char *text = malloc(5 + 3 * count + sizeof tail);
  if (!text) return NULL;
  char *end = text + sprintf(text, "file:");
  for (const unsigned char *c = (const unsigned char *)path; *c; ++c) {
    int plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') || strchr("/._-", *c);
    if (plain)
      *end++ = (char)*c;
    else
      end += sprintf(end, "%%%02X", *c);
  }
  memcpy(end, tail, sizeof tail);
  return text;
}

csqlite_status csqlite_open(const char *path, csqlite_database **out) {
  *out = NULL;
  char *name = uri(path);
  if (!name) return failed(NULL);
  sqlite3 *database = NULL;
  int code = sqlite3_open_v2(name, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
  free(name);
  if (code != SQLITE_OK) {
    failed(database);
    sqlite3_close(database);
    return CSQLITE_ERROR;
  }
  // The file may be hostile: no functions or tables of its schema beyond plain ones, no absurd lengths.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, 1 << 30);
  *out = (csqlite_database *)database;
  return CSQLITE_OK;
}

void csqlite_close(csqlite_database *database) { sqlite3_close((sqlite3 *)database); }

csqlite_status csqlite_prepare(csqlite_database *database, const char *sql, csqlite_statement **out) {
  sqlite3_stmt *statement = NULL;
  *out = NULL;
  if (sqlite3_prepare_v2((sqlite3 *)database, sql, -1, &statement, NULL) != SQLITE_OK || !statement)
    return failed((sqlite3 *)database);
  *out = (csqlite_statement *)statement;
  return CSQLITE_OK;
}

void csqlite_release(csqlite_statement *statement) { sqlite3_finalize((sqlite3_stmt *)statement); }

csqlite_status csqlite_bind_int64(csqlite_statement *statement, int32_t index, int64_t value) {
  sqlite3_stmt *native = (sqlite3_stmt *)statement;
  sqlite3_reset(native);
  return sqlite3_bind_int64(native, index, value) == SQLITE_OK ? CSQLITE_OK : failed(sqlite3_db_handle(native));
}

csqlite_status csqlite_step(csqlite_statement *statement) {
  sqlite3_stmt *native = (sqlite3_stmt *)statement;
  switch (sqlite3_step(native)) {
    case SQLITE_ROW: return CSQLITE_ROW;
    case SQLITE_DONE: return CSQLITE_DONE;
    default: return failed(sqlite3_db_handle(native));
  }
}

int64_t csqlite_int64(csqlite_statement *statement, int32_t column) {
  return sqlite3_column_int64((sqlite3_stmt *)statement, column);
}

const uint8_t *csqlite_bytes(csqlite_statement *statement, int32_t column, size_t *count) {
  sqlite3_stmt *native = (sqlite3_stmt *)statement;
  const void *bytes = sqlite3_column_blob(native, column);
  *count = bytes ? (size_t)sqlite3_column_bytes(native, column) : 0;
  return bytes;
}
