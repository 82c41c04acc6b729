#include "front/onnx.h"
#include "base/io.h"
#include "front/onnx_in.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { OPSET_MIN = 7, OPSET_MAX = 21 }; /* the schemas that the converters were written from */

/* --- problems and notes --- */

static Loc place(const Reader *r, const char *name)
{
    return (Loc){ .file = r->file, .node = name };
}

void onnx_wrong(Reader *r, Err code, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    problem(r->c, code, place(r, r->name), "%.60s: %s", r->node->op_type, text);
    r->bad = true;
}

void onnx_wrong_at(Reader *r, Err code, const char *name, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    problem(r->c, code, place(r, name), "%s", text);
}

void onnx_wrong_local(Reader *r, const char *what)
{
    onnx_wrong(r, r->local->code, "%.100s: %s", what, r->local->first.text);
    r->local->code = ERR_NONE;
}

void onnx_note(Reader *r, const char *fmt, ...)
{
    char text[ERR_TEXT_MAX];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (r->notes->n < NOTES_MAX)
        r->notes->text[r->notes->n] = arena_str(r->g->perm, text);
    r->notes->n++;
}

/* --- the model as a whole --- */

static bool is_onnx_domain(const char *d) { return !d || !*d || !strcmp(d, "ai.onnx"); }

static void check_opset(Reader *r, const Onnx__ModelProto *m)
{
    r->opset = m->n_opset_import || m->ir_version >= 3 ? 0 : 1; /* before it had operator sets */
    for (size_t i = 0; i < m->n_opset_import; i++)
        if (is_onnx_domain(m->opset_import[i]->domain))
            r->opset = m->opset_import[i]->version;
    if (r->opset < 1)
        onnx_wrong_at(r, ERR_FORMAT, NULL, "the model names no version of ONNX's operators; "
                      "export again");
    else if (r->opset < OPSET_MIN || r->opset > OPSET_MAX)
        onnx_note(r, "operator set %lld; the reader knows %d to %d, and refuses any attribute it "
                  "does not know", (long long)r->opset, OPSET_MIN, OPSET_MAX);
}

static void check_extras(Reader *r, const Onnx__ModelProto *m)
{
    const Onnx__GraphProto *g = m->graph;
    if (m->n_functions)
        onnx_wrong_at(r, ERR_UNSUPPORTED, NULL, "the model defines functions of its own; export "
                      "with functions inlined");
    if (m->n_training_info)
        onnx_note(r, "the model's training information is not used");
    if (g->n_sparse_initializer)
        onnx_wrong_at(r, ERR_UNSUPPORTED, NULL, "the model has sparse weights; export them dense");
    if (g->n_quantization_annotation)
        onnx_wrong_at(r, ERR_UNSUPPORTED, NULL, "the model is quantised already; export the float "
                      "model");
}

/* What the rest relies on: every node has an operator and a named first output. */
static Err check_nodes(Reader *r)
{
    const Onnx__GraphProto *g = r->model;
    if (g->n_node > ONNX_NODES_MAX)
        return fail(r->c, ERR_LIMIT, (Loc){ .file = r->file }, "%zu nodes; at most %d are read",
                    g->n_node, ONNX_NODES_MAX);
    for (size_t i = 0; i < g->n_node; i++) {
        const Onnx__NodeProto *n = g->node[i];
        if (!n->op_type || !n->n_output || !*n->output[0])
            return fail(r->c, ERR_FORMAT, (Loc){ .file = r->file, .node = n->name },
                        "node %zu has no operator or no output", i);
    }
    return ERR_NONE;
}

/* --- the input --- */

/* A fixed size of 1..ONNX_DIM_MAX, or 0 and a problem. */
static int fixed_dim(Reader *r, const char *name, const Onnx__TensorShapeProto *s, size_t d)
{
    const Onnx__TensorShapeProto__Dimension *dim = s->dim[d];
    if (dim->value_case != ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE) {
        onnx_wrong_at(r, ERR_UNSUPPORTED, name, "input: size %zu is not fixed; export with fixed "
                      "image sizes (the batch alone may vary)", d);
        return 0;
    }
    if (dim->dim_value < 1 || dim->dim_value > ONNX_DIM_MAX) {
        onnx_wrong_at(r, ERR_LIMIT, name, "input: size %zu is %lld; it must be 1 to %d", d,
                      (long long)dim->dim_value, ONNX_DIM_MAX);
        return 0;
    }
    return (int)dim->dim_value;
}

static void read_input_shape(Reader *r, const char *name, const Onnx__TensorShapeProto *s, Act *x)
{
    if (s->n_dim != 4 && s->n_dim != 2) {
        onnx_wrong_at(r, ERR_UNSUPPORTED, name, "input: %zu axes; read are images [N,C,H,W] and "
                      "vectors [N,F]", s->n_dim);
        return;
    }
    int v[3] = { 1, 1, 1 };
    for (size_t d = 1; d < s->n_dim; d++) v[d - 1] = fixed_dim(r, name, s, d);
    x->shape = (Shape){ v[0], v[1], v[2] };
    x->rank  = (int)s->n_dim;
    x->known = v[0] && v[1] && v[2];
    if (x->known && shape_count(x->shape) > ONNX_MAP_MAX) {
        onnx_wrong_at(r, ERR_LIMIT, name, "input: images of %dx%dx%d; use smaller ones", v[0], v[1],
                      v[2]);
        x->known = false;
    }
    if (s->dim[0]->value_case == ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE)
        r->batch = s->dim[0]->dim_value;
}

static Act read_input(Reader *r, const Onnx__ValueInfoProto *in)
{
    Act x = { .node = graph_node(r->g, OP_INPUT, in->name) };
    const Onnx__TypeProto *t = in->type;
    bool tensor = t && t->value_case == ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    if (!tensor || !t->tensor_type->shape) {
        onnx_wrong_at(r, ERR_UNSUPPORTED, in->name, "input: no tensor with a shape; export with "
                      "fixed image sizes");
        return x;
    }
    int type = t->tensor_type->elem_type;
    if (type != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT &&
        type != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16 &&
        type != ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE)
        onnx_wrong_at(r, ERR_UNSUPPORTED, in->name, "input: ONNX data type %d; only float inputs "
                      "are read", type);
    read_input_shape(r, in->name, t->tensor_type->shape, &x);
    r->g->node[x.node].shape = x.shape;
    return x;
}

/* The one input that no initialiser gives. */
static Err find_input(Reader *r)
{
    int n = 0;
    for (size_t i = 0; i < r->model->n_input; i++) {
        Value *v = onnx_value(r, r->model->input[i]->name);
        if (!v || v->kind != VALUE_PENDING || v->maker >= 0)
            continue;
        v->kind = VALUE_BAD;
        if (n++ == 0) {
            v->act  = read_input(r, r->model->input[i]);
            v->kind = VALUE_ACT;
        } else
            onnx_wrong_at(r, ERR_UNSUPPORTED, v->name, "a second input; only networks with one "
                          "input are read");
    }
    if (n == 0)
        return fail(r->c, ERR_FORMAT, (Loc){ .file = r->file }, "the model has no input");
    return ERR_NONE;
}

/* --- the nodes --- */

static bool name_taken(const Reader *r, const char *name)
{
    for (int i = 0; i < r->g->n_node; i++)
        if (!strcmp(r->g->node[i].name, name))
            return true;
    return false;
}

/* The node's name, else its output's; a number is appended to one that is taken. */
static const char *unique_name(Reader *r, const Onnx__NodeProto *n)
{
    const char *base = n->name && *n->name ? n->name : n->output[0], *name = base;
    for (int k = 2; name_taken(r, name); k++) name = arena_printf(r->tmp, "%s_%d", base, k);
    return name;
}

/* What the inputs of the node in hand are, taken together. */
typedef struct Inputs { int n_act, n_bad, n_pending; Value *act; } Inputs;

static Inputs look_at_inputs(Reader *r)
{
    Inputs in = { 0 };
    for (size_t k = 0; k < r->node->n_input; k++) {
        Value *v = onnx_input(r, k);
        bool missing = !v && r->node->input[k][0];
        in.n_bad     += missing || (v && v->kind == VALUE_BAD);
        in.n_pending += v && v->kind == VALUE_PENDING;
        if (v && v->kind == VALUE_ACT && in.n_act++ == 0)
            in.act = v;
    }
    return in;
}

static void give(Reader *r, Value result)
{
    for (size_t k = 0; k < r->node->n_output; k++) {
        Value *v = onnx_value(r, r->node->output[k]);
        if (!v || v->maker != r->at)
            continue;
        v->kind = k ? VALUE_BAD : result.kind;
        v->data = result.data;
        v->act  = result.act;
        v->act.known &= !r->bad;
    }
}

/* A constant: of constants, or of the sizes of an activation, which does not count as its use. */
static const Npy *convert_const(Reader *r, const OpRule *op, Inputs in)
{
    if (r->node->n_input == 0 && op->max_in > 0) {
        onnx_wrong(r, ERR_FORMAT, "its inputs are missing; export again");
        return NULL;
    }
    if (!in.n_act)
        return op->fold(r);
    in.act->n_use--;
    return op->measure(r, in.act->act);
}

static Act convert_act(Reader *r, const OpRule *op, Inputs in)
{
    Act x = in.act->act;
    if (in.n_act > 1) {
        onnx_wrong(r, ERR_UNSUPPORTED, "it joins %d activations; only chains without branches are "
                   "read", in.n_act);
        return x;
    }
    if (x.softmax && !op->transparent)
        onnx_wrong(r, ERR_UNSUPPORTED, "it follows the Softmax '%.80s'; only a closing Softmax is "
                   "read", x.softmax);
    if (in.act != onnx_input(r, 0) && strcmp(op->type, "Add")) {
        onnx_wrong(r, ERR_UNSUPPORTED, "its first input is a constant; the activation must come "
                   "first");
        return x;
    }
    return op->act(r, x);
}

static void check_operator(Reader *r, const OpRule *op)
{
    const Onnx__NodeProto *n = r->node;
    if (!is_onnx_domain(n->domain))
        onnx_wrong(r, ERR_UNSUPPORTED, "an operator of the domain '%.60s'; only ONNX's own are "
                   "read", n->domain);
    else if (!op)
        onnx_wrong(r, ERR_UNSUPPORTED, "this operator is not read; %s", onnx_op_remedy(n->op_type));
    else if (n->n_input > op->max_in)
        onnx_wrong(r, ERR_FORMAT, "it has %zu inputs, not at most %zu; export again", n->n_input,
                   op->max_in);
    else
        onnx_attrs_check(r, op->attr);
}

/* Converts the node in hand, all of whose inputs are there. */
static void convert(Reader *r, Inputs in)
{
    const OpRule *op = onnx_op_rule(r->node->op_type);
    Value result = { .kind = in.n_act ? VALUE_ACT : VALUE_BAD }; /* of unknown shape */
    check_operator(r, op);
    if (!op || in.n_bad)
        r->bad = true;
    else if (in.n_act && op->act)
        result = (Value){ .kind = VALUE_ACT, .act = convert_act(r, op, in) };
    else if (in.n_act ? in.n_act == 1 && op->measure : op->fold != NULL)
        result = (Value){ .kind = VALUE_CONST, .data = convert_const(r, op, in) };
    else
        onnx_wrong(r, ERR_UNSUPPORTED, in.n_act
                   ? "it takes sizes and constants, not activations; use a chain without branches"
                   : "all its inputs are constants; simplify the model (constant folding) first");
    if (result.kind == VALUE_CONST && (!result.data || r->bad))
        result.kind = VALUE_BAD;
    give(r, result);
}

static void take_node(Reader *r, int i)
{
    r->node = r->model->node[i];
    r->at   = i;
    r->bad  = false;
}

/* Walks back along inputs that were never made: after n steps it stands on a cycle. */
static void report_cycle(Reader *r, int i)
{
    for (size_t step = 0; step < r->model->n_node; step++) {
        take_node(r, i);
        for (size_t k = 0; k < r->node->n_input; k++) {
            Value *v = onnx_input(r, k);
            if (v && v->kind == VALUE_PENDING) {
                i = v->maker;
                break;
            }
        }
    }
    take_node(r, i);
    r->name = unique_name(r, r->node);
    onnx_wrong(r, ERR_FORMAT, "it needs its own output (a cycle); only feed-forward networks are "
               "read");
}

/* Each node as soon as its inputs are there: once through, if the file is in order. */
static void convert_all(Reader *r)
{
    int n = (int)r->model->n_node, left = n, before = n + 1, last = -1;
    bool *done = NEW(r->tmp, bool, (size_t)n + 1);
    while (left && left < before) {
        before = left;
        for (int i = 0; i < n; i++) {
            if (done[i])
                continue;
            take_node(r, i);
            Inputs in = look_at_inputs(r);
            last = i;
            if (in.n_pending)
                continue;
            r->name = unique_name(r, r->node);
            convert(r, in);
            done[i] = true;
            left--;
        }
    }
    if (left) {
        while (done[last]) last--;
        report_cycle(r, last);
    }
}

/* --- the chain --- */

static const char *maker_name(const Reader *r, const Value *v)
{
    if (v->maker < 0)
        return v->name;
    const Onnx__NodeProto *n = r->model->node[v->maker];
    return n->name && *n->name ? n->name : n->output[0];
}

static void check_chain(Reader *r)
{
    for (int i = 0; i < r->n_value; i++) {
        const Value *v = &r->value[i];
        if (v->kind == VALUE_ACT && v->n_use != 1)
            onnx_wrong_at(r, ERR_UNSUPPORTED, maker_name(r, v), v->n_use
                          ? "its output '%.80s' is used %d times; only chains without branches are "
                            "read" : "its output '%.80s' is used %d times; remove it",
                          v->name, v->n_use);
    }
    if (r->model->n_output != 1) {
        onnx_wrong_at(r, ERR_UNSUPPORTED, NULL, "the model has %zu outputs; only networks with one "
                      "are read", r->model->n_output);
        return;
    }
    const char *name = r->model->output[0]->name;
    const Value *v = onnx_value(r, name);
    if (!v)
        onnx_wrong_at(r, ERR_FORMAT, name, "nothing makes this output; export the whole model");
    else if (v->kind == VALUE_CONST || (v->kind == VALUE_ACT && v->act.known && v->act.node == 0))
        onnx_wrong_at(r, ERR_UNSUPPORTED, name, "this output is no function of the input that "
                      "hardware could compute");
}

static Err read_graph(Reader *r, const Onnx__ModelProto *m)
{
    if (!m->graph)
        return fail(r->c, ERR_FORMAT, (Loc){ .file = r->file }, "the model has no graph");
    r->model = m->graph;
    TRY(check_nodes(r));
    check_opset(r, m);
    check_extras(r, m);
    onnx_values(r);
    TRY(find_input(r));
    convert_all(r);
    check_chain(r);
    TRY(problems_check(r->c, r->file));
    TRY(ir_shape(r->g, r->c));
    return ir_verify(r->g, r->c);
}

Err onnx_parse(const unsigned char *p, size_t n, const char *path, Graph *g, FrontNotes *notes,
               Ctx *c)
{
    Arena tmp = onnxpb_arena(n), whole = tmp;
    Onnx__ModelProto *m;
    *notes = (FrontNotes){ 0 };
    Err e = onnxpb_model(p, n, path, &tmp, &m, c);
    if (!e) {
        Reader r = { .file = path, .g = g, .notes = notes, .tmp = &tmp, .c = c };
        r.local = NEW(&tmp, Ctx, 1);
        e = read_graph(&r, m);
    }
    arena_delete(whole);
    return e;
}

Err onnx_read(const char *path, Graph *g, FrontNotes *notes, Ctx *c)
{
    Map m;
    TRY(io_map(&m, path, c));
    Err e = onnx_parse(m.p, m.n, path, g, notes, c);
    io_unmap(&m);
    return e;
}
