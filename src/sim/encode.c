/* From pixels to codes. Zero is code 0, always. */
#include "sim/sim.h"
#include "base/num.h"
#include <math.h>
#include <string.h>

static int16_t code_of(const Node *n, double x)
{
    double k = floor(x / n->scale[0] + 0.5);
    double lo = sim_code_min(n), hi = sim_code_max(n);
    return (int16_t)(k > hi ? hi : k > lo ? k : lo);
}

static void encode_raw(const Node *n, const int64_t *table, const unsigned char *raw, int images,
                       int16_t *code)
{
    int64_t pixels = (int64_t)n->shape.h * n->shape.w;
    for (int k = 0; k < images; k++)
        for (int64_t c = 0; c < n->shape.c; c++)
            for (int64_t i = 0; i < pixels; i++) *code++ = (int16_t)table[256 * c + *raw++];
}

Err sim_encode(const Graph *snn, const SimInput *in, int16_t *code, Ctx *c)
{
    const Node *n = &snn->node[0];
    const Tensor *table = graph_role(snn, n, ROLE_table);
    int64_t each = shape_count(n->shape), from = in->first * each, count = in->n * each;
    if (count == 0 && (in->code || in->x || table))
        return ERR_NONE;
    if (in->code)
        memcpy(code, in->code + from, (size_t)count * sizeof *code);
    else if (in->x)
        for (int64_t i = 0; i < count; i++) code[i] = code_of(n, (double)in->x[from + i]);
    else if (!table)
        return fail(c, ERR_RANGE, (Loc){ .node = n->name },
                    "8-bit images need a table from pixel to code, and this network has none: "
                    "quantise it with 8-bit calibration images");
    else
        encode_raw(n, table->i64, in->raw + from, in->n, code);
    return ERR_NONE;
}
