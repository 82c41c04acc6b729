/* front/front.h - the readers of model files, and which of them a file needs.
 *
 * MODEL is a file, or a folder that the Python exporter wrote (model.onnx in it). Test:
 * tests/front/t_front.c. */
#ifndef FRONT_FRONT_H
#define FRONT_FRONT_H
#include "front/notes.h"
#include "ir/graph.h"

typedef struct Front {
    const char *name;       /* "onnx"                                     */
    const char *help;       /* one line                                   */
    const char *extension;  /* ".onnx"                                    */
    Err (*read)(const char *path, Graph *g, FrontNotes *notes, Ctx *c);
} Front;

extern const Front *const front_table[]; /* ends with NULL */

/* The model file behind path (path itself, or path/model.onnx), in perm. */
MUST_USE Err front_path(const char *path, Arena *perm, const char **file, Ctx *c);
/* Reads it into g, an empty graph, as float operators with shapes. UNSUPPORTED for formats that no
 * reader takes; all problems of a model are in c->problem. */
MUST_USE Err front_read(const char *path, Graph *g, FrontNotes *notes, Ctx *c);
#endif
