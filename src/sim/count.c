/* Sums over codes and layers. */
#include "sim/sim.h"

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
