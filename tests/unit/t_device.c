/* t_device.c - hw/device: the list is complete and sane, names, fit. */
#include "hw/device.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void every_field_is_filled(void **state)
{
    (void)state;
    for (int i = 0; i < DEVICE_COUNT; i++) {
        const Device *d = &device_table[i];
        const FamilyInfo *f = device_family(d);
        assert_true(d->name && d->part && d->package && f->title && f->lut_kind);
        assert_true(d->lut > 0 && d->ff >= d->lut && d->ram > 0 && d->dsp >= 0);
        assert_true(d->clock_mhz >= 10 && d->clock_mhz <= 1000);
        assert_true(f->ram_bits % 1024 == 0);
        assert_int_equal(!*d->part, !*d->package);
        for (int k = 0; k < i; k++) assert_string_not_equal(d->name, device_table[k].name);
    }
}

static void finds_by_name(void **state)
{
    (void)state;
    Ctx c = { 0 };
    const Device *d = NULL;
    assert_int_equal(device_find(&d, "xc7a100t", &c), ERR_NONE);
    assert_int_equal(d->lut, 63400);
    assert_int_equal(d->ram, 135);
    assert_true(d->clock_mhz == 100);
    assert_int_equal(device_find(&d, "ECP5-85K", &c), ERR_NONE);
    assert_string_equal(device_family(d)->lut_kind, "LUT4");
    assert_int_equal(c.code, ERR_NONE);
}

static void unknown_name_lists_the_known(void **state)
{
    (void)state;
    Ctx c = { 0 };
    const Device *d = NULL;
    assert_int_equal(device_find(&d, "xc7a100", &c), ERR_OPTION);
    assert_null(d);
    assert_int_equal(err_exit(c.code), 2);
    assert_non_null(strstr(c.first.text, "'xc7a100'"));
    for (int i = 0; i < DEVICE_COUNT; i++)
        assert_non_null(strstr(c.first.text, device_table[i].name));
}

static void smallest_that_fits(void **state)
{
    (void)state;
    const struct { DeviceNeed need; const char *want; } cases[] = {
        { { "LUT6", 1, 1, 0, 0 }, "xc7a35t" },
        { { "LUT6", 20800, 41600, 50 * 36864, 90 }, "xc7a35t" },
        { { "LUT6", 20801, 0, 0, 0 }, "xc7z020" },
        { { "LUT6", 1, 41601, 0, 0 }, "xc7z020" },
        { { "LUT6", 1, 0, 50 * 36864 + 1, 0 }, "xc7z020" },
        { { "LUT6", 1, 0, 0, 91 }, "xc7z020" },
        { { "LUT6", 134601, 0, 0, 0 }, "xcvu13p" },
        { { "LUT6", 2000000, 0, 0, 0 }, NULL },
        { { "LUT4", 5280, 0, 0, 0 }, "ice40-up5k" },
        { { "LUT4", 5281, 0, 0, 0 }, "ice40-hx8k" },
        { { "LUT4", 100, 0, 33 * 4096, 0 }, "ecp5-25k" },
        { { "LUT4", 83641, 0, 0, 0 }, NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Device *d = device_smallest_that_fits(&cases[i].need);
        assert_int_equal(!d, !cases[i].want);
        if (d)
            assert_string_equal(d->name, cases[i].want);
    }
}

static void check_names_what_is_short(void **state)
{
    (void)state;
    Ctx c = { 0 };
    const Device *d = NULL;
    assert_int_equal(device_find(&d, "xc7a35t", &c), ERR_NONE);
    DeviceNeed need = { "LUT6", 20000, 40000, 0, 0 };
    assert_int_equal(device_check(d, &need, &c), ERR_NONE);
    need.lut = 30000;
    need.ram_bits = 51 * 36864;
    assert_int_equal(device_check(d, &need, &c), ERR_FIT);
    assert_int_equal(err_exit(c.code), 1);
    assert_string_equal(c.first.text, "xc7a35t is too small: needs 30000 LUT6 of 20800, 1880064 "
                        "bits of block RAM of 1843200; the smallest listed device that fits is "
                        "xc7z020");
    c = (Ctx){ 0 };
    need.dsp = 100000;
    assert_int_equal(device_check(d, &need, &c), ERR_FIT);
    assert_non_null(strstr(c.first.text, "100000 DSP of 90; no listed device fits"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_filled),
        cmocka_unit_test(finds_by_name),
        cmocka_unit_test(unknown_name_lists_the_known),
        cmocka_unit_test(smallest_that_fits),
        cmocka_unit_test(check_names_what_is_short),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}
