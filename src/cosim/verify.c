#include "cosim/verify.h"
#include "base/io.h"
#include "base/proc.h"
#include "base/watch.h"
#include "cosim/growth.h"
#include "cosim/model.h"
#include "cosim/taps.h"
#include "emit/emit.h"
#include "emit/pixels.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Err verify_build(const VerifyJob *job, double *seconds, Arena a, Ctx *c)
{
    const char *work = io_join(&a, job->dir, "verify");
    Model m = { .top = arena_printf(&a, "%s_top", job->d->name) };
    Buf taps = { 0 };
    TRY(io_mkdir_all(work, c));
    m.dir = work = model_absolute(work, &a);
    taps_print(job->d, &taps);
    const char *tap_file = arena_printf(&a, "%s/%s_taps.sv", work, job->d->name);
    Err e = io_write(tap_file, taps.p, taps.n, c);
    buf_free(&taps);
    TRY(e);
    TRY(model_add_list(&m, model_absolute(io_join(&a, job->dir, "rtl"), &a), &a, c));
    model_add(&m, tap_file);
    model_add(&m, model_absolute(io_join(&a, job->library, "sim/e3_harness.cpp"), &a));
    m.include = model_absolute(io_join(&a, job->library, "sim"), &a);
    model_depends(&m, io_join(&a, m.include, "e3_harness.h"));
    return model_build(&m, seconds, a, c);
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
    const char *work = model_absolute(io_join(&a, job->dir, "verify"), &a);
    const char *pixels = arena_printf(&a, "%s/%s.pixels", work, mode);
    TRY(write_pixels(job, n, pixels, a, c));
    const char *const argv[] = {
        arena_printf(&a, "%s/Vdut", work), pixels,
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
    const char *rtl = model_absolute(io_join(&scratch, job->dir, "rtl"), &scratch);
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
        tally_add(&r->all, &runs[i].to->tally);
    }
    if (r->frame.err == 0 && n_frame > 1)
        tally_add(&r->all, &(Tally){ 0, 1, { 1, 0, 0, 0, -1, 1, 0, "err_o after a misplaced tlast" } });
    r->run_seconds = progress_now() - start;
    measure(job, perm, r);
    return ERR_NONE;
}
