/* t_prep.c - front/prep: order of preparation, table == images, padding, sizes, drawing. */
#include "fixture.h"
#include "front/prep.h"
#include <math.h>

static const unsigned char u8[2 * 3 * 2 * 2] = { 0, 1, 127, 255, 10, 20, 30, 40, 50, 60, 70, 80,
                                                 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 255, 254 };
static const Dataset bytes = { .n = 2, .c = 3, .h = 2, .w = 2, .is_u8 = true, .u8 = u8,
                               .file = "x" };
static const Prep full = { .pad = 1, .n_mean = 3, .n_std = 3, .mean = { 0.4914, 0.4822, 0.4465 },
                           .std = { 0.2470, 0.2435, 0.2616 } };

/* torchvision: ToTensor divides by 255, Normalize subtracts and divides, all in float32. */
static float torch_value(unsigned char v, int c)
{
    volatile float x = (float)v / 255.0f; /* volatile: no excess precision */
    x = x - (float)full.mean[c];
    return x / (float)full.std[c];
}

static void order_is_pad_scale_mean_std(void **state)
{
    (void)state;
    float out[2 * 3 * 4 * 4];
    Shape s = prep_shape(&full, &bytes);
    assert_true(s.c == 3 && s.h == 4 && s.w == 4);
    prep_range(&full, &bytes, 0, 2, out);
    for (int n = 0; n < 2; n++)
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < 4; i++)
                for (int j = 0; j < 4; j++) {
                    bool in = i > 0 && i < 3 && j > 0 && j < 3;
                    unsigned char v = in ? u8[((n * 3 + c) * 2 + i - 1) * 2 + j - 1] : 0;
                    assert_true(out[((n * 3 + c) * 4 + i) * 4 + j] == torch_value(v, c));
                }
}

static void table_is_what_images_get(void **state)
{
    (void)state;
    float table[3 * 256], out[3 * 4];
    Prep p = full;
    p.pad = 0;
    prep_table(&p, 3, table);
    prep_range(&p, &bytes, 1, 1, out);
    for (int k = 0; k < 12; k++) assert_true(out[k] == table[k / 4 * 256 + u8[12 + k]]);
}

static void floats_are_taken_as_they_are(void **state)
{
    (void)state;
    static const float x[4] = { -0.0f, 1e-40f, 3.4e38f, 0.1f };
    Dataset ds = { .n = 1, .c = 1, .h = 2, .w = 2, .f32 = x };
    float out[4];
    prep_range(&(Prep){ 0 }, &ds, 0, 1, out);
    for (int k = 0; k < 4; k++) assert_true(out[k] == x[k]);
    prep_range(&(Prep){ .scale = 2, .n_mean = 1, .mean = { 1 } }, &ds, 0, 1, out);
    assert_true(out[0] == -1.0f && out[3] == 0.1f / 2 - 1);
}

static void indices_pick_images(void **state)
{
    (void)state;
    float a[12], b[24];
    prep_index(&(Prep){ 0 }, &bytes, (const int[]){ 1, 0 }, 2, b);
    prep_range(&(Prep){ 0 }, &bytes, 1, 1, a);
    assert_memory_equal(a, b, sizeof a);
}

static void sizes_that_do_not_fit(void **state)
{
    (void)state;
    Shape net = { 3, 4, 4 };
    ok(prep_check(&full, &bytes, net, &ctx));
    wrong(prep_check(&(Prep){ 0 }, &bytes, net, &ctx), ERR_SHAPE,
          "the images are 3x2x2 (3x2x2 with --pad 0), the network takes 3x4x4");
    wrong(prep_check(&(Prep){ .pad = -1 }, &bytes, net, &ctx), ERR_OPTION, "--pad -1");
    wrong(prep_check(&(Prep){ .n_mean = 2 }, &bytes, net, &ctx), ERR_OPTION, "--mean has 2");
    wrong(prep_check(&(Prep){ .n_std = 1 }, &bytes, net, &ctx), ERR_OPTION, "--std 0");
    wrong(prep_check(&(Prep){ .n_std = 1, .std = { 1e-60 } }, &bytes, net, &ctx), ERR_OPTION,
          "--std 1e-60");
    wrong(prep_check(&(Prep){ .n_mean = 1, .mean = { NAN } }, &bytes, net, &ctx), ERR_OPTION,
          "--mean nan");
    wrong(prep_check(&(Prep){ .scale = -1 }, &bytes, net, &ctx), ERR_OPTION, "--scale -1");
}

static void draws_are_distinct_sorted_and_repeatable(void **state)
{
    (void)state;
    int a[100], b[100], other[100];
    assert_int_equal(prep_draw(1, 1000, 100, a, mem), 100);
    assert_int_equal(prep_draw(1, 1000, 100, b, mem), 100);
    assert_int_equal(prep_draw(2, 1000, 100, other, mem), 100);
    assert_memory_equal(a, b, sizeof a);
    assert_memory_not_equal(a, other, sizeof a);
    for (int i = 0; i < 100; i++) assert_true(a[i] >= (i ? a[i - 1] + 1 : 0) && a[i] < 1000);
    assert_int_equal(prep_draw(1, 5, 100, a, mem), 5);
    for (int i = 0; i < 5; i++) assert_int_equal(a[i], i);
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_pad_scale_mean_std), cmocka_unit_test(table_is_what_images_get),
        cmocka_unit_test(floats_are_taken_as_they_are), cmocka_unit_test(indices_pick_images),
        cmocka_unit_test(sizes_that_do_not_fit),
        cmocka_unit_test(draws_are_distinct_sorted_and_repeatable),
    };
    return RUN(tests);
}
