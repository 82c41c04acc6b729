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
    for (int i = 0; i < job->n_src; i++) buf_printf(b, "read_verilog -sv -defer \"%s\"\n", job->src[i]);
    if (wrap)
        buf_printf(b, "read_verilog -sv -defer %s \"%s\"\n", defines, wrap);
    buf_printf(b, "hierarchy -check -top %s\nproc\n", top);
}

/* synth_xilinx in two parts: Yosys 0.23 leaves ports of a block RAM that is only read at the wrong
 * width and then dies in abc9; between the parts `hierarchy` gives every port its width. */
static void xilinx(Buf *b, const char *family, const char *top, bool pads)
{
    const char *part[] = { "begin:map_ffram", "map_ffram:" };
    for (int i = 0; i < 2; i++) {
        buf_printf(b, "synth_xilinx -flatten -abc9 -nosrl -nodsp -family %s%s -top %s -run %s\n",
                   family, pads ? "" : " -noiopad -noclkbuf", top, part[i]);
        if (i == 0)
            buf_printf(b, "hierarchy -check -top %s\n", top);
    }
}

/* Lattice's flows stop before their last part, whose `autoname` gives wires made-up names that look
 * like those of a unit. -purge_lib also drops the cell models that abc9 made: with them there `sta`
 * finds no delay for LUT RAM. */
void yosys_synth(Buf *b, const SynthJob *job, const char *top, bool pads)
{
    switch (job->device->family) {
    case FAMILY_XC7:
    case FAMILY_XCUP:
        xilinx(b, job->device->family == FAMILY_XC7 ? "xc7" : "xcup", top, pads);
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

const char *yosys_cells(Family f, Arena *a)
{
    static const char *const folder[FAMILY_COUNT] = {
        [FAMILY_ICE40] = "ice40", [FAMILY_ECP5] = "ecp5",
        [FAMILY_XC7] = "xilinx",  [FAMILY_XCUP] = "xilinx",
    };
    const char *exe = proc_find("yosys", a);
    char real[PATH_MAX];
    if (!exe || !realpath(exe, real))
        return NULL;
    *strrchr(real, '/') = '\0';
    const char *v = arena_printf(a, "%s/../share/yosys/%s/cells_sim.v", real, folder[f]);
    return io_is_file(v) ? arena_str(a, realpath(v, real)) : NULL;
}
