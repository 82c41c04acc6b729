#include "front/front.h"
#include "base/io.h"
#include "front/onnx.h"
#include <string.h>

static const Front front_onnx = { "onnx", "ONNX, any exporter, opset 7 to 21", ".onnx", onnx_read };
const Front *const front_table[] = { &front_onnx, NULL };

Err front_path(const char *path, Arena *perm, const char **file, Ctx *c)
{
    *file = path;
    if (!io_is_dir(path))
        return ERR_NONE;
    *file = io_join(perm, path, "model.onnx");
    if (io_is_file(*file))
        return ERR_NONE;
    return fail(c, ERR_IO, (Loc){ .file = path }, "this folder holds no model.onnx");
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), k = strlen(end);
    return n >= k && !strcmp(s + n - k, end);
}

static Err no_reader(const char *file, Ctx *c)
{
    Map m;
    TRY(io_map(&m, file, c));
    bool torch = m.n >= 4 && !memcmp(m.p, "PK\3\4", 4);
    io_unmap(&m);
    return fail(c, ERR_UNSUPPORTED, (Loc){ .file = file }, torch
                ? "a PyTorch archive; export it as ONNX with python/e3ne_export.py"
                : "no reader for this kind of model; export it as .onnx");
}

Err front_read(const char *path, Graph *g, FrontNotes *notes, Ctx *c)
{
    const char *file;
    *notes = (FrontNotes){ 0 };
    TRY(front_path(path, g->perm, &file, c));
    for (int i = 0; front_table[i]; i++)
        if (ends_with(file, front_table[i]->extension))
            return front_table[i]->read(file, g, notes, c);
    return no_reader(file, c);
}
