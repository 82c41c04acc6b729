/* The proof of a graph's widths, by another way than the one that chose them: for each neuron the
 * extremes of V are computed as dot products with the worst input, and firing is then followed
 * from both ends, step by step, with every value on the way checked against its width. */
#include "base/num.h"
#include "quant/quant.h"

typedef struct Proof { const Graph *g; const Node *n, *in; Ctx *c; } Proof;

static Err refuse(const Proof *p, const char *what, int o, int64_t value, int bits)
{
    return fail(p->c, ERR_RANGE, (Loc){ .node = p->n->name },
                "%s of channel %d can reach %lld, outside %d bits", what, o, (long long)value,
                bits);
}

static bool holds(int64_t x, int bits)
{
    return bits >= 1 && bits <= 62 && x >= -((int64_t)1 << (bits - 1)) &&
           x < (int64_t)1 << (bits - 1);
}

/* The greatest V * sign over all inputs. */
static int64_t worst_v(const Proof *p, int o, int sign)
{
    const Tensor *w = graph_role(p->g, p->n, ROLE_w);
    int64_t taps = tensor_count(w) / w->dim[0], sum = 0;
    int64_t top = ((int64_t)1 << (p->in->steps[0] - p->in->signed_out[0])) - 1;
    int64_t bottom = p->in->signed_out[0] ? -top - 1 : 0;
    for (int64_t i = 0; i < taps; i++) {
        int64_t weight = sign * w->i8[o * taps + i];
        int64_t a = weight * top, b = weight * bottom;
        sum += a > b ? a : b;
    }
    return sign * sum;
}

/* Fires from the extremes lo <= U <= hi; both must stay in pot_bits all the way. */
static Err prove_firing(const Proof *p, int o, int64_t theta, int64_t lo, int64_t hi)
{
    int steps = p->n->steps[0], bits = p->n->pot_bits[0];
    if (theta < 1 || !holds(theta, 62 - steps))
        return refuse(p, "Theta", o, theta, 62 - steps);
    for (int t = 0; t < steps; t++) {
        int64_t part = theta << (steps - 1 - t);
        bool sign = t == 0 && p->n->signed_out[0];
        if (!holds(lo, bits) || !holds(hi, bits))
            return refuse(p, "U", o, holds(lo, bits) ? hi : lo, bits);
        if (!sign && !holds(lo - part, bits))
            return refuse(p, "a trial", o, lo - part, bits);
        if (sign && lo < 0) {
            int64_t top = hi < 0 ? hi + part : hi > part - 1 ? hi : part - 1;
            lo = hi < 0 ? lo + part : lo + part < 0 ? lo + part : 0;
            hi = top;
        } else if (!sign && hi >= part) {
            lo = lo >= part ? lo - part : lo < 0 ? lo : 0;
            hi = hi - part > part - 1 ? hi - part : part - 1;
        }
    }
    return holds(hi, bits) && holds(lo, bits) ? ERR_NONE : refuse(p, "U", o, hi, bits);
}

static Err prove_channel(const Proof *p, int o)
{
    int64_t lo = worst_v(p, o, -1), hi = worst_v(p, o, 1);
    int64_t bias = graph_role(p->g, p->n, ROLE_bias)->i64[o];
    int frac = p->n->frac_bits[0], pot = p->n->pot_bits[0];
    if (!holds(lo, p->n->acc_bits[0]) || !holds(hi, p->n->acc_bits[0]))
        return refuse(p, "V", o, holds(lo, p->n->acc_bits[0]) ? hi : lo, p->n->acc_bits[0]);
    if (lo < p->n->acc_min[0] || hi > p->n->acc_max[0])
        return fail(p->c, ERR_RANGE, (Loc){ .node = p->n->name },
                    "V of channel %d reaches %lld to %lld, outside the stated bounds", o,
                    (long long)lo, (long long)hi);
    if (frac < 0 || !holds(p->n->acc_min[0], 62 - frac) || !holds(p->n->acc_max[0], 62 - frac) ||
        !holds(bias, 62))
        return refuse(p, "U", o, bias, 62);
    lo = lo * ((int64_t)1 << frac) + bias;
    hi = hi * ((int64_t)1 << frac) + bias;
    if (p->n->steps[0] > 0)
        return prove_firing(p, o, graph_role(p->g, p->n, ROLE_theta)->i64[o], lo, hi);
    if (!holds(lo, pot) || !holds(hi, pot) || pot > 32)
        return refuse(p, "V + bias", o, hi, pot > 32 ? 32 : pot);
    return ERR_NONE;
}

static Err prove_weights(const Proof *p)
{
    const Tensor *w = graph_role(p->g, p->n, ROLE_w);
    int bits = p->n->weight_bits[0], top = (1 << (bits - 1)) - 1;
    if (bits < 1 || bits > 8)
        return fail(p->c, ERR_RANGE, (Loc){ .node = p->n->name }, "weights of %d bits", bits);
    for (int64_t i = 0; i < tensor_count(w); i++) {
        int v = w->i8[i] < 0 ? -w->i8[i] : w->i8[i];
        if (bits == 1 ? v != 1 : v > top)
            return fail(p->c, ERR_RANGE, (Loc){ .node = p->n->name },
                        "weight %lld is %d and does not fit %d bits", (long long)i, w->i8[i], bits);
    }
    return ERR_NONE;
}

Err quant_prove(const Graph *snn, Ctx *c)
{
    for (int i = 0; i < snn->n_node; i++) {
        const Node *n = &snn->node[i];
        if (!op_is_synapse(n->op))
            continue;
        Proof p = { snn, n, &snn->node[n->in[0]], c };
        TRY(prove_weights(&p));
        for (int o = 0; o < n->shape.c; o++) TRY(prove_channel(&p, o));
    }
    return ERR_NONE;
}
