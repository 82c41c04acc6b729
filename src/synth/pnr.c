#include "synth/pnr.h"
#include "base/io.h"
#include "base/proc.h"
#include "synth/yosys.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

Err pnr_parse(const char *path, PnrResult *r, Arena *perm, Ctx *c)
{
    Map m;
    TRY(io_map(&m, path, c));
    json_error_t at;
    json_t *j = json_loadb((const char *)m.p, m.n, 0, &at), *v;
    io_unmap(&m);
    if (!j)
        return fail(c, ERR_FORMAT, (Loc){ .file = path, .byte = (size_t)at.position }, "%s",
                    at.text);
    const char *key;
    json_t *use = json_object_get(j, "utilization");
    json_object_foreach(json_object_get(j, "fmax"), key, v) {
        double mhz = json_number_value(json_object_get(v, "achieved"));
        if (mhz > 0 && (r->fmax_mhz <= 0 || mhz < r->fmax_mhz))
            r->fmax_mhz = mhz;
    }
    r->use = NEW(perm, PnrUse, json_object_size(use) + 1);
    json_object_foreach(use, key, v)
        if (json_integer_value(json_object_get(v, "used")) > 0)
            r->use[r->n_use++] = (PnrUse){ arena_str(perm, key),
                                           json_integer_value(json_object_get(v, "used")),
                                           json_integer_value(json_object_get(v, "available")) };
    json_decref(j);
    if (r->fmax_mhz <= 0)
        return fail(c, ERR_TOOL, (Loc){ .file = path }, "the placer reports no clock");
    return ERR_NONE;
}

/* How to start a program: by itself where PATH has it, through the tree's runner where the tree
 * has it. Gives how many words of argv were filled, 0: it is nowhere. */
static int start_of(const char **argv, const SynthJob *job, const char *exe, Arena *a)
{
    if (proc_find(exe, a)) {
        argv[0] = exe;
        return 1;
    }
    const char *root = getenv("PNR_ROOT"), *home = getenv("HOME");
    if (!root)
        root = arena_printf(a, "%s/.cache/e3ne-pnr", home ? home : "");
    if (!proc_find(arena_printf(a, "%s/usr/bin/%s", root, exe), a))
        return 0;
    argv[0] = "sh";
    argv[1] = io_join(a, job->rtl_dir, "synth/pnr_run.sh");
    argv[2] = root;
    argv[3] = exe;
    return 4;
}

typedef struct Args { const char *v[40]; int n; } Args;

static void put(Args *g, const char *word) { g->v[g->n++] = word; }

static void put2(Args *g, const char *flag, const char *value)
{
    put(g, flag);
    put(g, value);
}

static const char *synth_file(const SynthJob *job, const char *name, Arena *a)
{
    return arena_printf(a, "%s/synth/%s", job->rtl_dir, name);
}

static void placer_args(Args *g, const SynthJob *job, Arena *a)
{
    const Device *d = job->device;
    const char   *f = arena_printf(a, "%s/pnr", job->work);
    put2(g, "--json", arena_printf(a, "%s.json", f));
    put2(g, "--report", arena_printf(a, "%s.rpt", f));
    put2(g, "--seed", arena_printf(a, "%d", job->seed));
    put2(g, "--freq", arena_printf(a, "%g", 2 * d->clock_mhz)); /* asked for: as fast as it can */
    put(g, "--timing-allow-fail");
    if (d->family == FAMILY_ICE40) {
        put(g, arena_printf(a, "--%s", d->part));
        put2(g, "--package", d->package);
        put2(g, "--pcf", synth_file(job, arena_printf(a, "%s.pcf", d->name), a));
        put2(g, "--asc", arena_printf(a, "%s.asc", f));
    } else if (d->family == FAMILY_ECP5) {
        put(g, arena_printf(a, "--%s", d->part));
        put2(g, "--package", d->package);
        put2(g, "--speed", "6");
        put2(g, "--lpf", synth_file(job, "ecp5.lpf", a));
        put(g, "--lpf-allow-unconstrained");
        if (job->port_bits > 0) { /* an engine: heap's placement is hardly routed; doc/decisions/007 */
            put2(g, "--placer", "static");
            put2(g, "--router", "router2");
        }
        put2(g, "--textcfg", arena_printf(a, "%s.config", f));
    } else {
        put2(g, "--placer", "static"); /* a third of the wires and of the time of heap's */
        put2(g, "--device", arena_printf(a, "%s%s", d->part, d->package));
        put2(g, "-o", arena_printf(a, "xdc=%s", synth_file(job, arena_printf(a, "%s.xdc", d->name),
                                                           a)));
    }
}

static Err run_tool(const SynthJob *job, Args *g, const char *log, double *seconds, Arena *a,
                    Ctx *c)
{
    ProcEnd end = { 0 };
    put(g, NULL);
    Proc p = { .argv = g->v, .cwd = job->work, .log = arena_printf(a, "%s/%s", job->work, log) };
    Err e = proc_run(&p, &end, NULL, c);
    *seconds += end.seconds;
    return e;
}

static Err pack(const SynthJob *job, PnrResult *r, double *seconds, Arena *perm, Ctx *c)
{
    bool  ice = job->device->family == FAMILY_ICE40;
    const char *exe = ice ? "icepack" : "ecppack";
    Args g = { .n = 0 };
    if (job->device->family != FAMILY_ICE40 && job->device->family != FAMILY_ECP5)
        return ERR_NONE;
    g.n = start_of(g.v, job, exe, perm);
    if (g.n == 0)
        return ERR_NONE;
    put(&g, arena_printf(perm, "%s/pnr.%s", job->work, ice ? "asc" : "config"));
    put(&g, arena_printf(perm, "%s/pnr.bin", job->work));
    TRY(run_tool(job, &g, "pack.log", seconds, perm, c));
    r->bitstream = g.v[g.n - 2];
    return ERR_NONE;
}

static Err synthesise(const SynthJob *job, double *seconds, Arena *a, Ctx *c)
{
    Buf b = { 0 };
    const char *wrap = job->port_bits > 0 ? "e3_pnr_engine" : "e3_pnr_wrap";
    yosys_read(&b, job, synth_file(job, arena_printf(a, "%s.sv", wrap), a),
               arena_printf(a, "-D E3_TOP=%s -D E3_IN_BITS=%d -D E3_PORT_BITS=%d", job->top, job->in_bits,
                            job->port_bits), wrap);
    Err e = yosys_synth(&b, job, wrap, true, c);
    buf_printf(&b, "write_json \"%s/pnr.json\"\n", job->work);
    if (!e)
        e = yosys_run(job, "pnr_synth", &b, seconds, c);
    buf_free(&b);
    return e;
}

static const char *placer(Family f)
{
    static const Tool tool[FAMILY_COUNT] = {
        [FAMILY_ICE40] = TOOL_NEXTPNR_ICE40, [FAMILY_ECP5] = TOOL_NEXTPNR_ECP5,
        [FAMILY_XC7] = TOOL_NEXTPNR_XC7,     [FAMILY_XCUP] = TOOL_NEXTPNR_XC7,
    };
    return tool_info[tool[f]].exe;
}

Err pnr_run(const SynthJob *job, PnrResult *r, double *seconds, Arena *perm, Ctx *c)
{
    *r = (PnrResult){ 0 };
    const char *exe = placer(job->device->family);
    Args g = { .n = 0 };
    if (!job->device->part[0])
        r->skipped = arena_printf(perm, "no open tool places for %s", job->device->name);
    else if ((g.n = start_of(g.v, job, exe, perm)) == 0)
        r->skipped = arena_printf(perm, "%s is neither on PATH nor under PNR_ROOT", exe);
    if (r->skipped)
        return ERR_NONE;
    TRY(synthesise(job, seconds, perm, c));
    placer_args(&g, job, perm);
    TRY(run_tool(job, &g, "pnr.log", seconds, perm, c));
    TRY(pnr_parse(io_join(perm, job->work, "pnr.rpt"), r, perm, c));
    return pack(job, r, seconds, perm, c);
}
