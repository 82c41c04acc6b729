/* hw/unit.h - a unit: one instance of an RTL module, as the planner fills it and emit prints it. */
#ifndef HW_UNIT_H
#define HW_UNIT_H
#include <stddef.h>
#include <stdint.h>

typedef enum UnitKind {
#define UNIT(KIND, module, what) UNIT_##KIND,
#define PARAM(KIND, Name, what)
#include "hw/units.def"
#undef UNIT
#undef PARAM
    UNIT_COUNT
} UnitKind;

/* Index of a parameter in Unit.p, from 0 within each kind: P_ARRAY_PIn, ... */
enum {
#define UNIT(KIND, module, what) P_##KIND##_START_ = -1,
#define PARAM(KIND, Name, what) P_##KIND##_##Name,
#include "hw/units.def"
#undef UNIT
#undef PARAM
};

enum { UNIT_MAX_PARAM = 16, UNIT_MAX_IMAGE = 2, UNIT_MAX_PORT = 2 };

/* What a memory of a unit holds: depth words of `fields` numbers of `bits` bits each, field 0 in
 * the lowest bits. v[word * fields + field]; negative numbers are two's complement. For W = 1 the
 * array's image holds the stored bit: +1 is 0, -1 is 1. */
typedef struct MemImage {
    const char *name; /* "w", "theta", "bias", "table"; the file is <instance>_<name>.hex */
    int         depth, fields, bits;
    int64_t    *v;
} MemImage;

typedef struct Unit {
    UnitKind    kind;
    const char *name;              /* instance name, a Verilog identifier: conv1_array */
    int         node;              /* index of the snn node that it serves             */
    int         p[UNIT_MAX_PARAM]; /* in the order of units.def                        */
    int         n_image;
    MemImage       image[UNIT_MAX_IMAGE];
} Unit;

typedef struct UnitInfo {
    const char *module, *what;
    const char *param[UNIT_MAX_PARAM + 1]; /* names as the RTL spells them; NULL ends the list */
} UnitInfo;
extern const UnitInfo unit_info[UNIT_COUNT];
#endif
