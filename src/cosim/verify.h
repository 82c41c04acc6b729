/* cosim/verify.h - the Verilator model of a build folder's design against the simulator.
 *
 * DIR/verify/ holds the model (built from DIR/rtl/files.f and the bound taps) and the traces.
 */
#ifndef COSIM_VERIFY_H
#define COSIM_VERIFY_H
#include "cosim/compare.h"

typedef struct VerifyJob {
    const char     *dir;      /* the build folder                                        */
    const char     *library;  /* rtl/ of the installation                                */
    const Design   *d;
    const Graph    *snn;
    const Sim      *sim;      /* of snn, or of its copy with a flipped bit               */
    const SimInput *input;    /* images to send: its first n (input->first is 0)          */
    int             n;        /* how many                                                */
    int             n_stall;  /* of them, how many again with stalls on both sides       */
    int             seed;
} VerifyJob;

typedef struct VerifyResult {
    Comparison burst, single, stall, frame; /* the four runs of the harness       */
    int        n, n_stall;
    Tally      all;                         /* first: of the first run that has any */
    int64_t   *latency;                     /* [n] measured                       */
    int64_t   *interval;                    /* [n - 1] measured                   */
    int64_t    clocks;                      /* simulated                          */
    double     build_seconds, run_seconds;
} VerifyResult;

/* Builds DIR/verify/Vdut unless it was built from the same bytes. TOOL: Verilator failed. */
MUST_USE Err verify_build(const VerifyJob *job, double *seconds, Arena scratch, Ctx *c);

/* Builds, runs and compares. A mismatch is a result, not an error. */
MUST_USE Err verify_run(const VerifyJob *job, Arena *perm, Arena scratch, VerifyResult *r, Ctx *c);

/* One run of the built model, from the folder mem_dir/.. (whose mem/ holds the memory images). */
MUST_USE Err verify_once(const VerifyJob *job, const char *mode, const char *run_dir, int n,
                         Arena *perm, Arena scratch, Comparison *out, Ctx *c);
#endif
