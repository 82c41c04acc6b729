/* t_jfile.c - fmt/jfile: what is saved comes back, errors have a place. */
#include "fixture.h"
#include "fmt/jfile.h"

static void saved_and_loaded(void **state)
{
    (void)state;
    json_t *root = json_pack("{s:i, s:f, s:[s]}", "b", 3, "a", 0.1, "c", "x"), *back;
    const char *path = io_join(&mem, dir, "a.json");
    ok(jfile_save(path, root, &ctx));
    ok(jfile_load(path, &back, &ctx));
    assert_true(json_equal(root, back));
    size_t n;
    const char *text = (const char *)bytes_of(path, &n);
    assert_true(text[n - 1] == '\n' && strstr(text, "\"b\"") < strstr(text, "\"a\""));
    json_decref(root);
    json_decref(back);
}

static void errors_have_a_place(void **state)
{
    (void)state;
    json_t *back;
    const char *path = file_of("b.json", "{\n \"a\": 1,\n \"b\" 2}", 19);
    Err e = jfile_load(path, &back, &ctx);
    assert_string_equal(ctx.first.file, path);
    wrong_at(e, ERR_FORMAT, 17, "line 3, column 6");
    assert_null(back);
    wrong(jfile_parse("{\"a\":1,\"a\":2}", 13, "x", &back, &ctx), ERR_FORMAT, "duplicate");
    wrong(jfile_parse("", 0, "x", &back, &ctx), ERR_FORMAT, "line 1");
    wrong(jfile_load(io_join(&mem, dir, "none.json"), &back, &ctx), ERR_IO, "open");
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    json_t *back;
    char *p = NEW(&mem, char, 100000);
    memset(p, '[', 100000);
    wrong(jfile_parse(p, 100000, "x", &back, &ctx), ERR_FORMAT, "depth");
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(saved_and_loaded), cmocka_unit_test(errors_have_a_place),
        cmocka_unit_test(deep_nesting_is_refused),
    };
    return RUN(tests);
}
