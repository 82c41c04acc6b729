#include "sim/cpu.h"
#include <stdlib.h>
#include <string.h>

const Cpu *const cpu_list[] = {
#ifdef __x86_64__
    &cpu_vnni, &cpu_avx2,
#endif
    &cpu_portable, NULL
};

bool cpu_runs(const Cpu *cpu)
{
#ifdef __x86_64__
    if (cpu == &cpu_vnni)
        return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    if (cpu == &cpu_avx2)
        return __builtin_cpu_supports("avx2");
#endif
    return cpu == &cpu_portable;
}

Err cpu_choose(const Cpu **cpu, Ctx *c)
{
    const char *want = getenv("E3NE_CPU");
    for (int i = 0; cpu_list[i]; i++) {
        *cpu = cpu_list[i];
        if (want && *want ? !strcmp(want, (*cpu)->name) : cpu_runs(*cpu))
            break;
        *cpu = NULL;
    }
    if (!*cpu)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "E3NE_CPU=%.40s: there are vnni, avx2 and portable; "
                    "without E3NE_CPU the fastest that runs here is taken", want);
    if (!cpu_runs(*cpu))
        return fail(c, ERR_OPTION, (Loc){ 0 }, "E3NE_CPU=%s: this machine lacks its instructions",
                    want);
    return ERR_NONE;
}
