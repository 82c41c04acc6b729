#include "ir/graph.h"
#include <assert.h>
#include <string.h>

#define A(x) (1u << ATTR_##x)
#define R(x) (1u << ROLE_##x)
#define A_SYNAPSE (A(steps_in) | A(steps) | A(signed_out) | A(weight_bits) | A(frac_bits) | \
                   A(acc_bits) | A(pot_bits) | A(acc_min) | A(acc_max) | A(scale))
const OpInfo op_info[OP_COUNT] = {
#define OP(NAME, name, n_in, attrs, roles, what) [OP_##NAME] = { name, n_in, attrs, roles, what },
#include "ir/ops.def"
#undef OP
};
const char *const role_name[ROLE_COUNT] = {
#define ROLE(name, what) [ROLE_##name] = #name,
#include "ir/roles.def"
#undef ROLE
};

Graph graph_new(Arena *perm)
{
    Graph g = { .perm = perm, .cap_node = 32, .cap_tensor = 32 };
    g.node   = NEW(perm, Node, (size_t)g.cap_node);
    g.tensor = NEW(perm, Tensor, (size_t)g.cap_tensor);
    return g;
}

int graph_node(Graph *g, Op op, const char *name)
{
    if (g->n_node == g->cap_node) {
        Node *more = NEW(g->perm, Node, 2 * (size_t)g->cap_node);
        memcpy(more, g->node, (size_t)g->n_node * sizeof *more);
        g->node = more;
        g->cap_node *= 2;
    }
    Node *n = &g->node[g->n_node];
    *n = (Node){ .op = op, .name = arena_str(g->perm, name) };
    for (int i = 0; i < IR_MAX_IN; i++) n->in[i] = IR_NONE;
    for (int r = 0; r < ROLE_COUNT; r++) n->role[r] = IR_NONE;
    return g->n_node++;
}

size_t dtype_bytes(DType t)
{
    static const size_t bytes[DT_COUNT] = { [DT_F32] = 4, [DT_I8] = 1, [DT_I64] = 8 };
    return bytes[t];
}

int64_t tensor_count(const Tensor *t)
{
    int64_t n = 1;
    for (int d = 0; d < t->rank; d++) n *= t->dim[d];
    return n;
}

int graph_tensor(Graph *g, const char *name, DType type, int rank, const int *dim)
{
    assert(rank <= IR_MAX_RANK);
    if (g->n_tensor == g->cap_tensor) {
        Tensor *more = NEW(g->perm, Tensor, 2 * (size_t)g->cap_tensor);
        memcpy(more, g->tensor, (size_t)g->n_tensor * sizeof *more);
        g->tensor = more;
        g->cap_tensor *= 2;
    }
    Tensor *t = &g->tensor[g->n_tensor];
    *t = (Tensor){ .name = arena_str(g->perm, name), .type = type, .rank = rank };
    for (int d = 0; d < rank; d++) t->dim[d] = dim[d];
    t->p = arena_take(g->perm, dtype_bytes(type), 64, (size_t)tensor_count(t));
    return g->n_tensor++;
}

Tensor *graph_role(const Graph *g, const Node *n, Role r)
{
    return n->role[r] == IR_NONE ? NULL : &g->tensor[n->role[r]];
}

int graph_n_users(const Graph *g, int node)
{
    int users = 0;
    for (int i = 0; i < g->n_node; i++)
        for (int k = 0; k < op_info[g->node[i].op].n_in; k++) users += g->node[i].in[k] == node;
    return users;
}

void graph_compact(Graph *g, const bool *keep)
{
    Arena scratch = *g->perm; /* the map is gone when we return */
    int *to = NEW(&scratch, int, (size_t)g->n_node + 1);
    int n = 0;
    for (int i = 0; i < g->n_node; i++) {
        to[i] = n;
        if (keep[i])
            g->node[n++] = g->node[i];
    }
    for (int i = 0; i < n; i++)
        for (int k = 0; k < op_info[g->node[i].op].n_in; k++)
            g->node[i].in[k] = to[g->node[i].in[k]];
    g->n_node = n;
}
