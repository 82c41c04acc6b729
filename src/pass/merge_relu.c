/* relu(relu(x)) = relu(x). */
#include "pass/pass.h"
#include "pass/rewrite.h"

static Err run(Graph *g, Arena scratch, PassStat *st, Ctx *c)
{
    (void)c;
    bool *keep = keep_all(g, &scratch);
    for (int i = 0; i < g->n_node; i++)
        if (g->node[i].op == OP_RELU && g->node[g->node[i].in[0]].op == OP_RELU) {
            rewire(g, i, g->node[i].in[0]);
            keep[i] = false;
            st->n_rewrites++;
        }
    graph_compact(g, keep);
    return ERR_NONE;
}

const Pass pass_merge_relu = {
    .name   = "merge-relu",
    .help   = "drop a ReLU behind a ReLU",
    .source = "max is idempotent",
    .needs  = PROP_SHAPED,
    .keeps  = KEEPS_BITS,
    .run    = run,
};
