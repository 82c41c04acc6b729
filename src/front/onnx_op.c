/* The table of operators, and those that change no numbers. */
#include "front/onnx_in.h"
#include <string.h>

static const Act unknown = { .known = false };

/* --- shapes --- */

static Act to_matrix(Reader *r, Act x)
{
    if (r->bad || !x.known || x.rank == 2)
        return x;
    Act y = onnx_finish(r, onnx_new_node(r, OP_FLATTEN, x), x);
    y.rank = 2;
    return y;
}

static Act flatten(Reader *r, Act x)
{
    int64_t axis = onnx_attr_int(r, "axis", 1);
    if (x.known && axis != 1 && axis + x.rank != 1)
        onnx_wrong(r, ERR_UNSUPPORTED, "axis is %lld; only axis=1 (one row an image) is read",
                   (long long)axis);
    return to_matrix(r, x);
}

/* True for [batch, all of an image]: batch is -1, 0 (as it was) or the model's; the other may be -1
 * if batch is not. */
static bool is_matrix_shape(Reader *r, const int64_t *to, int64_t n, Act x)
{
    bool allow_zero = onnx_attr_int(r, "allowzero", 0) != 0;
    int64_t count = shape_count(x.shape);
    bool batch = to[0] == -1 || (to[0] == 0 && !allow_zero) || (r->batch && to[0] == r->batch);
    bool all = to[1] == count || (to[1] == -1 && to[0] != -1) ||
               (to[1] == 0 && !allow_zero && x.rank == 2);
    return n == 2 && batch && all;
}

/* The target shape: input 1, or, before opset 5, an attribute. NULL after a problem. */
static const int64_t *target_shape(Reader *r, size_t *n)
{
    const int64_t *old = onnx_attr_ints(r, "shape", n);
    if (old)
        return old;
    Value *v = onnx_input(r, 1);
    const Npy *a = v ? onnx_const(r, v, "the new shape") : NULL;
    if (!v)
        onnx_wrong(r, ERR_FORMAT, "its new shape is missing; export again");
    if (!a)
        return NULL;
    if (a->type != NPY_I8 || a->rank != 1 || a->n > NPY_MAX_RANK) {
        onnx_wrong(r, ERR_FORMAT, "its new shape is not a short vector of int64; export again");
        return NULL;
    }
    int64_t *to = NEW(r->tmp, int64_t, (size_t)a->n + 1);
    memcpy(to, a->p, npy_bytes(a));
    *n = (size_t)a->n;
    return to;
}

static Act reshape(Reader *r, Act x)
{
    size_t n = 0;
    const int64_t *to = target_shape(r, &n);
    if (!to || !x.known)
        return unknown;
    if (n != 2 || !is_matrix_shape(r, to, (int64_t)n, x))
        onnx_wrong(r, ERR_UNSUPPORTED, "the new shape has %zu axes (%lld, %lld, ...); only "
                   "[N, %lld], one row an image, is read: use Flatten", n,
                   n > 0 ? (long long)to[0] : 0, n > 1 ? (long long)to[1] : 0,
                   (long long)shape_count(x.shape));
    return to_matrix(r, x);
}

/* --- what inference leaves as it is --- */

static Act identity(Reader *r, Act x)
{
    (void)r;
    return x;
}

static Act dropout(Reader *r, Act x)
{
    Value *training = onnx_input(r, 2);
    const Npy *a = training ? onnx_const(r, training, "training_mode") : NULL;
    bool off = !training || (a && a->n == 1 && npy_at(a, 0) == 0);
    if (!off && !r->bad)
        onnx_wrong(r, ERR_UNSUPPORTED, "it is in training mode; export after model.eval()");
    if (r->node->n_output > 1 && *r->node->output[1])
        onnx_wrong(r, ERR_UNSUPPORTED, "its second output (mask) is not made; export after "
                   "model.eval()");
    return x;
}

static bool is_float_type(int64_t t)
{
    return t == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT ||
           t == ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE ||
           t == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16 ||
           t == ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16;
}

static Act cast(Reader *r, Act x)
{
    int64_t to = onnx_attr_int(r, "to", 0);
    if (!is_float_type(to))
        onnx_wrong(r, ERR_UNSUPPORTED, "activations are cast to ONNX data type %lld; only float "
                   "types are read", (long long)to);
    else
        onnx_note(r, "%s: a Cast of activations between float types is dropped; they are computed "
                  "in float32", r->name);
    return x;
}

static Act softmax(Reader *r, Act x)
{
    int64_t axis = onnx_attr_int(r, "axis", r->opset < 13 ? 1 : -1);
    if (x.known)
        onnx_want_rank(r, x, 2);
    if (axis != 1 && axis != -1)
        onnx_wrong(r, ERR_UNSUPPORTED, "axis is %lld; only a Softmax over the classes is dropped",
                   (long long)axis);
    x.softmax = r->name;
    onnx_note(r, "%s: the closing %s is dropped; the outputs are the values before it, and the "
              "class is the same", r->name, r->node->op_type);
    return x;
}

/* --- the table --- */

#define INT    ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT
#define INTS   ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS
#define FLOAT  ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT
#define FLOATS ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS
#define STRING ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING
#define TENSOR ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR

static const OpRule rules[] = {
    { "Conv", 3, false, onnx_conv, NULL, NULL, {
        { "auto_pad",     STRING, ATTR_READ,  0, NULL },
        { "kernel_shape", INTS,   ATTR_READ,  0, NULL },
        { "pads",         INTS,   ATTR_READ,  0, NULL },
        { "strides",      INTS,   ATTR_READ,  0, NULL },
        { "dilations",    INTS,   ATTR_FIXED, 1, "train without dilation" },
        { "group",        INT,    ATTR_FIXED, 1, "train with groups=1" } } },
    { "MaxPool", 1, false, onnx_maxpool, NULL, NULL, {
        { "auto_pad",     STRING, ATTR_READ,  0, NULL },
        { "kernel_shape", INTS,   ATTR_READ,  0, NULL },
        { "pads",         INTS,   ATTR_READ,  0, NULL },
        { "strides",      INTS,   ATTR_READ,  0, NULL },
        { "ceil_mode",    INT,    ATTR_READ,  0, NULL },
        { "dilations",    INTS,   ATTR_FIXED, 1, "train without dilation" },
        { "storage_order", INT,   ATTR_FIXED, 0, "export with row-major order" } } },
    { "BatchNormalization", 5, false, onnx_batchnorm, NULL, NULL, {
        { "epsilon",       FLOAT, ATTR_READ,   0, NULL },
        { "momentum",      FLOAT, ATTR_UNUSED, 0, NULL }, /* of the running means, in training */
        { "training_mode", INT,   ATTR_FIXED,  0, "export after model.eval()" },
        { "is_test",       INT,   ATTR_FIXED,  1, "export after model.eval()" },
        { "spatial",       INT,   ATTR_FIXED,  1, "export with opset 9 or later" } } },
    { "Gemm", 3, false, onnx_gemm, NULL, NULL, {
        { "alpha",  FLOAT, ATTR_READ,  0, NULL },
        { "beta",   FLOAT, ATTR_READ,  0, NULL },
        { "transA", INT,   ATTR_FIXED, 0, "give it one row an image" },
        { "transB", INT,   ATTR_READ,  0, NULL },
        { "broadcast", INT, ATTR_FIXED, 1, "export with opset 7 or later" } } },
    { "Dropout", 3, true, dropout, NULL, NULL, {
        { "ratio",   FLOAT, ATTR_UNUSED, 0, NULL }, /* in training */
        { "seed",    INT,   ATTR_UNUSED, 0, NULL },
        { "is_test", INT,   ATTR_FIXED,  1, "export after model.eval()" } } },
    { "Reshape", 2, false, reshape, NULL, NULL, {
        { "allowzero", INT,  ATTR_READ, 0, NULL },
        { "shape",     INTS, ATTR_READ, 0, NULL } } },
    { "Cast", 1, true, cast, onnx_fold_cast, NULL, {
        { "to",       INT, ATTR_READ,   0, NULL },
        { "saturate", INT, ATTR_UNUSED, 0, NULL } } }, /* of 8-bit floats, which are not read */
    { "Constant", 0, false, NULL, onnx_fold_constant, NULL, {
        { "value",        TENSOR, ATTR_READ, 0, NULL },
        { "value_float",  FLOAT,  ATTR_READ, 0, NULL },
        { "value_floats", FLOATS, ATTR_READ, 0, NULL },
        { "value_int",    INT,    ATTR_READ, 0, NULL },
        { "value_ints",   INTS,   ATTR_READ, 0, NULL } } },
    { "Shape", 1, true, NULL, NULL, onnx_measure_shape, {
        { "start", INT, ATTR_FIXED, 0, "use the whole shape" } } },
    { "Gather", 2, false, NULL, onnx_fold_gather, NULL, {
        { "axis", INT, ATTR_FIXED, 0, "only sizes are gathered" } } },
    { "Unsqueeze", 2, false, NULL, onnx_fold_unsqueeze, NULL, {
        { "axes", INTS, ATTR_READ, 0, NULL } } },
    { "Concat", NPY_MAX_RANK, false, NULL, onnx_fold_concat, NULL, {
        { "axis", INT, ATTR_FIXED, 0, "only sizes are joined; use a chain without branches" } } },
    { "Flatten",    1, false, flatten,  NULL, NULL, { { "axis", INT, ATTR_READ, 0, NULL } } },
    { "Softmax",    1, false, softmax,  NULL, NULL, { { "axis", INT, ATTR_READ, 0, NULL } } },
    { "LogSoftmax", 1, false, softmax,  NULL, NULL, { { "axis", INT, ATTR_READ, 0, NULL } } },
    { "Relu",       1, false, onnx_relu,     NULL, NULL, { { NULL, 0, 0, 0, NULL } } },
    { "MatMul",     2, false, onnx_matmul,   NULL, NULL, { { NULL, 0, 0, 0, NULL } } },
    { "Add",        2, false, onnx_add,      NULL, NULL, { { NULL, 0, 0, 0, NULL } } },
    { "Identity",   1, true,  identity, onnx_fold_identity, NULL, { { NULL, 0, 0, 0, NULL } } },
};

const OpRule *onnx_op_rule(const char *type)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!strcmp(rules[i].type, type))
            return &rules[i];
    return NULL;
}

const char *onnx_op_remedy(const char *type)
{
    static const struct { const char *type, *remedy; } known[] = {
        { "AveragePool",       "use max pooling, or a strided convolution" },
        { "GlobalAveragePool", "use max pooling and a Flatten" },
        { "LeakyRelu",         "train with ReLU" },
        { "PRelu",             "train with ReLU" },
        { "Elu",               "train with ReLU" },
        { "Gelu",              "train with ReLU" },
        { "Sigmoid",           "train with ReLU" },
        { "Tanh",              "train with ReLU" },
        { "HardSwish",         "train with ReLU" },
        { "Clip",              "train with ReLU: codes saturate by themselves" },
        { "Pad",               "give the padding to the convolution, or use --pad for the images" },
        { "Sub",               "give --mean instead of subtracting inside the model" },
        { "Div",               "give --scale or --std instead of dividing inside the model" },
        { "Mul",               "give --scale or --std instead of scaling inside the model" },
        { "QuantizeLinear",    "export the float model: e3ne quantises by itself" },
        { "DequantizeLinear",  "export the float model: e3ne quantises by itself" },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(known[i].type, type))
            return known[i].remedy;
    return "use Conv, BatchNormalization, Relu, MaxPool, Flatten, Gemm, MatMul";
}
