/* cosim/model.h - Verilator models: built from files, and not again as long as they stay the same. */
#ifndef COSIM_MODEL_H
#define COSIM_MODEL_H
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

enum { MODEL_SOURCES = 64, MODEL_DEPENDS = 8, MODEL_FLAGS = 32 };

/* Paths are absolute. */
typedef struct Model {
    const char *dir;                     /* the program is dir/Vdut                        */
    const char *top;                     /* module                                         */
    const char *include;                 /* folder of what sources include, or NULL        */
    const char *src[MODEL_SOURCES];
    int         n_src;
    const char *depends[MODEL_DEPENDS];  /* files that are included                        */
    int         n_depends;
    const char *flag[MODEL_FLAGS];       /* more arguments of Verilator                    */
    int         n_flag;
} Model;

/* The path without links and dots; as it is where nothing is there. */
const char *model_absolute(const char *path, Arena *a);

/* One more; strings are borrowed. */
void model_add(Model *m, const char *source);
void model_depends(Model *m, const char *file);
void model_flag(Model *m, const char *flag);
/* The names of rtl/files.f, a line each. */
MUST_USE Err model_add_list(Model *m, const char *rtl, Arena *a, Ctx *c);

/* Over the bytes of all files, the flags and the top: equal hashes mean equal models. */
MUST_USE Err model_hash(const Model *m, Hash *out, Ctx *c);
/* Builds unless dir holds the model of this hash; *seconds is 0 then. TOOL: Verilator failed. */
MUST_USE Err model_build(const Model *m, double *seconds, Arena scratch, Ctx *c);
/* Builds the model in CACHE/HASH and sets m->dir to it, where CACHE is E3NE_CACHE, or e3ne in
 * XDG_CACHE_HOME or ~/.cache; with none of them, in `otherwise`. */
MUST_USE Err model_cached(Model *m, const char *otherwise, double *seconds, Arena *perm, Arena scratch,
                          Ctx *c);
#endif
