/* The contract, taken literally: one spike, one synapse, one step at a time. */
#include "sim/sim.h"
#include "base/num.h"
#include <assert.h>
#include <string.h>

typedef struct Layer { /* one node for one image */
    const Graph   *g;
    const Node    *n, *in; /* in: the node that gives the codes */
    const int16_t *code;   /* its codes */
    int16_t       *out;
    SimCount      *count;
} Layer;

static int spike_of(int code, int steps, int t) { return code >> (steps - 1 - t) & 1; }

/* x * 2^k modulo 2^64: a left shift of a negative number is undefined in C. */
static int64_t shl(int64_t x, int k) { return (int64_t)((uint64_t)x << k); }

static bool in_map(Shape s, int i, int j) { return i >= 0 && i < s.h && j >= 0 && j < s.w; }

/* Spikes of step t that meet output (o,i,j), weighted; *met counts them. */
static int64_t step_sum(const Layer *l, int o, int i, int j, int t, int64_t *met)
{
    bool conv = l->n->op == OP_S_CONV2D;
    Shape s = l->in->shape;
    int kh = conv ? l->n->kernel[0] : s.h, kw = conv ? l->n->kernel[1] : s.w;
    const int8_t *w = graph_role(l->g, l->n, ROLE_w)->i8 + (int64_t)o * s.c * kh * kw;
    int64_t sum = 0;
    for (int c = 0; c < s.c; c++)
        for (int u = 0; u < kh; u++)
            for (int v = 0; v < kw; v++, w++) {
                int row = conv ? i * l->n->stride[0] + u - l->n->pad[0] : u;
                int col = conv ? j * l->n->stride[1] + v - l->n->pad[1] : v;
                if (!in_map(s, row, col))
                    continue;
                int k = spike_of(l->code[(c * s.h + row) * s.w + col], l->in->steps[0], t);
                sum += k ? *w : 0;
                *met += k;
            }
    return sum;
}

static int64_t integrate(const Layer *l, int o, int i, int j)
{
    int64_t v = 0;
    for (int t = 0; t < l->in->steps[0]; t++) {
        int64_t sum = step_sum(l, o, i, j, t, &l->count->sops);
        if (t == 0 && l->in->signed_out[0])
            sum = -sum;
        v = num_wrap(2 * v + sum, l->n->acc_bits[0]);
    }
    return v;
}

static int fire(const Layer *l, int64_t v, int64_t theta, int64_t bias)
{
    int steps = l->n->steps[0], bits = l->n->pot_bits[0], code = 0, t = 0;
    int64_t u = num_wrap(shl(v, l->n->frac_bits[0]) + bias, bits);
    bool beyond = false;
    if (l->n->signed_out[0]) {
        int spike = u < 0;
        u = num_wrap(u + (spike ? shl(theta, steps - 1) : 0), bits);
        beyond = u < 0;
        code = -spike;
        t = 1;
    }
    for (; t < steps; t++) {
        int64_t trial = num_wrap(u - shl(theta, steps - 1 - t), bits);
        int spike = trial >= 0;
        u = spike ? trial : u;
        code = 2 * code + spike;
    }
    l->count->saturated += beyond || u >= theta;
    return code;
}

static void naive_synapse(const Layer *l, int64_t *logit)
{
    const Tensor *theta = graph_role(l->g, l->n, ROLE_theta);
    const int64_t *bias = graph_role(l->g, l->n, ROLE_bias)->i64;
    Shape s = l->n->shape;
    for (int o = 0; o < s.c; o++)
        for (int i = 0; i < s.h; i++)
            for (int j = 0; j < s.w; j++) {
                int64_t v = integrate(l, o, i, j), at = ((int64_t)o * s.h + i) * s.w + j;
                if (l->n->steps[0] == 0)
                    logit[at] = num_wrap(v + bias[o], 32);
                else
                    l->out[at] = (int16_t)fire(l, v, theta->i64[o], bias[o]);
            }
}

static int16_t window_max(const Layer *l, int c, int i, int j)
{
    int best = sim_code_min(l->n);
    for (int u = 0; u < l->n->kernel[0]; u++)
        for (int v = 0; v < l->n->kernel[1]; v++) {
            int row = i * l->n->stride[0] + u - l->n->pad[0];
            int col = j * l->n->stride[1] + v - l->n->pad[1];
            Shape s = l->in->shape;
            if (in_map(s, row, col) && l->code[(c * s.h + row) * s.w + col] > best)
                best = l->code[(c * s.h + row) * s.w + col];
        }
    return (int16_t)best;
}

static void naive_pool(const Layer *l)
{
    Shape s = l->n->shape;
    int16_t *out = l->out;
    for (int c = 0; c < s.c; c++)
        for (int i = 0; i < s.h; i++)
            for (int j = 0; j < s.w; j++) *out++ = window_max(l, c, i, j);
}

static void count_spikes(const Layer *l)
{
    for (int64_t i = 0; i < shape_count(l->n->shape); i++)
        for (int t = 0; t < l->n->steps[0]; t++)
            l->count->spikes[t] += spike_of(l->out[i], l->n->steps[0], t);
}

static void one_image(const Graph *g, int16_t *const *code, int64_t *logit, SimCount *count)
{
    const Node *last = &g->node[g->n_node - 1];
    for (int i = 0; i < g->n_node; i++) {
        const Node *n = &g->node[i];
        const Node *in = op_info[n->op].n_in ? &g->node[n->in[0]] : NULL;
        Layer l = { g, n, in, in ? code[n->in[0]] : NULL, code[i], &count[i] };
        if (n->op == OP_S_CONV2D || n->op == OP_S_DENSE)
            naive_synapse(&l, logit);
        else if (n->op == OP_S_MAXPOOL)
            naive_pool(&l);
        count_spikes(&l);
    }
    for (int64_t i = 0; last->steps[0] > 0 && i < shape_count(last->shape); i++)
        logit[i] = code[g->n_node - 1][i];
}

static void give(const Graph *g, const SimOut *out, int k, int16_t *const *code,
                 const int64_t *logit)
{
    int64_t classes = shape_count(g->node[g->n_node - 1].shape);
    for (int i = 0; out->code && i < g->n_node; i++) {
        int64_t n = shape_count(g->node[i].shape);
        if (out->code[i])
            memcpy(out->code[i] + k * n, code[i], (size_t)n * sizeof **code);
    }
    if (out->logit)
        memcpy(out->logit + k * classes, logit, (size_t)classes * sizeof *logit);
    if (out->label)
        out->label[k] = sim_argmax(logit, classes);
}

Err sim_naive(const Graph *snn, const SimInput *in, const SimOut *out, SimCount *count,
              Arena scratch, Ctx *c)
{
    int16_t **code = NEW(&scratch, int16_t *, (size_t)snn->n_node);
    int64_t *logit = NEW(&scratch, int64_t,
                         (size_t)shape_count(snn->node[snn->n_node - 1].shape));
    SimCount *sum  = count ? count : NEW(&scratch, SimCount, (size_t)snn->n_node);
    for (int i = 0; i < snn->n_node; i++)
        code[i] = NEW(&scratch, int16_t, (size_t)shape_count(snn->node[i].shape));
    for (int k = 0; k < in->n; k++) {
        SimInput one = *in;
        one.first += k;
        one.n = 1;
        TRY(sim_encode(snn, &one, code[0], c));
        one_image(snn, code, logit, sum);
        give(snn, out, k, code, logit);
    }
    return ERR_NONE;
}
