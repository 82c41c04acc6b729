/* pass/rewrite.h - the few moves that passes share. */
#ifndef PASS_REWRITE_H
#define PASS_REWRITE_H
#include "ir/graph.h"

/* Users of node `from` read node `to` instead. */
static inline void rewire(Graph *g, int from, int to)
{
    for (int i = 0; i < g->n_node; i++)
        for (int k = 0; k < op_info[g->node[i].op].n_in; k++)
            if (g->node[i].in[k] == from)
                g->node[i].in[k] = to;
}

/* The only user of node i, IR_NONE if it has none or several. */
static inline int only_user(const Graph *g, int i)
{
    if (graph_n_users(g, i) != 1)
        return IR_NONE;
    int u = i + 1;
    while (g->node[u].in[0] != i) u++;
    return u;
}

/* keep[] for graph_compact, all true. */
static inline bool *keep_all(const Graph *g, Arena *a)
{
    bool *keep = NEW(a, bool, (size_t)g->n_node + 1);
    for (int i = 0; i < g->n_node; i++) keep[i] = true;
    return keep;
}
#endif
