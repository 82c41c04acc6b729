/* e3ne - one word decides. */
#include "cli/verb.h"
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The OpenBLAS kernels for this processor where the library takes it for the oldest it knows
 * (Prescott), at a tenth of the speed; NULL: it knows better. */
static const char *blas_kernels(void)
{
#if defined(__x86_64__)
    bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && !strcmp(openblas_get_corename(), "Prescott"))
        return avx512 ? "SkylakeX" : "Haswell";
#endif
    return NULL;
}

/* What OpenBLAS and OpenMP read only as the program is loaded: so load it once more. Threads that
 * wait must sleep: on a busy machine spinning made quantising twenty times slower (measured). */
static void load_again(char **argv)
{
    const char *kernels = getenv("OPENBLAS_CORETYPE") ? NULL : blas_kernels();
    bool spins = !getenv("OMP_WAIT_POLICY");
    if (!kernels && !spins)
        return;
    if ((kernels && setenv("OPENBLAS_CORETYPE", kernels, 1)) ||
        (spins && setenv("OMP_WAIT_POLICY", "passive", 1)))
        return;
    execv("/proc/self/exe", argv); /* where that fails, slow as before */
}

static int help(FILE *to)
{
    fprintf(to, "e3ne %s - trained networks to spiking FPGA hardware, proved bit for bit\n\n"
                "usage: e3ne VERB ... (e3ne VERB --help)\n\n", E3NE_VERSION);
    for (int i = 0; verb_table[i].name; i++)
        fprintf(to, "  %-10s %s\n", verb_table[i].name, verb_table[i].what);
    fprintf(to, "\n  e3ne compile model.onnx --calib train.idx --test test.idx --labels labels.idx -o out\n");
    return to == stdout ? 0 : 2;
}

int main(int argc, char **argv)
{
    load_again(argv);
    if (argc < 2)
        return help(stderr);
    if (!strcmp(argv[1], "--version")) {
        printf("e3ne %s\n", E3NE_VERSION);
        return 0;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help"))
        return help(stdout);
    for (int i = 0; verb_table[i].name; i++)
        if (!strcmp(argv[1], verb_table[i].name))
            return verb_run(&verb_table[i], argc - 2, argv + 2);
    fprintf(stderr, "e3ne: there is no verb '%s'\n\n", argv[1]);
    return help(stderr);
}
