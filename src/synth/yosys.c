#include "synth/yosys.h"
#include "base/io.h"
#include "base/proc.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

Err yosys_path_ok(const char *path, Ctx *c)
{
    if (strpbrk(path, "\"\\\n\r;#"))
        return fail(c, ERR_OPTION, (Loc){ .file = path },
                    "Yosys cannot take a path with a quote, backslash, ';' or '#': rename it");
    return ERR_NONE;
}

void yosys_read(Buf *b, const SynthJob *job, const char *wrap, const char *defines, const char *top)
{
    for (int i = 0; i < job->n_src; i++)
        buf_printf(b, "read_verilog -sv -defer \"%s\"\n", job->src[i]);
    if (wrap)
        buf_printf(b, "read_verilog -sv -defer %s \"%s\"\n", defines, wrap);
    buf_printf(b, "hierarchy -check -top %s\nproc\n", top);
}

/* text with every `from` replaced. */
static void replace(Buf *out, const char *text, const char *from, const char *to)
{
    for (const char *p; (p = strstr(text, from)); text = p + strlen(from)) {
        buf_add(out, text, (size_t)(p - text));
        buf_add(out, to, strlen(to));
    }
    buf_add(out, text, strlen(text));
}

typedef struct XilinxMap {
    const char *family, *lutrams, *options, *brams; /* as synth_xilinx of Yosys 0.23 has them */
} XilinxMap;

static const XilinxMap *xilinx_map(Family f)
{
    static const XilinxMap xc7 = { "xc7", "lutrams_xc5v",
        "-D HAS_SIZE_36 -D HAS_CASCADE -D HAS_CONFLICT_BUG -D HAS_MIXWIDTH_SDP",
        "brams_xc6v_map.v" };
    static const XilinxMap xcup = { "xcup", "lutrams_xcu",
        "-D HAS_SIZE_36 -D HAS_MIXWIDTH_SDP -D HAS_ADDRCE", "brams_xcu_map.v" };
    return f == FAMILY_XC7 ? &xc7 : &xcup;
}

/* A block RAM used 72 bits wide stores copies of bits 64..67 in its bits 68..71: the map of Yosys
 * 0.23 compares a width with 71 (corrected upstream in 2026, pull request 5833). *fixed: the map
 * with that corrected, written into job->work, or NULL where Yosys's own is right. */
static Err fixed_map(const SynthJob *job, const XilinxMap *x, const char **fixed, Arena *a, Ctx *c)
{
    static const char wrong[] = "PORT_W_WIDTH == 71", right[] = "PORT_W_WIDTH == 72";
    const char *path = yosys_file(arena_printf(a, "xilinx/%s", x->brams), a);
    const char *defs = yosys_file("xilinx/brams_defs.vh", a);
    Map m;
    Buf text = { 0 }, once = { 0 }, out = { 0 };
    *fixed = NULL;
    if (!path || !defs)
        return ERR_NONE;
    TRY(io_map(&m, path, c));
    buf_add(&text, m.p, m.n);
    io_unmap(&m);
    Err e = ERR_NONE;
    if (strstr(text.p, wrong)) {
        replace(&once, text.p, wrong, right);
        replace(&out, once.p, "\"brams_defs.vh\"", arena_printf(a, "\"%s\"", defs));
        *fixed = io_join(a, job->work, x->brams);
#pragma omp critical(yosys_fixed_map) /* area and timing run side by side: the same file twice */
        e = io_write(*fixed, out.p, out.n, c);
    }
    buf_free(&text), buf_free(&once), buf_free(&out);
    return e;
}

/* synth_xilinx in parts. Its memory part is done by hand where the map has to be corrected. Then
 * `hierarchy` gives every port its width: Yosys 0.23 leaves those of a block RAM that is only read
 * too narrow and dies of it in abc9. */
static Err xilinx(Buf *b, const SynthJob *job, const char *top, bool pads, Ctx *c)
{
    Arena a = arena_new(1 << 20);
    const XilinxMap *x = xilinx_map(job->device->family);
    const char *run = arena_printf(&a, "synth_xilinx -flatten -abc9 -nosrl -nodsp -family %s%s "
                                   "-top %s -run", x->family, pads ? "" : " -noiopad -noclkbuf",
                                   top);
    const char *fixed;
    Err e = fixed_map(job, x, &fixed, &a, c);
    buf_printf(b, "%s begin:%s\n", run, fixed ? "map_memory" : "map_ffram");
    if (fixed)
        buf_printf(b, "memory_libmap -logic-cost-rom 0.015625 -lib +/xilinx/%s.txt "
                   "-lib +/xilinx/brams_xc4v.txt %s\n"
                   "techmap -map +/xilinx/lutrams_xc5v_map.v\ntechmap -map \"%s\"\n", x->lutrams,
                   x->options, fixed);
    buf_printf(b, "hierarchy -check -top %s\n%s map_ffram:\n", top, run);
    arena_delete(a);
    return e;
}

/* Lattice's flows stop before their last part, whose `autoname` gives wires made-up names that look
 * like those of a unit. -purge_lib also drops the cell models that abc9 made: with them there `sta`
 * finds no delay for LUT RAM. */
Err yosys_synth(Buf *b, const SynthJob *job, const char *top, bool pads, Ctx *c)
{
    switch (job->device->family) {
    case FAMILY_XC7:
    case FAMILY_XCUP:
        TRY(xilinx(b, job, top, pads, c));
        break;
    case FAMILY_ECP5:
        buf_printf(b, "synth_ecp5 -abc9 -nodsp -top %s -run begin:check\n", top);
        break;
    case FAMILY_ICE40:
        buf_printf(b, "synth_ice40 -abc9 -device %s -top %s -run begin:check\n",
                   job->device->part[0] == 'u' ? "u" : "hx", top);
        break;
    case FAMILY_COUNT:
        break;
    }
    buf_printf(b, "blackbox =A:whitebox\nhierarchy -check -purge_lib -top %s\n", top);
    return ERR_NONE;
}

Err yosys_run(const SynthJob *job, const char *name, const Buf *script, double *seconds, Ctx *c)
{
    Arena a = arena_new(1 << 20);
    /* Yosys writes its own log: its two outputs into one file would mix within lines. */
    const char *ys  = arena_printf(&a, "%s/%s.ys", job->work, name);
    const char *log = arena_printf(&a, "%s/%s.log", job->work, name);
    const char *argv[] = { "yosys", "-q", "-T", "-l", log, ys, NULL };
    ProcEnd end = { 0 };
    Err e = io_write(ys, script->p, script->n, c);
    if (!e)
        e = proc_run(&(Proc){ .argv = argv, .cwd = job->mem_dir, .log = log, .logs = true }, &end,
                     NULL, c);
    *seconds += end.seconds;
    arena_delete(a);
    return e;
}

const char *yosys_file(const char *name, Arena *a)
{
    const char *exe = proc_find("yosys", a);
    char real[PATH_MAX];
    if (!exe || !realpath(exe, real))
        return NULL;
    *strrchr(real, '/') = '\0';
    const char *f = arena_printf(a, "%s/../share/yosys/%s", real, name);
    return io_is_file(f) ? arena_str(a, realpath(f, real)) : NULL;
}
