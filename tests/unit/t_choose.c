/* t_choose.c - cost/choose: the engine that a wish gets. */
#include "fixture.h"
#include "cost/choose.h"
#include "ir/text.h"
#include <string.h>

#define NEURON "weight_bits=4 frac_bits=0 acc_bits=16 pot_bits=16 acc_min=0 acc_max=1 scale=1 "
static const char *const net =
    "e3ne-il 1\nprops shaped spikes\n"
    "s_input \"x\" () steps=8 signed_out=0 scale=1 -> 3x8x8\n"
    "s_conv2d \"c\" (\"x\") kernel=3,3 stride=1,1 pad=1,1,1,1 steps_in=8 steps=4 signed_out=0 " NEURON
    "w=\"w\":i8[32,3,3,3] theta=\"t\":i64[32] bias=\"b\":i64[32] -> 32x8x8\n"
    "s_conv2d \"d\" (\"c\") kernel=3,3 stride=1,1 pad=1,1,1,1 steps_in=4 steps=4 signed_out=0 " NEURON
    "w=\"u\":i8[64,32,3,3] theta=\"s\":i64[64] bias=\"e\":i64[64] -> 64x8x8\n"
    "s_maxpool \"p\" (\"d\") kernel=2,2 stride=2,2 pad=0,0,0,0 steps=4 signed_out=0 scale=1 -> 64x4x4\n"
    "s_dense \"f\" (\"p\") steps_in=4 steps=0 signed_out=0 " NEURON
    "w=\"v\":i8[10,1024] bias=\"g\":i64[10] -> 10x1x1\n";

static EngineWish wish(const char *device)
{
    EngineWish w = { .device = NULL };
    ok(device_find(&w.device, device, &ctx));
    return w;
}

static Err choose(const EngineWish *w, EngineChoice *got)
{
    Graph *g = NEW(&mem, Graph, 1);
    *g = graph_new(&mem);
    ok(graph_parse(net, strlen(net), "t.il", g, &ctx));
    return engine_choose(g, w, &mem, arena_new(1 << 24), got, &ctx);
}

/* More cycles allowed: an engine of no more LUTs, that still meets them. */
static void a_target(void **state)
{
    (void)state;
    EngineWish w = wish("xcvu13p");
    EngineChoice first, one, last = { 0 };
    ok(choose(&w, &first));
    int64_t fastest = first.cycles;
    for (int times = 1; times <= 64; times *= 2) {
        w.max_cycles = fastest * times;
        ok(choose(&w, &one));
        assert_true(one.cycles <= w.max_cycles);
        assert_true(times == 1 || one.area.lut <= last.area.lut);
        last = one;
    }
    assert_true(last.area.lut * 4 < first.area.lut && last.cycles > 4 * fastest);
    w.max_cycles = fastest - 1;
    wrong(choose(&w, &one), ERR_NO, "cannot be met");
}

static void a_budget(void **state)
{
    (void)state;
    EngineWish w = wish("xcvu13p");
    EngineChoice one;
    double last = 0;
    int64_t cycles = INT64_MAX;
    for (w.max_lut = 8000; w.max_lut < 100000; w.max_lut *= 2) {
        ok(choose(&w, &one));
        assert_true(one.area.lut <= w.max_lut && one.area.lut > last && one.cycles < cycles);
        last   = one.area.lut;
        cycles = one.cycles;
    }
    w.max_lut = 100;
    wrong(choose(&w, &one), ERR_FIT, "more than the 100");
}

static void what_is_given(void **state)
{
    (void)state;
    EngineWish w = wish("xcvu13p");
    EngineChoice one;
    w.pin = 16, w.pout = 8, w.port_bits = 128;
    ok(choose(&w, &one));
    assert_int_equal(one.tried, 1);
    assert_int_equal(one.plan.build.pin, 16);
    assert_int_equal(one.plan.build.pout, 8);
    assert_int_equal(one.plan.build.port_bits, 128);
    assert_int_equal(one.plan.build.weight_bits, 4);
    assert_int_equal(one.plan.build.map_words, 2048); /* as many codes as by default */
    w.pin = 8;
    w.port_bits = 512;
    wrong(choose(&w, &one), ERR_RANGE, "8 x 8 slots behind a port of 512");
}

/* Block RAMs are short: memories of what the network needs, then none. */
static void memories(void **state)
{
    (void)state;
    EngineWish w = wish("xcvu13p");
    EngineChoice one;
    Device few = *w.device;
    w.pin = w.pout = 32, w.port_bits = 256;
    ok(choose(&w, &one));
    assert_int_equal(one.plan.build.map_words, 1024);
    assert_int_equal(one.plan.build.image_pixels, 2304);
    few.ram  = one.area.blocks - 1;
    w.device = &few;
    ok(choose(&w, &one));
    assert_int_equal(one.plan.build.map_words, 64); /* 32 channels of 8 x 8 */
    assert_int_equal(one.plan.build.image_pixels, 64);
    few.ram = 1;
    wrong(choose(&w, &one), ERR_FIT, "block RAM");
}

static void too_small(void **state)
{
    (void)state;
    EngineWish w = wish("ice40-up5k");
    EngineChoice one;
    wrong(choose(&w, &one), ERR_FIT, "ice40-up5k is too small");
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target), cmocka_unit_test(a_budget), cmocka_unit_test(what_is_given),
        cmocka_unit_test(memories), cmocka_unit_test(too_small),
    };
    return RUN(tests);
}
