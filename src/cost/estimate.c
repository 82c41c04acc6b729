#include "cost/estimate.h"
#include "base/num.h"

int estimate_blocks(int width, int depth, Fabric f)
{
    int best = 0;
    for (int w = f.block_width; w >= 1; w /= 2) {
        int n = (int)(num_ceil_div(width, w) * num_ceil_div(depth, f.block_bits / w));
        best = best == 0 || n < best ? n : best;
    }
    return best;
}

/* A memory of depth x width: in LUTs while it is shallow, else in blocks. */
static Estimate memory(int width, int depth, bool rom, Fabric f)
{
    enum { SHALLOW = 32 };
    if (depth > SHALLOW || (!rom && !f.lut_memory && depth > 2))
        return (Estimate){ 0, 0, estimate_blocks(width, depth, f) };
    double per_bit = rom ? (depth > 1 ? 0.5 : 0) : 0.7;
    return (Estimate){ per_bit * width * (rom ? 1 : 1 + depth / 64), 0, 0 };
}

static Estimate add(Estimate a, Estimate b)
{
    return (Estimate){ a.lut + b.lut, a.ff + b.ff, a.blocks + b.blocks };
}

static Estimate of_array(const int *p, Fabric f)
{
    double slots = (double)p[P_ARRAY_PIn] * p[P_ARRAY_POut], w = p[P_ARRAY_WBits];
    bool constant = p[P_ARRAY_Chunks] * p[P_ARRAY_Groups] == 1;
    double acc = (double)p[P_ARRAY_POut] * p[P_ARRAY_AccBits];
    Estimate a = { slots * (constant ? 0.6 * w : 1.2 + 1.6 * w) + 2 * acc, 3 * acc + slots, 0 };
    if (p[P_ARRAY_Groups] > 1)
        a = add(a, memory((int)acc, p[P_ARRAY_Groups], false, f));
    return add(a, memory((int)(slots * w), p[P_ARRAY_Chunks] * p[P_ARRAY_Groups], true, f));
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
    double one = 2.5 * p[P_NEURON_PotBits] + p[P_NEURON_ThetaBits] + 2 * p[P_NEURON_Bits];
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
    case UNIT_AXIS_IN: a = (Estimate){ 60, 40, 0 }; break;
    case UNIT_AXIS_OUT:
        a = (Estimate){ 120 + 0.35 * p[P_AXIS_OUT_Lanes] * p[P_AXIS_OUT_InBits], 110, 0 };
        break;
    case UNIT_FIFO:
        a = (Estimate){ 8, 10, 0 };
        a = add(a, memory(p[P_FIFO_Width], p[P_FIFO_Depth], false, f));
        break;
    case UNIT_WIDTH: {
        double wide = (double)p[P_WIDTH_Bits] * (p[P_WIDTH_InLanes] > p[P_WIDTH_OutLanes] ?
                                                 p[P_WIDTH_InLanes] : p[P_WIDTH_OutLanes]);
        a = (Estimate){ 10 + wide, wide, 0 };
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
    a.lut *= f.lut_inputs == 4 ? 1.6 : 1;
    return a;
}

Estimate estimate_design(const Design *d, Fabric f)
{
    Estimate a = { 0 };
    for (int i = 0; i < d->n_unit; i++) a = add(a, estimate_unit(&d->unit[i], f));
    return a;
}
