/* cosim/taperun.h - the Verilator model of an engine of a build folder's shape, with the folder's tape
 * in its memory, against the simulator.
 *
 * The model is made of DIR/rtl/, the memory and the taps of the installation; it is kept by their
 * hash (cosim/model.h) and runs every tape of that shape. */
#ifndef COSIM_TAPERUN_H
#define COSIM_TAPERUN_H
#include "cosim/model.h"
#include "cosim/tapecheck.h"

typedef struct TapeJob {
    const char     *dir;      /* the build folder: rtl/, and verify/ for traces   */
    const char     *tape;     /* the file                                         */
    const char     *library;  /* rtl/ of the installation                         */
    const char     *name;     /* of the top, without _top                         */
    const TapePlan *plan;
    const Graph    *snn;
    const Sim      *sim;
    const SimInput *input;    /* its first n images are sent                      */
    int             n;
    int             n_other;  /* of them, how many again in each of the other ways */
    int             seed;
} TapeJob;

typedef struct TapeResult {
    int      n, n_other;
    Tally    all;                        /* of all runs                                         */
    int64_t *latency;                    /* [n] start write or first pixel to class, alone      */
    int     *label;                      /* [n]                                                 */
    int      error;                      /* the first that an engine reported, 0: none          */
    int      counter_wrong;              /* images whose cycle counter says another figure      */
    int64_t  clocks;                     /* simulated, all runs                                 */
    bool     reused;                     /* the model was there                                 */
    double   build_seconds, run_seconds;
} TapeResult;

/* The model; *m says where it is. TOOL: Verilator failed. */
MUST_USE Err taperun_build(const TapeJob *job, Model *m, double *seconds, Arena *perm, Arena scratch,
                           Ctx *c);
/* Builds, runs and compares: n images alone (mode single of rtl/sim/e3_engine_harness.cpp), n_other
 * back to back, under stalls, and after a reset in the middle. A mismatch or an error code is a
 * result, not an error. */
MUST_USE Err taperun(const TapeJob *job, Arena *perm, Arena scratch, TapeResult *r, Ctx *c);
/* What an error code means. From TAPERUN_HUNG on they are the harness's: nothing came, or a rule of
 * AXI4 was broken. */
enum { TAPERUN_HUNG = 254, TAPERUN_BROKEN };
const char *taperun_fault(int error);
#endif
