#include "cosim/taperun.h"
#include "base/io.h"
#include "base/proc.h"
#include "base/progress.h"
#include "emit/enginetop.h"
#include "emit/pixels.h"
#include <omp.h>
#include <unistd.h>

enum { OTHERS = 3, SLICES_MAX = 64 };

/* One process: images [first, first + n) of the job. */
typedef struct Run { const char *mode, *trace; bool alone; int first, n; TapeTrace out; Err failed; Ctx c; } Run;

const char *taperun_fault(int error)
{
    static const char *const text[] = {
#define FAULT(name, code, help) [code] = help,
#include "hw/tape.def"
#undef FAULT
    };
    if (error == TAPERUN_HUNG)
        return "no code and no score for 4 million clocks";
    if (error == TAPERUN_BROKEN)
        return "the engine broke a rule of AXI4 on its memory port (see the log in verify/)";
    return error >= 0 && error < (int)(sizeof text / sizeof *text) ? text[error] : "no code of the list";
}

static void add_registers(Model *m, Arena *a)
{
#define REGISTER(name, offset, help)                                                              \
    model_flag(m, "-CFLAGS");                                                                     \
    model_flag(m, arena_printf(a, "-DE3_REG_" #name "=%d", offset));
#include "hw/tape.def"
#undef REGISTER
}

Err taperun_build(const TapeJob *job, Model *m, double *seconds, Arena *perm, Arena a, Ctx *c)
{
    static const char *const own[] = { "e3_memory.sv", "e3_engine_taps.sv", "e3_engine_bench.sv",
                                       "e3_engine_harness.cpp", "e3_memory.c", NULL };
    const EngineBuild *b = &job->plan->build;
    const char *rtl = model_absolute(io_join(&a, job->dir, "rtl"), &a);
    *m = (Model){ .top = "e3_engine_bench", .include = model_absolute(io_join(&a, job->library, "sim"), &a) };
    TRY(model_add_list(m, rtl, &a, c));
    for (int i = 0; own[i]; i++) model_add(m, io_join(&a, m->include, own[i]));
    model_depends(m, io_join(&a, m->include, "e3_harness.h"));
    model_depends(m, io_join(&a, m->include, "e3_memory.h"));
    model_depends(m, io_join(&a, rtl, "e3_tape.svh"));
    model_flag(m, arena_printf(&a, "-GPortBits=%d", b->port_bits));
    model_flag(m, arena_printf(&a, "-GDataW=%d", emit_engine_tdata_bits(b)));
    model_flag(m, arena_printf(&a, "+define+E3_TOP=%s_top", job->name));
    model_flag(m, "--relative-includes");
    add_registers(m, &a);
    return model_cached(m, io_join(&a, job->dir, "verify/model"), seconds, perm, a, c);
}

/* One run of the model; its trace is left. The tape stays where it is: nothing is copied. */
static Err run_model(const TapeJob *job, const Model *m, const Run *r, Arena a, Ctx *c)
{
    const Node *in = &job->snn->node[0];
    const unsigned char *bytes;
    size_t n_byte;
    const char *pixels = arena_printf(&a, "%s.pixels", r->trace);
    SimInput input = *job->input;
    input.first += r->first;
    input.n = r->n;
    TRY(emit_engine_pixels(job->snn, &job->plan->build, &input, &a, &bytes, &n_byte, c));
    TRY(io_write(pixels, bytes, n_byte, c));
    const char *const argv[] = {
        io_join(&a, m->dir, "Vdut"), job->tape, pixels,
        arena_printf(&a, "%d", emit_engine_tdata_bits(&job->plan->build) / 8),
        arena_printf(&a, "%d", in->shape.h * in->shape.w), arena_printf(&a, "%d", r->n), r->mode,
        arena_printf(&a, "%d", job->seed), r->trace, NULL };
    Proc p = { .argv = argv, .log = arena_printf(&a, "%s.log", r->trace) };
    Err e = proc_run(&p, NULL, NULL, c);
    unlink(pixels);
    return e;
}

static Err compare_run(const TapeJob *job, Run *r, Arena *perm, Arena a, Ctx *c)
{
    int *which = NEW(&a, int, (size_t)r->n);
    Expected x = { .snn = job->snn, .sim = job->sim, .input = job->input, .which = which, .n = r->n };
    for (int i = 0; i < r->n; i++) which[i] = r->first + i;
    expected_begin(&x, &a);
    TRY(tapecheck(job->plan, &x, r->trace, perm, a, &r->out, c));
    unlink(r->trace);
    return ERR_NONE;
}

/* All runs, a process each, as many at once as there are cores. */
static Err run_all(const TapeJob *job, const Model *m, Run *run, int n, Ctx *c)
{
    enum { RUN_BYTES_LOG2 = 34 };
#pragma omp parallel for schedule(dynamic, 1)
    for (int i = 0; i < n; i++) {
        Arena a = arena_new((size_t)1 << RUN_BYTES_LOG2);
        run[i].failed = run_model(job, m, &run[i], a, &run[i].c);
        arena_delete(a);
    }
    for (int i = 0; i < n; i++)
        if (run[i].failed)
            return fail(c, run[i].failed, (Loc){ .file = run[i].c.first.file }, "%s", run[i].c.first.text);
    return ERR_NONE;
}

/* The images alone, in as many slices as there are cores; then the other ways. */
static int list_runs(const TapeJob *job, const char *work, Run *run, Arena *a)
{
    static const char *const other[OTHERS] = { "burst", "stall", "reset" };
    int n = 0, slices = omp_get_max_threads() < SLICES_MAX ? omp_get_max_threads() : SLICES_MAX;
    for (int s = 0; s < slices; s++) {
        int from = (int)((int64_t)job->n * s / slices), to = (int)((int64_t)job->n * (s + 1) / slices);
        if (to > from)
            run[n++] = (Run){ .mode = "single", .alone = true, .first = from, .n = to - from };
    }
    for (int k = 0; k < OTHERS && job->n_other > 0; k++) run[n++] = (Run){ .mode = other[k], .n = job->n_other };
    for (int i = 0; i < n; i++) run[i].trace = arena_printf(a, "%s/%s-%d.trace", work, run[i].mode, run[i].first);
    return n;
}

/* What one run showed, added to all. */
static void take_run(TapeResult *r, const Run *run)
{
    const TapeTrace *t = &run->out;
    tally_add(&r->all, &t->tally);
    r->error = r->error ? r->error : t->error;
    r->clocks += t->clocks;
    for (int i = 0; i < t->n_out && run->alone; i++) {
        r->counter_wrong += t->counter[i] != t->latency[i];
        r->latency[run->first + i] = t->latency[i];
        r->label[run->first + i] = t->label[i];
    }
}

Err taperun(const TapeJob *job, Arena *perm, Arena a, TapeResult *r, Ctx *c)
{
    const char *work = io_join(&a, job->dir, "verify");
    Run *run = NEW(&a, Run, SLICES_MAX + OTHERS);
    Model m;
    *r = (TapeResult){ .n = job->n, .n_other = job->n_other, .latency = NEW(perm, int64_t, (size_t)job->n),
                       .label = NEW(perm, int, (size_t)job->n) };
    TRY(io_mkdir_all(work, c));
    TRY(taperun_build(job, &m, &r->build_seconds, perm, a, c));
    r->reused = r->build_seconds <= 0;
    int n = list_runs(job, work, run, &a);
    double start = progress_now();
    TRY(run_all(job, &m, run, n, c));
    r->run_seconds = progress_now() - start;
    for (int i = 0; i < n; i++) {
        TRY(compare_run(job, &run[i], perm, a, c));
        take_run(r, &run[i]);
    }
    return ERR_NONE;
}
