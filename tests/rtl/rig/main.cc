// Clock and reset. Arguments: CASES SEED CYCLES.
#include "Vtb.h"
#include "verilated.h"
#include <cstdlib>

extern "C" {
void rig_begin(const char *cases, unsigned long long seed);
void rig_reset(int on);
int  rig_end(void);
}

int main(int argc, char **argv)
{
    if (argc != 4) return 2;
    unsigned long long seed = std::strtoull(argv[2], nullptr, 10);
    long cycles = std::atol(argv[3]);
    VerilatedContext context;
    context.randReset(2);  // registers without a reset start at random
    context.randSeed(static_cast<int>(seed) + 1);
    Vtb top{&context};
    rig_begin(argv[1], seed);
    top.rst_n = 1;
    top.clk = 1;
    top.eval();  // power-up: so that the reset that follows is an edge
    long part = cycles / 16 + 1;  // resets while things are under way end the first four parts
    for (long i = 0; i < cycles; i++) {
        bool reset = i < 3 || (i >= part && i < 5 * part && i % part < 2);
        top.rst_n = !reset;
        rig_reset(reset);
        top.clk = 0;
        top.eval();
        top.clk = 1;
        top.eval();
    }
    top.final();
    return rig_end();
}
