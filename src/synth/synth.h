/* synth/synth.h - synthesis of a design by Yosys: area, area by unit, logic-only timing, the
 * registers behind block RAMs, a gate-level netlist; then place and route where a tool is there.
 *
 * Yosys always maps with abc9, without DSP slices and without shift-register cells. Everything that
 * it reads and writes stays in job->work: scripts (*.ys), logs (*.log), netlists. The same sources
 * give the same bytes. Test: tests/synth/t_synth.c.
 */
#ifndef SYNTH_SYNTH_H
#define SYNTH_SYNTH_H
#include "hw/device.h"
#include "synth/area.h"

typedef struct SynthJob {
    const char        *top;          /* name of the top module                                   */
    const char *const *src; int n_src; /* SystemVerilog files, in the order of files.f           */
    const char        *mem_dir;      /* Yosys runs here: memory images are relative to it      */
    const Device      *device;
    const char        *work;         /* folder for what is made; made if it is not there         */
    const char        *rtl_dir;      /* the library's rtl/ folder (its synth/ has what we need)  */
    int  seed;                       /* of place and route                                       */
    bool sta;                        /* logic-only timing: a second run (7-series, iCE40)      */
    bool pnr;                        /* place and route: a third; see synth/pnr.h                */
    int  in_bits;                    /* width of s_axis_tdata, for the wrapper of place and route */
    int  port_bits;                  /* likewise of an engine's m_axi_rdata; 0: a pipeline       */
} SynthJob;

typedef struct SynthResult {
    Area        area;
    AreaUnit   *unit; int n_unit;    /* the instances of the top module, then "top": what is left */
    double      fmax_mhz;            /* 0: not run, or no tool times this family                 */
    const char *fmax_kind;           /* "placed", "sta (logic only)" or NULL                     */
    const char *untimed;             /* cell types whose delay sta does not know, or ""          */
    int         n_unregistered;      /* bits of block RAM outputs without a register             */
    const char *unregistered;        /* one line for each, "" if none                            */
    const char *json, *gates;        /* the netlist; the same in Verilog, to be simulated with   */
    const char *cells;               /* Yosys's models of its cells (NULL: not found)            */
    const char *pnr_skipped;         /* why nothing was placed (tool and package), or NULL       */
    const char *bitstream;           /* or NULL                                                  */
    double      yosys_s, sta_s, pnr_s; /* on the wall; the first two run side by side            */
    double      seconds;             /* on the wall, in all                                      */
} SynthResult;

/* Runs what the job asks for. Strings and units come from perm.
 * Errors: TOOL (missing, failed, or its output is not understood), IO, UNSUPPORTED (a cell that
 * nothing says the size of), OPTION (a file name that Yosys cannot take). A place-and-route tool
 * that is missing is not an error: pnr_skipped says so. The gate-level Verilog of 7-series holds our
 * own models of its block RAMs (rtl/synth/e3_sim_ramb.v), since Yosys has none. */
MUST_USE Err synth_run(const SynthJob *job, SynthResult *r, Arena *perm, Ctx *c);

/* What r takes of a device of d's family, for device_check. */
DeviceNeed synth_need(const Device *d, const Area *a);
#endif
