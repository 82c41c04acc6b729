/* base/io.h - files as mapped bytes, and writing that leaves all or nothing. */
#ifndef BASE_IO_H
#define BASE_IO_H
#include "base/arena.h"
#include "base/err.h"
#include <stdbool.h>

/* A whole file, mapped read-only. path is borrowed: it must outlive the map. */
typedef struct Map { const unsigned char *p; size_t n; const char *path; } Map;

MUST_USE Err io_map(Map *m, const char *path, Ctx *c); /* IO: not there, not a regular file */
void io_unmap(Map *m);

/* Writes path.tmp beside it, then renames: a reader sees the old file or the new one. */
MUST_USE Err io_write(const char *path, const void *bytes, size_t n, Ctx *c);

MUST_USE Err io_mkdir_all(const char *path, Ctx *c);
MUST_USE Err io_remove_tree(const char *path, Ctx *c); /* no error if it is not there */
/* Folder `from` becomes `to`; an older `to` goes away only when `from` is in its place. */
MUST_USE Err io_replace_tree(const char *from, const char *to, Ctx *c);
bool io_is_dir(const char *path);
bool io_is_file(const char *path);
const char *io_join(Arena *a, const char *dir, const char *name); /* dir/name */
const char *io_base(const char *path);                            /* after the last slash */
#endif
