/* The pipeline of a sequential network: every layer becomes
 *     fifo, [width], [window], array, neuron      or      [width], maxpool | window, maxtree
 * A fifo stands before every layer of synapses, so that no combinational path is longer than a
 * layer and a row of pixels can arrive while the layer works. Words carry whole codes (all T
 * steps of Lanes channels); the arrays take them apart, most significant step first.
 */
#include "hw/lower.h"
#include "base/num.h"
#include "hw/images.h"
#include <assert.h>

typedef struct Builder {
    const Graph        *g;
    const LowerOptions *o;
    bool                with_images;
    Arena              *perm;
    Design             *d;
    Ctx                *c;
    /* The open end of the pipeline: */
    int  unit, lanes, bits;
    bool is_signed;
    int  complete; /* the node whose output the next stream carries, else IR_NONE */
} Builder;

enum { MAX_UNITS_PER_NODE = 6 };

Synapses lower_synapses(const Graph *snn, int node)
{
    const Node *n = &snn->node[node];
    Shape in = snn->node[n->in[0]].shape;
    bool whole = n->op == OP_S_DENSE ||
                 (n->kernel[0] == in.h && n->kernel[1] == in.w && n->shape.h == 1 &&
                  n->shape.w == 1 && !(n->pad[0] | n->pad[1] | n->pad[2] | n->pad[3]));
    int inputs = whole ? (int)shape_count(in) : n->kernel[0] * n->kernel[1] * in.c;
    return (Synapses){ !whole, inputs, n->shape.c, n->shape.h * n->shape.w };
}

int lower_chunks(Synapses s, Folding f) { return (int)num_ceil_div(s.inputs, f.pin); }

bool lower_folding_fits(Synapses s, Folding f, int lanes)
{
    if (f.pin < 1 || f.pout < 1 || f.pin > s.inputs || s.outputs % f.pout != 0)
        return false;
    return s.window || (s.inputs % f.pin == 0 && (f.pin % lanes == 0 || lanes % f.pin == 0));
}

int design_array_of(const Design *d, int node)
{
    for (int i = 0; i < d->n_unit; i++)
        if (d->unit[i].node == node && d->unit[i].kind == UNIT_ARRAY)
            return i;
    return -1;
}

int design_stream_of(const Design *d, int node)
{
    for (int i = 0; i < d->n_stream; i++)
        if (d->stream[i].node == node)
            return i;
    return -1;
}

static Unit *add_unit(Builder *b, UnitKind kind, int node, const char *suffix)
{
    Unit *u = &b->d->unit[b->d->n_unit++];
    *u = (Unit){ .kind = kind, .node = node,
                 .name = arena_printf(b->perm, "%s_%s", b->g->node[node].name, suffix) };
    return u;
}

static void connect(Builder *b, int from, int from_port, int to, int to_port)
{
    b->d->stream[b->d->n_stream++] = (Stream){
        .from = from, .from_port = from_port, .to = to, .to_port = to_port, .lanes = b->lanes,
        .bits = b->bits, .is_signed = b->is_signed, .node = b->complete };
    b->complete = IR_NONE;
}

/* Hangs the newest unit on the open end, which it becomes; its output has `lanes` codes. */
static void append(Builder *b, int lanes)
{
    int to = b->d->n_unit - 1;
    connect(b, b->unit, 0, to, 0);
    b->unit  = to;
    b->lanes = lanes;
}

static void add_fifo(Builder *b, int node, int words)
{
    Unit *u = add_unit(b, UNIT_FIFO, node, "fifo");
    u->p[P_FIFO_Width] = b->lanes * b->bits;
    u->p[P_FIFO_Depth] = words;
    append(b, b->lanes);
}

static void add_width(Builder *b, int node, int lanes)
{
    if (lanes == b->lanes)
        return;
    Unit *u = add_unit(b, UNIT_WIDTH, node, "width");
    u->p[P_WIDTH_Bits]     = b->bits;
    u->p[P_WIDTH_InLanes]  = b->lanes;
    u->p[P_WIDTH_OutLanes] = lanes;
    append(b, lanes);
}

static void add_window(Builder *b, int node, int pin, int pad_code)
{
    const Node *n = &b->g->node[node];
    Shape in = b->g->node[n->in[0]].shape;
    add_width(b, node, in.c);
    Unit *u = add_unit(b, UNIT_WINDOW, node, "window");
    const int p[] = { b->bits, in.c, in.h, in.w, n->kernel[0], n->kernel[1], n->stride[0],
                      n->stride[1], n->pad[0], n->pad[1], n->pad[2], n->pad[3], pad_code, pin };
    for (int i = 0; i <= P_WINDOW_PIn; i++) u->p[i] = p[i];
    append(b, pin);
}

static void add_array(Builder *b, int node, Synapses s, Folding f)
{
    const Node *n = &b->g->node[node];
    Unit *u = add_unit(b, UNIT_ARRAY, node, "array");
    u->p[P_ARRAY_Bits]     = b->bits;
    u->p[P_ARRAY_SignedIn] = b->is_signed;
    u->p[P_ARRAY_PIn]      = f.pin;
    u->p[P_ARRAY_POut]     = f.pout;
    u->p[P_ARRAY_Chunks]   = lower_chunks(s, f);
    u->p[P_ARRAY_Groups]   = s.outputs / f.pout;
    u->p[P_ARRAY_WBits]    = n->weight_bits[0];
    u->p[P_ARRAY_AccBits]  = n->acc_bits[0];
    if (b->with_images)
        images_array(b->g, node, u, b->perm);
    append(b, f.pout);
    b->bits      = n->acc_bits[0];
    b->is_signed = true;
}

static void add_neuron(Builder *b, int node, Folding f)
{
    const Node *n = &b->g->node[node];
    Unit *u = add_unit(b, UNIT_NEURON, node, "neuron");
    u->p[P_NEURON_POut]      = f.pout;
    u->p[P_NEURON_Groups]    = n->shape.c / f.pout;
    u->p[P_NEURON_AccBits]   = n->acc_bits[0];
    u->p[P_NEURON_Bits]      = n->steps[0];
    u->p[P_NEURON_SignedOut] = n->signed_out[0];
    u->p[P_NEURON_FracBits]  = n->frac_bits[0];
    u->p[P_NEURON_ThetaBits] = images_bits(graph_role(b->g, n, ROLE_theta), false);
    u->p[P_NEURON_BiasBits]  = images_bits(graph_role(b->g, n, ROLE_bias), true);
    u->p[P_NEURON_PotBits]   = n->pot_bits[0];
    if (b->with_images)
        images_neuron(b->g, node, u, b->perm);
    append(b, f.pout);
    b->bits      = n->steps[0];
    b->is_signed = n->signed_out[0];
}

static Err add_synapses(Builder *b, int node)
{
    const Node *n = &b->g->node[node];
    Synapses s = lower_synapses(b->g, node);
    Folding f = b->o->folding[node];
    if (!lower_folding_fits(s, f, b->lanes))
        return fail(b->c, ERR_UNSUPPORTED, (Loc){ .node = n->name },
                    "%d inputs x %d outputs cannot be folded as PIn=%d POut=%d behind %d lanes",
                    s.inputs, s.outputs, f.pin, f.pout, b->lanes);
    int words = s.inputs / b->lanes;
    bool whole = !s.window && words <= b->o->vector_words && words > b->o->fifo_words;
    add_fifo(b, node, whole ? words : b->o->fifo_words);
    if (s.window)
        add_window(b, node, f.pin, 0);
    else
        add_width(b, node, f.pin);
    add_array(b, node, s, f);
    if (n->steps[0] > 0)
        add_neuron(b, node, f);
    return ERR_NONE;
}

static void add_pool(Builder *b, int node)
{
    const Node *n = &b->g->node[node];
    Shape in = b->g->node[n->in[0]].shape;
    bool raster = n->kernel[0] == n->stride[0] && n->kernel[1] == n->stride[1] &&
                  !(n->pad[0] | n->pad[1] | n->pad[2] | n->pad[3]);
    if (raster) {
        Unit *u = add_unit(b, UNIT_MAXPOOL, node, "maxpool");
        const int p[] = { b->bits, b->is_signed, b->lanes, in.c / b->lanes, in.h, in.w,
                          n->kernel[0], n->kernel[1] };
        for (int i = 0; i <= P_MAXPOOL_KW; i++) u->p[i] = p[i];
        append(b, b->lanes);
        return;
    }
    int taps = n->kernel[0] * n->kernel[1];
    int lowest = b->is_signed ? 1 << (b->bits - 1) : 0; /* padding never wins */
    add_window(b, node, taps * in.c, lowest);
    Unit *u = add_unit(b, UNIT_MAXTREE, node, "maxtree");
    const int p[] = { b->bits, b->is_signed, in.c, taps };
    for (int i = 0; i <= P_MAXTREE_Taps; i++) u->p[i] = p[i];
    append(b, in.c);
}

static void add_input(Builder *b)
{
    const Node *n = &b->g->node[0];
    Unit *u = add_unit(b, UNIT_AXIS_IN, 0, "axis_in");
    u->p[P_AXIS_IN_C]      = n->shape.c;
    u->p[P_AXIS_IN_Bits]   = n->steps[0];
    u->p[P_AXIS_IN_Pixels] = n->shape.h * n->shape.w;
    u->p[P_AXIS_IN_Raw]    = b->o->raw_input;
    if (b->o->raw_input && b->with_images)
        images_table(b->g, u, b->perm);
    b->unit      = 0;
    b->lanes     = n->shape.c;
    b->bits      = n->steps[0];
    b->is_signed = n->signed_out[0];
}

static Err add_output(Builder *b)
{
    enum { FLAG_WORDS = 4 }; /* images between the first and the last unit */
    int last = b->g->n_node - 1;
    const Node *n = &b->g->node[last];
    if (n->shape.h * n->shape.w != 1)
        return fail(b->c, ERR_UNSUPPORTED, (Loc){ .node = n->name },
                    "the last layer gives a map of %dx%d; a class needs one value per channel: "
                    "end the network in a linear layer", n->shape.h, n->shape.w);
    Unit *u = add_unit(b, UNIT_AXIS_OUT, last, "axis_out");
    u->p[P_AXIS_OUT_Lanes]    = b->lanes;
    u->p[P_AXIS_OUT_InBits]   = b->bits;
    u->p[P_AXIS_OUT_InSigned] = b->is_signed;
    u->p[P_AXIS_OUT_Classes]  = n->shape.c;
    images_output(b->g, u, b->perm);
    append(b, b->lanes);
    int out = b->unit;
    Unit *f = add_unit(b, UNIT_FIFO, 0, "flag_fifo");
    f->p[P_FIFO_Width] = 1;
    f->p[P_FIFO_Depth] = FLAG_WORDS;
    b->lanes     = 1;
    b->bits      = 1;
    b->is_signed = false;
    connect(b, 0, 1, b->d->n_unit - 1, 0);
    connect(b, b->d->n_unit - 1, 0, out, 1);
    return ERR_NONE;
}

static Err add_node(Builder *b, int node)
{
    switch (b->g->node[node].op) {
    case OP_S_INPUT:
        add_input(b);
        return ERR_NONE;
    case OP_S_CONV2D: case OP_S_DENSE:
        return add_synapses(b, node);
    case OP_S_MAXPOOL:
        add_pool(b, node);
        return ERR_NONE;
    case OP_INPUT: case OP_CONV2D: case OP_DENSE: case OP_BNORM: case OP_RELU: case OP_MAXPOOL:
    case OP_FLATTEN: case OP_COUNT:
        break;
    }
    return fail(b->c, ERR_UNSUPPORTED, (Loc){ .node = b->g->node[node].name },
                "'%s' is not a spiking operator: quantise the network first",
                op_info[b->g->node[node].op].name);
}

Err lower_design(const Graph *snn, const LowerOptions *o, bool with_images, Arena *perm,
                 Design *d, Ctx *c)
{
    size_t cap = (size_t)snn->n_node * MAX_UNITS_PER_NODE + 4;
    *d = (Design){ .name = o->name, .unit = NEW(perm, Unit, cap), .stream = NEW(perm, Stream, cap) };
    Builder b = { .g = snn, .o = o, .with_images = with_images, .perm = perm, .d = d, .c = c,
                  .complete = IR_NONE };
    for (int i = 0; i < snn->n_node; i++) {
        assert(i == 0 || snn->node[i].in[0] == i - 1);
        TRY(add_node(&b, i));
        b.complete = i;
    }
    return add_output(&b);
}
