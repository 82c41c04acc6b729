#include "hw/record.h"
#include "base/num.h"

typedef struct Maker {
    const Graph *g;
    TapePlan    *p;
    bool         skip;
    Ctx         *c;
} Maker;

static int64_t port_words(const EngineBuild *b, int64_t bits) { return num_ceil_div(bits, b->port_bits); }

int64_t tape_param_words(const EngineBuild *b) { return port_words(b, (int64_t)b->pout * 64); }

int64_t tape_chunk_words(const EngineBuild *b)
{
    return port_words(b, (int64_t)b->pin * b->pout * b->weight_bits);
}

int tape_shift(const EngineBuild *b, const Node *n)
{
    return n->steps[0] > 0 ? b->frac_bits - n->frac_bits[0] : 0;
}

/* `wanted` of a resource of which there are `have`. */
static void need(const Maker *m, const Node *n, const char *what, int64_t wanted, int64_t have)
{
    if (wanted > have)
        problem(m->c, ERR_FIT, (Loc){ .node = n ? n->name : NULL }, "%s: %lld wanted, %lld are there",
                what, (long long)wanted, (long long)have);
}

static void refuse(const Maker *m, const Node *n, const char *why)
{
    problem(m->c, ERR_UNSUPPORTED, (Loc){ .node = n->name }, "the engine cannot do it: %s", why);
}

/* Windows of the whole kernel, if they fit the array's inputs; two to a word, if they do twice and
 * no word then lies in two pooling windows. */
static void choose_windows(const Maker *m, const Node *n, Shape in, TapeRecord *r)
{
    int64_t taps = (int64_t)n->kernel[0] * n->kernel[1] * in.c;
    r->kind = TAPE_PIXELS;
    if (taps > m->p->build.pin)
        return;
    r->kind = TAPE_WINDOWS;
    r->pair = 2 * taps <= m->p->build.pin && r->pooled_w * r->pool_w % 2 == 0 &&
              (r->pool_w % 2 == 0 || (r->pool_w == 1 && r->pool_h == 1));
}

/* Pitches; row_pitch counts words of windows where the input is given as such. */
static void lay_steps(TapeRecord *r)
{
    int64_t row = r->in_w * r->in_groups, per = r->pair ? 2 : 1;
    r->row_pitch = r->kind == TAPE_WINDOWS ? r->pooled_w * r->pool_w / per : row;
    r->step_x    = r->stride_w * r->in_groups;
    r->step_y    = r->stride_h * row;
    r->origin    = r->pad_top * row + r->pad_left * r->in_groups;
}

static void lay_conv(const Maker *m, const Node *n, TapeLayer *l, Shape in, bool first)
{
    TapeRecord *r = &l->r;
    r->kernel_h = n->kernel[0];
    r->kernel_w = n->kernel[1];
    r->pad_top  = n->pad[0];
    r->pad_left = n->pad[1];
    r->stride_h = n->stride[0];
    r->stride_w = n->stride[1];
    r->positions = r->pooled_h * r->pool_h * r->pooled_w * r->pool_w;
    if (first)
        choose_windows(m, n, in, r);
    r->chunks = r->kind == TAPE_WINDOWS ? 1 : r->kernel_h * r->kernel_w * r->in_groups;
    lay_steps(r);
    r->tile_words = r->chunks * tape_chunk_words(&m->p->build);
    l->words = r->tiles * (tape_param_words(&m->p->build) + r->tile_words);
}

static void lay_dense(const Maker *m, const Node *n, TapeLayer *l, Shape in)
{
    const EngineBuild *b = &m->p->build;
    TapeRecord *r = &l->r;
    r->kind     = TAPE_DENSE;
    r->skip     = m->skip;
    r->kernel_h = r->kernel_w = r->stride_h = r->stride_w = 1;
    lay_steps(r);
    r->positions  = r->chunks = 1;
    r->columns    = shape_count(in);
    r->lane_words = num_ceil_div(n->shape.c, b->lanes);
    r->tile_words = port_words(b, r->lane_words * b->lanes * b->weight_bits);
    r->all_words  = r->columns * r->tile_words;
    l->words = r->all_words + r->tiles * tape_param_words(b);
}

/* What convolution and dense layers have in common; in: the node that gives the codes. */
static void lay_common(const Maker *m, const Node *n, const Node *in, const Node *pool, TapeRecord *r)
{
    const EngineBuild *b = &m->p->build;
    Shape map = pool ? pool->shape : n->shape;
    bool first = m->p->n_layer == 0;
    r->last       = n->steps[0] == 0;
    r->in_signed  = in->signed_out[0];
    r->out_signed = n->signed_out[0];
    r->t_in       = n->steps_in[0];
    r->t_out      = n->steps[0];
    r->in_h       = in->shape.h;
    r->in_w       = in->shape.w;
    r->in_groups  = num_ceil_div(in->shape.c, b->pin);
    r->pixels     = first ? shape_count(in->shape) / in->shape.c : 0;
    r->in_lanes   = first ? in->shape.c : in->shape.c - (r->in_groups - 1) * b->pin;
    r->pool_h     = pool ? pool->kernel[0] : 1;
    r->pool_w     = pool ? pool->kernel[1] : 1;
    r->pooled_h   = map.h;
    r->pooled_w   = map.w;
    r->tiles      = num_ceil_div(n->shape.c, b->pout);
    r->out_groups = num_ceil_div(n->shape.c, b->pin);
}

/* The widest of a layer's theta or bias on the tape, in bits of two's complement. */
static int widest(const Graph *g, const Node *n, Role role, int shift)
{
    const Tensor *t = graph_role(g, n, role);
    int bits = 1;
    for (int64_t o = 0; t && o < tensor_count(t); o++) {
        int here = num_sbits(t->i64[o], t->i64[o]) + shift;
        bits = here > bits ? here : bits;
    }
    return bits;
}

static void check_widths(const Maker *m, const Node *n)
{
    const EngineBuild *b = &m->p->build;
    int shift = tape_shift(b, n);
    need(m, n, "steps of its input (Bits)", n->steps_in[0], b->bits);
    need(m, n, "steps of its output (Bits)", n->steps[0], b->bits);
    need(m, n, "weight bits (WBits)", n->weight_bits[0] > 1 ? n->weight_bits[0] : 2, b->weight_bits);
    need(m, n, "bits of V, proved (AccBits)", n->acc_bits[0], b->acc_bits);
    if (n->steps[0] == 0) {
        need(m, n, "bits of a score, proved (AccBits + 2)", n->pot_bits[0], b->acc_bits + 2);
        return;
    }
    need(m, n, "fractional bits (FracBits)", n->frac_bits[0], b->frac_bits);
    if (shift >= 0) {
        need(m, n, "bits of U, proved (AccBits + FracBits + 2)", n->pot_bits[0] + shift,
             b->acc_bits + b->frac_bits + 2);
        need(m, n, "bits of theta", widest(m->g, n, ROLE_theta, shift) - 1, 32); /* no sign */
    }
}

static void check_layer(const Maker *m, const TapeLayer *l)
{
    const EngineBuild *b = &m->p->build;
    const TapeRecord *r = &l->r;
    const Node *n = &m->g->node[l->node];
    bool first = m->p->n_layer == 0;
    bool windows = r->kind == TAPE_WINDOWS;
    int64_t words = windows ? r->pooled_h * r->pool_h * r->row_pitch : r->in_h * r->row_pitch;
    need(m, n, "words of its input map (MapWords)", words, b->map_words);
    if (r->chunks > 1)
        need(m, n, "potentials of a tile (Positions)", r->positions, b->positions);
    if (r->kind == TAPE_DENSE)
        need(m, n, "potentials of a lane (Columns)", r->lane_words, b->columns);
    if (first && !windows)
        need(m, n, "channels of a pixel in a map word (PIn)", r->in_lanes, b->pin);
    need(m, n, "bits of a bias", widest(m->g, n, ROLE_bias, tape_shift(b, n)), 32);
    check_widths(m, n);
    tape_check_record(r, n->name, m->c);
}

/* The pool behind a convolution, which its write-back does; NULL: none. */
static const Node *pool_behind(const Graph *g, int node)
{
    const Node *n = &g->node[node];
    bool pools = n->op == OP_S_CONV2D && n->steps[0] > 0 && node + 1 < g->n_node &&
                 n[1].op == OP_S_MAXPOOL;
    return pools ? n + 1 : NULL;
}

static void check_pool(const Maker *m, const Node *n)
{
    if (n->kernel[0] != n->stride[0] || n->kernel[1] != n->stride[1])
        refuse(m, n, "its windows overlap or leave gaps (stride and kernel differ)");
    if (n->pad[0] | n->pad[1] | n->pad[2] | n->pad[3])
        refuse(m, n, "a pool with padding");
}

/* The node whose output is the layer's. */
static int add_layer(const Maker *m, int node)
{
    const Graph *g = m->g;
    const Node *n = &g->node[node], *in = &g->node[n->in[0]];
    const Node *pool = pool_behind(g, node);
    TapeLayer *l = &m->p->layer[m->p->n_layer];
    *l = (TapeLayer){ .node = node, .map = node + (pool != NULL) };
    lay_common(m, n, in, pool, &l->r);
    if (pool)
        check_pool(m, pool);
    if (n->op == OP_S_DENSE)
        lay_dense(m, n, l, in->shape);
    else
        lay_conv(m, n, l, in->shape, m->p->n_layer == 0);
    l->r.start = m->p->length;
    m->p->length += l->words;
    check_layer(m, l);
    m->p->n_layer++;
    return l->map;
}

static void check_ends(const Maker *m)
{
    const Node *in = &m->g->node[0], *last = &m->g->node[m->g->n_node - 1];
    const EngineBuild *b = &m->p->build;
    need(m, in, "pixels of an image (ImagePixels)", (int64_t)in->shape.h * in->shape.w, b->image_pixels);
    need(m, in, "bits of a pixel (PixelBits)", (int64_t)in->shape.c * b->bits, b->pixel_bits);
    need(m, NULL, "layers (Layers)", m->p->n_layer, b->layers);
    need(m, NULL, "port words of a tape", m->p->length, UINT32_MAX);
    if (!op_is_synapse(last->op) || last->steps[0] > 0)
        refuse(m, last, "the last layer must give scores: end the network in a linear layer");
    else if (last->shape.h * last->shape.w != 1)
        refuse(m, last, "the last layer gives a map; a class needs one value per channel");
}

Err tape_plan(const Graph *snn, const EngineBuild *b, bool skip, Arena *perm, TapePlan *p, Ctx *c)
{
    TRY(engine_build_check(b, c));
    *p = (TapePlan){ .build = *b, .layer = NEW(perm, TapeLayer, (size_t)snn->n_node),
                     .classes = snn->node[snn->n_node - 1].shape.c };
    Maker m = { snn, p, skip, c };
    int layers = 0;
    for (int i = 0; i < snn->n_node; i++) layers += op_is_synapse(snn->node[i].op);
    p->length = port_words(b, 8 * TAPE_HEADER_BYTES) + layers * port_words(b, 8 * TAPE_RECORD_BYTES);
    for (int i = 1; i < snn->n_node; i++) {
        const Node *n = &snn->node[i];
        if (n->op == OP_S_CONV2D || n->op == OP_S_DENSE)
            i = add_layer(&m, i);
        else
            refuse(&m, n, n->op == OP_S_MAXPOOL ? "a pool that does not follow a convolution"
                                                : "not a spiking operator");
    }
    check_ends(&m);
    return problems_check(c, NULL);
}
