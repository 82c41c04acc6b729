/* max over a window and max with 0 commute: relu(maxpool(x)) = maxpool(relu(x)). With ReLU first
 * the codes between are unsigned, and one firing neuron does both. */
#include "pass/pass.h"
#include "pass/rewrite.h"

static bool is_relu_behind_pool(const Graph *g, int i)
{
    const Node *n = &g->node[i];
    return n->op == OP_RELU && g->node[n->in[0]].op == OP_MAXPOOL &&
           graph_n_users(g, n->in[0]) == 1;
}

/* The two nodes change places: everything but their inputs. */
static void swap_with_input(Graph *g, int i)
{
    int pool = g->node[i].in[0], before = g->node[pool].in[0];
    Node relu = g->node[i];
    g->node[i]    = g->node[pool];
    g->node[pool] = relu;
    g->node[i].in[0]    = pool;
    g->node[pool].in[0] = before;
}

/* Upwards through the array, so that a ReLU passes several pools: one pass over it for each. */
static Err run(Graph *g, Arena scratch, PassStat *st, Ctx *c)
{
    (void)scratch;
    (void)c;
    for (bool moved = true; moved;) {
        moved = false;
        for (int i = g->n_node - 1; i > 0; i--)
            if (is_relu_behind_pool(g, i)) {
                swap_with_input(g, i);
                moved = true;
                st->n_rewrites++;
            }
    }
    return ERR_NONE;
}

const Pass pass_relu_before_pool = {
    .name   = "relu-before-pool",
    .help   = "move ReLU before max pooling",
    .source = "max is associative and commutative",
    .needs  = PROP_SHAPED,
    .keeps  = KEEPS_BITS,
    .run    = run,
};
