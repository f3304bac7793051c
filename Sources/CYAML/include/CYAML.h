// Events of a YAML stream, read with libyaml.
//
// Thread-safety: different parsers may be used by different threads at once; one parser by one thread at a time.
// Ownership: the bytes given to cyaml_parser_create are borrowed until cyaml_parser_release. Strings in an event and error
// texts belong to the parser and hold until its next call.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cyaml_parser cyaml_parser;

typedef enum {
  CYAML_OK = 0,
  CYAML_OUT_OF_MEMORY = 1,
  /// The bytes are no valid text: see cyaml_error.offset.
  CYAML_BAD_ENCODING = 2,
  /// The text is no valid YAML: see cyaml_error.line.
  CYAML_BAD_SYNTAX = 3,
} cyaml_status;

typedef enum {
  CYAML_STREAM_END = 0,
  CYAML_DOCUMENT_START = 1,
  CYAML_DOCUMENT_END = 2,
  CYAML_SCALAR = 3,
  CYAML_SEQUENCE_START = 4,
  CYAML_SEQUENCE_END = 5,
  CYAML_MAPPING_START = 6,
  CYAML_MAPPING_END = 7,
  CYAML_ALIAS = 8,
} cyaml_event_kind;

typedef struct {
  int32_t kind;
  /// Scalars: 1 when written without quotes or block marks.
  int32_t is_plain;
  /// Where it starts, counted from 1.
  uint64_t line;
  uint64_t column;
  /// Anchor (or the anchor that an alias names) and tag, NULL when absent.
  const char *anchor;
  const char *tag;
  /// Scalars: UTF-8, not terminated.
  const uint8_t *value;
  size_t value_length;
} cyaml_event;

typedef struct {
  /// What is wrong, and what was being read then; either may be NULL.
  const char *problem;
  const char *context;
  /// Where, counted from 1; 0 when only the offset is known.
  uint64_t line;
  uint64_t column;
  /// Byte offset for CYAML_BAD_ENCODING.
  uint64_t offset;
} cyaml_error;

/// bytes: count bytes of UTF-8, or of UTF-16 that starts with a byte order mark. On failure *out is NULL.
cyaml_status cyaml_parser_create(const uint8_t *bytes, size_t count, cyaml_parser **out);

/// Reads the next event. After a failure or CYAML_STREAM_END the parser must not be asked again.
cyaml_status cyaml_parser_next(cyaml_parser *parser, cyaml_event *out);

/// Describes the failure that cyaml_parser_next has just returned.
void cyaml_parser_describe_error(const cyaml_parser *parser, cyaml_error *out);

void cyaml_parser_release(cyaml_parser *parser);

#ifdef __cplusplus
}
#endif
