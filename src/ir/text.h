/* ir/text.h - graphs as text (network.il, snn.il) and as a pair of files with their tensors.
 *
 * One line a node, in the graph's order; what a line may and must hold is said by ops.def,
 * attrs.def and roles.def:
 *
 *     e3ne-il 1
 *     props shaped
 *     input "x" () -> 1x32x32
 *     conv2d "c1" ("x") kernel=5,5 stride=1,1 pad=0,0,0,0 w="c1.w":f32[6,1,5,5] -> 6x28x28
 *
 * Names are quoted; \" \\ and \xHH are their escapes. # begins a comment. Doubles are printed with
 * 17 digits, which is exact. print(parse(print(g))) == print(g). Test: tests/unit/t_text.c. */
#ifndef IR_TEXT_H
#define IR_TEXT_H
#include "base/buf.h"
#include "ir/graph.h"

/* Appends g to b. Node names, and the names of tensors in use, must differ from each other
 * (FORMAT otherwise): they are how lines refer. */
MUST_USE Err graph_print(const Graph *g, Buf *b, Ctx *c);

/* The n bytes at p into g, an empty graph; tensors are zeroed, of at most 64 MiB together. Errors
 * name file, byte and line: FORMAT, LIMIT, or what ir_verify finds. */
MUST_USE Err graph_parse(const char *p, size_t n, const char *file, Graph *g, Ctx *c);

/* DIR/IL and DIR/NPZ, the tensors in node and role order. */
MUST_USE Err graph_save(const char *dir, const char *il, const char *npz, const Graph *g, Ctx *c);
/* Both back into g, an empty graph: every tensor of the text must be in the archive, with the type
 * and dimensions that the text says, and nothing else in it is looked at. */
MUST_USE Err graph_load(const char *dir, const char *il, const char *npz, Graph *g, Ctx *c);
#endif
