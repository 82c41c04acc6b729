/* explore/sensitivity.h - what one step down of each knob does, as far as it is known. */
#ifndef EXPLORE_SENSITIVITY_H
#define EXPLORE_SENSITIVITY_H
#include "explore/measure.h"

enum { LEVELS = 9 }; /* of a knob: 1 .. 8; 0: it does not exist */

/* What a step down changes. All of them are losses or savings: positive as a rule. */
typedef struct Gain { double damage, weight_bits, sops, cycles; } Gain;

/* One knob. */
typedef struct Knob {
    int  level, least;      /* now; the lowest there is */
    bool closed;            /* every step down is known to break the budget or to save nothing */
    Gain alone[LEVELS];     /* of the step from level + 1 down to [level], all others at the top */
    Gain next;              /* of the next step: as last measured, else alone[level - 1] */
} Knob;

Gain gain_between(const SearchPoint *from, const SearchPoint *to);

/* Levels at which each knob is to be measured alone: of the `least .. top - 1` as many as `most`
 * networks allow, evenly spaced, at least one. Fills at[] and returns how many. */
int sensitivity_levels(const Knob *k, int most, int at[LEVELS]);

/* alone[] of a knob from the n points measured at levels at[] (descending), p[] in that order, and
 * the top. Between: damage by the law that it quadruples with each bit, the rest linear. */
void sensitivity_fill(Knob *k, const SearchPoint *top, const int *at, const SearchPoint *p, int n);
#endif
