/* cli/folder.h - the build folder on disk: which folders are ours, and changing them whole. */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H
#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>

/* It holds a run.json that e3ne wrote. */
bool folder_is_build(const char *path);
/* It is not there (and its parent is, and can be written), or is ours: else IO says why not. */
MUST_USE Err folder_may_become(const char *path, Ctx *c);
/* run.json and times.json: sorted keys, the same bytes for the same facts. */
MUST_USE Err folder_save(const char *dir, const json_t *run, const json_t *times, Ctx *c);
/* Fills the two objects (which are released first). */
MUST_USE Err folder_load(const char *dir, json_t **run, json_t **times, Ctx *c);
#endif
