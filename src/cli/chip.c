/* Yosys, nextpnr-ice40 and icepack over the chip's top, in DIR/board. Yosys runs in DIR/rtl, where
 * the memory images are. */
#include "cli/chip.h"
#include "base/io.h"
#include "base/proc.h"
#include "board/board.h"
#include "cli/stages.h"
#include "synth/pnr.h"
#include "synth/yosys.h"
#include <stdlib.h>
#include <string.h>

typedef struct Chip {
    Build       *b;
    const Board *board;
    BoardFiles   files;
    SynthJob     job;
    PnrResult    placed;
    Area         area;
    double       seconds;
} Chip;

/* The tools run in other folders than ours. */
static const char *absolute(Build *b, const char *path)
{
    char *p = realpath(path, NULL);
    const char *kept = arena_str(&b->perm, p ? p : path);
    free(p);
    return kept;
}

static const char *work_file(Chip *k, const char *name) { return io_join(&k->b->perm, k->job.work, name); }

static Err write_sources(Chip *k)
{
    Build *b = k->b;
    const char *library;
    TRY(build_library(b, &library));
    TRY(board_emit(k->board, &b->design, library, absolute(b, b->work), &b->perm, &k->files, b->c));
    k->job = (SynthJob){ .top = k->files.top, .src = k->files.src, .n_src = k->files.n_src,
                         .mem_dir = absolute(b, build_path(b, "rtl")), .device = b->device,
                         .work = absolute(b, build_path(b, "board")), .seed = b->opt.seed };
    return yosys_path_ok(k->job.work, b->c);
}

static Err synthesise(Chip *k)
{
    Buf s = { 0 };
    Ctx *c = k->b->c;
    buf_printf(&s, "read_verilog -lib +/ice40/cells_sim.v\n"); /* the PLL, before the hierarchy's check */
    yosys_read(&s, &k->job, NULL, NULL, k->job.top);
    Err e = yosys_synth(&s, &k->job, k->job.top, true, c);
    buf_printf(&s, "write_json \"%s\"\n", work_file(k, "chip.json"));
    if (!e)
        e = yosys_run(&k->job, "chip", &s, &k->seconds, c);
    buf_free(&s);
    return e;
}

static Err count(Chip *k)
{
    Arena own = arena_new((size_t)16 << 30);
    Netlist n = { 0 };
    Ctx *c = k->b->c;
    Err e = netlist_load(&n, work_file(k, "chip.json"), k->job.top, k->job.device->family, &own, c);
    if (!e)
        k->area = area_total(&n);
    netlist_free(&n);
    arena_delete(own);
    DeviceNeed need = synth_need(k->job.device, &k->area);
    return e ? e : device_check(k->job.device, &need, c);
}

static Err run_tool(Chip *k, const char *const *argv, const char *log)
{
    ProcEnd end = { 0 };
    Proc p = { .argv = argv, .cwd = k->job.work, .log = work_file(k, log) };
    Err e = proc_run(&p, &end, NULL, k->b->c);
    k->seconds += end.seconds;
    return e;
}

/* The clock wanted is the PLL's; one that is missed is a result, told at the end. */
static Err place(Chip *k)
{
    Arena *a = &k->b->perm;
    const Device *d = k->job.device;
    const char *const nextpnr[] = {
        "nextpnr-ice40", arena_printf(a, "--%s", d->part), "--package", d->package, "--json", "chip.json",
        "--pcf", k->files.pcf, "--freq", arena_printf(a, "%g", board_clock_mhz(k->board)), "--seed",
        arena_printf(a, "%d", k->job.seed), "--timing-allow-fail", "--asc", "chip.asc", "--report",
        "chip.rpt", NULL };
    const char *const icepack[] = { "icepack", "chip.asc", "chip.bin", NULL };
    TRY(run_tool(k, nextpnr, "nextpnr.log"));
    TRY(pnr_parse(work_file(k, "chip.rpt"), &k->placed, a, k->b->c));
    return run_tool(k, icepack, "icepack.log");
}

/* As the placer counts; it is silent about what is not used. */
static int64_t used(const Chip *k, const char *what)
{
    for (int i = 0; i < k->placed.n_use; i++)
        if (!strcmp(k->placed.use[i].what, what))
            return k->placed.use[i].used;
    return 0;
}

/* Images per second of the core alone: its clock over the predicted interval. */
static double images_per_s(Chip *k)
{
    double cycles = json_number_value(json_object_get(build_run(k->b, "estimate"), "interval"));
    return cycles > 0 ? board_clock_mhz(k->board) * 1e6 / cycles : 0;
}

static void note(Chip *k)
{
    const Device *d = k->job.device;
    int64_t cells = used(k, "ICESTORM_LC"), ram = used(k, "ICESTORM_RAM");
    json_t *j = json_pack("{s:s,s:s,s:s,s:f,s:f,s:s,s:f}", "name", k->board->name, "what", k->board->what,
                          "bitstream", "board/chip.bin", "clock_mhz", board_clock_mhz(k->board),
                          "fmax_mhz", k->placed.fmax_mhz, "fmax_kind", "placed", "core_images_per_s",
                          images_per_s(k));
    json_t *area = json_pack("{s:I,s:I,s:I,s:I}", "lut", (json_int_t)k->area.lut, "ff",
                             (json_int_t)k->area.ff, "logic_cells", (json_int_t)cells, "bram",
                             (json_int_t)ram);
    json_object_update(j, area);
    json_decref(area);
    json_object_set_new(k->b->run, "board", j);
    build_time(k->b, "board", k->seconds);
    stage_say(k->b, "           %lld of %lld logic cells (%lld LUTs, %lld FFs), %lld of "
              "%lld block RAMs\n           %.1f MHz placed, %.1f MHz wanted; the core alone: %.0f "
              "images/s\n           %s, %.0f s\n", (long long)cells, (long long)d->lut,
              (long long)k->area.lut, (long long)k->area.ff, (long long)ram,
              (long long)d->ram, k->placed.fmax_mhz, board_clock_mhz(k->board), images_per_s(k),
              build_path(k->b, "board/chip.bin"), k->seconds);
}

static Err check_device(const Build *b, const Board *board)
{
    if (!strcmp(b->device->name, board->device))
        return ERR_NONE;
    return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--board %s has an %s and this build is for %s: build it "
                "with --device %s", board->name, board->device, b->device->name, board->device);
}

Err stage_chip(Build *b, const char *name, bool sources_only)
{
    Chip k = { .b = b };
    TRY(board_find(&k.board, name, b->c));
    TRY(check_device(b, k.board));
    TRY(build_need_design(b));
    TRY(write_sources(&k));
    stage_say(b, "board      %s\n", k.board->what);
    if (sources_only)
        return ERR_NONE;
    TRY(synthesise(&k));
    TRY(count(&k));
    TRY(place(&k));
    note(&k);
    TRY(build_save(b));
    if (k.placed.fmax_mhz < board_clock_mhz(k.board))
        return fail(b->c, ERR_NO, (Loc){ .file = b->dir }, "the chip reaches %.1f MHz and its clock is %.1f",
                    k.placed.fmax_mhz, board_clock_mhz(k.board));
    return ERR_NONE;
}
