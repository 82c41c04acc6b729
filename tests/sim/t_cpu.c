/* The loops of each CPU that runs here against plain sums, from printed seeds: any shape, and the
 * codes and weights at which sums of 16 bits would saturate. */
#include <stdio.h>
#include "base/rng.h"
#include "sim/cpu.h"
#include "sim/sim.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h> /* last: its fail() is a macro */

enum { SEEDS = 300, TILE = TILE_N * TILE_O };

static int pick(Rng *r, int lo, int hi) { return (int)rng_range(r, lo, hi); }

/* How codes and weights are drawn. */
typedef enum Draw { DRAW_ANY, DRAW_EXTREMES, DRAW_TOP, DRAW_BOTTOM, DRAWS } Draw;

static int draw(Rng *r, Draw d, int lo, int hi)
{
    switch (d) {
    case DRAW_TOP:      return hi;
    case DRAW_BOTTOM:   return lo;
    case DRAW_EXTREMES: return pick(r, 0, 1) ? hi : lo;
    case DRAW_ANY:
    case DRAWS:         break;
    }
    return pick(r, lo, hi);
}

typedef struct Case { Dot d; int8_t *w; uint8_t *a; } Case;

static Case case_new(Rng *r, int rows, int run, int outs, int max_code, int max_w, Draw dw, Draw da,
                     Arena *a)
{
    Case c = { .d = { .rows = rows, .run = run, .outs = outs, .max_code = max_code } };
    c.d.row = run + pick(r, 0, 9);
    c.d.step = rows * c.d.row + QUAD + pick(r, 0, 70);
    c.d.start = NEW(a, int32_t, (size_t)(outs + 2 * TILE_O));
    c.w = NEW(a, int8_t, (size_t)(outs * rows * run));
    size_t bytes = (size_t)(TILE_N * c.d.step);
    c.a = NEW(a, uint8_t, bytes);
    for (int o = 0; o < outs; o++) c.d.start[o] = (int32_t)rng_u64(r);
    for (int x = 0; x < outs * rows * run; x++) c.w[x] = (int8_t)draw(r, dw, -max_w, max_w);
    for (size_t x = 0; x < bytes; x++) c.a[x] = (uint8_t)draw(r, da, 0, max_code);
    return c;
}

static int32_t plain_dot(const Case *c, int p, int o)
{
    int64_t sum = c->d.start[o];
    for (int u = 0; u < c->d.rows; u++)
        for (int x = 0; x < c->d.run; x++)
            sum += c->a[p * c->d.step + u * c->d.row + x] *
                   c->w[(o * c->d.rows + u) * c->d.run + x];
    return (int32_t)(uint32_t)(uint64_t)sum;
}

static void check_dot(const Cpu *cpu, const Case *c, uint64_t seed, Arena a)
{
    Dot d = c->d;
    int32_t v[TILE + TILE_SLACK];
    cpu->pack(&d, c->w, &a);
    for (int o = 0; o < d.outs; o += TILE_O) {
        int outs = d.outs - o < TILE_O ? d.outs - o : TILE_O;
        cpu->dot(&d, c->a, o / TILE_O, outs, v);
        for (int p = 0; p < TILE_N; p++)
            for (int k = 0; k < outs; k++)
                if (v[p * outs + k] != plain_dot(c, p, o + k))
                    fail_msg("%s, seed %llu: image %d, output %d: %d, want %d", cpu->name,
                             (unsigned long long)seed, p, o + k, v[p * outs + k],
                             plain_dot(c, p, o + k));
    }
}

static void check_all(const Case *c, uint64_t seed, Arena a)
{
    for (int k = 0; cpu_list[k]; k++)
        if (cpu_runs(cpu_list[k]))
            check_dot(cpu_list[k], c, seed, a);
}

static void test_dot_shapes(void **state)
{
    (void)state;
    Arena whole = arena_new((size_t)1 << 26);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        Arena a = whole;
        Rng r = { seed };
        Case c = case_new(&r, pick(&r, 1, 5), pick(&r, 1, 70), pick(&r, 1, 70),
                          (1 << pick(&r, 1, 8)) - 1, pick(&r, 1, 127), (Draw)pick(&r, 0, DRAWS - 1),
                          (Draw)pick(&r, 0, DRAWS - 1), &a);
        check_all(&c, seed, a);
    }
    arena_delete(whole);
}

/* Every T and W with codes and weights at their ends, long enough to fill sums of 16 bits many
 * times; a flipped weight may be -128. */
static void test_dot_extremes(void **state)
{
    (void)state;
    Arena whole = arena_new((size_t)1 << 26);
    for (int steps = 1; steps <= 8; steps++)
        for (int bits = 1; bits <= 8; bits++)
            for (int way = DRAW_EXTREMES; way < DRAWS; way++) {
                Arena a = whole;
                Rng r = { (uint64_t)(100 * steps + 10 * bits + way) };
                int top = bits == 1 ? 1 : (1 << (bits - 1)) - 1;
                Case c = case_new(&r, 2, 1300, 17, (1 << steps) - 1, top, (Draw)way, DRAW_TOP, &a);
                check_all(&c, (uint64_t)(100 * steps + 10 * bits + way), a);
                memset(c.w, -(1 << (bits - 1)), 2600);
                check_all(&c, (uint64_t)(100 * steps + 10 * bits + way), a);
            }
    arena_delete(whole);
}

/* ---- neurons ---- */

static int64_t wrap(int64_t x, int bits)
{
    return (int64_t)((uint64_t)x << (64 - bits)) >> (64 - bits);
}

typedef struct Neuron { int acc, pot, frac, steps; bool sign; } Neuron;

static int plain_fire(Neuron n, int32_t v, int64_t theta, int64_t bias, int *beyond)
{
    int64_t u = wrap(wrap(v, n.acc) * ((int64_t)1 << n.frac) + bias, n.pot);
    int code = 0;
    *beyond = 0;
    if (n.sign) {
        code = u >= 0;
        u = code ? u : wrap(u + (theta << (n.steps - 1)), n.pot);
        *beyond = u < 0;
    }
    for (int t = n.sign; t < n.steps; t++) {
        int64_t trial = wrap(u - (theta << (n.steps - 1 - t)), n.pot);
        code = 2 * code + (trial >= 0);
        u = trial >= 0 ? trial : u;
    }
    *beyond |= u >= theta;
    return code;
}

/* Widths as a proved layer has them (safe), or one in which values wrap. */
static Neuron neuron_new(Rng *r, bool safe)
{
    Neuron n = { .steps = pick(r, 1, 8), .frac = pick(r, 0, 7), .acc = pick(r, 8, 16) };
    n.sign = n.steps > 1 && pick(r, 0, 2) == 0;
    n.pot = safe ? n.acc + n.frac + 2 : pick(r, n.steps + 1, n.acc + n.frac + 2);
    return n;
}

typedef struct Tile {
    Fire    f;
    int64_t theta[TILE_O], bias[TILE_O];
    int32_t v[TILE + TILE_SLACK];
} Tile;

static void tile_fill(Tile *t, Rng *r, Neuron n, int outs, bool safe, Arena *a)
{
    int64_t top = (int64_t)1 << (n.acc + n.frac - 1);
    t->f = (Fire){ .steps = n.steps, .sign = n.sign, .narrow = n.pot <= 32 && n.frac < n.pot,
                   .wrap = 32 - n.acc, .frac = n.frac };
    t->f.safe = safe && t->f.narrow;
    t->f.left = (t->f.narrow ? 32 : 64) - n.pot;
    t->f.theta.u64 = arena_take(a, 8 * TILE, 64, 1);
    t->f.bias.u64  = arena_take(a, 8 * TILE, 64, 1);
    for (int o = 0; o < outs; o++) {
        int64_t most = top >> (n.steps - 1), fits = ((int64_t)1 << (n.pot - 1)) - 1;
        t->theta[o] = rng_range(r, 1, most < fits ? most : fits);
        t->bias[o]  = rng_range(r, -top / 2, top / 2);
    }
    for (int x = 0; x < TILE_N * outs; x++) {
        uint64_t th = (uint64_t)t->theta[x % outs] << t->f.left;
        uint64_t b = (uint64_t)t->bias[x % outs] << t->f.left;
        if (t->f.narrow) {
            t->f.theta.u32[x] = (uint32_t)th;
            t->f.bias.u32[x]  = (uint32_t)b;
        } else {
            t->f.theta.u64[x] = th;
            t->f.bias.u64[x]  = b;
        }
        t->v[x] = (int32_t)(safe ? rng_range(r, -(1 << (n.acc - 1)), (1 << (n.acc - 1)) - 1)
                                 : rng_range(r, INT32_MIN, INT32_MAX));
    }
}

static void check_fire(const Cpu *cpu, uint64_t seed, Neuron n, const Tile *t, int outs, int images)
{
    uint8_t code[TILE + TILE_SLACK];
    int sum = 0, got = cpu->fire(&t->f, t->v, 0, outs, images, code);
    for (int x = 0; x < outs * images; x++) {
        int beyond, want = plain_fire(n, t->v[x], t->theta[x % outs], t->bias[x % outs], &beyond);
        sum += beyond;
        if (code[x] != want)
            fail_msg("%s, seed %llu: value %d: %d, want %d", cpu->name, (unsigned long long)seed, x,
                     code[x], want);
    }
    if (got != sum)
        fail_msg("%s, seed %llu: %d saturated, want %d", cpu->name, (unsigned long long)seed, got,
                 sum);
}

static void test_fire(void **state)
{
    (void)state;
    Arena whole = arena_new((size_t)1 << 24);
    int safe_ones = 0;
    for (uint64_t seed = 1; seed <= 10 * SEEDS; seed++) {
        Arena a = whole;
        Rng r = { seed };
        bool safe = seed % 2;
        Neuron n = neuron_new(&r, safe);
        int outs = pick(&r, 1, TILE_O), images = pick(&r, 1, TILE_N);
        Tile *t = NEW(&a, Tile, 1);
        tile_fill(t, &r, n, outs, safe, &a);
        safe_ones += t->f.safe;
        for (int k = 0; cpu_list[k]; k++)
            if (cpu_runs(cpu_list[k]))
                check_fire(cpu_list[k], seed, n, t, outs, images);
    }
    assert_true(safe_ones > SEEDS);
    arena_delete(whole);
}

/* ---- sums over bytes ---- */

static void check_bytes(const Cpu *cpu, uint64_t seed, const uint8_t *code, const int16_t *reach,
                        int n, int steps, int flip)
{
    int64_t got[8] = { 0 }, want[8] = { 0 }, sops = 0;
    uint8_t most[6000];
    for (int x = 0; x < n; x++) {
        for (int t = 0; t < steps; t++) want[t] += (code[x] ^ flip) >> (steps - 1 - t) & 1;
        sops += (int64_t)reach[x] * __builtin_popcount((unsigned)(code[x] ^ flip));
        most[x] = (uint8_t)(255 - code[x]);
    }
    cpu->spikes(code, n, flip, steps, got);
    cpu->max(most, code, n);
    if (memcmp(got, want, sizeof got) != 0 || cpu->sops(code, reach, n, flip) != sops)
        fail_msg("%s, seed %llu: spikes or SOPs differ", cpu->name, (unsigned long long)seed);
    for (int x = 0; x < n; x++)
        assert_int_equal(code[x] > 127 ? code[x] : 255 - code[x], most[x]);
}

static void test_bytes(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        static uint8_t code[6000];
        static int16_t reach[6000];
        Rng r = { seed };
        int n = pick(&r, 0, 1) ? pick(&r, 0, 100) : pick(&r, 0, 6000), steps = pick(&r, 1, 8);
        int full = pick(&r, 0, 2), flip = pick(&r, 0, 1) << (steps - 1);
        for (int x = 0; x < n; x++) {
            code[x] = (uint8_t)(full ? (1 << steps) - 1 : pick(&r, 0, (1 << steps) - 1));
            reach[x] = (int16_t)(full == 1 ? INT16_MAX : pick(&r, 0, 99));
        }
        for (int k = 0; cpu_list[k]; k++)
            if (cpu_runs(cpu_list[k]))
                check_bytes(cpu_list[k], seed, code, reach, n, steps, flip);
    }
}

static void test_choice(void **state)
{
    (void)state;
    const Cpu *cpu;
    Ctx c = { 0 };
    unsetenv("E3NE_CPU");
    assert_int_equal(0, cpu_choose(&cpu, &c));
    assert_true(cpu_runs(cpu));
    setenv("E3NE_CPU", "portable", 1);
    assert_int_equal(0, cpu_choose(&cpu, &c));
    assert_ptr_equal(cpu, &cpu_portable);
    setenv("E3NE_CPU", "z80", 1);
    assert_int_equal(ERR_OPTION, cpu_choose(&cpu, &c));
    assert_int_equal(2, err_exit(c.code));
    unsetenv("E3NE_CPU");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dot_shapes), cmocka_unit_test(test_dot_extremes),
        cmocka_unit_test(test_fire),       cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_choice),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    printf("# seeds 1 to %d; CPUs:", SEEDS);
    for (int k = 0; cpu_list[k]; k++)
        printf(" %s%s", cpu_runs(cpu_list[k]) ? "" : "not ", cpu_list[k]->name);
    printf("\n");
    return cmocka_run_group_tests_name("cpu", tests, NULL, NULL);
}
