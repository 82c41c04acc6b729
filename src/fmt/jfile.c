#include "fmt/jfile.h"
#include "base/buf.h"
#include "base/io.h"

Err jfile_parse(const char *p, size_t n, const char *file, json_t **out, Ctx *c)
{
    json_error_t je;
    *out = json_loadb(p ? p : "", n, JSON_REJECT_DUPLICATES, &je);
    if (*out)
        return ERR_NONE;
    return fail(c, ERR_FORMAT,
                (Loc){ .file = file, .byte = je.position > 0 ? (size_t)je.position : 0 },
                "JSON, line %d, column %d: %s", je.line, je.column, je.text);
}

Err jfile_load(const char *path, json_t **out, Ctx *c)
{
    Map m;
    *out = NULL;
    TRY(io_map(&m, path, c));
    Err e = jfile_parse((const char *)m.p, m.n, path, out, c);
    io_unmap(&m);
    return e;
}

static int append(const char *p, size_t n, void *buf)
{
    buf_add(buf, p, n);
    return 0;
}

Err jfile_save(const char *path, const json_t *root, Ctx *c)
{
    Buf b = { 0 };
    Err e = ERR_NONE;
    if (json_dump_callback(root, append, &b, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) != 0)
        e = fail(c, ERR_IO, (Loc){ .file = path }, "the values cannot be written as JSON");
    buf_add(&b, "\n", 1);
    if (!e)
        e = io_write(path, b.p, b.n, c);
    buf_free(&b);
    return e;
}
