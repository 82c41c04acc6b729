/* From the graph to the order of use; checks what the fast simulator's integers can hold. */
#include "sim/fast.h"
#include "base/num.h"

/* Weights of one (c,u): for each phase p of the column stride, v = p + k*sw descending, then o. */
static void lay_weights(Synapse *l, const int8_t *w, Arena *perm)
{
    int o_n = l->n->shape.c, taps = l->in.c * l->kh * l->kw;
    int16_t *to = l->w = NEW(perm, int16_t, (size_t)taps * (size_t)o_n);
    for (int cu = 0; cu < l->in.c * l->kh; cu++)
        for (int p = 0; p < l->sw && p < l->kw; p++)
            for (int v = p + (l->kw - 1 - p) / l->sw * l->sw; v >= p; v -= l->sw)
                for (int o = 0; o < o_n; o++)
                    *to++ = w[(int64_t)o * taps + (int64_t)cu * l->kw + v];
}

/* Weights that one kernel row stores before those of a phase. */
static int phase_start(const Synapse *l, int phase)
{
    int n = 0;
    for (int p = 0; p < phase && p < l->kw; p++) n += (l->kw - 1 - p) / l->sw + 1;
    return n;
}

/* Input column j meets output column jo with v = j + pl - jo*sw, 0 <= v < kw. */
static ColHit lay_col(const Synapse *l, int j)
{
    int at = j + l->pl, phase = at % l->sw, last = at / l->sw;
    int first = at < l->kw ? 0 : (int)num_ceil_div(at - (l->kw - 1), l->sw);
    if (last > l->n->shape.w - 1)
        last = l->n->shape.w - 1;
    if (last < first || phase >= l->kw)
        return (ColHit){ 0 };
    int top = phase + (l->kw - 1 - phase) / l->sw * l->sw; /* the phase's greatest v comes first */
    int skip = (top - (at - first * l->sw)) / l->sw;
    return (ColHit){ first, last - first + 1, (phase_start(l, phase) + skip) * l->n->shape.c };
}

static void lay_rows(Synapse *l, Arena *perm)
{
    l->row_first = NEW(perm, int, (size_t)l->in.h + 1);
    l->row_hit   = NEW(perm, RowHit, (size_t)l->in.h * (size_t)l->kh);
    int n = 0;
    for (int i = 0; i < l->in.h; i++) {
        l->row_first[i] = n;
        for (int u = 0; u < l->kh; u++) {
            int at = i + l->pt - u;
            if (at >= 0 && at % l->sh == 0 && at / l->sh < l->n->shape.h)
                l->row_hit[n++] = (RowHit){ u, at / l->sh };
        }
    }
    l->row_first[l->in.h] = n;
}

/* Theta and B of one row of outputs, shifted so that pot_bits fill the C integer. */
static void lay_neurons(Synapse *l, const int64_t *theta, const int64_t *bias, Arena *perm)
{
    size_t row = (size_t)(l->n->shape.w * l->n->shape.c), o_n = (size_t)l->n->shape.c;
    int left = (l->narrow ? 32 : 64) - l->n->pot_bits[0];
    if (l->narrow) {
        l->theta.u32 = NEW(perm, uint32_t, row);
        l->bias.u32  = NEW(perm, uint32_t, row);
    } else {
        l->theta.u64 = NEW(perm, uint64_t, row);
        l->bias.u64  = NEW(perm, uint64_t, row);
    }
    for (size_t x = 0; x < row; x++) {
        uint64_t th = (uint64_t)theta[x % o_n] << left, b = (uint64_t)bias[x % o_n] << left;
        if (l->narrow) {
            l->theta.u32[x] = (uint32_t)th;
            l->bias.u32[x]  = (uint32_t)b;
        } else {
            l->theta.u64[x] = th;
            l->bias.u64[x]  = b;
        }
    }
}

static void lay_synapse(const Graph *g, int node, Synapse *l, Arena *perm)
{
    const Node *n = &g->node[node], *in = &g->node[n->in[0]];
    bool conv = n->op == OP_S_CONV2D;
    int acc = n->acc_bits[0], pot = n->pot_bits[0];
    *l = (Synapse){ .n = n, .in = in->shape, .in_signed = in->signed_out[0] };
    l->kh = conv ? n->kernel[0] : in->shape.h;
    l->kw = conv ? n->kernel[1] : in->shape.w;
    l->sh = conv ? n->stride[0] : 1;
    l->sw = conv ? n->stride[1] : 1;
    l->pt = conv ? n->pad[0] : 0;
    l->pl = conv ? n->pad[1] : 0;
    l->acc = acc <= 16 ? ACC_16 : acc <= 32 ? ACC_32 : ACC_64;
    l->narrow = pot <= 32 && n->frac_bits[0] < pot;
    l->col = NEW(perm, ColHit, (size_t)in->shape.w);
    for (int j = 0; j < in->shape.w; j++) l->col[j] = lay_col(l, j);
    lay_rows(l, perm);
    lay_weights(l, graph_role(g, n, ROLE_w)->i8, perm);
    if (n->steps[0] > 0)
        lay_neurons(l, graph_role(g, n, ROLE_theta)->i64, graph_role(g, n, ROLE_bias)->i64, perm);
}

static Err check_node(const Graph *g, int i, Ctx *c)
{
    const Node *n = &g->node[i];
    Loc at = { .node = n->name };
    if (n->op < OP_S_INPUT || (n->op == OP_S_INPUT) != (i == 0))
        return fail(c, ERR_UNSUPPORTED, at, "%s cannot be simulated here", op_info[n->op].name);
    bool logits = op_is_synapse(n->op) && n->steps[0] == 0 && i == g->n_node - 1;
    if (!logits && (n->steps[0] < 1 + n->signed_out[0] || n->steps[0] > SIM_MAX_STEPS))
        return fail(c, ERR_RANGE, at, "%d steps; 1 to %d are possible (signed codes: 2)",
                    n->steps[0], SIM_MAX_STEPS);
    if (op_is_synapse(n->op) &&
        (n->acc_bits[0] < 1 || n->acc_bits[0] > 63 || n->pot_bits[0] < 1 || n->pot_bits[0] > 63 ||
         n->frac_bits[0] < 0 || n->frac_bits[0] > 62))
        return fail(c, ERR_RANGE, at, "widths of V (%d), U (%d) or the fraction (%d) are not "
                    "within 63 bits", n->acc_bits[0], n->pot_bits[0], n->frac_bits[0]);
    if (op_is_synapse(n->op) && n->steps_in[0] != g->node[n->in[0]].steps[0])
        return fail(c, ERR_RANGE, at, "takes codes of %d steps and is given %d", n->steps_in[0],
                    g->node[n->in[0]].steps[0]);
    return ERR_NONE;
}

Err fast_lay(Sim *s, int node, Arena *perm, Ctx *c)
{
    static const size_t bytes[] = { [ACC_16] = 2, [ACC_32] = 4, [ACC_64] = 8 };
    const Node *n = &s->g->node[node];
    TRY(check_node(s->g, node, c));
    if (!op_is_synapse(n->op))
        return ERR_NONE;
    lay_synapse(s->g, node, &s->syn[node], perm);
    size_t map = (size_t)shape_count(n->shape) * bytes[s->syn[node].acc];
    size_t row = (size_t)(n->shape.w * n->shape.c);
    s->acc_bytes = map > s->acc_bytes ? map : s->acc_bytes;
    s->row = row > s->row ? row : s->row;
    return ERR_NONE;
}

Sim *fast_empty(const Graph *snn, Arena *perm)
{
    Sim *s = NEW(perm, Sim, 1);
    *s = (Sim){ .g = snn, .syn = NEW(perm, Synapse, (size_t)snn->n_node) };
    return s;
}

Err sim_new(const Graph *snn, Arena *perm, Sim **sim, Ctx *c)
{
    *sim = fast_empty(snn, perm);
    for (int i = 0; i < snn->n_node; i++) TRY(fast_lay(*sim, i, perm, c));
    return ERR_NONE;
}
