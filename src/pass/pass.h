/* pass/pass.h - a pass rewrites a graph and says what it promises.
 *
 * The driver refuses a graph that lacks what a pass needs, computes shapes again, and verifies the
 * result and what the pass gives. Adding a pass: one file, one line in pass.c. Test: tests/pass. */
#ifndef PASS_PASS_H
#define PASS_PASS_H
#include "ir/graph.h"

typedef enum Keeps {
    KEEPS_BITS,  /* the network's outputs are the same bit for bit          */
    KEEPS_CLOSE, /* the same in exact arithmetic; float32 rounds otherwise  */
} Keeps;

typedef struct PassStat { int n_rewrites; } PassStat;

typedef struct Pass {
    const char *name;   /* as typed and in tests/pass       */
    const char *help;   /* one line                         */
    const char *source; /* why it is right                  */
    unsigned needs;     /* PROP_*: refused without them     */
    unsigned gives;     /* PROP_*: true afterwards          */
    unsigned breaks;    /* PROP_*: no longer true afterwards */
    Keeps    keeps;
    Err    (*run)(Graph *g, Arena scratch, PassStat *st, Ctx *c); /* lists problems */
} Pass;

/* In the order that makes a network ready to be quantised; ends with NULL. */
extern const Pass *const pass_table[];
enum { PASS_COUNT = 4 };

const Pass *pass_find(const char *name); /* NULL: none */
/* scratch must be another arena than the graph's, which grows meanwhile. */
MUST_USE Err pass_run(const Pass *p, Graph *g, Arena scratch, PassStat *st, Ctx *c);
/* All of the table: afterwards there are only INPUT, CONV2D, DENSE, RELU and MAXPOOL. */
MUST_USE Err pass_run_all(Graph *g, Arena scratch, PassStat st[PASS_COUNT], Ctx *c);
#endif
