/* cost/cycles.h - exact cycle counts of a design, from the C twins of its units.
 *
 * The twins are clocked together as the RTL is, without data: what a unit of this pipeline does in
 * a clock never depends on a code's value. Nothing here reads what the RTL put out.
 * Test: every verified image, predicted against measured (verify), and tests/cosim.
 */
#ifndef COST_CYCLES_H
#define COST_CYCLES_H
#include "base/arena.h"
#include "base/err.h"
#include "hw/design.h"

/* Latency (contract, section 4) of each of n images sent one by one to an idle core: the edge of
 * the last output transfer minus that of the first input transfer. gap idle clocks in between. */
MUST_USE Err cycles_latency(const Design *d, int n, int gap, int64_t *latency, Arena scratch, Ctx *c);

/* n images back to back: interval[i] is the distance of the last output edges of images i and
 * i + 1; n - 1 values. */
MUST_USE Err cycles_interval(const Design *d, int n, int64_t *interval, Arena scratch, Ctx *c);

/* Clocks in which a node's busiest unit works for one image, if nobody stalls it. */
int64_t cycles_of_node(const Design *d, int node);
#endif
