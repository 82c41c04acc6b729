/* t_engine.c - cost/engine: clocks of small networks, counted by hand. */
#include "fixture.h"
#include "cost/engine.h"
#include "ir/text.h"
#include <string.h>

static const EngineTiming at_once = { .latency = 0, .refresh = 0, .period = 1000, .fifo_words = 8, .drain = 5 };
static EngineLayer layer[4];

static EngineBuild small_engine(void)
{
    EngineBuild b = engine_build_small();
    b.pixel_bits = 32;
    return b;
}

static TapePlan planned(const char *text, const EngineBuild *b)
{
    Graph g = graph_new(&mem);
    TapePlan p;
    ok(graph_parse(text, strlen(text), "t.il", &g, &ctx));
    ok(tape_plan(&g, b, false, &mem, &p, &ctx));
    return p;
}

static int64_t clocks(const char *text, const EngineBuild *b, EngineTiming t)
{
    int64_t total;
    TapePlan p = planned(text, b);
    ok(engine_cycles(&p, &t, layer, &total, &ctx));
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

/* 8 words of header, 8 of layer table, one pixel, a word for each of 4 inputs, 4 of params, 5 to
 * drain, the class. */
static void a_dense_layer(void **state)
{
    (void)state;
    EngineBuild b = small_engine();
    assert_int_equal(clocks(dense, &b, at_once), 8 + 8 + 1 + 4 + 4 + 5 + 1);
    b.lanes = 1; /* two words of one lane an input */
    assert_int_equal(clocks(dense, &b, at_once), 8 + 8 + 1 + 2 * 4 + 4 + 5 + 1);
    b = small_engine();
    EngineTiming late = at_once;
    late.latency = 10; /* the pixel is there before the third request's first word is, and a clock in the fifo */
    assert_int_equal(clocks(dense, &b, late), 10 + 8 + 10 + 8 + 10 + 1 + 4 + 4 + 5 + 1);
}

/* PIn 8 is less than 9 taps: 9 chunks of 2 words behind 4 of params. Visits of the taps: 4 (the
 * first, all), 2 1 2 4 2 1 2, 4 (the last, all), of 2 steps each, and never under 4 looks. */
static void a_padded_convolution(void **state)
{
    (void)state;
    EngineBuild b = engine_build_small();
    clocks(conv, &b, at_once);
    assert_int_equal(layer[0].start, 8 + 16 + 4);
    assert_int_equal(layer[0].slots, 8 + 4 + 4 + 4 + 8 + 4 + 4 + 4 + 8);
    assert_int_equal(layer[0].cycles, 4 + 2 + layer[0].slots + 5);
    assert_int_equal(layer[0].words, 4 + 9 * 2);
    assert_int_equal(layer[1].words, 12 + 4);
}

/* The taps side by side: 2 rows of windows, 4 columns of 3 pixels each; a single chunk. */
static void windows(void **state)
{
    (void)state;
    EngineBuild b = engine_build_small();
    b.pin = 16;
    clocks(conv, &b, at_once);
    assert_int_equal(layer[0].start, 8 + 16 + 2 * 4 * 3);
    assert_int_equal(layer[0].cycles, 4 + 4 + 4 * 2 + 5);
    b.pin = 32; /* two windows a word */
    clocks(conv, &b, at_once);
    assert_int_equal(layer[0].slots, 2 * 2);
    assert_int_equal(layer[0].cycles, 4 + 8 + 2 * 2 + 5);
}

static void what_cannot_be(void **state)
{
    (void)state;
    EngineBuild b = small_engine();
    TapePlan p = planned(dense, &b);
    int64_t total;
    wrong(engine_cycles(&p, &(EngineTiming){ 0, 35, 35, 8, 5 }, layer, &total, &ctx), ERR_RANGE, "refreshed in 35 of 35");
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dense_layer), cmocka_unit_test(a_padded_convolution), cmocka_unit_test(windows),
        cmocka_unit_test(what_cannot_be),
    };
    return RUN(tests);
}
