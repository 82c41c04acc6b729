/* t_engine.c - cost/engine: clocks of small networks, counted by hand. */
#include "fixture.h"
#include "cost/engine.h"
#include "ir/text.h"
#include <string.h>

static const EngineMemory at_once = { .latency = 0, .refresh = 0, .period = 1000 };
static EngineLayer layer[4];

static Graph parsed(const char *text)
{
    Graph g = graph_new(&mem);
    ok(graph_parse(text, strlen(text), "t.il", &g, &ctx));
    return g;
}

static int64_t clocks(const char *text, EngineShape e, EngineMemory m, int steps, int input_steps)
{
    Graph g = parsed(text);
    int64_t total;
    ok(engine_cycles(&g, &e, &m, steps, input_steps, layer, &total, mem, &ctx));
    return total;
}

static const char *const dense =
    "e3ne-il 1\nprops shaped\ninput \"x\" () -> 4x1x1\n"
    "dense \"d\" (\"x\") w=\"w\":f32[2,4] -> 2x1x1\n";
static const char *const conv =
    "e3ne-il 1\nprops shaped\ninput \"x\" () -> 1x2x2\n"
    "conv2d \"c\" (\"x\") kernel=3,3 stride=1,1 pad=1,1,1,1 w=\"w\":f32[3,1,3,3] -> 3x2x2\n";

/* One pixel, a word for each of 4 inputs, 5 to drain, 3 steps of 2 neurons. */
static void a_dense_layer(void **state)
{
    (void)state;
    EngineShape e = { .pin = 4, .pout = 2, .weight_bits = 4, .port_bits = 8, .fifo_words = 8, .drain = 5 };
    assert_int_equal(clocks(dense, e, at_once, 3, 3), 1 + 4 + 5 + 3);
    e.port_bits = 4; /* a word for each weight */
    assert_int_equal(clocks(dense, e, at_once, 3, 3), 1 + 8 + 5 + 3);
    EngineMemory late = at_once;
    late.latency = 10; /* the port waits, then gives a word a clock */
    assert_int_equal(clocks(dense, e, late, 3, 3), 10 + 1 + 8 + 5 + 3);
}

/* Of 36 taps on positions 16 lie on the map; three output tiles; 2 input steps. */
static void a_padded_convolution(void **state)
{
    (void)state;
    EngineShape e = { .pin = 1, .pout = 1, .weight_bits = 4, .port_bits = 4, .fifo_words = 8, .drain = 5 };
    assert_int_equal(clocks(conv, e, at_once, 4, 2), 4 + 1 + 3 * 16 * 2 + 5);
    assert_int_equal(layer[0].slots, 3 * 16 * 2);
    assert_int_equal(layer[0].words, 3 * 9);
    e.pin = 9; /* the taps side by side: 9 words of weights a tile, 4 positions */
    assert_int_equal(clocks(conv, e, at_once, 4, 2), 4 + 9 + 9 + 9 + 8 + 5);
    assert_int_equal(layer[0].slots, 3 * 4 * 2);
}

static void what_cannot_be(void **state)
{
    (void)state;
    Graph g = parsed(dense);
    int64_t total;
    EngineShape none = { 0 };
    wrong(engine_cycles(&g, &none, &at_once, 1, 1, layer, &total, mem, &ctx), ERR_RANGE, "an engine of");
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dense_layer), cmocka_unit_test(a_padded_convolution),
        cmocka_unit_test(what_cannot_be),
    };
    return RUN(tests);
}
