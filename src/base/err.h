/* base/err.h - one way to fail, for every module.
 *
 * A function that can meet bad input returns Err; every other output goes
 * through pointers. The first failure of a run is recorded in Ctx with the
 * place it came from; later ones keep that record. A broken promise between
 * our own modules is not an Err: it is an assert.
 *
 * Where a reader can go on after a fault (a model with several unsupported
 * operators), it calls problem() for each and problems_check() at the end:
 * the user sees all of them at once.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include <stddef.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))

typedef enum Err {
#define ERR(name, exit_code, text) ERR_##name,
#include "base/errs.def"
#undef ERR
    ERR_COUNT
} Err;

/* Where in the user's world: a file and a byte in it, or a graph node. Copied when recorded. */
typedef struct Loc { const char *file; size_t byte; const char *node; } Loc;

enum { ERR_PATH_MAX = 256, ERR_TEXT_MAX = 512, ERR_PROBLEMS_MAX = 64 };

typedef struct Problem {
    Err    code;
    size_t byte;
    char   file[ERR_PATH_MAX], node[ERR_PATH_MAX]; /* empty: does not apply */
    char   text[ERR_TEXT_MAX];                     /* what is wrong, what to do */
} Problem;

typedef struct Ctx {
    Err     code;      /* ERR_NONE until the first failure                   */
    Problem first;     /* the failure                                        */
    int     n_problem; /* collected problems; those past the limit count too */
    Problem problem[ERR_PROBLEMS_MAX];
} Ctx;

/* Records code, place and message unless a failure is already recorded.
 * Returns code, so that the caller writes: return fail(c, ERR_SHAPE, at, ...); */
MUST_USE PRINTF(4, 5)
Err fail(Ctx *c, Err code, Loc at, const char *fmt, ...);

/* Adds to the list of problems; the run goes on until problems_check(). */
PRINTF(4, 5) void problem(Ctx *c, Err code, Loc at, const char *fmt, ...);

/* ERR_NONE if the list is empty, else a failure of the first problem's code that counts them. */
MUST_USE Err problems_check(Ctx *c, const char *file);

const char *err_name(Err e); /* "FORMAT"                     */
const char *err_text(Err e); /* one sentence                 */
int         err_exit(Err e); /* the process's exit code, 0..3 */

#define TRY(expr) do { Err e_ = (expr); if (e_) return e_; } while (0)
#endif
