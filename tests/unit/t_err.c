/* t_err.c - base/err: the first failure stays, problems are counted past their limit, exit codes.
 * (fail) in parentheses: cmocka has a macro of that name. */
#include "fixture.h"

static void the_first_failure_stays(void **state)
{
    (void)state;
    assert_int_equal((fail)(&ctx, ERR_SHAPE, (Loc){ "f", 7, "n" }, "%d rows", 3), ERR_SHAPE);
    assert_int_equal((fail)(&ctx, ERR_IO, (Loc){ 0 }, "later"), ERR_IO);
    const Ctx *c = taken();
    assert_int_equal(c->code, ERR_SHAPE);
    assert_string_equal(c->first.text, "3 rows");
    assert_string_equal(c->first.file, "f");
    assert_string_equal(c->first.node, "n");
    assert_int_equal(c->first.byte, 7);
}

static void problems_are_collected(void **state)
{
    (void)state;
    ok(problems_check(&ctx, "m"));
    for (int i = 0; i < ERR_PROBLEMS_MAX + 5; i++)
        problem(&ctx, i ? ERR_IO : ERR_LIMIT, (Loc){ .node = "n" }, "no. %d", i);
    assert_int_equal(ctx.code, ERR_NONE);
    assert_string_equal(ctx.problem[ERR_PROBLEMS_MAX - 1].text, "no. 63");
    Err e = problems_check(&ctx, "m");
    wrong(e, ERR_LIMIT, "69 problems in this model");
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    char *s = NEW(&mem, char, 5000);
    memset(s, 'a', 4999);
    wrong((fail)(&ctx, ERR_IO, (Loc){ .file = s, .node = s }, "%s", s), ERR_IO, "aaa");
}

static void every_code_has_a_name(void **state)
{
    (void)state;
    for (Err e = 0; e < ERR_COUNT; e++) {
        assert_true(strlen(err_name(e)) > 1 && strlen(err_text(e)) > 1);
        assert_in_range(err_exit(e), e ? 1 : 0, e ? 3 : 0);
    }
    assert_int_equal(err_exit(ERR_FIT), 1);
    assert_int_equal(err_exit(ERR_FORMAT), 2);
    assert_int_equal(err_exit(ERR_TOOL), 3);
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_failure_stays), cmocka_unit_test(problems_are_collected),
        cmocka_unit_test(long_texts_are_cut),      cmocka_unit_test(every_code_has_a_name),
    };
    return RUN(tests);
}
