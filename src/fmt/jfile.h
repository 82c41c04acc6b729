/* fmt/jfile.h - JSON files through jansson: errors with a place, writing that leaves all or
 * nothing. Test: tests/fmt/t_jfile.c. */
#ifndef FMT_JFILE_H
#define FMT_JFILE_H
#include "base/err.h"
#include <jansson.h>

/* *out: a new reference. IO, or FORMAT with byte, line and column. Doubled keys are an error. */
MUST_USE Err jfile_load(const char *path, json_t **out, Ctx *c);
MUST_USE Err jfile_parse(const char *p, size_t n, const char *file, json_t **out, Ctx *c);

/* Members in the order they were set, indented by 1, doubles with 17 digits, a closing newline.
 * root is borrowed. */
MUST_USE Err jfile_save(const char *path, const json_t *root, Ctx *c);
#endif
