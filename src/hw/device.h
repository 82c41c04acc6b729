/* hw/device.h - the FPGAs that a design can be planned for, and whether it fits.
 * The list: devices.def. Test: tests/unit/t_device.c. */
#ifndef HW_DEVICE_H
#define HW_DEVICE_H
#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum Family { FAMILY_ICE40, FAMILY_ECP5, FAMILY_XC7, FAMILY_XCUP, FAMILY_COUNT } Family;

typedef enum DeviceId {
#define DEVICE(ID, name, family, lut, ff, ram, dsp, mhz, part, package) DEVICE_##ID,
#include "hw/devices.def"
#undef DEVICE
    DEVICE_COUNT
} DeviceId;

typedef struct Device {
    const char *name;
    Family      family;
    int64_t     lut, ff, ram, dsp; /* counts                                          */
    double      clock_mhz;         /* nominal                                         */
    const char *part, *package;    /* of place and route; empty: no open tool for it  */
} Device;
extern const Device device_table[DEVICE_COUNT];

typedef struct FamilyInfo {
    const char *title;    /* "Xilinx 7-series"                                       */
    const char *lut_kind; /* "LUT6" or "LUT4": counts of different kinds don't compare */
    int         ram_bits; /* of one block RAM                                        */
} FamilyInfo;
extern const FamilyInfo family_info[FAMILY_COUNT];

static inline const FamilyInfo *device_family(const Device *d) { return &family_info[d->family]; }

/* What a design takes. ram_bits: of all its block RAMs, as bits in whole blocks of its family. */
typedef struct DeviceNeed {
    const char *lut_kind;
    int64_t     lut, ff, ram_bits, dsp;
} DeviceNeed;

/* The device called so (upper or lower case); OPTION lists the names that are known. */
MUST_USE Err device_find(const Device **d, const char *name, Ctx *c);

bool device_fits(const Device *d, const DeviceNeed *need);

/* The listed device with the fewest LUTs that it fits on, or NULL. */
const Device *device_smallest_that_fits(const DeviceNeed *need);

/* ERR_NONE if it fits, else FIT with every resource that is short and the smallest that would do.
 * The need is counted in the device's kind of LUT. */
MUST_USE Err device_check(const Device *d, const DeviceNeed *need, Ctx *c);
#endif
