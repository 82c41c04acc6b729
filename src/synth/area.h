/* synth/area.h - what a netlist takes, in all and by unit; registers behind block RAMs.
 *
 * Counts follow doc/hardware.md to the letter (cells.def). By unit: Yosys flattens the design and
 * merges logic across borders, so that a cell has no unit by right. A cell belongs to the unit that
 * drives its output (a wire of that unit, which is not one of its inputs), else to the one in its
 * name, else to the unit of the nearest cell that reads it. Every cell is counted exactly once: the
 * units and the rest add up to the total. What is uncertain is only on which side of a border a LUT
 * lies. Against a run that keeps the borders (LeNet-5, 24 units, 5.3k LUT6): flip-flops differ by 5
 * at most, LUTs by 5 % in units of more than 150, except that 180 LUTs of a multiplexer between a
 * window and its array count for the array. Test: tests/synth/t_area.c.
 */
#ifndef SYNTH_AREA_H
#define SYNTH_AREA_H
#include "base/buf.h"
#include "synth/netlist.h"

typedef struct Area {
    int64_t lut;     /* of the family's kind, LUT RAM and shift registers included */
    int64_t lut_ram; /* those of them that are RAM                                  */
    int64_t ff, dsp;
    int64_t ram2;    /* halves of a block RAM: bram = ram2 / 2                      */
} Area;

typedef struct AreaUnit { const char *name; Area area; } AreaUnit;

Area area_total(const Netlist *n);

/* unit[0..n_inst-1] as the instances, unit[n_inst] (name "top") the rest; names are borrowed. */
void area_by_unit(const Netlist *n, const Instance *inst, int n_inst, AreaUnit *unit,
                  Arena scratch);

/* Appends one line for each bit of a block RAM's output that is neither registered inside nor goes
 * straight into flip-flops; the count of them is returned. list may be NULL. */
int area_unregistered(const Netlist *n, Buf *list);
#endif
