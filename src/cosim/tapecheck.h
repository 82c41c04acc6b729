/* cosim/tapecheck.h - the trace of an engine against the simulator: every code as it was fired and as
 * it was written to a map, every score, the class; each of them once, in its place. */
#ifndef COSIM_TAPECHECK_H
#define COSIM_TAPECHECK_H
#include "cosim/expected.h"
#include "cosim/difference.h"
#include "hw/record.h"

typedef struct TapeTrace {
    Tally    tally;
    int      n_out;          /* images that came out                                          */
    int64_t *latency;        /* [images] clocks from the start write or the first pixel,
                                whichever was earlier, to the class                           */
    int64_t *counter;        /* [images] what the engine's cycle counter said                 */
    int     *label;          /* [images] the class that the hardware put out                  */
    int64_t  clocks;         /* simulated                                                     */
    int      error;          /* error code of the status register at the end, 0: none; 255: a
                                rule of the memory port was broken                            */
} TapeTrace;

/* expected: begun; its images are those that were sent. */
MUST_USE Err tapecheck(const TapePlan *plan, Expected *expected, const char *trace, Arena *perm,
                       Arena scratch, TapeTrace *out, Ctx *c);
#endif
