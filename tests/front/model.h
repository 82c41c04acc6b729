/* tests/front/model.h - ONNX models, made in memory for tests, good ones and bad ones. */
#ifndef TESTS_FRONT_MODEL_H
#define TESTS_FRONT_MODEL_H
#include "fixture.h"
#include "onnx.pb-c.h"

enum { MODEL_MAX = 64 };

typedef struct Model {
    Onnx__ModelProto         model;
    Onnx__GraphProto         graph;
    Onnx__OperatorSetIdProto opset, *opsets[1];
    Onnx__NodeProto         *node[MODEL_MAX];
    Onnx__TensorProto       *init[MODEL_MAX];
    Onnx__ValueInfoProto    *in[MODEL_MAX], *out[MODEL_MAX];
} Model;

#define MAKE(T, INIT) ((T *)memcpy(NEW(&mem, T, 1), &(T)INIT, sizeof(T)))

/* An empty model of operator set `version`. */
static inline Model *model_new(int64_t version)
{
    Model *m = NEW(&mem, Model, 1);
    m->model = (Onnx__ModelProto)ONNX__MODEL_PROTO__INIT;
    m->graph = (Onnx__GraphProto)ONNX__GRAPH_PROTO__INIT;
    m->opset = (Onnx__OperatorSetIdProto)ONNX__OPERATOR_SET_ID_PROTO__INIT;
    m->opset.has_version = 1;
    m->opset.version     = version;
    m->opsets[0]          = &m->opset;
    m->model.opset_import = m->opsets;
    m->model.n_opset_import = 1;
    m->model.has_ir_version = 1;
    m->model.ir_version     = 7;
    m->model.graph       = &m->graph;
    m->graph.node        = m->node;
    m->graph.initializer = m->init;
    m->graph.input       = m->in;
    m->graph.output      = m->out;
    return m;
}

/* Dimensions of -1 are symbolic. */
static inline Onnx__ValueInfoProto *model_value(const char *name, int rank, const int64_t *dim)
{
    Onnx__TensorShapeProto *s = MAKE(Onnx__TensorShapeProto, ONNX__TENSOR_SHAPE_PROTO__INIT);
    s->n_dim = (size_t)rank;
    s->dim   = NEW(&mem, Onnx__TensorShapeProto__Dimension *, (size_t)rank + 1);
    for (int d = 0; d < rank; d++) {
        s->dim[d] = MAKE(Onnx__TensorShapeProto__Dimension,
                         ONNX__TENSOR_SHAPE_PROTO__DIMENSION__INIT);
        s->dim[d]->value_case = dim[d] == -1 ? ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM
                                             : ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
        if (dim[d] == -1)
            s->dim[d]->dim_param = arena_str(&mem, "N");
        else
            s->dim[d]->dim_value = dim[d];
    }
    Onnx__TypeProto__Tensor *t = MAKE(Onnx__TypeProto__Tensor, ONNX__TYPE_PROTO__TENSOR__INIT);
    t->has_elem_type = 1;
    t->elem_type     = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
    t->shape         = s;
    Onnx__ValueInfoProto *v = MAKE(Onnx__ValueInfoProto, ONNX__VALUE_INFO_PROTO__INIT);
    v->name = arena_str(&mem, name);
    v->type = MAKE(Onnx__TypeProto, ONNX__TYPE_PROTO__INIT);
    v->type->value_case  = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
    v->type->tensor_type = t;
    return v;
}

static inline void model_input(Model *m, const char *name, int rank, const int64_t *dim)
{
    m->in[m->graph.n_input++] = model_value(name, rank, dim);
}

static inline void model_output(Model *m, const char *name)
{
    m->out[m->graph.n_output++] = model_value(name, 0, NULL);
}

/* A tensor of type `type` over raw bytes. */
static inline Onnx__TensorProto *model_tensor(const char *name, int type, int rank,
                                              const int64_t *dim, const void *p, size_t n)
{
    Onnx__TensorProto *t = MAKE(Onnx__TensorProto, ONNX__TENSOR_PROTO__INIT);
    t->name   = arena_str(&mem, name);
    t->n_dims = (size_t)rank;
    t->dims   = NEW(&mem, int64_t, (size_t)rank + 1);
    for (int d = 0; d < rank; d++) t->dims[d] = dim[d];
    t->has_data_type = 1;
    t->data_type     = type;
    t->has_raw_data  = 1;
    t->raw_data.len  = n;
    t->raw_data.data = NEW(&mem, uint8_t, n + 1);
    if (p)
        memcpy(t->raw_data.data, p, n);
    return t;
}

/* A float32 initialiser; p NULL: 0.5, 1, 1.5, ... */
static inline Onnx__TensorProto *model_init(Model *m, const char *name, int rank,
                                            const int64_t *dim, const float *p)
{
    size_t n = 1;
    for (int d = 0; d < rank; d++) n *= (size_t)dim[d];
    float *v = NEW(&mem, float, n + 1);
    for (size_t i = 0; i < n; i++) v[i] = p ? p[i] : 0.5f * (float)(i + 1);
    Onnx__TensorProto *t = model_tensor(name, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, rank, dim, v,
                                        n * sizeof *v);
    m->init[m->graph.n_initializer++] = t;
    return t;
}

static inline void model_init_i64(Model *m, const char *name, int64_t n, const int64_t *v)
{
    m->init[m->graph.n_initializer++] =
        model_tensor(name, ONNX__TENSOR_PROTO__DATA_TYPE__INT64, 1, &n, v, (size_t)n * 8);
}

/* in: names with blanks between, "-" for one left out. The node's name is `name`, may be "". */
static inline Onnx__NodeProto *model_node(Model *m, const char *op, const char *name,
                                          const char *in, const char *out)
{
    Onnx__NodeProto *n = MAKE(Onnx__NodeProto, ONNX__NODE_PROTO__INIT);
    n->op_type   = arena_str(&mem, op);
    n->name      = arena_str(&mem, name);
    n->input     = NEW(&mem, char *, 16);
    n->output    = NEW(&mem, char *, 16);
    n->attribute = NEW(&mem, Onnx__AttributeProto *, 16);
    for (char *w = strtok(arena_str(&mem, in), " "); w; w = strtok(NULL, " "))
        n->input[n->n_input++] = strcmp(w, "-") ? w : arena_str(&mem, "");
    for (char *w = strtok(arena_str(&mem, out), " "); w; w = strtok(NULL, " "))
        n->output[n->n_output++] = w;
    return m->node[m->graph.n_node++] = n;
}

static inline Onnx__AttributeProto *attr_new(Onnx__NodeProto *n, const char *name, int type)
{
    Onnx__AttributeProto *a = MAKE(Onnx__AttributeProto, ONNX__ATTRIBUTE_PROTO__INIT);
    a->name     = arena_str(&mem, name);
    a->has_type = 1;
    a->type     = (Onnx__AttributeProto__AttributeType)type;
    return n->attribute[n->n_attribute++] = a;
}

static inline void attr_int(Onnx__NodeProto *n, const char *name, int64_t v)
{
    Onnx__AttributeProto *a = attr_new(n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);
    a->has_i = 1;
    a->i     = v;
}

static inline void attr_float(Onnx__NodeProto *n, const char *name, float v)
{
    Onnx__AttributeProto *a = attr_new(n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);
    a->has_f = 1;
    a->f     = v;
}

static inline void attr_ints(Onnx__NodeProto *n, const char *name, int count, const int64_t *v)
{
    Onnx__AttributeProto *a = attr_new(n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    a->n_ints = (size_t)count;
    a->ints   = NEW(&mem, int64_t, (size_t)count + 1);
    for (int i = 0; i < count; i++) a->ints[i] = v[i];
}

static inline void attr_string(Onnx__NodeProto *n, const char *name, const char *v)
{
    Onnx__AttributeProto *a = attr_new(n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING);
    a->has_s  = 1;
    a->s.len  = strlen(v);
    a->s.data = (uint8_t *)arena_str(&mem, v);
}

static inline void attr_tensor(Onnx__NodeProto *n, const char *name, Onnx__TensorProto *t)
{
    attr_new(n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR)->t = t;
}

static inline const unsigned char *model_pack(const Model *m, size_t *n)
{
    *n = onnx__model_proto__get_packed_size(&m->model);
    unsigned char *p = NEW(&mem, unsigned char, *n + 1);
    onnx__model_proto__pack(&m->model, p);
    return p;
}

#define DIMS(...) (int)(sizeof((int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t)), \
                  (const int64_t[]){ __VA_ARGS__ }
#endif
