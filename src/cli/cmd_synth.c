/* e3ne synth - area and clock by Yosys; with --pnr placed, routed and packed by open tools; with
 * --board the whole chip of a board instead. */
#include "cli/cmd.h"
#include "base/io.h"
#include "cli/chip.h"
#include "cli/stages.h"
#include "cli/table.h"
#include "emit/emit.h"
#include "emit/enginetop.h"
#include "synth/synth.h"
#include <string.h>

const ExtraOption extra_synth[] = { { "--pnr", "", "place, route and pack, where the tools are there" },
                                    { "--board", "NAME", "the chip of this board: hx8k-breakout" },
                                    { "--sources", "", "with --board: its sources only, no tool is run" },
                                    { 0 } };
enum { EXTRA_PNR, EXTRA_BOARD, EXTRA_SOURCES };

enum { MAX_SOURCES = 64 };

/* files.f, one name a line, with the folder in front. */
static Err list_sources(Build *b, const char *rtl, const char **src, int *n)
{
    Map m;
    TRY(io_map(&m, io_join(&b->perm, rtl, "files.f"), b->c));
    const char *p = (const char *)m.p, *end = p + m.n;
    for (*n = 0; p < end && *n < MAX_SOURCES;) {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        line = line ? line : end;
        src[(*n)++] = io_join(&b->perm, rtl, arena_strn(&b->perm, p, (size_t)(line - p)));
        p = line + 1;
    }
    io_unmap(&m);
    return ERR_NONE;
}

static void note_ram(json_t *j, const Device *d, const Area *a)
{
    if (d->family == FAMILY_XC7 || d->family == FAMILY_XCUP) {
        json_object_set_new(j, "bram36", json_real((double)a->ram2 / 2));
        return;
    }
    json_object_set_new(j, "bram", json_integer(a->ram2 / 2));
    json_object_set_new(j, "bram_bits", json_integer(a->ram2 / 2 * device_family(d)->ram_bits));
}

static json_t *area_to_json(const Device *d, const Area *a)
{
    json_t *j = json_pack("{s:I,s:s,s:I,s:I,s:I}", "lut", (json_int_t)a->lut, "lut_kind",
                          device_family(d)->lut_kind, "lut_ram", (json_int_t)a->lut_ram, "ff",
                          (json_int_t)a->ff, "dsp", (json_int_t)a->dsp);
    note_ram(j, d, a);
    return j;
}

static void note_result(Build *b, const SynthResult *r)
{
    const Device *d = b->device;
    json_t *j = area_to_json(d, &r->area), *units = json_array();
    for (int i = 0; i < r->n_unit; i++) {
        json_t *u = area_to_json(d, &r->unit[i].area);
        json_object_set_new(u, "name", json_string(r->unit[i].name));
        json_array_append_new(units, u);
    }
    json_object_set_new(j, "units", units);
    json_object_set_new(j, "unregistered_ram_outputs", json_integer(r->n_unregistered));
    if (r->fmax_mhz > 0) {
        json_object_set_new(j, "fmax_mhz", json_real(r->fmax_mhz));
        json_object_set_new(j, "fmax_kind", json_string(r->fmax_kind));
    }
    if (r->bitstream)
        json_object_set_new(j, "bitstream", json_string(io_base(r->bitstream)));
    json_object_set_new(build_run(b, "area"), d->name, j);
    json_object_set_new(b->run, "device", json_pack("{s:s,s:s,s:I,s:s,s:I,s:I,s:I,s:f}", "name", d->name,
        "part", d->part, "lut", (json_int_t)d->lut, "lut_kind", device_family(d)->lut_kind, "ff",
        (json_int_t)d->ff, d->family == FAMILY_XC7 || d->family == FAMILY_XCUP ? "bram36" : "bram",
        (json_int_t)d->ram, "dsp", (json_int_t)d->dsp, "clock_mhz", d->clock_mhz));
    build_time(b, "yosys", r->yosys_s);
    build_time(b, "sta", r->sta_s);
    build_time(b, "pnr", r->pnr_s);
}

/* The first of them; an engine's can be hundreds. */
static void print_unregistered(const Build *b, const SynthResult *r)
{
    enum { SHOWN = 4 };
    const char *end = r->unregistered;
    for (int i = 0; i < SHOWN && *end; i++) end += strcspn(end, "\n") + 1;
    stage_say(b, "           %d bits of block RAM outputs have no register%s\n%.*s", r->n_unregistered,
              *end ? "; the first of them, all in synth/unregistered.txt" : "",
              (int)(end - r->unregistered), r->unregistered);
}

static void print_result(const Build *b, const SynthResult *r)
{
    Table t = table_new("           unit|>LUTs|>FFs|>block RAMs|>DSPs");
    if (b->opt.json)
        return;
    for (int i = 0; i < r->n_unit; i++)
        table_row(&t, "           %s|%lld|%lld|%.1f|%lld", r->unit[i].name, (long long)r->unit[i].area.lut,
                  (long long)r->unit[i].area.ff, (double)r->unit[i].area.ram2 / 2,
                  (long long)r->unit[i].area.dsp);
    table_row(&t, "           in all|%lld|%lld|%.1f|%lld", (long long)r->area.lut, (long long)r->area.ff,
              (double)r->area.ram2 / 2, (long long)r->area.dsp);
    table_row(&t, "           %s has|%lld|%lld|%lld|%lld", b->device->name, (long long)b->device->lut,
              (long long)b->device->ff, (long long)b->device->ram, (long long)b->device->dsp);
    table_print(&t);
    if (r->fmax_mhz > 0)
        stage_say(b, "           %.1f MHz (%.2f ns), %s\n", r->fmax_mhz, 1000 / r->fmax_mhz, r->fmax_kind);
    if (r->pnr_skipped)
        stage_say(b, "           not placed: %s\n", r->pnr_skipped);
    if (r->n_unregistered)
        print_unregistered(b, r);
}

static Err synth_build(Build *b, bool pnr)
{
    const char *src[MAX_SOURCES], *library;
    int n;
    SynthResult r;
    TRY(build_need_plan(b));
    TRY(build_library(b, &library));
    const char *rtl = build_path(b, "rtl");
    TRY(list_sources(b, rtl, src, &n));
    SynthJob job = { .top = arena_printf(&b->perm, "%s_top", b->opt.name), .src = src, .n_src = n,
                     .mem_dir = rtl, .device = b->device, .work = build_path(b, "synth"),
                     .rtl_dir = library, .seed = b->opt.seed, .sta = true, .pnr = pnr };
    job.in_bits   = b->on_engine ? emit_engine_tdata_bits(&b->tape.build) : emit_tdata_bits(&b->design);
    job.port_bits = b->on_engine ? b->tape.build.port_bits : 0;
    TRY(synth_run(&job, &r, &b->perm, b->c));
    note_result(b, &r);
    stage_say(b, "synth      Yosys for %s, %.0f s\n", b->device->name, r.seconds);
    print_result(b, &r);
    TRY(build_save(b));
    DeviceNeed need = synth_need(b->device, &r.area);
    return device_check(b->device, &need, b->c);
}

Err stage_synth(Build *b) { return synth_build(b, false); }

static Err synth_wanted(Build *b)
{
    if (b->opt.extra[EXTRA_BOARD])
        return stage_chip(b, b->opt.extra[EXTRA_BOARD], b->opt.extra[EXTRA_SOURCES] != NULL);
    return synth_build(b, b->opt.extra[EXTRA_PNR] != NULL);
}

Err cmd_synth(const Options *o, Ctx *c)
{
    static const StageRun run = { .make  = { stage_read, stage_quantize, stage_plan, stage_emit },
                                  .then  = { synth_wanted }, .again = { synth_wanted }, .json = "area" };
    return stages_run(&run, o, c);
}
