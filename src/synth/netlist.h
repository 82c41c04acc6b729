/* synth/netlist.h - a flat netlist as Yosys's write_json gives it: cells, pins, bits, names.
 * Source: `yosys -p "help write_json"`. Test: tests/synth/t_area.c. */
#ifndef SYNTH_NETLIST_H
#define SYNTH_NETLIST_H
#include "base/arena.h"
#include "base/err.h"
#include "hw/device.h"

typedef enum CellRole {
    CELL_LOGIC, CELL_LUTRAM, CELL_FF, CELL_RAM, CELL_DSP, CELL_FREE
} CellRole;

typedef struct CellKind {
    Family      family;
    const char *type;
    int         lut, ff, ram, dsp; /* ram in halves */
    CellRole    role;
} CellKind;

/* The kind of a cell type, or NULL: unknown. */
const CellKind *cell_kind(Family f, const char *type);

typedef struct NetPin {
    int         cell;
    const char *port;
    int         index; /* within the port               */
    int         bit;   /* -1: a constant or not connected */
    bool        out;
} NetPin;

typedef struct NetCell {
    const char     *name;
    const CellKind *kind;
    int             pin, n_pin; /* pins [pin, pin + n_pin) */
} NetCell;

/* One bit of one named wire. */
typedef struct NetName { const char *name; int bit; } NetName;

typedef struct Netlist {
    const char    *path;
    struct json_t *json;                 /* owns every string here */
    struct json_t *cells;                /* borrowed from json     */
    NetCell *cell;   int n_cell;
    NetPin  *pin;    int n_pin;
    NetName *name;   int n_name;
    int      n_bit;
    int     *driver;                     /* pin that drives bit b, or -1                  */
    int     *sink, *sink_at;             /* pins that read b: sink[sink_at[b] .. [b+1])   */
    bool    *leaves;                     /* b is on an output port of the module          */
} Netlist;

/* Reads module `top` of the file; arrays come from a, strings live until netlist_free.
 * Errors: IO, FORMAT (file and what is missing), UNSUPPORTED (a cell type that cells.def lacks). */
MUST_USE Err netlist_load(Netlist *n, const char *path, const char *top, Family f, Arena *a,
                          Ctx *c);
void netlist_free(Netlist *n);

/* Parameter of a cell as Yosys prints it (numbers are binary strings), or NULL. */
const char *netlist_param(const Netlist *n, const NetCell *cell, const char *param);

/* An instance in the top level of the design before it was flattened. */
typedef struct Instance {
    const char  *name;
    const char **input; int n_input; /* names of its input ports */
} Instance;

/* Reads the instances of modules in `top`; everything comes from a. Errors: IO, FORMAT. */
MUST_USE Err instances_load(Instance **inst, int *n_inst, const char *path, const char *top,
                            Arena *a, Ctx *c);
#endif
