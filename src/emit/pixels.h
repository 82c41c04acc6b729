/* emit/pixels.h - images as the words of s_axis_tdata (doc/hardware.md, interface). */
#ifndef EMIT_PIXELS_H
#define EMIT_PIXELS_H
#include "base/arena.h"
#include "hw/design.h"
#include "hw/tape.h"
#include "sim/sim.h"

/* The in->n images from in->first on: pixels in raster order, each emit_tdata_bits / 8 bytes, low
 * byte first; channel 0 in the lowest bits; codes, or for a design with raw input the 8-bit values.
 * Bytes come from the arena, n_byte of them in all. RANGE as sim_encode; UNSUPPORTED: raw input and
 * images that are not 8-bit. */
MUST_USE Err emit_pixels(const Graph *snn, const Design *d, const SimInput *in, Arena *a,
                         const unsigned char **bytes, size_t *n_byte, Ctx *c);
/* The same for an engine: codes, a channel in b->bits bits. RANGE as sim_encode. */
MUST_USE Err emit_engine_pixels(const Graph *snn, const EngineBuild *b, const SimInput *in, Arena *a,
                                const unsigned char **bytes, size_t *n_byte, Ctx *c);
#endif
