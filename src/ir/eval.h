/* ir/eval.h - the float meaning of each float operator: the reference that every pass, the
 * quantiser and the report compare with.
 *
 * Convolution is im2col and one sgemm an image. OpenBLAS runs on one thread, OpenMP over fixed
 * blocks of images outside it, so that results do not depend on the number of threads.
 * Test: tests/unit/t_eval.c. Source of the operators: ir/ops.def; ONNX opset 13 for the details.
 */
#ifndef IR_EVAL_H
#define IR_EVAL_H
#include "ir/graph.h"

/* x: [n,C,H,W]. out: per node, [n, the node's shape] or NULL where not wanted. The graph must be
 * verified. Memory: a block of images per thread, from scratch.
 * UNSUPPORTED: a spiking operator; SHAPE: the graph has no shapes yet. */
MUST_USE Err eval_graph(const Graph *g, const float *x, int n, float *const *out, Arena scratch,
                        Ctx *c);

/* One float operator: in [n, the input's shape] -> out [n, its own shape]. */
void eval_node(const Graph *g, int node, const float *in, int n, float *out, Arena scratch);

/* The window of each output position of a convolution as a column: one image x [C,H,W] ->
 * col [C*U*V, H_out*W_out], zeros where padded. A dense layer has one column: x itself. */
void eval_im2col(const Node *n, Shape in, const float *x, float *col);
#endif
