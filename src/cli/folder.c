#include "cli/folder.h"
#include "base/buf.h"
#include "base/io.h"
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool join(char *out, const char *dir, const char *name)
{
    return snprintf(out, PATH_MAX, "%s/%s", dir, name) < PATH_MAX;
}

bool folder_is_build(const char *path)
{
    char file[PATH_MAX];
    if (!join(file, path, "run.json"))
        return false;
    json_t *j = json_load_file(file, 0, NULL);
    bool ours = json_is_string(json_object_get(j, "e3ne"));
    json_decref(j);
    return ours;
}

Err folder_may_become(const char *path, Ctx *c)
{
    char parent[PATH_MAX];
    if (access(path, F_OK) == 0 && !folder_is_build(path))
        return fail(c, ERR_IO, (Loc){ .file = path },
                    "is there and was not made by e3ne: it is not replaced; choose another with -o");
    snprintf(parent, sizeof parent, "%s", path);
    char *slash = strrchr(parent, '/');
    if (slash)
        *(slash == parent ? slash + 1 : slash) = '\0';
    const char *where = slash ? parent : ".";
    if (access(where, W_OK) != 0)
        return fail(c, ERR_IO, (Loc){ .file = where }, "no folder can be made here: %s", strerror(errno));
    return ERR_NONE;
}

static Err save(const char *dir, const char *name, const json_t *j, Ctx *c)
{
    char file[PATH_MAX];
    if (!join(file, dir, name))
        return fail(c, ERR_IO, (Loc){ .file = dir }, "the path is too long");
    char *text = json_dumps(j, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
    if (!text)
        return fail(c, ERR_RANGE, (Loc){ .file = file }, "a fact is not a number");
    Buf b = { 0 };
    buf_printf(&b, "%s\n", text);
    Err e = io_write(file, b.p, b.n, c);
    buf_free(&b);
    free(text);
    return e;
}

Err folder_save(const char *dir, const json_t *run, const json_t *times, Ctx *c)
{
    TRY(save(dir, "times.json", times, c));
    return save(dir, "run.json", run, c);
}

static Err load(const char *dir, const char *name, json_t **j, Ctx *c)
{
    char file[PATH_MAX];
    json_error_t e;
    if (!join(file, dir, name))
        return fail(c, ERR_IO, (Loc){ .file = dir }, "the path is too long");
    json_decref(*j);
    *j = json_load_file(file, JSON_REJECT_DUPLICATES, &e);
    if (!json_is_object(*j))
        return fail(c, ERR_FORMAT, (Loc){ .file = file, .byte = (size_t)e.position },
                    "%s (line %d)", *j ? "not an object" : e.text, e.line);
    return ERR_NONE;
}

Err folder_load(const char *dir, json_t **run, json_t **times, Ctx *c)
{
    TRY(load(dir, "run.json", run, c));
    return load(dir, "times.json", times, c);
}
