/* A weight memory with one wrong bit. */
#include "sim/sim.h"
#include "base/num.h"
#include <string.h>

static int8_t flip(int8_t w, int weight_bits, int bit)
{
    return (int8_t)(weight_bits == 1 ? -w : num_wrap(w ^ 1 << bit, weight_bits));
}

Err sim_flip(const Graph *snn, int node, int64_t index, int bit, Arena *perm, Graph *flipped,
             Ctx *c)
{
    const Node *n = &snn->node[node];
    const Tensor *w = graph_role(snn, n, ROLE_w);
    if (!w || index < 0 || index >= tensor_count(w) || bit < 0 || bit >= n->weight_bits[0])
        return fail(c, ERR_OPTION, (Loc){ .node = n->name },
                    "there is no bit %d of weight %lld here", bit, (long long)index);
    *flipped = *snn;
    flipped->tensor = NEW(perm, Tensor, (size_t)snn->cap_tensor);
    memcpy(flipped->tensor, snn->tensor, (size_t)snn->n_tensor * sizeof *snn->tensor);
    size_t bytes = (size_t)tensor_count(w);
    int8_t *copy = NEW(perm, int8_t, bytes);
    memcpy(copy, w->i8, bytes);
    copy[index] = flip(copy[index], n->weight_bits[0], bit);
    flipped->tensor[n->role[ROLE_w]].i8 = copy;
    return ERR_NONE;
}
