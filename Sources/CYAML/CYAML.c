#include "CYAML.h"

#include <stdlib.h>
#include <yaml.h>

struct cyaml_parser {
  yaml_parser_t parser;
  yaml_event_t event;
  int holds_event;
};

cyaml_status cyaml_parser_create(const uint8_t *bytes, size_t count, cyaml_parser **out) {
  *out = NULL;
  cyaml_parser *made = calloc(1, sizeof *made);
  if (made == NULL) return CYAML_OUT_OF_MEMORY;
  if (!yaml_parser_initialize(&made->parser)) {
    free(made);
    return CYAML_OUT_OF_MEMORY;
  }
  static const uint8_t nothing[1] = {0};
  yaml_parser_set_input_string(&made->parser, count == 0 ? nothing : bytes, count);
  *out = made;
  return CYAML_OK;
}

static void forget_event(cyaml_parser *parser) {
  if (parser->holds_event) yaml_event_delete(&parser->event);
  parser->holds_event = 0;
}

static cyaml_status failure_status(const cyaml_parser *parser) {
  switch (parser->parser.error) {
    case YAML_MEMORY_ERROR: return CYAML_OUT_OF_MEMORY;
    case YAML_READER_ERROR: return CYAML_BAD_ENCODING;
    default: return CYAML_BAD_SYNTAX;
  }
}

static void fill(const yaml_event_t *event, cyaml_event *out) {
  *out = (cyaml_event){0};
  out->line = event->start_mark.line + 1;
  out->column = event->start_mark.column + 1;
  switch (event->type) {
    case YAML_DOCUMENT_START_EVENT: out->kind = CYAML_DOCUMENT_START; break;
    case YAML_DOCUMENT_END_EVENT: out->kind = CYAML_DOCUMENT_END; break;
    case YAML_SCALAR_EVENT:
      out->kind = CYAML_SCALAR;
      out->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
      out->anchor = (const char *)event->data.scalar.anchor;
      out->tag = (const char *)event->data.scalar.tag;
      out->value = event->data.scalar.value;
      out->value_length = event->data.scalar.length;
      break;
    case YAML_SEQUENCE_START_EVENT:
      out->kind = CYAML_SEQUENCE_START;
      out->anchor = (const char *)event->data.sequence_start.anchor;
      out->tag = (const char *)event->data.sequence_start.tag;
      break;
    case YAML_SEQUENCE_END_EVENT: out->kind = CYAML_SEQUENCE_END; break;
    case YAML_MAPPING_START_EVENT:
      out->kind = CYAML_MAPPING_START;
      out->anchor = (const char *)event->data.mapping_start.anchor;
      out->tag = (const char *)event->data.mapping_start.tag;
      break;
    case YAML_MAPPING_END_EVENT: out->kind = CYAML_MAPPING_END; break;
    case YAML_ALIAS_EVENT:
      out->kind = CYAML_ALIAS;
      out->anchor = (const char *)event->data.alias.anchor;
      break;
    default: out->kind = CYAML_STREAM_END; break;
  }
}

cyaml_status cyaml_parser_next(cyaml_parser *parser, cyaml_event *out) {
  do {
    forget_event(parser);
    if (!yaml_parser_parse(&parser->parser, &parser->event)) return failure_status(parser);
    parser->holds_event = 1;
  } while (parser->event.type == YAML_STREAM_START_EVENT);
  fill(&parser->event, out);
  return CYAML_OK;
}

void cyaml_parser_describe_error(const cyaml_parser *parser, cyaml_error *out) {
  const yaml_parser_t *failed = &parser->parser;
  *out = (cyaml_error){.problem = failed->problem, .context = failed->context};
  if (failed->error == YAML_READER_ERROR) {
    out->offset = failed->problem_offset;
  } else {
    out->line = failed->problem_mark.line + 1;
    out->column = failed->problem_mark.column + 1;
  }
}

void cyaml_parser_release(cyaml_parser *parser) {
  if (parser == NULL) return;
  forget_event(parser);
  yaml_parser_delete(&parser->parser);
  free(parser);
}
