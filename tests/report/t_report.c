/* The page: what it says of a full run.json, of an empty one and of a hostile one. */
#include "report/report.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "report/markup.h"
#include "report/page.h"
#include <jansson.h>

/* run.json's text -> the page, whose markup is checked on the way. */
static char *page_of(Scratch *s, const char *run)
{
    Ctx c = { 0 };
    Markup m;
    scratch_put(s, "run.json", run);
    assert_int_equal(report_write(s->dir, &c), ERR_NONE);
    char *page = text_of(&s->a, io_join(&s->a, s->dir, "report.html"));
    assert_non_null(page);
    if (!markup_is_ours(&m, page))
        fail_msg("%s", m.why);
    return page;
}

static char *fixture(Scratch *s, const char *name)
{
    char *text = text_of(&s->a, arena_printf(&s->a, "tests/report/%s.json", name));
    if (!text)
        fail_msg("tests/report/%s.json is not there: run from the repository's root", name);
    return text;
}

/* The fixture with the member at a path such as "area.dev.lut" set to a JSON value, NULL: gone. */
static char *edited(Scratch *s, const char *text, const char *path, const char *value)
{
    json_t *root = json_loads(text, 0, NULL), *at = root;
    size_t n = strcspn(path, ".");
    for (; path[n]; path += n + 1, n = strcspn(path, ".")) {
        char *key = arena_strn(&s->a, path, n);
        at = json_is_array(at) ? json_array_get(at, (size_t)atoi(key)) : json_object_get(at, key);
    }
    assert_true(json_is_object(at));
    if (value)
        json_object_set_new(at, path, json_loads(value, JSON_DECODE_ANY, NULL));
    else
        json_object_del(at, path);
    char *dumped = json_dumps(root, 0), *out = arena_str(&s->a, dumped);
    free(dumped);
    json_decref(root);
    return out;
}

static void has(const char *page, const char *what)
{
    if (!strstr(page, what))
        fail_msg("not in the page: %s", what);
}

static void lacks(const char *page, const char *what)
{
    const char *at = strstr(page, what);
    if (at)
        fail_msg("in the page: %.80s", at);
}

static void full(void **state)
{
    static const char *const in_order[] = {
        "<h1>lenet5</h1>", "Test fixture, written by hand",
        "RTL equals model on 1,000 images, every layer", "200 of them under random stalls",
        "cycles predicted exactly on 1,000 images",
        "99.32<small> %</small>", "99.11<", "99.20<", "quantised on the same: 99.20 %",
        "1,412.4 <small>cycles", "1,388 to 1,437", "1,031 <small>cycles",
        "127,449 <small>images/s", "10.7 <small>\xc2\xb5s", "8,412", "13.3 % of 63,400", "RAMB36",
        "7.0 % of 135", "0 % of 240", "4,467.6", "353,605", "131.4 <small>MHz", "not measured",
        "<h2>Network</h2>", "6 \xc3\x97 28 \xc3\x97 28", "W\xc2\xa0" "3", "T\xc2\xa0" "4", "scores",
        "<h2>Layers</h2>", "25\xc3\x97" "6<small>150 slots</small><small>1 ch, 1 gr", "11 / 15",
        "-660 \xe2\x80\xa6 705", "10,482", "0.024",
        "<h2>Cycles per layer</h2>", "conv2 <em>bottleneck</em>", "800 <small>of 1,028",
        "measured interval of the whole, 1,031 cycles",
        "<h2>Spikes per layer and step</h2>", "step 3", "2.2 %</b><small>101.2", "11.3 %",
        "<h2>Resources of the device</h2>", "8,412 <small>of 63,400, 13.3 %",
        "8,393 <small>in units",
        "conv2_array", "axis_in", "ecp5-85k", "LUT4",
        "<h2>Beside E3NE's LeNet-5</h2>", "4 / 3",
        "its released RTL, network only, T=4, four convolution units, Yosys 0.23", "58,656",
        "26,718", "20,669", "33.5", "41.5 times fewer</b> cycles", "3.2 times fewer</b> LUT6",
        "T and W are the same",
        "<h2>Reproducibility</h2>", "4b1d0cc5b2b3", "calib-images", "Verilator 5.006",
        "rtl/e3_window.sv", "times.json",
    };
    Scratch s = scratch_new();
    (void)state;
    const char *page = page_of(&s, fixture(&s, "lenet5"));
    for (size_t i = 0; i < sizeof in_order / sizeof in_order[0]; i++) {
        const char *at = strstr(page, in_order[i]);
        if (!at)
            fail_msg("not in its place in the page: %s", in_order[i]);
        page = at + 1;
    }
    scratch_delete(&s);
}

static void self_contained(void **state)
{
    Scratch s = scratch_new();
    (void)state;
    const char *page = page_of(&s, fixture(&s, "lenet5"));
    lacks(page, "http");
    lacks(page, "url(");
    lacks(page, "@import");
    has(page, "prefers-color-scheme:dark");
    has(page, "@media print");
    scratch_delete(&s);
}

static void empty(void **state)
{
    static const char *const said[] = {
        "unnamed network", "Not verified", "not placed", "not measured", "no layers are recorded",
        "no layer has a cycle count", "no spikes were counted by step", "was not synthesised",
        "not recorded",
    };
    static const char *const unsaid[] = { "equals model", "58,656", "images/s", " % of ", "MHz" };
    Scratch s = scratch_new();
    (void)state;
    const char *page = page_of(&s, fixture(&s, "minimal"));
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) has(page, said[i]);
    for (size_t i = 0; i < sizeof unsaid / sizeof unsaid[0]; i++) lacks(page, unsaid[i]);
    scratch_delete(&s);
}

static void hostile(void **state)
{
    Scratch s = scratch_new();
    (void)state;
    const char *page = page_of(&s, fixture(&s, "hostile")); /* the markup check is the test */
    has(page, "&lt;script&gt;alert(1)&lt;/script&gt;");
    has(page, "&lt;img src=x onerror=alert(4)&gt;");
    has(page, "first: image 1, layer &lt;conv&gt;, pixel 4, 5, channel 3, step 0, "
              "expected 1, got 0");
    has(page, "cycles predicted wrongly on 1 of 3 images");
    lacks(page, "\xe2\x80\xae");
    lacks(page, "\"nan");
    lacks(page, "\"inf");
    lacks(page, "=\"-inf");
    lacks(page, "-2<"); /* no step has fewer than no spikes */
    lacks(page, "images/s"); /* no placed clock of 0 MHz */
    scratch_delete(&s);
}

/* Every prefix and every value replaced by another kind: never a crash, markup always ours. */
static void any_value(void **state)
{
    static const char *const values[] = {
        "null", "\"<x>\"", "-1", "1e308", "[]", "[{}]", "{}", "true",
    };
    static const char *const paths[] = {
        "model", "options", "device", "device.name", "accuracy", "framework", "simulate", "verify",
        "verify.first_difference", "cycles", "cycles.latency", "cycles.interval", "area",
        "area.xc7a100t", "area.xc7a100t.units", "area.xc7a100t.lut", "area.xc7a100t.lut_kind",
        "area.xc7a100t.fmax_mhz", "area.xc7a100t.fmax_kind", "layers", "layers.2.shape",
        "layers.2.name", "layers.2.op", "layers.2.steps", "layers.2.folding", "layers.2.cycles",
        "layers.2.interval_cycles", "layers.2.spikes_by_step", "layers.2.acc_min", "tools",
        "hashes", "e3ne", "note",
    };
    Scratch s = scratch_new();
    (void)state;
    char *text = fixture(&s, "lenet5");
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
            Scratch round = s; /* what a round takes is given back */
            const char *page = page_of(&round, edited(&round, text, paths[i], values[k]));
            lacks(page, "\"nan");
            lacks(page, "inf\"");
        }
    scratch_delete(&s);
}

static void verdicts(void **state)
{
    static const struct { const char *run, *want; } cases[] = {
        { "{\"verify\":{\"images\":0,\"mismatches\":0}}", "Not verified" },
        { "{\"verify\":{\"images\":5}}", "Not verified" },
        { "{\"verify\":{\"images\":1,\"mismatches\":0}}", "RTL equals model on 1 image</b>" },
        { "{\"verify\":{\"images\":5,\"mismatches\":0,\"layers\":1},\"layers\":[{},{}]}",
          "on 5 images, 1 of 2 layers</b>" },
        { "{\"verify\":{\"images\":5,\"mismatches\":0,\"layers\":1},"
          "\"layers\":[{\"op\":\"s_input\"},{}]}", "on 5 images, every layer</b>" },
        { "{\"verify\":{\"images\":5,\"mismatches\":1,\"first_difference\":\"image 3 <&\"}}",
          "RTL differs from model: 1 mismatch in 5 images</b> "
          "<span>first: image 3 &lt;&amp;</span>" },
    };
    Scratch s = scratch_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        has(page_of(&s, cases[i].run), cases[i].want);
    scratch_delete(&s);
}

static void estimates(void **state)
{
    Scratch s = scratch_new();
    (void)state;
    char *text = fixture(&s, "lenet5");
    char *sta = edited(&s, text, "area.xc7a100t.fmax_kind", "\"sta (logic only)\"");
    const char *page = page_of(&s, sta);
    has(page, "estimate: sta (logic only)");
    has(page, "not placed");
    lacks(page, "images/s");
    char *unmeasured = edited(&s, text, "cycles.latency", NULL);
    page = page_of(&s, edited(&s, unmeasured, "cycles.interval", NULL));
    has(page, "predicted, not measured");
    has(page, "predicted interval of the whole, 1,031 cycles");
    has(page, "cycles, ours predicted, not measured");
    lacks(page, "images/s");
    lacks(page, "measured in simulated RTL");
    scratch_delete(&s);
}

/* The fixture with one more layer at its end. */
static char *longer(Scratch *s, const char *text)
{
    json_t *root = json_loads(text, 0, NULL);
    json_array_append_new(json_object_get(root, "layers"), json_object());
    char *dumped = json_dumps(root, 0), *out = arena_str(&s->a, dumped);
    free(dumped);
    json_decref(root);
    return out;
}

static void versus(void **state)
{
    static const struct { const char *path, *value; } others[] = {
        { "model.params", "61706" }, { "model.params", NULL }, { "model.input", "[3,32,32]" },
        { "layers.0.shape", "[6,14,14]" }, { "layers.3.op", "\"s_avgpool\"" },
        { "layers", "[]" }, { "layers.6.shape", "[100]" },
    };
    Scratch s = scratch_new();
    (void)state;
    char *text = fixture(&s, "lenet5");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        lacks(page_of(&s, edited(&s, text, others[i].path, others[i].value)), "E3NE");
    lacks(page_of(&s, longer(&s, text)), "E3NE");
    const char *page = page_of(&s, edited(&s, text, "layers.4.op", "\"s_dense\""));
    has(page, "its released RTL"); /* a window that is the whole input is a dense layer */
    page = page_of(&s, edited(&s, text, "layers.2.weight_bits", "4"));
    has(page, "4 / 3\xe2\x80\x93" "4");
    has(page, "T and W are not the same");
    page = page_of(&s, edited(&s, text, "area.xc7a100t.lut_kind", "\"LUT4\""));
    lacks(page, "LUT6, both by Yosys");
    scratch_delete(&s);
}

static void fails_with(Scratch *s, const char *run, Err want, size_t byte)
{
    Ctx c = { 0 };
    if (run)
        scratch_put(s, "run.json", run);
    assert_int_equal(report_write(s->dir, &c), want);
    assert_int_equal(c.first.byte, byte);
    assert_non_null(strstr(c.first.file, "run.json"));
    assert_false(io_is_file(io_join(&s->a, s->dir, "report.html")));
}

static void broken(void **state)
{
    Scratch s = scratch_new();
    (void)state;
    char *deep = NEW(&s.a, char, 100001);
    memset(deep, '[', 100000);
    fails_with(&s, NULL, ERR_IO, 0);
    fails_with(&s, "", ERR_FORMAT, 0);
    fails_with(&s, "[]", ERR_FORMAT, 0);
    fails_with(&s, "{\"a\": nope}", ERR_FORMAT, 10);
    fails_with(&s, "{\"a\": NaN}", ERR_FORMAT, 9);
    fails_with(&s, "{\"a\": 1, \"a\": 2}", ERR_FORMAT, 12);
    fails_with(&s, "{\"a\": 1e999}", ERR_FORMAT, 11);
    fails_with(&s, "{\"a\": \"\xff\"}", ERR_FORMAT, 7);
    fails_with(&s, deep, ERR_FORMAT, 2049);
    scratch_delete(&s);
}

static void searched(void **state)
{
    static const char search[] =
        "{\"held_images\": 488, \"chosen\": {\"steps\": \"3,2\", \"weights\": \"2,2,3\", \"agreement\": 99.6},"
        " \"frontier\": [{\"input_steps\": 4, \"steps\": \"6,6\", \"weights\": \"6,6,6\", \"weight_bits\": 368820,"
        " \"sops\": 431964.9, \"logit_error\": 0.017, \"agreement\": 99.95, \"test_accuracy_not_used\": 99.34},"
        " {\"steps\": \"3,2\", \"weights\": \"2,2,3\", \"agreement\": 99.6}, 7, {\"steps\": \"<b>\"}]}";
    Scratch s = scratch_new();
    (void)state;
    char *text = fixture(&s, "lenet5");
    lacks(page_of(&s, text), "Search for T and W");
    char *page = page_of(&s, edited(&s, text, "search", search));
    has(page, "<h2>Search for T and W</h2>");
    has(page, "6,6,6</td><td class=\"n\">368,820</td><td class=\"n\">431,965</td><td class=\"n\">1.70</td>"
              "<td class=\"n\">99.95</td><td class=\"n\">99.34</td>");
    has(strstr(page, "class=\"ours\"><td class=\"n\"><span"), "2,2,3");
    has(page, "488 calibration images");
    lacks(page, "<td><b>");
    lacks(page_of(&s, edited(&s, text, "search", "{\"frontier\": 3}")), "Search for T and W");
    scratch_delete(&s);
}

/* An engine of 2,048 slots and 64 bytes a clock: one layer at the array's roof, one at the port's. */
static void roofline(void **state)
{
    Scratch s = scratch_new();
    (void)state;
    char *text = fixture(&s, "lenet5");
    lacks(page_of(&s, text), "Roofline");
    text = edited(&s, text, "engine", "{\"shape\": {\"PIn\": 64, \"POut\": 32, \"PortBits\": 512}}");
    has(page_of(&s, text), "no layer of the engine has its work and cycles");
    text = edited(&s, text, "layers", "[{\"name\": \"one\", \"cycles\": 1000, \"engine\": {\"adds\": 1843200, "
                  "\"port_words\": 100, \"busy\": 950, \"bound\": \"array\"}}, {\"name\": \"two\", \"cycles\": 1000, \"engine\": {\"adds\": 128000, "
                  "\"port_words\": 900, \"busy\": 900, \"bound\": \"port\"}}]");
    const char *page = strstr(page_of(&s, text), "<h2>Roofline of the engine</h2>");
    assert_non_null(page);
    has(page, "<tr><th>one</th><td class=\"n\">1,843,200</td><td class=\"n\">6,400</td><td class=\"n\">288.0</td>"
              "<td class=\"n\">1,000</td><td class=\"n\">1,843</td><td class=\"n\">90.0</td>"
              "<td class=\"n\">95.0</td><td class=\"n\">10.0</td><td>array</td>");
    has(page, "<th>two</th><td class=\"n\">128,000</td><td class=\"n\">57,600</td><td class=\"n\">2.2</td>"
              "<td class=\"n\">1,000</td><td class=\"n\">128</td><td class=\"n\">90.0</td>");
    scratch_delete(&s);
}

static void same_twice(void **state)
{
    Scratch s = scratch_new();
    (void)state;
    char *text = fixture(&s, "lenet5");
    const char *once = page_of(&s, text);
    scratch_put(&s, "times.json", "{\"verify\": 12.5}");
    assert_string_equal(page_of(&s, text), once);
    scratch_delete(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full), cmocka_unit_test(self_contained), cmocka_unit_test(empty),
        cmocka_unit_test(hostile), cmocka_unit_test(any_value), cmocka_unit_test(verdicts),
        cmocka_unit_test(estimates), cmocka_unit_test(versus), cmocka_unit_test(broken),
        cmocka_unit_test(searched), cmocka_unit_test(roofline), cmocka_unit_test(same_twice),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
