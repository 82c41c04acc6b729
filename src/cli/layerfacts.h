/* cli/layerfacts.h - layers[] of run.json: one object per node of the spiking graph. */
#ifndef CLI_LAYERFACTS_H
#define CLI_LAYERFACTS_H
#include "cli/build.h"

/* The object of node i, made where it is not there. */
json_t *layers_at(Build *b, int node);
/* What the graph says: name, op, shape, T, W, widths, window. Starts layers[] anew. */
void layers_describe(Build *b, const QuantReport *r);
/* What a simulation of n images counted: saturated in all, spikes and sops per image. */
void layers_count(Build *b, const SimCount *count, int n);
/* What the design does with it: unit, folding, cycles. */
void layers_fold(Build *b, const Design *d);
/* The table of all layers. */
void layers_print(Build *b);
#endif
