/* ir/graph.h - the one representation of a network, float or spiking.
 *
 * A graph is an array of nodes in topological order (in[] < own index); nodes and tensors refer
 * by index, so graphs print, copy and compare. Everything lives in the graph's arena.
 */
#ifndef IR_GRAPH_H
#define IR_GRAPH_H
#include "base/arena.h"
#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum Op {
#define OP(NAME, name, n_in, attrs, roles, what) OP_##NAME,
#include "ir/ops.def"
#undef OP
    OP_COUNT
} Op;

typedef enum Attr {
#define ATTR(type, name, count, what) ATTR_##name,
#include "ir/attrs.def"
#undef ATTR
    ATTR_COUNT
} Attr;

typedef enum Role {
#define ROLE(name, what) ROLE_##name,
#include "ir/roles.def"
#undef ROLE
    ROLE_COUNT
} Role;

typedef enum DType { DT_F32, DT_I8, DT_I64, DT_COUNT } DType;

enum { IR_MAX_IN = 4, IR_MAX_RANK = 4, IR_NONE = -1 };

/* A constant, row-major. */
typedef struct Tensor {
    const char *name; /* "conv1.w": the key in tensors.npz */
    DType       type;
    int         rank, dim[IR_MAX_RANK];
    union { void *p; float *f32; int8_t *i8; int64_t *i64; };
} Tensor;

/* Of one image; a vector of n is {n,1,1}. */
typedef struct Shape { int c, h, w; } Shape;

typedef struct Node {
    Op          op;
    const char *name;
    int         in[IR_MAX_IN];    /* node indices, the first n_in of the operator */
    int         role[ROLE_COUNT]; /* tensor indices or IR_NONE                     */
    Shape       shape;            /* of the output                                 */
#define ATTR(type, name, count, what) type name[count];
#include "ir/attrs.def"
#undef ATTR
} Node;

/* What is known to hold; passes need, give and break these. */
enum { PROP_SHAPED = 1u << 0, PROP_NO_BN = 1u << 1, PROP_SPIKES = 1u << 2 };

typedef struct Graph {
    Arena   *perm;
    Node    *node;   int n_node,   cap_node;
    Tensor  *tensor; int n_tensor, cap_tensor;
    unsigned props;
} Graph;

typedef struct OpInfo {
    const char *name;
    int         n_in;
    unsigned    attrs, roles; /* bit per Attr, bit per Role */
    const char *what;
} OpInfo;
extern const OpInfo op_info[OP_COUNT];
extern const char *const role_name[ROLE_COUNT];

Graph  graph_new(Arena *perm);
/* A node with no inputs, no tensors, zero attributes; the index is stable, the pointer is not. */
int    graph_node(Graph *g, Op op, const char *name);
/* A zeroed tensor; dims of rank entries. */
int    graph_tensor(Graph *g, const char *name, DType type, int rank, const int *dim);
/* The tensor of a node's role, NULL if it has none. */
Tensor *graph_role(const Graph *g, const Node *n, Role r);
int    graph_n_users(const Graph *g, int node);
/* Removes nodes with keep[i] false; users of a removed node must have been rewired. */
void   graph_compact(Graph *g, const bool *keep);

size_t  dtype_bytes(DType t);
int64_t tensor_count(const Tensor *t);
static inline int64_t shape_count(Shape s) { return (int64_t)s.c * s.h * s.w; }
static inline bool shape_eq(Shape a, Shape b) { return a.c == b.c && a.h == b.h && a.w == b.w; }

/* True for the operators that hold synapses. */
static inline bool op_is_synapse(Op op)
{
    return op == OP_CONV2D || op == OP_DENSE || op == OP_S_CONV2D || op == OP_S_DENSE;
}

/* Every node's operator, inputs, tensors and types; shapes too where PROP_SHAPED is claimed. */
MUST_USE Err ir_verify(const Graph *g, Ctx *c);
/* The first of a shaped node's tensors whose dimensions do not fit it; NULL: all do. */
const Tensor *ir_tensor_misfit(const Graph *g, const Node *n);
/* Output shapes from the input's, all problems listed; gives PROP_SHAPED. */
MUST_USE Err ir_shape(Graph *g, Ctx *c);
/* Output shape of one node from its input's; SHAPE with the reason. */
MUST_USE Err ir_node_shape(const Graph *g, const Node *n, Shape in, Shape *out, Ctx *c);
/* Multiply-accumulates of one node for one image, padding included; 0 where none. */
int64_t ir_node_macs(const Graph *g, const Node *n);
#endif
