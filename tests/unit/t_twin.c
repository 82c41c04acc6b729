/* t_twin.c - hw/twin: the table is full, and without data (as cost uses it) the twins of the two
 * ends move in the same cycles as with well-formed images. The other units' twins never look at
 * data for control: tests/rtl compares both ways in every cycle. */
#include "base/rng.h"
#include "hw/twin.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void every_unit_has_a_twin(void **state)
{
    (void)state;
    for (int k = 0; k < UNIT_COUNT; k++) {
        const TwinKind *t = twin_table[k];
        assert_non_null(t);
        assert_true(t->make && t->out_valid && t->in_ready && t->clock && t->out);
        assert_in_range(t->n_in, 1, UNIT_MAX_PORT);
        assert_in_range(t->n_out, 1, UNIT_MAX_PORT);
    }
}

/* Two states of one unit, one fed with words, one without. */
typedef struct Pair {
    const TwinKind *kind;
    void           *data, *control;
    bool            valid[2], ready[2], taken; /* taken: a word of port 0, in this cycle */
} Pair;

static Pair pair_make(const Unit *u, Arena *a)
{
    const TwinKind *k = twin_table[u->kind];
    return (Pair){ .kind = k, .data = k->make(u, a), .control = k->make(u, a) };
}

static void pair_clock(Pair *p, const int64_t *word0, const int64_t *word1)
{
    const int64_t *const in[2] = { word0, word1 };
    for (int k = 0; k < p->kind->n_out; k++)
        assert_int_equal(p->kind->out_valid(p->data, k), p->kind->out_valid(p->control, k));
    for (int k = 0; k < p->kind->n_in; k++)
        assert_int_equal(p->kind->in_ready(p->data, k, p->valid, p->ready),
                         p->kind->in_ready(p->control, k, p->valid, p->ready));
    p->taken = p->valid[0] && p->kind->in_ready(p->data, 0, p->valid, p->ready);
    p->kind->clock(p->data, p->valid, in, p->ready);
    p->kind->clock(p->control, p->valid, NULL, p->ready);
}

static void pair_stall(Pair *p, Rng *r)
{
    uint64_t dice = rng_u64(r);
    p->valid[0] = dice & 3, p->valid[1] = dice & 12;
    p->ready[0] = dice & 48, p->ready[1] = dice & 192;
}

static void axis_in_counts_images_alone(void **state)
{
    (void)state;
    enum { PIXELS = 7, CYCLES = 2000 };
    Arena mem = arena_new(1 << 20);
    Unit u = { .kind = UNIT_AXIS_IN, .p = { 1, 4, PIXELS, 0 } };
    Pair p = pair_make(&u, &mem);
    Rng r = { 11 };
    int n = 0, flags = 0;
    for (int i = 0; i < CYCLES; i++) {
        int64_t word[2] = { n % 16, n % PIXELS == PIXELS - 1 };
        pair_stall(&p, &r);
        flags += p.kind->out_valid(p.data, 1) && p.ready[1];
        if (p.kind->out_valid(p.data, 1)) assert_int_equal(p.kind->out(p.data, 1)[0], 0);
        pair_clock(&p, word, NULL);
        n += p.taken;
    }
    assert_false(twin_axis_in_err(p.data) || twin_axis_in_err(p.control));
    assert_in_range(n / PIXELS - flags, 0, 1);
    assert_true(n > CYCLES / 4);
    arena_delete(mem);
}

static void axis_out_counts_classes_alone(void **state)
{
    (void)state;
    enum { CLASSES = 6, LANES = 3, CYCLES = 2000 };
    Arena mem = arena_new(1 << 20);
    int64_t bias[CLASSES] = { 0, -3, 2, 2, 0, 1 };
    Unit u = { .kind = UNIT_AXIS_OUT, .p = { LANES, 8, 1, CLASSES, 4 }, .n_image = 1,
               .image = { { "bias", CLASSES, 1, 4, bias } } };
    Pair p = pair_make(&u, &mem);
    Rng r = { 12 };
    int images = 0;
    for (int i = 0; i < CYCLES; i++) {
        const int64_t word[LANES] = { 1, 2, -1 }, keep = 0;
        pair_stall(&p, &r);
        if (p.ready[0] && p.kind->out_valid(p.data, 0) && p.kind->out(p.data, 0)[1]) {
            assert_int_equal(p.kind->out(p.data, 0)[0], 3); /* logits 1 -1 1 3 2 0 */
            images++;
        }
        pair_clock(&p, word, &keep);
    }
    assert_true(images > CYCLES / (4 * CLASSES));
    arena_delete(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_unit_has_a_twin),
        cmocka_unit_test(axis_in_counts_images_alone),
        cmocka_unit_test(axis_out_counts_classes_alone),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("twin", tests, NULL, NULL);
}
