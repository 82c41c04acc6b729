#include "base/err.h"
#include <stdarg.h>
#include <stdio.h>

static const char *const names[ERR_COUNT] = {
#define ERR(name, exit_code, text) [ERR_##name] = #name,
#include "base/errs.def"
#undef ERR
};
static const char *const texts[ERR_COUNT] = {
#define ERR(name, exit_code, text) [ERR_##name] = text,
#include "base/errs.def"
#undef ERR
};
static const int exits[ERR_COUNT] = {
#define ERR(name, exit_code, text) [ERR_##name] = exit_code,
#include "base/errs.def"
#undef ERR
};

const char *err_name(Err e) { return names[e]; }
const char *err_text(Err e) { return texts[e]; }
int         err_exit(Err e) { return exits[e]; }

PRINTF(4, 0)
static void record(Problem *p, Err code, Loc at, const char *fmt, va_list ap)
{
    p->code = code;
    p->byte = at.byte;
    snprintf(p->file, sizeof p->file, "%s", at.file ? at.file : "");
    snprintf(p->node, sizeof p->node, "%s", at.node ? at.node : "");
    vsnprintf(p->text, sizeof p->text, fmt, ap);
}

Err fail(Ctx *c, Err code, Loc at, const char *fmt, ...)
{
    if (c->code == ERR_NONE) {
        va_list ap;
        va_start(ap, fmt);
        record(&c->first, code, at, fmt, ap);
        va_end(ap);
        c->code = code;
    }
    return code;
}

void problem(Ctx *c, Err code, Loc at, const char *fmt, ...)
{
    if (c->n_problem < ERR_PROBLEMS_MAX) {
        va_list ap;
        va_start(ap, fmt);
        record(&c->problem[c->n_problem], code, at, fmt, ap);
        va_end(ap);
    }
    c->n_problem++;
}

Err problems_check(Ctx *c, const char *file)
{
    if (c->n_problem == 0)
        return ERR_NONE;
    return fail(c, c->problem[0].code, (Loc){ .file = file }, "%d problem%s in this model",
                c->n_problem, c->n_problem == 1 ? "" : "s");
}
