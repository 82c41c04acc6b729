/* The driver: reads the chain of float operators, fits layer after layer, builds the spiking
 * graph and, as it grows, simulates it on the calibration images. */
#include "base/num.h"
#include "ir/eval.h"
#include "quant/fit.h"
#include "quant/mirror.h"
#include "quant/refine.h"
#include "sim/sim.h"
#include <math.h>
#include <string.h>

typedef struct Run {
    const Graph *net;
    const QuantOptions *opt;
    Graph       *snn;
    QuantReport *report;
    int          n;         /* calibration images                                        */
    int          from;      /* snn node that gives the codes                             */
    float       *x;         /* [n, ...] float activations that go into the next node     */
    int16_t     *k;         /* [n, ...] codes that go into it                            */
    Fit         *fit;       /* of every synapse layer                                    */
    int          n_pool;
    Arena        keep[2];   /* take turns: one holds x and k, the other gets the next    */
    int          turn;
} Run;

static Err refuse(const Node *n, Ctx *c, const char *why)
{
    return fail(c, ERR_UNSUPPORTED, (Loc){ .node = n->name }, "%s", why);
}

int quant_n_layers(const Graph *net)
{
    int n = 0;
    for (int i = 0; i < net->n_node; i++) n += op_is_synapse(net->node[i].op);
    return n;
}

int64_t quant_weight_bits(const Graph *snn)
{
    int64_t bits = 0;
    for (int i = 0; i < snn->n_node; i++)
        if (op_is_synapse(snn->node[i].op))
            bits += tensor_count(graph_role(snn, &snn->node[i], ROLE_w)) * snn->node[i].weight_bits[0];
    return bits;
}

static bool pool_is_ragged(const Node *n)
{
    return n->pad[0] >= n->kernel[0] || n->pad[2] >= n->kernel[0] || n->pad[1] >= n->kernel[1] ||
           n->pad[3] >= n->kernel[1];
}

static Err check_node(const Graph *net, int i, bool weighted, Ctx *c)
{
    const Node *n = &net->node[i];
    if ((n->op == OP_INPUT) != (i == 0) || (i > 0 && n->in[0] != i - 1))
        return refuse(n, c, "only a single chain of layers can be quantised");
    if (n->op == OP_RELU && !weighted)
        return refuse(n, c, "a ReLU before the first layer with weights cannot be quantised: "
                      "apply it to the images instead");
    if (n->op == OP_MAXPOOL && pool_is_ragged(n))
        return refuse(n, c, "a pooling window lies wholly in padding: pad less than the kernel");
    if (n->op != OP_INPUT && n->op != OP_RELU && n->op != OP_MAXPOOL && !op_is_synapse(n->op))
        return refuse(n, c, "this operator has to be folded away before quantising");
    return ERR_NONE;
}

static Err check_chain(const Graph *net, Ctx *c)
{
    bool weighted = false;
    if (!(net->props & PROP_SHAPED) || net->n_node == 0)
        return fail(c, ERR_SHAPE, (Loc){ 0 }, "the network has no shapes yet");
    for (int i = 0; i < net->n_node; i++) {
        TRY(check_node(net, i, weighted, c));
        weighted |= op_is_synapse(net->node[i].op);
    }
    const Node *last = &net->node[net->n_node - 1];
    if (!weighted)
        return refuse(last, c, "a network without a convolution or dense layer computes nothing");
    if (last->shape.h * last->shape.w > 1 && last->shape.c > 1)
        return refuse(last, c, "the network ends in maps, not in one score per class: end it with "
                      "a dense layer or pool each map to one pixel");
    return ERR_NONE;
}

static bool in_range(int x, int max) { return x >= 0 && x <= max; }

static Err check_options(const Graph *net, const QuantOptions *o, Ctx *c)
{
    int n = quant_n_layers(net);
    if ((o->layer_steps || o->layer_bits) && o->n_layer != n)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "steps or weight bits are given for %d layers, the "
                    "network has %d", o->n_layer, n);
    bool ok = o->steps && in_range(o->steps, QUANT_MAX_STEPS) && o->weight_bits &&
              in_range(o->weight_bits, QUANT_MAX_BITS) &&
              in_range(o->input_steps, QUANT_MAX_STEPS);
    for (int i = 0; ok && i < o->n_layer; i++)
        ok = (!o->layer_steps || in_range(o->layer_steps[i], QUANT_MAX_STEPS)) &&
             (!o->layer_bits || in_range(o->layer_bits[i], QUANT_MAX_BITS));
    return ok ? ERR_NONE : fail(c, ERR_OPTION, (Loc){ 0 },
                                "steps must be 1 to %d and weight bits 1 to %d", QUANT_MAX_STEPS,
                                QUANT_MAX_BITS);
}

/* The other arena, empty: what the next node gives is taken from it, and finish() switches. */
static Arena *fresh(Run *r, Arena *room)
{
    *room = r->keep[1 - r->turn];
    return room;
}

static void finish(Run *r, float *x, int16_t *k)
{
    r->turn = 1 - r->turn;
    r->x = x;
    r->k = k;
}

static Err add_input(Run *r, const float *calib, Ctx *c)
{
    const Node *in = &r->net->node[0];
    const float *table = r->opt->table;
    int64_t each = shape_count(in->shape), all = r->n * each;
    int id = graph_node(r->snn, OP_S_INPUT, quant_name(r->snn, in->name, "input", 0));
    Node *n = &r->snn->node[id];
    n->shape = in->shape;
    n->steps[0] = r->opt->input_steps ? r->opt->input_steps : r->opt->steps;
    for (int64_t i = 0; !table && i < all; i++) n->signed_out[0] |= calib[i] < 0;
    for (int64_t i = 0; table && i < 256 * in->shape.c; i++) n->signed_out[0] |= table[i] < 0;
    if (n->signed_out[0] && n->steps[0] < 2)
        return fail(c, ERR_UNSUPPORTED, (Loc){ .node = in->name }, "its values can be negative, "
                    "which takes at least 2 steps: set --input-steps");
    n->scale[0] = r->opt->scheme == QUANT_E3NE ? e3ne_input_scale(calib, all, n->steps[0])
                : fit_scale(calib, NULL, all, FIT_SAMPLE, n->signed_out[0], n->steps[0]);
    float *x = NEW(&r->keep[0], float, (size_t)all);
    int16_t *k = NEW(&r->keep[0], int16_t, (size_t)all);
    memcpy(x, calib, (size_t)all * sizeof *x);
    TRY(sim_encode(r->snn, &(SimInput){ .x = calib, .n = r->n }, k, c));
    r->x = x;
    r->k = k;
    return ERR_NONE;
}

/* Code of each byte in each channel, by the encoder itself: 256 one-pixel images. */
static Err add_table(Run *r, Arena scratch, Ctx *c)
{
    Node *n = &r->snn->node[0];
    int dim[] = { n->shape.c, 256 };
    int t = graph_tensor(r->snn, arena_printf(r->snn->perm, "%s.table", n->name), DT_I64, 2, dim);
    Graph one = *r->snn;
    Node pixels = *n;
    pixels.shape = (Shape){ n->shape.c, 1, 256 };
    one.node = &pixels;
    int16_t *code = NEW(&scratch, int16_t, (size_t)(256 * n->shape.c));
    TRY(sim_encode(&one, &(SimInput){ .x = r->opt->table, .n = 1 }, code, c));
    for (int i = 0; i < 256 * n->shape.c; i++) r->snn->tensor[t].i64[i] = code[i];
    n->role[ROLE_table] = t;
    return ERR_NONE;
}

static Err add_pool(Run *r, int node, Arena scratch, Ctx *c)
{
    const Node *p = &r->net->node[node], *in = &r->snn->node[r->from];
    int steps = in->steps[0], sign = in->signed_out[0];
    double scale = in->scale[0];
    int id = graph_node(r->snn, OP_S_MAXPOOL, quant_name(r->snn, p->name, "pool", ++r->n_pool));
    Node *n = &r->snn->node[id];
    memcpy(n->kernel, p->kernel, sizeof n->kernel);
    memcpy(n->stride, p->stride, sizeof n->stride);
    memcpy(n->pad, p->pad, sizeof n->pad);
    n->shape = p->shape;
    n->in[0] = r->from;
    n->steps[0] = steps;
    n->signed_out[0] = sign;
    n->scale[0] = scale;
    Arena room, *a = fresh(r, &room);
    int64_t all = r->n * shape_count(p->shape);
    float *x = NEW(a, float, (size_t)all);
    int16_t *k = NEW(a, int16_t, (size_t)all);
    eval_node(r->net, node, r->x, r->n, x, scratch);
    TRY(sim_node(r->snn, id, r->k, r->n, k, scratch, c));
    finish(r, x, k);
    r->from = id;
    return ERR_NONE;
}

static bool leaves_out(const Run *r, const QuantPass *p)
{
    return quant_left_out(p, r->opt->without);
}

/* The last layer gives V + bias; E3NE rounds its scores as it rounds codes. */
static int last_steps(const QuantOptions *o, int steps)
{
    if (o->scheme == QUANT_FIT)
        return 0;
    return steps < QUANT_MAX_STEPS ? steps + 1 : steps;
}

/* Room for what a layer's fit gives; it stays until the network is done. */
static Fit fit_new(const Run *r, int node, int layer, Arena *a)
{
    const Node *n = &r->net->node[node];
    const Tensor *w = graph_role(r->net, n, ROLE_w), *b = graph_role(r->net, n, ROLE_b);
    const QuantOptions *o = r->opt;
    Fit f = { .net = r->net, .n = n, .w = w->f32, .b = b ? b->f32 : NULL, .out = w->dim[0] };
    f.in = (int)(tensor_count(w) / f.out);
    f.steps = o->layer_steps && o->layer_steps[layer] ? o->layer_steps[layer] : o->steps;
    f.weight_bits = o->layer_bits && o->layer_bits[layer] ? o->layer_bits[layer] : o->weight_bits;
    if (node == r->net->n_node - 1)
        f.steps = last_steps(o, f.steps);
    size_t outs = (size_t)f.out;
    f.q = NEW(a, int8_t, outs * (size_t)f.in);
    f.a      = NEW(a, double, outs);
    f.offset = NEW(a, double, outs);
    f.theta  = NEW(a, int64_t, outs);
    f.bias   = NEW(a, int64_t, outs);
    return f;
}

/* What depends on the layers before, and room for the calibration's sums. */
static void fit_start(const Run *r, Fit *f, int layer, Arena *a)
{
    const Node *in = &r->snn->node[r->from];
    size_t outs = (size_t)f->out, ins = (size_t)f->in;
    f->steps_in  = in->steps[0];
    f->signed_in = in->signed_out[0];
    f->scale_in  = in->scale[0];
    f->name = quant_name(r->snn, f->n->name, f->n->op == OP_CONV2D ? "conv" : "dense", layer + 1);
    f->h = NEW(a, float, ins * ins);
    f->r = NEW(a, float, outs * ins);
    f->mean_k = NEW(a, double, ins);
    f->mean_z = NEW(a, double, outs);
}

/* Codes of the float activations themselves, as if no layer before were quantised. */
static const int16_t *float_codes(const Run *r, const Fit *f, Arena *a)
{
    int64_t all = r->n * shape_count(r->snn->node[r->from].shape);
    int lo = fit_code_min(f->signed_in, f->steps_in), hi = fit_code_max(f->signed_in, f->steps_in);
    int16_t *k = NEW(a, int16_t, (size_t)all);
    for (int64_t i = 0; i < all; i++)
        k[i] = (int16_t)fit_round((double)r->x[i] / f->scale_in, lo, hi);
    return k;
}

static Err run_passes(const Run *r, Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    static const QuantPass *const e3ne[] = { &e3ne_weights, &e3ne_scale, &e3ne_shift, &quant_width,
                                             NULL };
    bool theirs = r->opt->scheme == QUANT_E3NE;
    for (const QuantPass *const *p = theirs ? e3ne : quant_pass; *p; p++) {
        FitRun *run = leaves_out(r, *p) ? (*p)->instead : (*p)->run;
        if (run)
            TRY(run(f, cal, scratch, c));
    }
    return ERR_NONE;
}

static int add_tensor(Graph *g, const char *layer, const char *role, DType type, int rank,
                      const int *dim)
{
    return graph_tensor(g, arena_printf(g->perm, "%s.%s", layer, role), type, rank, dim);
}

/* The layer's results into its node. */
static void set_layer(const Graph *g, Node *n, const Fit *f)
{
    memcpy(graph_role(g, n, ROLE_w)->i8, f->q, (size_t)f->out * (size_t)f->in);
    memcpy(graph_role(g, n, ROLE_bias)->i64, f->bias, (size_t)f->out * sizeof *f->bias);
    if (f->steps)
        memcpy(graph_role(g, n, ROLE_theta)->i64, f->theta, (size_t)f->out * sizeof *f->theta);
    n->frac_bits[0] = f->frac_bits;
    n->acc_bits[0]  = f->acc_bits;
    n->pot_bits[0]  = f->pot_bits;
    n->acc_min[0]   = f->acc_min;
    n->acc_max[0]   = f->acc_max;
    n->scale[0]     = f->scale;
}

static int emit(Run *r, const Fit *f)
{
    Graph *g = r->snn;
    const Tensor *w = graph_role(f->net, f->n, ROLE_w);
    int id = graph_node(g, f->n->op == OP_CONV2D ? OP_S_CONV2D : OP_S_DENSE, f->name);
    int rw = add_tensor(g, f->name, "w", DT_I8, w->rank, w->dim);
    int rt = f->steps ? add_tensor(g, f->name, "theta", DT_I64, 1, &f->out) : IR_NONE;
    int rb = add_tensor(g, f->name, "bias", DT_I64, 1, &f->out);
    Node *n = &g->node[id];
    memcpy(n->kernel, f->n->kernel, sizeof n->kernel);
    memcpy(n->stride, f->n->stride, sizeof n->stride);
    memcpy(n->pad, f->n->pad, sizeof n->pad);
    n->shape = f->n->shape;
    n->in[0] = r->from;
    n->role[ROLE_w] = rw;
    n->role[ROLE_theta] = rt;
    n->role[ROLE_bias] = rb;
    n->steps_in[0]    = f->steps_in;
    n->steps[0]       = f->steps;
    n->signed_out[0]  = f->signed_out;
    n->weight_bits[0] = f->weight_bits;
    set_layer(g, n, f);
    return id;
}

/* What follows a synapse layer up to the next: is there a ReLU (it commutes with max pooling), and
 * where does it end? */
static int span_end(const Graph *net, int node, bool *relu)
{
    int end = node + 1;
    for (*relu = false; end < net->n_node && !op_is_synapse(net->node[end].op); end++)
        *relu |= net->node[end].op == OP_RELU;
    return end;
}

static Err check_signed(const Fit *f, Ctx *c)
{
    if (f->signed_out && f->steps < 2)
        return refuse(&(Node){ .name = f->name }, c, "this layer has no ReLU, and its signed codes "
                      "take at least 2 steps: give it more steps or a ReLU");
    return ERR_NONE;
}

static Err add_layer(Run *r, int node, int layer, Arena scratch, Ctx *c)
{
    const Node *nd = &r->net->node[node];
    Arena room, *a = fresh(r, &room);
    int64_t outs = r->n * shape_count(nd->shape);
    float *z = NEW(a, float, (size_t)outs);
    int16_t *k = NEW(a, int16_t, (size_t)outs);
    Calib cal = { .n = r->n, .z = z, .k = r->k, .net = r->net, .first = node + 1 };
    cal.last = span_end(r->net, node, &cal.relu);
    Fit *f = &r->fit[layer];
    fit_start(r, f, layer, &scratch);
    f->signed_out = f->steps > 0 && !cal.relu;
    TRY(check_signed(f, c));
    if (leaves_out(r, &quant_sequential))
        cal.k = float_codes(r, f, &scratch);
    eval_node(r->net, node, r->x, r->n, z, scratch);
    TRY(run_passes(r, f, &cal, scratch, c));
    int id = emit(r, f);
    if (f->steps > 0)
        TRY(sim_node(r->snn, id, r->k, r->n, k, scratch, c));
    for (int64_t i = 0; cal.relu && i < outs; i++) z[i] = z[i] > 0 ? z[i] : 0;
    finish(r, z, k);
    r->from = id;
    return ERR_NONE;
}

/* All layers together; thresholds and widths follow. */
static Err refine(Run *r, const float *calib, Arena scratch, Ctx *c)
{
    int layers = r->report->n_layer;
    if (leaves_out(r, &quant_refine) || r->opt->scheme == QUANT_E3NE)
        return ERR_NONE;
    TRY(quant_refine_all(r->net, r->snn, calib, r->n, r->fit, layers, !leaves_out(r, &quant_adapt),
                         r->report, scratch, c));
    for (int i = 1, layer = 0; i < r->snn->n_node; i++)
        if (op_is_synapse(r->snn->node[i].op)) {
            Fit *f = &r->fit[layer++];
            TRY(quant_threshold.run(f, NULL, scratch, c));
            TRY(quant_width.run(f, NULL, scratch, c));
            set_layer(r->snn, &r->snn->node[i], f);
        }
    return ERR_NONE;
}

static void report_layers(const Run *r)
{
    for (int i = 0; i < r->report->n_layer; i++) {
        r->report->layer[i] = r->fit[i].report;
        r->report->layer[i].name = r->fit[i].name;
        r->report->output_scale = r->fit[i].scale;
    }
}

static void make_fits(Run *r, Arena *a)
{
    r->fit = NEW(a, Fit, (size_t)r->report->n_layer);
    for (int i = 1, layer = 0; i < r->net->n_node; i++)
        if (op_is_synapse(r->net->node[i].op)) {
            r->fit[layer] = fit_new(r, i, layer, a);
            layer++;
        }
}

/* The network with tensors of its own, for passes that change them. */
static Graph copy_weights(const Graph *net, Arena *a)
{
    Graph own = *net;
    own.tensor = NEW(a, Tensor, (size_t)net->cap_tensor);
    for (int i = 0; i < net->n_tensor; i++) {
        const Tensor *t = &net->tensor[i];
        size_t each = dtype_bytes(t->type), n = (size_t)tensor_count(t);
        own.tensor[i] = *t;
        own.tensor[i].p = memcpy(arena_take(a, each, 64, n), t->p, each * n);
    }
    return own;
}

/* Two arenas out of one, for two consecutive maps. */
static Arena split(Arena *a)
{
    char *mid = a->beg + (a->end - a->beg) / 2;
    Arena half = { a->beg, mid };
    a->beg = mid;
    return half;
}

Err quantize(const Graph *net, const QuantOptions *opt, const float *calib, int n_calib,
             Graph *snn, QuantReport *report, Arena scratch, Ctx *c)
{
    TRY(check_chain(net, c));
    TRY(check_options(net, opt, c));
    if (n_calib < 1)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "quantising needs at least one calibration image");
    report->mirror_kappa = 0;
    if (opt->scheme == QUANT_FIT && !quant_left_out(&quant_mirror, opt->without))
        TRY(quant_mirror_images(net, &calib, &n_calib, &report->mirror_kappa, &scratch, c));
    report->n_image = n_calib;
    Graph own = copy_weights(net, &scratch);
    net = &own;
    Run r = { .net = net, .opt = opt, .snn = snn, .report = report, .n = n_calib };
    report->n_layer = quant_n_layers(net);
    report->layer = NEW(snn->perm, QuantLayer, (size_t)report->n_layer);
    report->loss_before = report->loss_after = 0;
    make_fits(&r, &scratch);
    Arena maps = split(&scratch);
    r.keep[0] = split(&maps);
    r.keep[1] = maps;
    TRY(add_input(&r, calib, c));
    if (opt->table)
        TRY(add_table(&r, scratch, c));
    for (int i = 1, layer = 0; i < net->n_node; i++) {
        if (op_is_synapse(net->node[i].op))
            TRY(add_layer(&r, i, layer++, scratch, c));
        else if (net->node[i].op == OP_MAXPOOL)
            TRY(add_pool(&r, i, scratch, c));
    }
    snn->props |= PROP_SHAPED | PROP_SPIKES;
    TRY(refine(&r, calib, scratch, c));
    report_layers(&r);
    TRY(ir_verify(snn, c));
    return quant_prove(snn, c);
}
