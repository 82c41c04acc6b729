/* tests/rtl/rig/rig.h - lockstep of RTL units with their C twins.
 *
 * A .cases file has one unit a line: "e3_fifo Width=8 Depth=2", every parameter of units.def
 * named; "e3_fifo=e3_fifo_m1 ..." instantiates another module (a mutant) in the unit's place;
 * '#' starts a comment. From it
 *   bench.c  prints the testbench: one DUT and one rig_port (rig.sv) per case, one build for all,
 *            and writes random memory images;
 *   lock.c   drives random words under random stalls through DPI and compares valid, ready and
 *            data of every port with the twin's in every clock cycle.
 * Both make the same images, from the case's index and the seed. */
#ifndef RIG_H
#define RIG_H
#include "base/arena.h"
#include "base/rng.h"
#include "hw/twin.h"

enum { RIG_MAX_CASE = 256, RIG_MAX_BITS = 4096 };

/* A port's word: `lanes` values of `bits` bits from bit 0 up, then, if last_at > 0, one bit
 * (tlast) at bit last_at, which is the twin's last lane. */
typedef struct Shape { int lanes, bits, is_signed, last_at; } Shape;

typedef struct Case {
    char  text[512];      /* the line, without the module name of a mutant */
    char  module[64];
    Unit  unit;
    Shape in[2], out[2];  /* lanes = 0: no such port */
    Arena mem;            /* of the images */
} Case;

int    rig_cases(const char *file, uint64_t seed, Case *c); /* number of cases; exits on nonsense */
int    shape_lanes(Shape s); /* the twin's lanes, tlast included */
int    shape_bits(Shape s);  /* at least 1 */
#endif
