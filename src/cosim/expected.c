#include "cosim/expected.h"

enum { BLOCK = 64 }; /* images of a run are never further apart than the blocks together */

void expected_begin(Expected *x, Arena *a)
{
    const Graph *g = x->snn;
    x->classes = g->node[g->n_node - 1].shape.c;
    for (int b = 0; b < EXPECTED_BLOCKS; b++) {
        ExpectedBlock *k = &x->block[b];
        *k = (ExpectedBlock){ -1, NEW(a, int16_t *, (size_t)g->n_node),
                              NEW(a, int64_t, BLOCK * (size_t)x->classes), NEW(a, int, BLOCK) };
        for (int i = 0; i < g->n_node; i++)
            if (g->node[i].steps[0] > 0)
                k->code[i] = NEW(a, int16_t, BLOCK * (size_t)shape_count(g->node[i].shape));
    }
}

static Err simulate(Expected *x, ExpectedBlock *k, int image, Arena a, Ctx *c)
{
    const Graph *g = x->snn;
    int at = image % BLOCK;
    int16_t **code = NEW(&a, int16_t *, (size_t)g->n_node);
    for (int i = 0; i < g->n_node; i++)
        if (k->code[i])
            code[i] = k->code[i] + at * shape_count(g->node[i].shape);
    SimInput in = *x->input;
    in.first = x->which ? x->which[image] : image;
    in.n     = 1;
    SimOut out = { code, k->logit + (size_t)at * (size_t)x->classes, k->label + at };
    return sim_run(x->sim, &in, &out, NULL, a, c);
}

Err expected_image(Expected *x, int image, Answer *out, Arena scratch, Ctx *c)
{
    int b = image / BLOCK, at = image % BLOCK;
    ExpectedBlock *k = &x->block[b % EXPECTED_BLOCKS];
    if (k->number != b) {
        k->number = b;
        for (int i = b * BLOCK; i < x->n && i < (b + 1) * BLOCK; i++)
            TRY(simulate(x, k, i, scratch, c));
    }
    *out = (Answer){ k, at, k->logit + (size_t)at * (size_t)x->classes, k->label[at] };
    return ERR_NONE;
}
