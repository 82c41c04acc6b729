#include "cosim/verify.h"
#include "base/hash.h"
#include "base/io.h"
#include "base/proc.h"
#include "base/watch.h"
#include "cosim/growth.h"
#include "cosim/taps.h"
#include "emit/emit.h"
#include "emit/pixels.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Absolute, because the model runs in another folder. */
static const char *absolute(const char *path, Arena *a)
{
    char *p = realpath(path, NULL);
    const char *s = arena_str(a, p ? p : path);
    free(p);
    return s;
}

/* The names of files.f, one argument each, made absolute; returns how many. */
static Err list_sources(const char *rtl, Arena *a, const char **argv, int *n, int max, Ctx *c)
{
    Map m;
    TRY(io_map(&m, io_join(a, rtl, "files.f"), c));
    const char *p = (const char *)m.p, *end = p + m.n;
    while (p < end && *n < max) {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        line = line ? line : end;
        if (line > p)
            argv[(*n)++] = io_join(a, rtl, arena_strn(a, p, (size_t)(line - p)));
        p = line + 1;
    }
    io_unmap(&m);
    return ERR_NONE;
}

/* A hash over all that the model is made of; equal hashes mean equal models. */
static Err hash_inputs(const char **files, int n, Hash *out, Ctx *c)
{
    Buf all = { 0 };
    for (int i = 0; i < n; i++) {
        Map m;
        TRY(io_map(&m, files[i], c));
        buf_printf(&all, "%s\n", hash_bytes(m.p, m.n).hex);
        io_unmap(&m);
    }
    *out = hash_bytes(all.p, all.n);
    buf_free(&all);
    return ERR_NONE;
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

static Err run_verilator(const char *work, const Design *d, const char **src, int n, double *seconds,
                         Arena a, Ctx *c)
{
    enum { FIXED = 26 };
    const char **argv = NEW(&a, const char *, (size_t)n + FIXED);
    const char *const head[] = {
        "verilator", "--cc", "--exe", "--build", "-j", "2", "-O3", "--x-assign", "fast", "--x-initial",
        "fast", "--noassert", "-Wno-fatal", "--prefix", "Vdut", "-CFLAGS", "-Wno-unused",
        /* What runs once (reset, first settling) is most of the text: not worth optimising. */
        "-MAKEFLAGS", "OPT_FAST=-O2 OPT_SLOW=-O0 OPT_GLOBAL=-O1", "-Mdir", "obj", "--top-module" };
    int k = sizeof head / sizeof *head;
    memcpy(argv, head, sizeof head);
    argv[k++] = arena_printf(&a, "%s_top", d->name);
    for (int i = 0; i < n; i++) argv[k++] = src[i];
    Proc p = { .argv = argv, .cwd = work, .log = io_join(&a, work, "verilator.log") };
    ProcEnd end;
    TRY(proc_run(&p, &end, NULL, c));
    *seconds = end.seconds;
    return ERR_NONE;
}

Err verify_build(const VerifyJob *job, double *seconds, Arena a, Ctx *c)
{
    enum { MAX_SOURCES = 64 };
    const char *work = io_join(&a, job->dir, "verify");
    const char *src[MAX_SOURCES];
    int n = 0;
    Buf taps = { 0 };
    Hash h;
    *seconds = 0;
    TRY(io_mkdir_all(work, c));
    work = absolute(work, &a);
    taps_print(job->d, &taps);
    const char *tap_file = arena_printf(&a, "%s/%s_taps.sv", work, job->d->name);
    Err e = io_write(tap_file, taps.p, taps.n, c);
    buf_free(&taps);
    TRY(e);
    TRY(list_sources(absolute(io_join(&a, job->dir, "rtl"), &a), &a, src, &n, MAX_SOURCES - 2, c));
    src[n++] = tap_file;
    src[n++] = absolute(job->harness, &a);
    TRY(hash_inputs(src, n, &h, c));
    const char *stamp = io_join(&a, work, "model.sha256");
    if (stamp_is(stamp, &h) && io_is_file(io_join(&a, work, "obj/Vdut")))
        return ERR_NONE;
    TRY(run_verilator(work, job->d, src, n, seconds, a, c));
    return io_write(stamp, h.hex, sizeof h.hex - 1, c);
}

static Err write_pixels(const VerifyJob *job, int n, const char *path, Arena a, Ctx *c)
{
    const unsigned char *pixels;
    size_t n_byte;
    SimInput in = *job->input;
    in.n = n;
    TRY(emit_pixels(job->snn, job->d, &in, &a, &pixels, &n_byte, c));
    return io_write(path, pixels, n_byte, c);
}

/* Images 1 and 3 of a "frame" run are spoilt on purpose and must not come out. */
static int *surviving(int n, Arena *a, int *n_left)
{
    int *which = NEW(a, int, (size_t)n);
    *n_left = 0;
    for (int i = 0; i < n; i++)
        if (i != 1 && i != 3)
            which[(*n_left)++] = i;
    return which;
}

/* One run of the model, its trace left in DIR/verify/MODE.trace. */
static Err run_model(const VerifyJob *job, const char *mode, const char *run_dir, int n, Arena a, Ctx *c)
{
    const Node *in = &job->snn->node[0], *last = &job->snn->node[job->snn->n_node - 1];
    const char *work = absolute(io_join(&a, job->dir, "verify"), &a);
    const char *pixels = arena_printf(&a, "%s/%s.pixels", work, mode);
    TRY(write_pixels(job, n, pixels, a, c));
    const char *const argv[] = {
        arena_printf(&a, "%s/obj/Vdut", work), pixels,
        arena_printf(&a, "%d", emit_tdata_bits(job->d) / 8),
        arena_printf(&a, "%d", in->shape.h * in->shape.w), arena_printf(&a, "%d", n),
        arena_printf(&a, "%d", last->shape.c + 1), mode, arena_printf(&a, "%d", job->seed),
        arena_printf(&a, "%s/%s.trace", work, mode), NULL };
    Proc p = { .argv = argv, .cwd = run_dir, .log = arena_printf(&a, "%s/%s.log", work, mode) };
    ProcEnd end;
    Err e = proc_try(&p, &end, NULL, c);
    unlink(pixels);
    return e;
}

static Err compare_mode(const VerifyJob *job, const char *mode, int n, Arena *perm, Arena a,
                        Comparison *out, Ctx *c)
{
    const char *trace = arena_printf(&a, "%s/verify/%s.trace", job->dir, mode);
    bool frame = !strcmp(mode, "frame");
    int left = n, *which = frame ? surviving(n, &a, &left) : NULL;
    CompareJob cmp = { job->d, job->snn, job->sim, job->input, left, which, !frame };
    TRY(compare_trace(&cmp, trace, perm, a, out, c));
    unlink(trace);
    return ERR_NONE;
}

Err verify_once(const VerifyJob *job, const char *mode, const char *run_dir, int n, Arena *perm,
                Arena a, Comparison *out, Ctx *c)
{
    TRY(run_model(job, mode, run_dir, n, a, c));
    return compare_mode(job, mode, n, perm, a, out, c);
}

typedef struct Run { const char *mode, *trace; int n; Comparison *to; bool failed; Ctx c; } Run;

/* All runs at once: they are processes of their own, one a core. */
static Err run_all(const VerifyJob *job, Run *runs, int n, const char *rtl, Ctx *c)
{
    enum { RUN_BYTES_LOG2 = 34 };
    Growth traces = { .n_file = n, .image_bytes = growth_image_bytes(job->d, job->snn) };
    Watch watch;
    long images = 0;
    for (int i = 0; i < n; i++) {
        traces.file[i] = runs[i].trace;
        images += runs[i].n;
    }
    watch_start(&watch, "verify", "images", images, growth_images, &traces);
#pragma omp parallel for schedule(dynamic, 1)
    for (int i = 0; i < n; i++) {
        Arena a = arena_new((size_t)1 << RUN_BYTES_LOG2);
        runs[i].failed = run_model(job, runs[i].mode, rtl, runs[i].n, a, &runs[i].c) != ERR_NONE;
        arena_delete(a);
    }
    watch_end(&watch);
    for (int i = 0; i < n; i++)
        if (runs[i].failed)
            return fail(c, runs[i].c.code, (Loc){ .file = runs[i].c.first.file }, "%s",
                        runs[i].c.first.text);
    return ERR_NONE;
}

static void add_mismatches(VerifyResult *r, const Comparison *k)
{
    if (k->n_mismatch > 0 && r->n_mismatch == 0)
        r->first = k->first;
    r->n_mismatch += k->n_mismatch;
}

static void measure(const VerifyJob *job, Arena *perm, VerifyResult *r)
{
    r->latency  = NEW(perm, int64_t, (size_t)job->n);
    r->interval = NEW(perm, int64_t, (size_t)job->n);
    for (int i = 0; i < job->n; i++) r->latency[i] = r->single.last_out[i] - r->single.first_in[i];
    for (int i = 1; i < job->n; i++) r->interval[i - 1] = r->burst.last_out[i] - r->burst.last_out[i - 1];
}

Err verify_run(const VerifyJob *job, Arena *perm, Arena scratch, VerifyResult *r, Ctx *c)
{
    enum { FRAME_IMAGES = 6, RUNS = 4 };
    *r = (VerifyResult){ .n = job->n, .n_stall = job->n_stall };
    TRY(verify_build(job, &r->build_seconds, scratch, c));
    const char *rtl = absolute(io_join(&scratch, job->dir, "rtl"), &scratch);
    int n_frame = job->n < FRAME_IMAGES ? job->n : FRAME_IMAGES;
    Run *runs = NEW(&scratch, Run, RUNS);
    runs[0] = (Run){ .mode = "single", .n = job->n, .to = &r->single };
    runs[1] = (Run){ .mode = "burst", .n = job->n, .to = &r->burst };
    runs[2] = (Run){ .mode = "stall", .n = job->n_stall, .to = &r->stall };
    runs[3] = (Run){ .mode = "frame", .n = n_frame, .to = &r->frame };
    for (int i = 0; i < RUNS; i++)
        runs[i].trace = arena_printf(&scratch, "%s/verify/%s.trace", job->dir, runs[i].mode);
    double start = progress_now();
    TRY(run_all(job, runs, RUNS, rtl, c));
    for (int i = 0; i < RUNS; i++) {
        TRY(compare_mode(job, runs[i].mode, runs[i].n, perm, scratch, runs[i].to, c));
        add_mismatches(r, runs[i].to);
    }
    if (r->frame.err == 0 && n_frame > 1 && r->n_mismatch++ == 0)
        r->first = (Difference){ 1, 0, 0, 0, -1, 1, 0, "err_o after a misplaced tlast" };
    r->run_seconds = progress_now() - start;
    measure(job, perm, r);
    return ERR_NONE;
}

const char *difference_text(const Difference *d, const Graph *snn, Arena *a)
{
    const char *step = d->step >= 0 ? arena_printf(a, ", step %d", d->step) : "";
    return arena_printf(a, "image %d, layer %s, pixel %d, channel %d%s: expected %s %lld, got %lld",
                        d->image, snn->node[d->node].name, d->pixel, d->channel, step, d->what,
                        (long long)d->expected, (long long)d->got);
}
