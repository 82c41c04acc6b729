/* front/onnx_in.h - inside the ONNX reader: what the files onnx*.c share. */
#ifndef FRONT_ONNX_IN_H
#define FRONT_ONNX_IN_H
#include "fmt/onnxpb.h"
#include "front/onnx.h"

enum { ONNX_NODES_MAX = 4096, ONNX_DIM_MAX = 1 << 16, ONNX_MAP_MAX = 1 << 28 };

/* An activation on its way through the chain. */
typedef struct Act {
    int   node;         /* the graph's node that makes it                             */
    bool  known;        /* false after a problem: later nodes skip what needs a shape  */
    int   rank;         /* 4: [N,C,H,W], 2: [N,F]                                      */
    Shape shape;        /* of one image; {F,1,1} if rank is 2                          */
    const char *softmax; /* the Softmax node that was dropped on the way, or NULL      */
} Act;

typedef enum ValueKind { VALUE_PENDING, VALUE_CONST, VALUE_ACT, VALUE_BAD } ValueKind;

/* What a name in the model stands for. */
typedef struct Value {
    const char *name;
    ValueKind   kind;
    int         maker;  /* index of the node that makes it, -1: initialiser or input */
    int         n_use;  /* inputs of nodes, outputs of the graph                     */
    const Onnx__TensorProto *tensor; /* CONST, not unpacked yet                      */
    const Npy  *data;   /* CONST                                                     */
    Act         act;    /* ACT                                                       */
} Value;

typedef struct Reader {
    Onnx__GraphProto *model;
    int64_t     opset;
    const char *file;
    Graph      *g;
    FrontNotes *notes;
    Arena      *tmp;        /* gone when the model is read */
    Ctx        *c, *local;  /* local: for a call whose failure becomes a problem */
    Value      *value;      /* sorted by name */
    int         n_value;
    int       **in;         /* [node][input]: value index, -1 for an input left out */
    int64_t     batch;      /* of the input; 0: any */
    /* the node in hand */
    Onnx__NodeProto *node;
    int         at;         /* its index */
    const char *name;       /* as problems and the graph name it */
    bool        bad;        /* it has had a problem */
} Reader;

/* A problem of the node in hand: "Conv: ...". */
PRINTF(3, 4) void onnx_wrong(Reader *r, Err code, const char *fmt, ...);
/* A problem of the model as a whole or of a named thing in it. */
PRINTF(4, 5) void onnx_wrong_at(Reader *r, Err code, const char *name, const char *fmt, ...);
PRINTF(2, 3) void onnx_note(Reader *r, const char *fmt, ...);
/* Moves the failure in r->local to the problems of the node in hand. */
void onnx_wrong_local(Reader *r, const char *what);

/* --- onnx_value.c: names --- */
void   onnx_values(Reader *r);                        /* builds the table; problems for doubles */
Value *onnx_value(Reader *r, const char *name);       /* NULL if nothing makes it               */
Value *onnx_input(Reader *r, size_t i);               /* of the node in hand; NULL: left out    */
const Npy *onnx_const(Reader *r, Value *v, const char *what); /* NULL after a problem           */

/* --- onnx_attr.c: attributes --- */
typedef enum AttrUse {
    ATTR_READ,   /* the converter reads it                      */
    ATTR_FIXED,  /* every number in it must be `value`          */
    ATTR_UNUSED, /* changes nothing at inference                */
} AttrUse;
typedef struct AttrRule {
    const char *name;
    int         type;   /* ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__* */
    AttrUse     use;
    int64_t     value;
    const char *remedy; /* FIXED: what to do otherwise */
} AttrRule;
enum { ONNX_RULES_MAX = 12 };
/* Problems for attributes that are not in rules (ended by a NULL name), or of another type or
 * value. */
void onnx_attrs_check(Reader *r, const AttrRule *rules);
int64_t     onnx_attr_int(Reader *r, const char *name, int64_t otherwise);
double      onnx_attr_float(Reader *r, const char *name, double otherwise);
const int64_t *onnx_attr_ints(Reader *r, const char *name, size_t *n); /* NULL: not there */
const Onnx__AttributeProto *onnx_attr(Reader *r, const char *name);    /* NULL: not there */

/* --- onnx_layer.c: operators that become nodes of the graph --- */
int  onnx_new_node(Reader *r, Op op, Act x);     /* named after the node in hand, reading x       */
Act  onnx_finish(Reader *r, int node, Act x);    /* what that node makes, shape computed, bounded */
bool onnx_want_rank(Reader *r, Act x, int rank); /* false: a problem, or x is unknown             */
Act  onnx_conv(Reader *r, Act x);
Act  onnx_maxpool(Reader *r, Act x);
Act  onnx_gemm(Reader *r, Act x);
Act  onnx_matmul(Reader *r, Act x);
Act  onnx_add(Reader *r, Act x);
Act  onnx_batchnorm(Reader *r, Act x);
Act  onnx_relu(Reader *r, Act x);

/* --- onnx_fold.c: constants of constants; NULL after a problem --- */
const Npy *onnx_fold_identity(Reader *r);
const Npy *onnx_fold_cast(Reader *r);
const Npy *onnx_fold_constant(Reader *r);
const Npy *onnx_measure_shape(Reader *r, Act x); /* a batch of any size is 0, as Reshape has it */
const Npy *onnx_fold_gather(Reader *r);
const Npy *onnx_fold_unsqueeze(Reader *r);
const Npy *onnx_fold_concat(Reader *r);

/* --- onnx_op.c: the table of operators --- */
typedef struct OpRule {
    const char *type;
    size_t      max_in;
    bool        transparent; /* passes a dropped Softmax's values on */
    Act       (*act)(Reader *r, Act x);   /* its first input is an activation; NULL: cannot be */
    const Npy *(*fold)(Reader *r);        /* all inputs are constants; NULL: cannot be         */
    const Npy *(*measure)(Reader *r, Act x); /* an activation gives a constant, its sizes      */
    AttrRule    attr[ONNX_RULES_MAX];
} OpRule;
const OpRule *onnx_op_rule(const char *type);
const char   *onnx_op_remedy(const char *type); /* for an operator that is not read */
#endif
