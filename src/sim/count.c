/* Sums over codes and layers. */
#include "sim/fast.h"

void fast_count(const int16_t *code, int64_t n, int steps, int64_t *spikes)
{
    enum { PART = 4096 }; /* so that 16-bit sums suffice */
    for (int64_t from = 0; from < n; from += PART) {
        int part = (int)(n - from < PART ? n - from : PART);
        for (int t = 0; t < steps; t++) {
            uint16_t sum = 0;
            for (int i = 0; i < part; i++)
                sum = (uint16_t)(sum + (code[from + i] >> (steps - 1 - t) & 1));
            spikes[t] += sum;
        }
    }
}

int64_t sim_spikes(const Graph *snn, const SimCount *count)
{
    int64_t sum = 0;
    for (int i = 0; i < snn->n_node; i++)
        for (int t = 0; t < SIM_MAX_STEPS; t++) sum += count[i].spikes[t];
    return sum;
}

int64_t sim_sops(const Graph *snn, const SimCount *count)
{
    int64_t sum = 0;
    for (int i = 0; i < snn->n_node; i++) sum += count[i].sops;
    return sum;
}

int sim_argmax(const int64_t *logit, int64_t n)
{
    int64_t best = 0;
    for (int64_t i = 1; i < n; i++)
        if (logit[i] > logit[best])
            best = i;
    return (int)best;
}
