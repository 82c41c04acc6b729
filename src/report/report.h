/* report/report.h - what a build folder holds, as one page to read and keep.
 *
 * Everything comes from run.json (doc/cli.md); nothing is computed here but shares and, where a
 * clock was placed, times. A figure that is not there is said to be missing, and estimates and
 * predictions are called so. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H
#include "base/err.h"
#include <stdbool.h>

/* Reads dir/run.json, writes dir/report.html: one file with style and pictures inside, no script,
 * nothing from outside, the same bytes for the same run.json. IO: no such file, or it cannot be
 * written; FORMAT: not JSON (file and byte), or not an object. Test: tests/report/t_report.c. */
MUST_USE Err report_write(const char *dir, Ctx *c);

/* One design that was tried: `plan --sweep`. */
typedef struct SweepPoint {
    int    steps, weight_bits; /* T, W, the network's               */
    int    slots;              /* of all arrays, 0: not known       */
    double accuracy;           /* percent                           */
    double cycles;             /* interval per image, more than 0   */
} SweepPoint;

enum { SWEEP_STEPS_MAX = 8 };

/* One network that a search measured: `quantize --search`. */
typedef struct FrontierPoint {
    double weight_bits, sops;  /* more than 0                                        */
    double agreement;          /* percent                                            */
    double accuracy;           /* percent of the test images; below 0: not known     */
    bool   front, chosen;
    const char *name;          /* "T 4 (input) 4,3,2, W 3,3,2"                                */
} FrontierPoint;

/* Writes one SVG of its own, for light and dark pages: accuracy against cycles (logarithmic where
 * they span over a decade), a colour for each T, a line through the best of each T (no other of
 * that T is as accurate in as few cycles). points[n], n > 0, steps 1 to SWEEP_STEPS_MAX. */
MUST_USE Err report_sweep_svg(const char *path, const char *title, const SweepPoint *points, int n,
                              Ctx *c);

/* Writes one SVG: accuracy, spikes and SOPs per image against steps (logarithmic), radix codes
 * beside rates, a column of three pictures for each of n build folders in which `simulate
 * --encoding rate --sweep` ran. OPTION: no folder; FORMAT: a folder without those figures; else as
 * report_write. Test: tests/report/t_encodings.c. */
MUST_USE Err report_encodings_svg(const char *path, const char *const *dir, int n, Ctx *c);
/* Writes one SVG of its own: agreement against weight bits and, beside it, against SOPs; all
 * points, a line through the front, the chosen one named. points[n], n > 0. */
MUST_USE Err report_frontier_svg(const char *path, const char *title, const FrontierPoint *points,
                                 int n, Ctx *c);
#endif
