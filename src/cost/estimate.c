#include "cost/estimate.h"
#include "base/num.h"

Fabric estimate_fabric(const Device *d)
{
    const FamilyInfo *f = device_family(d);
    bool lut6 = f->lut_kind[3] == '6';
    return (Fabric){ lut6 ? 6 : 4, f->ram_bits, lut6 ? 72 : f->ram_bits / 512 * 2, d->family != FAMILY_ICE40 };
}

int estimate_blocks(int width, int depth, Fabric f)
{
    int best = 0;
    for (int w = f.block_width; w >= 1; w /= 2) {
        int n = (int)(num_ceil_div(width, w) * num_ceil_div(depth, f.block_bits / w));
        best = best == 0 || n < best ? n : best;
    }
    return best;
}

/* A memory of depth x width: in LUTs (or flip-flops, where LUTs cannot be memory) while it is
 * shallow, else in blocks. e3_rom says the same of ROMs. */
static Estimate memory(int width, int depth, bool rom, Fabric f)
{
    enum { SHALLOW = 64, SHALLOW_FF = 8, IN_ADDERS = 16 };
    double bits = (double)width * depth;
    if (rom && depth <= SHALLOW)
        return (Estimate){ depth > IN_ADDERS ? bits / 64 : 0, 0, 0 };
    if (!rom && !f.lut_memory && depth <= SHALLOW_FF)
        return (Estimate){ 0.25 * bits, bits, 0 };
    if (!rom && f.lut_memory && depth <= SHALLOW)
        return (Estimate){ depth > 32 ? 1.4 * width : 0.7 * width, 0, 0 };
    return (Estimate){ 0, 0, estimate_blocks(width, depth, f) };
}

static Estimate add(Estimate a, Estimate b)
{
    return (Estimate){ a.lut + b.lut, a.ff + b.ff, a.blocks + b.blocks };
}

static int clog2(int x) { return num_ubits((uint64_t)x - 1); }

/* LUTs of one gated adder. Up to 16 weight words K slots and the address share a table of six
 * inputs for each bit of their sum; above, a slot's bits are counted (rtl/e3_dot_*.sv). */
static double lut_of_slot(int words, int weight_bits)
{
    enum { FUSED_WORDS = 16 };
    if (words > FUSED_WORDS)
        return 1.7 * weight_bits;
    int k = 6 - clog2(words), sum_bits = clog2(k << (weight_bits - 1)) + 1;
    return (2.4 * sum_bits + 1) / k;
}

static Estimate of_array(const int *p, Fabric f)
{
    int words = p[P_ARRAY_Chunks] * p[P_ARRAY_Groups], slots = p[P_ARRAY_PIn] * p[P_ARRAY_POut];
    double acc = (double)p[P_ARRAY_POut] * p[P_ARRAY_AccBits];
    Estimate a = { slots * lut_of_slot(words, p[P_ARRAY_WBits]) + 2 * acc, 3 * acc + 3.0 * slots, 0 };
    if (p[P_ARRAY_Groups] > 1)
        a = add(a, memory((int)acc, p[P_ARRAY_Groups], false, f));
    return add(a, memory(slots * p[P_ARRAY_WBits], words, true, f));
}

static Estimate of_window(const int *p, Fabric f)
{
    int pixel = p[P_WINDOW_C] * p[P_WINDOW_Bits], rows = p[P_WINDOW_KH];
    int codes = rows * p[P_WINDOW_KW] * p[P_WINDOW_C];
    double chunks = (double)num_ceil_div(codes, p[P_WINDOW_PIn]);
    double mux = chunks > 1 ? p[P_WINDOW_PIn] * p[P_WINDOW_Bits] * (0.35 * chunks) : 0;
    Estimate a = { mux + 60, (double)codes * p[P_WINDOW_Bits], 0 };
    return add(a, memory((rows - 1) * pixel, p[P_WINDOW_W] + p[P_WINDOW_PL] + p[P_WINDOW_PR],
                         false, f));
}

static Estimate of_neuron(const int *p, Fabric f)
{
    double one = 2.0 * p[P_NEURON_PotBits] + p[P_NEURON_ThetaBits] + p[P_NEURON_Bits];
    one *= p[P_NEURON_Groups] == 1 ? 0.6 : 1; /* constants */
    int rom = p[P_NEURON_POut] * (p[P_NEURON_ThetaBits] + p[P_NEURON_BiasBits]);
    Estimate a = { p[P_NEURON_POut] * one, p[P_NEURON_POut] * 1.5 * p[P_NEURON_PotBits], 0 };
    return add(a, memory(rom, p[P_NEURON_Groups], true, f));
}

Estimate estimate_unit(const Unit *u, Fabric f)
{
    const int *p = u->p;
    Estimate a = { 0 };
    switch (u->kind) {
    case UNIT_ARRAY:   a = of_array(p, f); break;
    case UNIT_WINDOW:  a = of_window(p, f); break;
    case UNIT_NEURON:  a = of_neuron(p, f); break;
    case UNIT_AXIS_IN: a = (Estimate){ 30, 30, 0 }; break;
    case UNIT_AXIS_OUT:
        a = (Estimate){ 60 + 0.35 * p[P_AXIS_OUT_Lanes] * p[P_AXIS_OUT_InBits], 80, 0 };
        break;
    case UNIT_FIFO:
        a = (Estimate){ 8, 10, 0 };
        a = add(a, memory(p[P_FIFO_Width], p[P_FIFO_Depth], false, f));
        break;
    case UNIT_WIDTH: {
        double wide = (double)p[P_WIDTH_Bits] * (p[P_WIDTH_InLanes] > p[P_WIDTH_OutLanes] ?
                                                 p[P_WIDTH_InLanes] : p[P_WIDTH_OutLanes]);
        a = (Estimate){ 5 + 0.1 * wide, wide, 0 };
        break;
    }
    case UNIT_MAXPOOL: {
        double word = (double)p[P_MAXPOOL_Lanes] * p[P_MAXPOOL_Bits];
        a = (Estimate){ 40 + 2 * word, 2 * word, 0 };
        a = add(a, memory((int)word, p[P_MAXPOOL_W] / p[P_MAXPOOL_KW] * p[P_MAXPOOL_Groups], false, f));
        break;
    }
    case UNIT_MAXTREE:
        a = (Estimate){ 1.5 * p[P_MAXTREE_C] * p[P_MAXTREE_Taps] * p[P_MAXTREE_Bits],
                    (double)p[P_MAXTREE_C] * p[P_MAXTREE_Bits], 0 };
        break;
    case UNIT_COUNT: break;
    }
    a.lut *= f.lut_inputs == 4 ? 1.3 : 1;
    return a;
}

Estimate estimate_design(const Design *d, Fabric f)
{
    Estimate a = { 0 };
    for (int i = 0; i < d->n_unit; i++) a = add(a, estimate_unit(&d->unit[i], f));
    return a;
}

/* RAM of lanes, 8 at a time. LUT6: 4 hold 6 bits of 32 words, or 3 of 64; LUT4: a bit of 16 words each. */
static Estimate lane_memory(const EngineBuild *b, Fabric f)
{
    enum { DEEP = 64, NEAR = 8 }; /* as e3_lanes */
    double bits = (double)b->lanes * b->acc_bits;
    int near = b->lanes % NEAR ? b->lanes : NEAR;
    if (b->columns > DEEP)
        return (Estimate){ bits, bits, b->lanes / near * estimate_blocks(near * b->acc_bits, b->columns, f) };
    if (f.lut_inputs == 4)
        return (Estimate){ bits * (double)num_ceil_div(b->columns, 16), 0, 0 };
    return (Estimate){ b->columns <= 32 ? 0.67 * bits : 1.33 * bits, 0, 0 };
}

/* What the columns' codes and a word of weights take in the lanes, their memory apart. */
static Estimate of_lanes(const EngineBuild *b)
{
    double digits = (b->weight_bits + 1) / 2;
    return (Estimate){ b->lanes * (33 * digits + 0.33 * b->acc_bits), b->lanes * 3.0 * b->acc_bits, 0 };
}

/* The array; what an output of POut takes to be summed, fired and handed out; the lanes; what the port
 * feeds; the rest. Fitted to the units of the engines of 512 and 2,048 slots (doc/decisions/007): within
 * 3 % of Yosys's LUT6 there and within 5 % of its LUT4 for the one that was built for ECP5. */
Estimate estimate_engine(const EngineBuild *b, Fabric f)
{
    double   bits = (double)b->pin * b->pout * b->weight_bits, pot = b->acc_bits + b->frac_bits + 2, acc = b->acc_bits;
    double   parts = b->lanes > b->pout ? b->lanes / b->pout : 1;
    Estimate a = { 1.39 * bits + b->pout * (5.2 * acc + 3.2 * pot + 1.25 * acc * parts + 80),
                   4.64 * bits + b->pout * (6.1 * acc + 6.4 * pot + 10), 0 };
    a = add(a, of_lanes(b));
    a = add(a, (Estimate){ 3140 + 10.5 * b->port_bits, 3190 + 3.2 * b->port_bits, 0 });
    if (b->lanes * b->weight_bits != b->port_bits) /* else the gearbox is wires */
        a = add(a, (Estimate){ 1.5 * b->port_bits, 3.0 * b->port_bits, 0 });
    a.lut *= f.lut_inputs == 4 ? 1.53 : 1;
    a = add(a, lane_memory(b, f));
    a = add(a, memory(b->port_bits, 64, false, f));
    for (int part = 0; part < b->pin / b->pout; part++)
        a = add(a, memory(b->pout * b->bits, 2 * b->map_words, false, f));
    a = add(a, memory(b->pout * b->acc_bits, b->positions, false, f));
    return add(a, memory(b->pixel_bits, b->image_pixels, false, f));
}
