#include "hw/device.h"
#include "base/buf.h"
#include <assert.h>
#include <string.h>
#include <strings.h>

const Device device_table[DEVICE_COUNT] = {
#define DEVICE(ID, name_, family_, lut_, ff_, ram_, dsp_, mhz_, part_, package_)          \
    [DEVICE_##ID] = { .name = name_, .family = FAMILY_##family_, .lut = lut_, .ff = ff_, \
                      .ram = ram_, .dsp = dsp_, .clock_mhz = mhz_, .part = part_,        \
                      .package = package_ },
#include "hw/devices.def"
#undef DEVICE
};

const FamilyInfo family_info[FAMILY_COUNT] = {
    [FAMILY_ICE40] = { "Lattice iCE40",          "LUT4", 4096 },
    [FAMILY_ECP5]  = { "Lattice ECP5",           "LUT4", 18432 },
    [FAMILY_XC7]   = { "Xilinx 7-series",        "LUT6", 36864 },
    [FAMILY_XCUP]  = { "Xilinx UltraScale+",     "LUT6", 36864 },
};

Err device_find(const Device **d, const char *name, Ctx *c)
{
    Buf known = { 0 };
    for (int i = 0; i < DEVICE_COUNT; i++) {
        if (!strcasecmp(name, device_table[i].name)) {
            *d = &device_table[i];
            buf_free(&known);
            return ERR_NONE;
        }
        buf_printf(&known, "%s%s", i ? ", " : "", device_table[i].name);
    }
    Err e = fail(c, ERR_OPTION, (Loc){ 0 }, "no device is called '%.64s'; known: %s", name,
                 known.p);
    buf_free(&known);
    return e;
}

static int64_t ram_total(const Device *d) { return d->ram * device_family(d)->ram_bits; }

bool device_fits(const Device *d, const DeviceNeed *n)
{
    return !strcmp(device_family(d)->lut_kind, n->lut_kind) && n->lut <= d->lut &&
           n->ff <= d->ff && n->ram_bits <= ram_total(d) && n->dsp <= d->dsp;
}

const Device *device_smallest_that_fits(const DeviceNeed *need)
{
    const Device *best = NULL;
    for (int i = 0; i < DEVICE_COUNT; i++) {
        const Device *d = &device_table[i];
        if (device_fits(d, need) && (!best || d->lut < best->lut))
            best = d;
    }
    return best;
}

static void shortage(Buf *b, const char *what, int64_t need, int64_t have)
{
    if (need > have)
        buf_printf(b, "%s%lld %s of %lld", b->n ? ", " : "", (long long)need, what,
                   (long long)have);
}

Err device_check(const Device *d, const DeviceNeed *need, Ctx *c)
{
    if (device_fits(d, need))
        return ERR_NONE;
    assert(!strcmp(device_family(d)->lut_kind, need->lut_kind));
    Buf b = { 0 };
    shortage(&b, need->lut_kind, need->lut, d->lut);
    shortage(&b, "flip-flops", need->ff, d->ff);
    shortage(&b, "bits of block RAM", need->ram_bits, ram_total(d));
    shortage(&b, "DSP", need->dsp, d->dsp);
    const Device *fit = device_smallest_that_fits(need);
    Err e = fail(c, ERR_FIT, (Loc){ 0 }, "%s is too small: needs %s; %s%s", d->name, b.p,
                 fit ? "the smallest listed device that fits is " : "no listed device fits",
                 fit ? fit->name : "");
    buf_free(&b);
    return e;
}
