/* hw/images.h - what the memories of a unit hold, in the order in which the hardware reads it. */
#ifndef HW_IMAGES_H
#define HW_IMAGES_H
#include "base/arena.h"
#include "hw/unit.h"
#include "ir/graph.h"
#include <stdbool.h>

/* Bits that hold every element of t; two's complement if is_signed, at least 1. */
int images_bits(const Tensor *t, bool is_signed);

/* ARRAY "w": word chunk * Groups + og, field o * PIn + i = w[og POut + o][chunk PIn + i], where
 * an output's inputs are numbered (u KW + v) C + c, the order of the stream; 0 beyond them. */
void images_array(const Graph *g, int node, Unit *u, Arena *perm);
/* NEURON "theta" and "bias": word og, field o. */
void images_neuron(const Graph *g, int node, Unit *u, Arena *perm);
/* AXIS_IN "table": word raw value, field channel. */
void images_table(const Graph *g, Unit *u, Arena *perm);
/* AXIS_OUT "bias": word class; zeros where the network ends in codes. Sets BiasBits. */
void images_output(const Graph *g, Unit *u, Arena *perm);

/* Where weight w[o][k] of the node, k in the stream's numbering, is in the array's image. */
size_t images_weight_index(const Unit *array, int o, int k);
/* The element of ROLE_w that output o and input k of the stream's numbering mean. */
size_t images_weight_source(const Graph *g, int node, int o, int k);
#endif
