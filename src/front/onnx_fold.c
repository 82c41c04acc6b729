/* Constants that nodes make of constants, and of an activation's sizes: what PyTorch writes for
 * x.view(x.size(0), -1) is Shape, Gather, Unsqueeze, Concat and Reshape. */
#include "front/onnx_in.h"
#include <string.h>

const Npy *onnx_fold_identity(Reader *r)
{
    return onnx_const(r, onnx_input(r, 0), "its input");
}

/* To float32 or wider: npy_at() reads any type, so the constant stays as it is. */
const Npy *onnx_fold_cast(Reader *r)
{
    const Npy *a = onnx_const(r, onnx_input(r, 0), "its input");
    int64_t to = onnx_attr_int(r, "to", 0);
    if (!a)
        return NULL;
    bool wide = to == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT ||
                to == ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE;
    bool same = (to == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16 && a->type == NPY_F2) ||
                (to == ONNX__TENSOR_PROTO__DATA_TYPE__INT64 && a->type == NPY_I8);
    if (same || (wide && npy_is_float(a)))
        return a;
    onnx_wrong(r, ERR_UNSUPPORTED, "a constant of type %s is cast to ONNX data type %lld; read are "
               "casts from float types to float and double", npy_type_name(a->type), (long long)to);
    return NULL;
}

static const Npy *small_const(Reader *r, NpyType type, int rank, int64_t n, const void *p)
{
    Npy *a = NEW(r->tmp, Npy, 1);
    *a = (Npy){ .type = type, .rank = rank, .dim = { n }, .n = n, .p = p };
    return a;
}

/* --- sizes: short vectors of int64 --- */

const Npy *onnx_measure_shape(Reader *r, Act x)
{
    int64_t *v = NEW(r->tmp, int64_t, 4);
    if (!x.known)
        return NULL;
    v[0] = r->batch;
    v[1] = x.shape.c;
    v[2] = x.shape.h;
    v[3] = x.shape.w;
    return small_const(r, NPY_I8, 1, x.rank, v);
}

/* Input i as a short vector (or a number) of int64; NULL and a problem otherwise. */
static const Npy *sizes_input(Reader *r, size_t i)
{
    Value *v = onnx_input(r, i);
    const Npy *a = v ? onnx_const(r, v, "its input") : NULL;
    if (a && a->type == NPY_I8 && a->rank <= 1 && a->n <= NPY_MAX_RANK)
        return a;
    if (a || !v)
        onnx_wrong(r, ERR_UNSUPPORTED, "only sizes (a few int64) are computed; simplify the model "
                   "(constant folding) first");
    return NULL;
}

static int64_t size_at(const Npy *a, int64_t i) { return (int64_t)npy_at(a, i); }

const Npy *onnx_fold_gather(Reader *r)
{
    const Npy *a = sizes_input(r, 0), *at = sizes_input(r, 1);
    if (!a || !at)
        return NULL;
    int64_t *v = NEW(r->tmp, int64_t, (size_t)at->n + 1);
    for (int64_t i = 0; i < at->n; i++) {
        int64_t k = size_at(at, i);
        if (a->rank != 1 || k < -a->n || k >= a->n) {
            onnx_wrong(r, ERR_SHAPE, "index %lld of %lld sizes", (long long)k, (long long)a->n);
            return NULL;
        }
        v[i] = size_at(a, k < 0 ? k + a->n : k);
    }
    return small_const(r, NPY_I8, at->rank, at->n, v);
}

const Npy *onnx_fold_unsqueeze(Reader *r)
{
    const Npy *a = sizes_input(r, 0), *axes = r->node->n_input > 1 ? sizes_input(r, 1) : NULL;
    size_t n = 0;
    const int64_t *old = onnx_attr_ints(r, "axes", &n);
    int64_t axis = axes && axes->n == 1 ? size_at(axes, 0) : n == 1 ? old[0] : 1;
    if (!a || r->bad)
        return NULL;
    if (a->rank == 0 && (axis == 0 || axis == -1))
        return small_const(r, NPY_I8, 1, 1, a->p);
    onnx_wrong(r, ERR_UNSUPPORTED, "only a single size becomes a vector, on axis 0");
    return NULL;
}

const Npy *onnx_fold_concat(Reader *r)
{
    int64_t *v = NEW(r->tmp, int64_t, NPY_MAX_RANK), n = 0;
    for (size_t i = 0; i < r->node->n_input; i++) {
        const Npy *a = sizes_input(r, i);
        if (!a)
            return NULL;
        if (n + a->n > NPY_MAX_RANK || a->rank != 1) {
            onnx_wrong(r, ERR_UNSUPPORTED, "only a few sizes are joined");
            return NULL;
        }
        for (int64_t k = 0; k < a->n; k++) v[n++] = size_at(a, k);
    }
    return small_const(r, NPY_I8, 1, n, v);
}

/* --- Constant --- */

const Npy *onnx_fold_constant(Reader *r)
{
    const Onnx__AttributeProto *a = r->node->n_attribute == 1 ? r->node->attribute[0] : NULL;
    if (!a || r->bad) {
        if (!r->bad)
            onnx_wrong(r, ERR_FORMAT, "it has %zu values, not one; export again",
                       r->node->n_attribute);
        return NULL;
    }
    if (a->t) {
        Npy *out = NEW(r->tmp, Npy, 1);
        if (!onnxpb_tensor(a->t, r->file, r->tmp, out, r->local))
            return out;
        onnx_wrong_local(r, "value");
        return NULL;
    }
    if (a->has_f || a->n_floats)
        return a->has_f ? small_const(r, NPY_F4, 0, 1, &a->f)
                        : small_const(r, NPY_F4, 1, (int64_t)a->n_floats, a->floats);
    return a->has_i ? small_const(r, NPY_I8, 0, 1, &a->i)
                    : small_const(r, NPY_I8, 1, (int64_t)a->n_ints, a->ints);
}
