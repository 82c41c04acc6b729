/* Names: every value of the model in one sorted table. */
#include "front/onnx_in.h"
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
    const Value *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->maker > y->maker) - (x->maker < y->maker);
}

static size_t count_values(const Onnx__GraphProto *m)
{
    size_t n = m->n_initializer + m->n_input;
    for (size_t i = 0; i < m->n_node; i++) n += m->node[i]->n_output;
    return n;
}

static void add(Reader *r, const char *name, ValueKind kind, int maker,
                const Onnx__TensorProto *t)
{
    if (name && *name)
        r->value[r->n_value++] = (Value){ .name = name, .kind = kind, .maker = maker, .tensor = t };
}

/* Drops the second of two equal names; an input that repeats an initialiser only declares it. */
static void merge_doubles(Reader *r)
{
    int n = 0;
    for (int i = 0; i < r->n_value; i++) {
        Value *v = &r->value[i], *before = n ? &r->value[n - 1] : NULL;
        if (!before || strcmp(v->name, before->name)) {
            r->value[n++] = *v;
            continue;
        }
        bool declared = v->maker < 0 && before->maker < 0 && !v->tensor != !before->tensor;
        if (!declared)
            onnx_wrong_at(r, ERR_FORMAT, v->name, "two things make the value '%.80s'; "
                          "each name must be made once", v->name);
        if (v->tensor) {
            before->tensor = v->tensor;
            before->kind   = VALUE_CONST;
        }
    }
    r->n_value = n;
}

/* r->in: which value each node's inputs are; unknown names are problems once, then bad values. */
static void resolve_inputs(Reader *r)
{
    Onnx__GraphProto *m = r->model;
    r->in = NEW(r->tmp, int *, m->n_node + 1);
    for (size_t i = 0; i < m->n_node; i++) {
        Onnx__NodeProto *n = m->node[i];
        r->in[i] = NEW(r->tmp, int, n->n_input + 1);
        for (size_t k = 0; k < n->n_input; k++) {
            Value *v = onnx_value(r, n->input[k]);
            r->in[i][k] = v ? (int)(v - r->value) : -1;
            if (v)
                v->n_use++;
            else if (n->input[k][0])
                onnx_wrong_at(r, ERR_FORMAT, n->name && *n->name ? n->name : n->output[0],
                              "%s: nothing makes its input '%.80s'; export the whole model",
                              n->op_type, n->input[k]);
        }
    }
    for (size_t i = 0; i < m->n_output; i++) {
        Value *v = onnx_value(r, m->output[i]->name);
        if (v)
            v->n_use++;
    }
}

void onnx_values(Reader *r)
{
    Onnx__GraphProto *m = r->model;
    r->value = NEW(r->tmp, Value, count_values(m) + 1);
    for (size_t i = 0; i < m->n_initializer; i++)
        add(r, m->initializer[i]->name, VALUE_CONST, -1, m->initializer[i]);
    for (size_t i = 0; i < m->n_input; i++) add(r, m->input[i]->name, VALUE_PENDING, -1, NULL);
    for (size_t i = 0; i < m->n_node; i++)
        for (size_t k = 0; k < m->node[i]->n_output; k++)
            add(r, m->node[i]->output[k], VALUE_PENDING, (int)i, NULL);
    qsort(r->value, (size_t)r->n_value, sizeof *r->value, by_name);
    merge_doubles(r);
    resolve_inputs(r);
}

Value *onnx_value(Reader *r, const char *name)
{
    Value key = { .name = name };
    int lo = 0, hi = r->n_value;
    while (name && lo < hi) {
        int mid = (lo + hi) / 2;
        int order = strcmp(r->value[mid].name, key.name);
        if (order == 0)
            return &r->value[mid];
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return NULL;
}

Value *onnx_input(Reader *r, size_t i)
{
    if (i >= r->node->n_input || r->in[r->at][i] < 0)
        return NULL;
    return &r->value[r->in[r->at][i]];
}

const Npy *onnx_const(Reader *r, Value *v, const char *what)
{
    if (v->kind == VALUE_ACT) {
        onnx_wrong(r, ERR_UNSUPPORTED, "%s is computed from the input; it must be a constant",
                   what);
        return NULL;
    }
    if (v->kind != VALUE_CONST)
        return NULL; /* its problem has been told */
    if (!v->data) {
        Npy *a = NEW(r->tmp, Npy, 1);
        if (onnxpb_tensor(v->tensor, r->file, r->tmp, a, r->local)) {
            onnx_wrong_local(r, v->name);
            v->kind = VALUE_BAD;
            return NULL;
        }
        v->data = a;
    }
    return v->data;
}
