/* A dense layer flattens what it is given, channel first, just as FLATTEN does; ReLU does not care
 * about shape. So FLATTEN goes wherever only those follow, up to the end of the network. */
#include "pass/pass.h"
#include "pass/rewrite.h"

/* True if everything between node i and the next dense layer (or the end) is blind to shape. */
static bool blind_after(const Graph *g, int i)
{
    for (int u; (u = only_user(g, i)) != IR_NONE; i = u)
        switch (g->node[u].op) {
        case OP_DENSE:
            return true;
        case OP_RELU: case OP_FLATTEN:
            break;
        case OP_INPUT: case OP_CONV2D: case OP_BNORM: case OP_MAXPOOL: case OP_S_INPUT:
        case OP_S_CONV2D: case OP_S_DENSE: case OP_S_MAXPOOL: case OP_COUNT:
            return false;
        }
    return graph_n_users(g, i) == 0;
}

static Err run(Graph *g, Arena scratch, PassStat *st, Ctx *c)
{
    bool *keep = keep_all(g, &scratch);
    for (int i = 0; i < g->n_node; i++) {
        const Node *n = &g->node[i];
        if (n->op != OP_FLATTEN)
            continue;
        if (!shape_eq(n->shape, g->node[n->in[0]].shape) && !blind_after(g, i)) {
            problem(c, ERR_UNSUPPORTED, (Loc){ .node = n->name }, "Flatten: what follows it is no "
                    "dense layer; use Gemm or MatMul after Flatten");
            continue;
        }
        rewire(g, i, n->in[0]);
        keep[i] = false;
        st->n_rewrites++;
    }
    graph_compact(g, keep);
    return ERR_NONE;
}

const Pass pass_drop_flatten = {
    .name   = "drop-flatten",
    .help   = "remove FLATTEN: dense layers flatten by themselves",
    .source = "ops.def: DENSE takes x flattened channel first",
    .needs  = PROP_SHAPED | PROP_NO_BN, /* a normalisation between would see other channels */
    .keeps  = KEEPS_BITS,
    .run    = run,
};
