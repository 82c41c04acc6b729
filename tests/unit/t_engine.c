/* t_engine.c - cost/engine: clocks of small networks, counted by hand; against the RTL:
 * tests/engine/cycles.sh. */
#include "fixture.h"
#include "cost/engine.h"
#include "ir/text.h"
#include <string.h>

static const EngineTiming at_once = { .latency = 1, .queue = 64 };
static EngineLayer layer[4];

static EngineBuild small_engine(void)
{
    EngineBuild b = engine_build_small();
    b.pixel_bits = 32;
    return b;
}

static TapePlan planned(const char *text, const EngineBuild *b, bool skip)
{
    Graph g = graph_new(&mem);
    TapePlan p;
    ok(graph_parse(text, strlen(text), "t.il", &g, &ctx));
    ok(tape_plan(&g, b, skip, &mem, &p, &ctx));
    return p;
}

static int64_t clocks(const TapePlan *p, EngineTiming t, const int16_t *const *codes)
{
    int64_t total;
    ok(engine_cycles(p, &t, codes, layer, &total, &ctx));
    return total;
}

#define WIDTHS "weight_bits=2 frac_bits=0 acc_bits=8 pot_bits=8 acc_min=0 acc_max=1 scale=1 "
static const char *const dense =
    "e3ne-il 1\nprops shaped spikes\n"
    "s_input \"x\" () steps=3 signed_out=0 scale=1 -> 4x1x1\n"
    "s_dense \"d\" (\"x\") steps_in=3 steps=0 signed_out=0 " WIDTHS
    "w=\"w\":i8[2,4] bias=\"b\":i64[2] -> 2x1x1\n";
static const char *const conv =
    "e3ne-il 1\nprops shaped spikes\n"
    "s_input \"x\" () steps=2 signed_out=0 scale=1 -> 1x2x2\n"
    "s_conv2d \"c\" (\"x\") kernel=3,3 stride=1,1 pad=1,1,1,1 steps_in=2 steps=4 signed_out=0 " WIDTHS
    "w=\"w\":i8[3,1,3,3] theta=\"t\":i64[3] bias=\"b\":i64[3] -> 3x2x2\n"
    "s_dense \"d\" (\"c\") steps_in=4 steps=0 signed_out=0 " WIDTHS
    "w=\"v\":i8[2,12] bias=\"c.b\":i64[2] -> 2x1x1\n";

/* A port word for each of 4 inputs; a later memory costs its latency three times: for the header, the
 * table and the layers. */
static void a_dense_layer(void **state)
{
    (void)state;
    EngineBuild b = small_engine();
    TapePlan p = planned(dense, &b, false);
    int64_t least = clocks(&p, at_once, NULL);
    assert_int_equal(layer[0].slots, 4);
    assert_int_equal(layer[0].start + layer[0].cycles, least + 1);
    EngineTiming t = at_once;
    t.latency = 20;
    int64_t late = clocks(&p, t, NULL);
    t.latency = 30;
    assert_int_equal(clocks(&p, t, NULL), late + 3 * 10);
    t.latency = 1;
    t.pixel = -5; /* the run begins with the pixel */
    assert_int_equal(clocks(&p, t, NULL), least + 5);
    b.lanes = 1; /* two words of one lane an input */
    p = planned(dense, &b, false);
    clocks(&p, at_once, NULL);
    assert_int_equal(layer[0].slots, 2 * 4);
}

/* A record that counts one position too many waits for it for ever. */
static void a_hang_is_an_error(void **state)
{
    (void)state;
    EngineBuild b = small_engine();
    TapePlan p = planned(conv, &b, false);
    p.layer[0].r.positions++;
    int64_t total;
    wrong(engine_cycles(&p, &at_once, NULL, layer, &total, &ctx), ERR_RANGE, "stands still in layer");
}

/* Columns of zero codes are left out, the last one excepted. */
static void skipped_columns(void **state)
{
    (void)state;
    EngineBuild b = small_engine();
    TapePlan p = planned(dense, &b, true);
    static const int16_t some[4] = { 0, 3, 0, 0 };
    const int16_t *codes[1] = { some };
    clocks(&p, at_once, NULL);
    assert_int_equal(layer[0].slots, 4);
    clocks(&p, at_once, codes);
    assert_int_equal(layer[0].slots, 2);
    p = planned(dense, &b, false); /* a tape without skipping does not look */
    clocks(&p, at_once, codes);
    assert_int_equal(layer[0].slots, 4);
}

/* In every period no word begins for some clocks: a run that needs a word there ends later. */
static void refresh(void **state)
{
    (void)state;
    EngineBuild b = small_engine();
    TapePlan p = planned(dense, &b, false);
    EngineTiming t = at_once;
    int64_t least = clocks(&p, t, NULL);
    t.period  = 100000;
    t.refresh = 50;
    assert_int_equal(clocks(&p, t, NULL), least + 50 - 5); /* the first word would come in clock 5 */
    t.clock = 50;
    assert_int_equal(clocks(&p, t, NULL), least);
}

/* PIn 8 is less than 9 taps: 9 chunks. Visits of the taps: 4 (the first, all), 2 1 2 4 2 1 2, 4 (the
 * last, all), of 2 steps each. */
static void a_padded_convolution(void **state)
{
    (void)state;
    EngineBuild b = engine_build_small();
    TapePlan p = planned(conv, &b, false);
    clocks(&p, at_once, NULL);
    assert_int_equal(layer[0].slots, 2 * (4 + 2 + 1 + 2 + 4 + 2 + 1 + 2 + 4));
    assert_int_equal(layer[1].slots, 12);
}

/* The taps side by side: a single chunk; then two windows a word. */
static void windows(void **state)
{
    (void)state;
    EngineBuild b = engine_build_small();
    b.pin = 16;
    TapePlan p = planned(conv, &b, false);
    clocks(&p, at_once, NULL);
    assert_int_equal(layer[0].slots, 4 * 2);
    b.pin = 32;
    p = planned(conv, &b, false);
    clocks(&p, at_once, NULL);
    assert_int_equal(layer[0].slots, 2 * 2);
}

static void what_cannot_be(void **state)
{
    (void)state;
    EngineBuild b = small_engine();
    TapePlan p = planned(dense, &b, false);
    int64_t total;
    EngineTiming t = { .latency = 1, .refresh = 35, .period = 35, .queue = 64 };
    wrong(engine_cycles(&p, &t, NULL, layer, &total, &ctx), ERR_RANGE, "refreshed in 35 of 35");
    t = (EngineTiming){ .latency = 1 };
    wrong(engine_cycles(&p, &t, NULL, layer, &total, &ctx), ERR_RANGE, "0 requests");
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dense_layer),   cmocka_unit_test(a_hang_is_an_error),
        cmocka_unit_test(skipped_columns), cmocka_unit_test(refresh),
        cmocka_unit_test(a_padded_convolution), cmocka_unit_test(windows),
        cmocka_unit_test(what_cannot_be),
    };
    return RUN(tests);
}
