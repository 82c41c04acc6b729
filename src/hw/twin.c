#include "hw/twin.h"

extern const TwinKind twin_axis_in, twin_axis_out, twin_fifo, twin_width, twin_maxpool,
                      twin_window, twin_array, twin_neuron, twin_maxtree;

const TwinKind *const twin_table[UNIT_COUNT] = {
    [UNIT_AXIS_IN]  = &twin_axis_in,
    [UNIT_AXIS_OUT] = &twin_axis_out,
    [UNIT_FIFO]     = &twin_fifo,
    [UNIT_WIDTH]    = &twin_width,
    [UNIT_MAXPOOL]  = &twin_maxpool,
    [UNIT_WINDOW]   = &twin_window,
    [UNIT_ARRAY]    = &twin_array,
    [UNIT_NEURON]   = &twin_neuron,
    [UNIT_MAXTREE]  = &twin_maxtree,
};
