/* front/onnx.h - ONNX models: sequential convolutional networks, inference form.
 *
 * Read are chains of Conv, BatchNormalization, Relu, MaxPool, Flatten, Reshape (to a matrix),
 * Gemm, MatMul and Add with constants, Identity, Dropout, Cast, and a closing Softmax, which is
 * dropped. Constants come from initialisers, Constant and Cast; sizes for Reshape also from Shape,
 * Gather, Unsqueeze and Concat. Every attribute of every node is
 * either used, or known to change nothing, or a problem: none is ignored silently. All problems
 * of a model are listed at once (Ctx.problem), each with the node, the operator, what is wrong and
 * what to do.
 * Source: ONNX operator schemas, opset 7 to 21. Test: tests/front/t_onnx.c, t_onnx_nodes.c. */
#ifndef FRONT_ONNX_H
#define FRONT_ONNX_H
#include "front/notes.h"
#include "ir/graph.h"

/* Fills g, an empty graph, with float operators and shapes; node names are the model's. */
MUST_USE Err onnx_read(const char *path, Graph *g, FrontNotes *notes, Ctx *c);
/* The same from n bytes at p; external data is looked for beside path. */
MUST_USE Err onnx_parse(const unsigned char *p, size_t n, const char *path, Graph *g,
                        FrontNotes *notes, Ctx *c);
#endif
