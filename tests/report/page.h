/* tests/report/page.h - a scratch folder, and what was written there. */
#ifndef TESTS_REPORT_PAGE_H
#define TESTS_REPORT_PAGE_H
#include "base/io.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Scratch { Arena a; char *dir; } Scratch;

static inline Scratch scratch_new(void)
{
    Scratch s = { arena_new((size_t)1 << 26), NULL };
    s.dir = arena_str(&s.a, "/tmp/e3ne-report-XXXXXX");
    if (!mkdtemp(s.dir))
        abort();
    return s;
}

static inline void scratch_put(Scratch *s, const char *name, const char *text)
{
    Ctx c = { 0 };
    if (io_write(io_join(&s->a, s->dir, name), text, strlen(text), &c))
        abort();
}

/* The file's bytes as a string, NULL if it is not there. */
static inline char *text_of(Arena *a, const char *path)
{
    Ctx c = { 0 };
    Map m;
    if (io_map(&m, path, &c))
        return NULL;
    char *text = arena_strn(a, m.p ? (const char *)m.p : "", m.n);
    io_unmap(&m);
    return text;
}

static inline void scratch_delete(Scratch *s)
{
    Ctx c = { 0 };
    Arena a = s->a;
    if (io_remove_tree(s->dir, &c))
        abort();
    a.beg = s->a.end - ((size_t)1 << 26);
    arena_delete(a);
}
#endif
