#include "cosim/model.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/proc.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *model_absolute(const char *path, Arena *a)
{
    char *p = realpath(path, NULL);
    const char *s = arena_str(a, p ? p : path);
    free(p);
    return s;
}

void model_add(Model *m, const char *source)
{
    assert(m->n_src < MODEL_SOURCES);
    m->src[m->n_src++] = source;
}

void model_depends(Model *m, const char *file)
{
    assert(m->n_depends < MODEL_DEPENDS);
    m->depends[m->n_depends++] = file;
}

void model_flag(Model *m, const char *flag)
{
    assert(m->n_flag < MODEL_FLAGS);
    m->flag[m->n_flag++] = flag;
}

Err model_add_list(Model *m, const char *rtl, Arena *a, Ctx *c)
{
    Map f;
    TRY(io_map(&f, io_join(a, rtl, "files.f"), c));
    const char *p = (const char *)f.p, *end = p + f.n;
    while (p < end) {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        line = line ? line : end;
        if (line > p)
            model_add(m, io_join(a, rtl, arena_strn(a, p, (size_t)(line - p))));
        p = line + 1;
    }
    io_unmap(&f);
    return ERR_NONE;
}

static Err add_hashes(Buf *all, const char *const *files, int n, Ctx *c)
{
    for (int i = 0; i < n; i++) {
        Map m;
        TRY(io_map(&m, files[i], c));
        buf_printf(all, "%s\n", hash_bytes(m.p, m.n).hex);
        io_unmap(&m);
    }
    return ERR_NONE;
}

Err model_hash(const Model *m, Hash *out, Ctx *c)
{
    Buf all = { 0 };
    buf_printf(&all, "%s\n", m->top);
    for (int i = 0; i < m->n_flag; i++) buf_printf(&all, "%s\n", m->flag[i]);
    Err e = add_hashes(&all, m->src, m->n_src, c);
    if (!e)
        e = add_hashes(&all, m->depends, m->n_depends, c);
    *out = hash_bytes(all.p, all.n);
    buf_free(&all);
    return e;
}

static bool stamp_is(const char *path, const Hash *h)
{
    Ctx quiet = { 0 };
    Map m;
    if (!io_is_file(path) || io_map(&m, path, &quiet) != ERR_NONE)
        return false;
    bool same = m.n == sizeof h->hex - 1 && !memcmp(m.p, h->hex, m.n);
    io_unmap(&m);
    return same;
}

static bool is_built(const char *dir, const Hash *h, Arena a)
{
    return stamp_is(io_join(&a, dir, "model.sha256"), h) && io_is_file(io_join(&a, dir, "Vdut"));
}

static Err run_verilator(const Model *m, double *seconds, Arena a, Ctx *c)
{
    static const char *const head[] = {
        "verilator", "--cc", "--exe", "--build", "-j", "2", "-O3", "--x-assign", "fast", "--x-initial",
        "fast", "--noassert", "-Wno-fatal", "--prefix", "Vdut", "-CFLAGS", "-Wno-unused",
        /* What runs once (reset, first settling) is most of the text: not worth optimising. */
        "-MAKEFLAGS", "OPT_FAST=-O2 OPT_SLOW=-O0 OPT_GLOBAL=-O1", "-Mdir", "obj", "--top-module" };
    enum { HEAD = sizeof head / sizeof *head, FIXED = 5 }; /* top, include, NULL */
    const char **argv = NEW(&a, const char *, HEAD + (size_t)(m->n_src + m->n_flag) + FIXED);
    int k = HEAD;
    memcpy(argv, head, sizeof head);
    argv[k++] = m->top;
    if (m->include) {
        argv[k++] = arena_printf(&a, "-I%s", m->include);
        argv[k++] = "-CFLAGS";
        argv[k++] = arena_printf(&a, "-I%s", m->include);
    }
    for (int i = 0; i < m->n_flag; i++) argv[k++] = m->flag[i];
    for (int i = 0; i < m->n_src; i++) argv[k++] = m->src[i];
    Proc p = { .argv = argv, .cwd = m->dir, .log = io_join(&a, m->dir, "verilator.log") };
    ProcEnd end;
    TRY(proc_run(&p, &end, NULL, c));
    *seconds = end.seconds;
    return ERR_NONE;
}

Err model_build(const Model *m, double *seconds, Arena a, Ctx *c)
{
    Hash h;
    *seconds = 0;
    TRY(model_hash(m, &h, c));
    if (is_built(m->dir, &h, a))
        return ERR_NONE;
    TRY(run_verilator(m, seconds, a, c));
    if (rename(io_join(&a, m->dir, "obj/Vdut"), io_join(&a, m->dir, "Vdut")) != 0)
        return fail(c, ERR_IO, (Loc){ .file = m->dir }, "the model cannot be put in its place");
    TRY(io_remove_tree(io_join(&a, m->dir, "obj"), c)); /* tens of megabytes of C++ */
    return io_write(io_join(&a, m->dir, "model.sha256"), h.hex, sizeof h.hex - 1, c);
}

static const char *cache_folder(const char *otherwise, Arena *a)
{
    const char *own = getenv("E3NE_CACHE"), *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (own && *own)
        return own;
    if (xdg && *xdg)
        return io_join(a, xdg, "e3ne");
    return home && *home ? io_join(a, home, ".cache/e3ne") : otherwise;
}

/* Built beside its place, so that a second process never runs half a model. */
Err model_cached(Model *m, const char *otherwise, double *seconds, Arena *perm, Arena a, Ctx *c)
{
    Hash h;
    *seconds = 0;
    TRY(model_hash(m, &h, c));
    const char *cache = cache_folder(otherwise, &a);
    TRY(io_mkdir_all(cache, c));
    const char *dir = io_join(perm, model_absolute(cache, &a), h.hex);
    if (!is_built(dir, &h, a)) {
        m->dir = arena_printf(&a, "%s.part-%ld", dir, (long)getpid());
        TRY(io_mkdir_all(m->dir, c));
        TRY(model_build(m, seconds, a, c));
        TRY(io_replace_tree(m->dir, dir, c));
    }
    m->dir = dir;
    return ERR_NONE;
}
