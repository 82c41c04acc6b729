#include "pass/pass.h"
#include <assert.h>
#include <string.h>

extern const Pass pass_fold_bn, pass_drop_flatten, pass_relu_before_pool, pass_merge_relu;
const Pass *const pass_table[PASS_COUNT + 1] = {
    &pass_fold_bn, &pass_drop_flatten, &pass_relu_before_pool, &pass_merge_relu, NULL
};

const Pass *pass_find(const char *name)
{
    for (int i = 0; pass_table[i]; i++)
        if (!strcmp(pass_table[i]->name, name))
            return pass_table[i];
    return NULL;
}

/* What passes give beyond shapes, which ir_verify checks. */
static bool gave(const Graph *g)
{
    for (int i = 0; i < g->n_node; i++)
        if ((g->props & PROP_NO_BN) && g->node[i].op == OP_BNORM)
            return false;
    return true;
}

Err pass_run(const Pass *p, Graph *g, Arena scratch, PassStat *st, Ctx *c)
{
    *st = (PassStat){ 0 };
    if ((g->props & p->needs) != p->needs)
        return fail(c, ERR_UNSUPPORTED, (Loc){ 0 }, "pass %s: the graph is not ready for it",
                    p->name);
    TRY(p->run(g, scratch, st, c));
    TRY(problems_check(c, NULL));
    g->props = (g->props & ~p->breaks) | p->gives;
    assert(gave(g));
    TRY(ir_shape(g, c));
    return ir_verify(g, c);
}

Err pass_run_all(Graph *g, Arena scratch, PassStat st[PASS_COUNT], Ctx *c)
{
    for (int i = 0; pass_table[i]; i++) TRY(pass_run(pass_table[i], g, scratch, &st[i], c));
    return ERR_NONE;
}
