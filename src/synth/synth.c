#include "synth/synth.h"
#include "base/io.h"
#include "base/progress.h"
#include "base/watch.h"
#include "synth/passes.h"
#include "synth/pnr.h"
#include "synth/sta.h"
#include "synth/yosys.h"
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* Yosys and the placers run in other folders than ours: every path is made absolute once. */
static Err absolute(const char **path, Arena *a, Ctx *c)
{
    char cwd[PATH_MAX];
    if ((*path)[0] != '/') {
        if (!getcwd(cwd, sizeof cwd))
            return fail(c, ERR_IO, (Loc){ .file = *path }, "cannot tell the current folder");
        *path = io_join(a, cwd, *path);
    }
    return yosys_path_ok(*path, c);
}

static Err absolute_job(SynthJob *job, Arena *a, Ctx *c)
{
    const char **src = NEW(a, const char *, (size_t)job->n_src + 1);
    for (int i = 0; i < job->n_src; i++) {
        src[i] = job->src[i];
        TRY(absolute(&src[i], a, c));
    }
    job->src = src;
    TRY(absolute(&job->mem_dir, a, c));
    TRY(absolute(&job->rtl_dir, a, c));
    return absolute(&job->work, a, c);
}

/* The netlist, the Verilog of it, and the instances with their ports before flattening. */
static Err map_design(const SynthJob *job, SynthResult *r, const char *instances, Ctx *c)
{
    Buf b = { 0 };
    yosys_read(&b, job, NULL, NULL, job->top);
    buf_printf(&b, "design -push-copy\nblackbox * %s %%d\nwrite_json \"%s\"\ndesign -pop\n",
               job->top, instances);
    Err e = yosys_synth(&b, job, job->top, false, c);
    buf_printf(&b, "write_json \"%s\"\n", r->json);
    if (job->device->family == FAMILY_XC7)
        buf_printf(&b, "chtype -set e3_sim_ramb18e1 t:RAMB18E1\n"
                   "chtype -set e3_sim_ramb36e1 t:RAMB36E1\n");
    buf_printf(&b, "write_verilog -noattr \"%s\"\n", r->gates);
    if (!e)
        e = yosys_run(job, "area", &b, &r->yosys_s, c);
    buf_free(&b);
    return e;
}

/* Yosys's library has no behaviour of 7-series block RAMs: ours goes behind the gates. */
static Err add_ram_models(const SynthJob *job, const SynthResult *r, Arena scratch, Ctx *c)
{
    if (job->device->family != FAMILY_XC7)
        return ERR_NONE;
    Buf b = { 0 };
    const char *file[] = { r->gates, io_join(&scratch, job->rtl_dir, "synth/e3_sim_ramb.v") };
    Err e = ERR_NONE;
    for (int i = 0; i < 2 && !e; i++) {
        Map m;
        e = io_map(&m, file[i], c);
        if (!e)
            buf_add(&b, m.p, m.n);
        io_unmap(&m);
    }
    if (!e)
        e = io_write(r->gates, b.p, b.n, c);
    buf_free(&b);
    return e;
}

static const char *cell_models(const SynthJob *job, Arena *perm)
{
    static const char *const lib[FAMILY_COUNT] = {
        [FAMILY_ICE40] = "ice40/cells_sim.v", [FAMILY_ECP5] = "ecp5/cells_sim.v",
        [FAMILY_XC7] = "xilinx/cells_sim.v",  [FAMILY_XCUP] = "xilinx/cells_sim.v",
    };
    return yosys_file(lib[job->device->family], perm);
}

static Err count(const SynthJob *job, SynthResult *r, const char *instances, Arena *perm, Ctx *c)
{
    Arena own = arena_new((size_t)16 << 30);
    Netlist n = { 0 };
    Instance *inst = NULL;
    Buf list = { 0 };
    buf_add(&list, "", 0);
    Err e = netlist_load(&n, r->json, job->top, job->device->family, &own, c);
    if (!e)
        e = instances_load(&inst, &r->n_unit, instances, job->top, perm, c);
    if (!e) {
        r->area = area_total(&n);
        r->unit = NEW(perm, AreaUnit, (size_t)r->n_unit + 1);
        area_by_unit(&n, inst, r->n_unit++, r->unit, own);
        r->n_unregistered = area_unregistered(&n, &list);
        r->unregistered   = arena_str(perm, list.p);
        e = io_write(io_join(perm, job->work, "unregistered.txt"), list.p, list.n, c);
    }
    buf_free(&list);
    netlist_free(&n);
    arena_delete(own);
    return e;
}

/* Area, by unit and in all, and the netlist to simulate. */
static Err measure_area(const SynthJob *job, SynthResult *r, Arena *perm, Ctx *c)
{
    const char *instances = io_join(perm, job->work, "instances.json");
    TRY(map_design(job, r, instances, c));
    TRY(add_ram_models(job, r, *perm, c));
    return count(job, r, instances, perm, c);
}

/* Logic-only timing beside it: a Yosys of its own, on the other core. */
typedef struct Timing { double fmax_mhz, seconds; const char *untimed; Err e; Ctx c; Arena own; } Timing;

static void measure_logic(const SynthJob *job, Timing *t)
{
    if (job->sta && sta_can(job->device->family))
        t->e = sta_run(job, &t->fmax_mhz, &t->untimed, &t->seconds, &t->own, &t->c);
}

static Err take_logic(const Timing *t, SynthResult *r, Arena *perm, Ctx *c)
{
    if (t->e)
        return fail(c, t->e, (Loc){ .file = arena_str(perm, t->c.first.file) }, "%s", t->c.first.text);
    r->fmax_mhz  = t->fmax_mhz;
    r->fmax_kind = t->fmax_mhz > 0 ? "sta (logic only)" : NULL;
    r->untimed   = arena_str(perm, t->untimed);
    r->sta_s     = t->seconds;
    return ERR_NONE;
}

static Err place(const SynthJob *job, SynthResult *r, Arena *perm, Ctx *c)
{
    PnrResult p;
    TRY(pnr_run(job, &p, &r->pnr_s, perm, c));
    r->pnr_skipped = p.skipped;
    r->bitstream   = p.bitstream;
    if (p.fmax_mhz > 0) {
        r->fmax_mhz  = p.fmax_mhz;
        r->fmax_kind = "placed";
    }
    return ERR_NONE;
}

/* Both at once; a log of an earlier run would count as this one's. */
static Err measure(const SynthJob *job, SynthResult *r, Timing *t, Arena *perm, Ctx *c)
{
    Passes passes = { .log = { io_join(perm, job->work, "area.log"),
                               io_join(perm, job->work, "sta.log") } };
    Watch watch;
    Err e = ERR_NONE;
    for (int i = 0; i < PASSES_MAX; i++) TRY(io_remove_tree(passes.log[i], c));
    watch_start(&watch, "synth", "Yosys passes", 0, passes_done, &passes);
#pragma omp parallel sections num_threads(2)
    {
#pragma omp section
        e = measure_area(job, r, perm, c);
#pragma omp section
        measure_logic(job, t);
    }
    watch_end(&watch);
    passes_close(&passes);
    return e ? e : take_logic(t, r, perm, c);
}

Err synth_run(const SynthJob *asked, SynthResult *r, Arena *perm, Ctx *c)
{
    SynthJob job = *asked;
    double start = progress_now();
    *r = (SynthResult){ .untimed = "", .unregistered = "" };
    TRY(absolute_job(&job, perm, c));
    TRY(io_mkdir_all(job.work, c));
    r->json  = io_join(perm, job.work, "net.json");
    r->gates = io_join(perm, job.work, "gates.v");
    r->cells = cell_models(&job, perm);
    Timing *t = NEW(perm, Timing, 1);
    t->untimed = "";
    t->own = arena_new((size_t)1 << 30);
    Err e = measure(&job, r, t, perm, c);
    arena_delete(t->own);
    if (!e && job.pnr)
        e = place(&job, r, perm, c);
    r->seconds = progress_now() - start;
    return e;
}

DeviceNeed synth_need(const Device *d, const Area *a)
{
    const FamilyInfo *f = device_family(d);
    return (DeviceNeed){ .lut_kind = f->lut_kind, .lut = a->lut, .ff = a->ff, .dsp = a->dsp,
                         .ram_bits = (a->ram2 + 1) / 2 * f->ram_bits };
}
