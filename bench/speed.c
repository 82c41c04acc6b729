/* bench/speed.c - speed of the simulator on the network of a build folder, for each kind of CPU
 * that this machine has: the convolution layers against the machine's peak, measured here by a loop
 * of the instruction used that touches registers only; and whole images per second, from bytes to
 * label. With one thread seconds are the processor's, so that other programs disturb little; with
 * more they are the wall clock's, and the peak is that of one thread.
 *
 * usage: speed DIR THREADS [CPU]   DIR: snn.il, tensors.npz with an input table; CPU: that one only
 */
#include "base/rng.h"
#include "ir/text.h"
#include "sim/cpu.h"
#include "sim/sim.h"
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 7, ROUNDS_THREADED = 200, PEAK_LOOPS = 1000000 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(omp_get_max_threads() == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* --- peak: a function runs its instruction 14 * PEAK_LOOPS times; returns products of one --- */

#ifdef __x86_64__
#include <immintrin.h>
#define KEEP(s) __asm__("" : "+v"(s)); /* in its own register */
#define FOURTEEN(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13)

static volatile int sink;

__attribute__((target("avx512f,avx512vnni"))) static int peak_vnni(void)
{
    __m512i x = _mm512_set1_epi8(3), w = _mm512_set1_epi8(-2), all = _mm512_setzero_si512();
#define DECLARE(k) __m512i s##k = _mm512_set1_epi32(k);
#define STEP(k) s##k = _mm512_dpbusd_epi32(s##k, x, w); KEEP(s##k)
#define ADD(k) all = _mm512_add_epi32(all, s##k);
    FOURTEEN(DECLARE)
    for (int i = 0; i < PEAK_LOOPS; i++) { FOURTEEN(STEP) }
    FOURTEEN(ADD)
#undef DECLARE
#undef STEP
#undef ADD
    sink = _mm512_reduce_add_epi32(all);
    return 64;
}

__attribute__((target("avx2"))) static int peak_avx2(void)
{
    __m256i w = _mm256_set1_epi8(-2), all = _mm256_setzero_si256();
#define DECLARE(k) __m256i s##k = _mm256_set1_epi8(k);
#define STEP(k) s##k = _mm256_maddubs_epi16(s##k, w); KEEP(s##k)
#define ADD(k) all = _mm256_add_epi16(all, s##k);
    FOURTEEN(DECLARE)
    for (int i = 0; i < PEAK_LOOPS; i++) { FOURTEEN(STEP) }
    FOURTEEN(ADD)
#undef DECLARE
#undef STEP
#undef ADD
    sink = _mm256_extract_epi16(all, 0);
    return 32;
}

static int peak_portable(void)
{
    __m128i w = _mm_set1_epi16(-2), all = _mm_setzero_si128();
#define DECLARE(k) __m128i s##k = _mm_set1_epi16(k);
#define STEP(k) s##k = _mm_madd_epi16(s##k, w); KEEP(s##k)
#define ADD(k) all = _mm_add_epi32(all, s##k);
    FOURTEEN(DECLARE)
    for (int i = 0; i < PEAK_LOOPS; i++) { FOURTEEN(STEP) }
    FOURTEEN(ADD)
#undef DECLARE
#undef STEP
#undef ADD
    sink = _mm_cvtsi128_si32(all);
    return 8;
}

static const struct Peak { const Cpu *cpu; const char *what; int (*run)(void); } peaks[] = {
    { &cpu_vnni, "vpdpbusd zmm", peak_vnni }, { &cpu_avx2, "vpmaddubsw ymm", peak_avx2 },
    { &cpu_portable, "pmaddwd xmm", peak_portable },
};
#else
static const struct Peak { const Cpu *cpu; const char *what; int (*run)(void); } peaks[] = {
    { &cpu_portable, "no peak known here", NULL },
};
#endif

/* Products per second, in 1e9, of one run. */
static double peak_once(const struct Peak *p)
{
    if (!p->run)
        return 0;
    double start = seconds();
    int each = p->run();
    return 14e-9 * PEAK_LOOPS * each / (seconds() - start);
}

/* --- the network --- */

/* Its nodes up to the last before a dense one; products of its convolutions for one image. */
static Graph conv_part(const Graph *g, double *macs)
{
    Graph part = *g;
    part.n_node = 1;
    for (*macs = 0; part.n_node < g->n_node && g->node[part.n_node].op != OP_S_DENSE; part.n_node++)
        *macs += (double)ir_node_macs(g, &g->node[part.n_node]);
    return part;
}

/* Processor seconds to wall-clock seconds since the last call with the same `last`. */
static double cores(struct timespec last[2])
{
    struct timespec t[2];
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[0]);
    clock_gettime(CLOCK_MONOTONIC, &t[1]);
    double s[2];
    for (int k = 0; k < 2; k++) {
        s[k] = (double)(t[k].tv_sec - last[k].tv_sec)
               + 1e-9 * (double)(t[k].tv_nsec - last[k].tv_nsec);
        last[k] = t[k];
    }
    return s[0] / s[1];
}

/* Images per second of one run. */
static double run_once(const Graph *g, const SimInput *in, const char *cpu, Arena a)
{
    Ctx c = { 0 };
    Sim *sim;
    SimCount *count = NEW(&a, SimCount, (size_t)g->n_node);
    SimOut out = { .label = NEW(&a, int, (size_t)in->n) };
    setenv("E3NE_CPU", cpu, 1);
    if (sim_new(g, &a, &sim, &c))
        exit((fprintf(stderr, "%s\n", c.first.text), 2));
    double start = seconds();
    if (sim_run(sim, in, &out, count, a, &c))
        exit((fprintf(stderr, "%s\n", c.first.text), 2));
    return in->n / (seconds() - start);
}

static double better(double a, double b) { return a > b ? a : b; }

static void measure(const struct Peak *p, const Graph *g, const SimInput *in, Arena a)
{
    double macs, peak = 0, conv = 0, whole = 0;
    Graph part = conv_part(g, &macs);
    struct timespec last[2] = { 0 };
    cores(last);
    int rounds = omp_get_max_threads() > 1 ? ROUNDS_THREADED : ROUNDS;
    for (int k = 0; k < rounds; k++) {
        peak  = better(peak, peak_once(p));
        conv  = better(conv, run_once(&part, in, p->cpu->name, a));
        whole = better(whole, run_once(g, in, p->cpu->name, a));
    }
    printf("%-9s %-16s %9.1f %9.1f %7.1f %11.0f\n", p->cpu->name, p->what, peak,
           conv * macs * 1e-9, peak > 0 ? 1e-7 * conv * macs / peak : 0, whole);
    if (omp_get_max_threads() > 1)
        printf("the machine gave %.2f cores to %d threads (peak loops on one included)\n",
               cores(last), omp_get_max_threads());
}

/* Whole blocks, about 2e10 products; with more threads less, so that the others seldom wait for one
 * that another program holds up. */
static int images_of(const Graph *g)
{
    double macs = 1;
    for (int i = 0; i < g->n_node; i++) macs += (double)ir_node_macs(g, &g->node[i]);
    int threads = omp_get_max_threads();
    double blocks = (threads > 1 ? 2e9 * threads : 2e10) / 48 / macs;
    return 48 * (blocks < threads ? threads : blocks > 100 ? 100 : (int)blocks);
}

int main(int argc, char **argv)
{
    Ctx c = { 0 };
    Arena a = arena_new((size_t)1 << 34);
    Graph g = graph_new(&a);
    if (argc < 3 || graph_load(argv[1], "snn.il", "tensors.npz", &g, &c)) {
        fprintf(stderr, "%s\nusage: speed DIR THREADS [CPU]\n", c.first.text);
        return 2;
    }
    omp_set_num_threads(atoi(argv[2]));
    int64_t each = shape_count(g.node[0].shape);
    SimInput in = { .n = images_of(&g) };
    unsigned char *raw = NEW(&a, unsigned char, (size_t)(in.n * each));
    Rng r = { 1 };
    for (int64_t i = 0; i < in.n * each; i++) raw[i] = (unsigned char)rng_below(&r, 256);
    in.raw = raw;
    printf("%d images of noise, the best of many rounds, threads: %s\n", in.n, argv[2]);
    printf("%-9s %-16s %9s %9s %7s %11s\n", "loops", "instruction", "peak G/s", "conv G/s", "%",
           "images/s");
    for (size_t k = 0; k < sizeof peaks / sizeof *peaks; k++)
        if (cpu_runs(peaks[k].cpu) && (argc < 4 || !strcmp(argv[3], peaks[k].cpu->name)))
            measure(&peaks[k], &g, &in, a);
    return 0;
}
