/* hw/twin.h - the C twin of each RTL unit: the same words in the same clock cycle.
 *
 * A twin is a state machine that is stepped once per clock edge. It has up to two input and two
 * output streams (valid/ready); port 0 is the data, port 1 the side channel of AXIS_IN (out: the
 * image's drop flag) and AXIS_OUT (in). Rules, the RTL's too:
 *   out_valid depends on the state alone;
 *   in_ready depends on the state, on out_ready and on the valid of OTHER input ports, never on
 *   the port's own valid.
 * So a netlist is evaluated by taking every out_valid first and then in_ready from the last unit
 * to the first. One model serves three masters: lockstep tests against the RTL (with data), the
 * cycle prediction (without: in[] is NULL and out() is never called), and the explanation of both.
 *
 * Data: a word is an array of int64_t, one per lane: codes (signed where the unit says so), or
 * potentials. Test: tests/rtl, every unit in lockstep, valid, ready and data, every cycle.
 */
#ifndef HW_TWIN_H
#define HW_TWIN_H
#include "base/arena.h"
#include "hw/unit.h"
#include <stdbool.h>

typedef struct TwinKind {
    /* A state in reset, allocated from a. The unit is borrowed and outlives the state. */
    void *(*make)(const Unit *u, Arena *a);
    bool (*out_valid)(const void *s, int port);
    bool (*in_ready)(const void *s, int port, const bool *in_valid, const bool *out_ready);
    /* One clock edge. in[port] is the word offered; in is NULL where only control matters. */
    void (*clock)(void *s, const bool *in_valid, const int64_t *const *in, const bool *out_ready);
    /* The word at an output while it is valid. */
    const int64_t *(*out)(const void *s, int port);
    int n_in, n_out; /* ports */
} TwinKind;

extern const TwinKind *const twin_table[UNIT_COUNT];

/* AXIS_IN's input word is { value of channel 0, ..., tlast }, AXIS_OUT's output word is
 * { 32-bit value, tlast }; a flag word is { drop }. AXIS_IN's sticky err_o: */
bool twin_axis_in_err(const void *s);
#endif
