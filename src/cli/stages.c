#include "cli/stages.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void stage_say(const Build *b, const char *fmt, ...)
{
    va_list ap;
    if (b->opt.json)
        return;
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    fflush(stdout);
}

static Err run_list(Stage *const *list, Build *b)
{
    for (; *list; list++) TRY((*list)(b));
    return ERR_NONE;
}

static void print_json(Build *b, const char *path)
{
    const json_t *j = *path ? json_object_get(b->run, path) : b->run;
    char *text = json_dumps(j, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_REAL_PRECISION(15) | JSON_ENCODE_ANY);
    puts(text ? text : "null");
    free(text);
}

static Err run_all(const StageRun *r, const Options *o, Build *b, Ctx *c)
{
    TRY(build_open(b, o, c));
    bool is_new = b->work != b->dir;
    TRY(run_list(is_new ? r->make : r->again, b));
    TRY(build_commit(b));
    if (is_new)
        TRY(run_list(r->then, b));
    TRY(build_save(b));
    if (o->json)
        print_json(b, r->json);
    return ERR_NONE;
}

Err stages_run(const StageRun *r, const Options *o, Ctx *c)
{
    Build b = { 0 };
    Err e = run_all(r, o, &b, c);
    build_close(&b);
    return e;
}
