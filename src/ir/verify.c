#include "ir/graph.h"

static Err check_inputs(const Graph *g, int i, Ctx *c)
{
    const Node *n = &g->node[i];
    for (int k = 0; k < op_info[n->op].n_in; k++)
        if (n->in[k] < 0 || n->in[k] >= i)
            return fail(c, ERR_FORMAT, (Loc){ .node = n->name },
                        "input %d is node %d: not a node before this one (%d)", k, n->in[k], i);
    return ERR_NONE;
}

static bool role_is_optional(const Node *n, Role r)
{
    return r == ROLE_b || r == ROLE_table || (r == ROLE_theta && n->steps[0] == 0);
}

static DType role_type(const Node *n, Role r)
{
    bool spikes = n->op >= OP_S_INPUT;
    if (!spikes)
        return DT_F32;
    return r == ROLE_w ? DT_I8 : DT_I64;
}

static Err check_roles(const Graph *g, const Node *n, Ctx *c)
{
    for (Role r = 0; r < ROLE_COUNT; r++) {
        bool listed = op_info[n->op].roles >> r & 1, there = n->role[r] != IR_NONE;
        if (there && !listed)
            return fail(c, ERR_FORMAT, (Loc){ .node = n->name }, "%s has no tensor '%s'",
                        op_info[n->op].name, role_name[r]);
        if (!there && listed && !role_is_optional(n, r))
            return fail(c, ERR_FORMAT, (Loc){ .node = n->name }, "%s lacks its tensor '%s'",
                        op_info[n->op].name, role_name[r]);
        if (there && (n->role[r] < 0 || n->role[r] >= g->n_tensor))
            return fail(c, ERR_FORMAT, (Loc){ .node = n->name }, "no tensor %d", n->role[r]);
        if (there && g->tensor[n->role[r]].type != role_type(n, r))
            return fail(c, ERR_FORMAT, (Loc){ .node = n->name }, "tensor '%s' has a wrong type",
                        g->tensor[n->role[r]].name);
    }
    return ERR_NONE;
}

static Err check_shape(const Graph *g, const Node *n, Ctx *c)
{
    Shape in = op_info[n->op].n_in ? g->node[n->in[0]].shape : n->shape, out;
    TRY(ir_node_shape(g, n, in, &out, c));
    const Tensor *bad = ir_tensor_misfit(g, n);
    if (bad)
        return fail(c, ERR_SHAPE, (Loc){ .node = n->name }, "the dimensions of '%s' do not fit its "
                    "%s", bad->name, op_info[n->op].name);
    if (!shape_eq(out, n->shape))
        return fail(c, ERR_SHAPE, (Loc){ .node = n->name }, "says %dx%dx%d, computes %dx%dx%d",
                    n->shape.c, n->shape.h, n->shape.w, out.c, out.h, out.w);
    return ERR_NONE;
}

Err ir_verify(const Graph *g, Ctx *c)
{
    for (int i = 0; i < g->n_node; i++) {
        const Node *n = &g->node[i];
        if (n->op >= OP_COUNT)
            return fail(c, ERR_FORMAT, (Loc){ .node = n->name }, "no such operator");
        TRY(check_inputs(g, i, c));
        TRY(check_roles(g, n, c));
        if (g->props & PROP_SHAPED)
            TRY(check_shape(g, n, c));
    }
    return ERR_NONE;
}
