/* hw/design.h - the design: units and the streams between them. plan fills it, emit prints it,
 * cost clocks it. */
#ifndef HW_DESIGN_H
#define HW_DESIGN_H
#include "hw/unit.h"
#include <stdbool.h>

typedef struct Stream {
    int  from, from_port; /* unit index and output port */
    int  to, to_port;     /* unit index and input port  */
    int  lanes, bits;     /* of a word                  */
    bool is_signed;
    int  node;            /* the snn node whose output codes (or logits) these are, else -1 */
} Stream;

typedef struct Design {
    const char *name;              /* top module: NAME_top */
    Unit       *unit;   int n_unit;   /* unit 0 is AXIS_IN, the last AXIS_OUT; in data order */
    Stream     *stream; int n_stream;
} Design;
#endif
