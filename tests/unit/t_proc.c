/* t_proc.c - base/proc: status, output, environment, folder, failures and missing programs. */
#include "base/io.h"
#include "base/proc.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static char dir[] = "/tmp/t_proc.XXXXXX";
static Ctx  ctx;

static Proc sh(const char *script)
{
    static const char *argv[4];
    argv[0] = "sh", argv[1] = "-c", argv[2] = script, argv[3] = NULL;
    return (Proc){ .argv = argv };
}

static void captures_both_outputs(void **state)
{
    (void)state;
    Proc p = sh("echo out; echo err >&2");
    ProcEnd end;
    Buf out = { 0 };
    assert_int_equal(proc_run(&p, &end, &out, &ctx), ERR_NONE);
    assert_int_equal(end.status, 0);
    assert_true(end.seconds >= 0 && end.seconds < 60);
    assert_string_equal(out.p, "out\nerr\n");
    buf_free(&out);
}

static void gives_status_and_seconds(void **state)
{
    (void)state;
    Proc p = sh("sleep 0.2; exit 7");
    ProcEnd end;
    assert_int_equal(proc_try(&p, &end, NULL, &ctx), ERR_NONE);
    assert_int_equal(end.status, 7);
    assert_true(end.seconds >= 0.2);
    p = sh("kill -9 $$");
    assert_int_equal(proc_try(&p, &end, NULL, &ctx), ERR_NONE);
    assert_int_equal(end.status, 128 + 9);
}

static void sets_folder_and_environment(void **state)
{
    (void)state;
    const char *env[] = { "E3_T_PROC=a b", "HOME=/nowhere", NULL };
    Proc p = sh("echo \"$E3_T_PROC|$HOME|$PWD\"");
    p.cwd = dir;
    p.env = env;
    Buf out = { 0 };
    assert_int_equal(proc_run(&p, NULL, &out, &ctx), ERR_NONE);
    char want[128];
    snprintf(want, sizeof want, "a b|/nowhere|%s\n", dir);
    assert_string_equal(out.p, want);
    buf_free(&out);
    p.cwd = "/no/such/folder";
    assert_int_equal(proc_run(&p, NULL, NULL, &ctx), ERR_IO);
    assert_string_equal(ctx.first.file, "/no/such/folder");
}

static void names_log_and_last_lines(void **state)
{
    (void)state;
    Arena a = arena_new(1 << 16);
    const char *log = io_join(&a, dir, "tool.log");
    Proc p = sh("seq 1 1000; echo 'ERROR: it broke'; exit 3");
    p.log = log;
    assert_int_equal(proc_run(&p, NULL, NULL, &ctx), ERR_TOOL);
    assert_string_equal(ctx.first.file, log);
    assert_non_null(strstr(ctx.first.text, "sh failed with exit status 3"));
    assert_non_null(strstr(ctx.first.text, "\n1000\nERROR: it broke"));
    assert_null(strstr(ctx.first.text, "\n500\n"));
    Map m;
    Ctx quiet = { 0 };
    assert_int_equal(io_map(&m, log, &quiet), ERR_NONE);
    assert_true(m.n > 3000); /* the whole output, not its end */
    io_unmap(&m);
    arena_delete(a);
}

static void failure_without_a_log(void **state)
{
    (void)state;
    Proc p = sh("echo sorry; exit 1");
    assert_int_equal(proc_run(&p, NULL, NULL, &ctx), ERR_TOOL);
    assert_non_null(strstr(ctx.first.text, "exit status 1; its last lines:\nsorry"));
}

static void missing_tool_names_its_package(void **state)
{
    (void)state;
    char *path = strdup(getenv("PATH"));
    setenv("PATH", "", 1);
    for (int t = 0; t < TOOL_COUNT; t++) {
        const char *argv[] = { tool_info[t].exe, NULL };
        ctx = (Ctx){ 0 };
        assert_int_equal(proc_run(&(Proc){ .argv = argv }, NULL, NULL, &ctx), ERR_TOOL);
        char want[128];
        snprintf(want, sizeof want, "apt-get install %s", tool_info[t].package);
        assert_non_null(strstr(ctx.first.text, want));
        assert_non_null(strstr(ctx.first.text, tool_info[t].exe));
        Arena a = arena_new(1 << 16);
        assert_null(tool_version((Tool)t, &a));
        arena_delete(a);
    }
    assert_int_equal(err_exit(ctx.code), 3);
    setenv("PATH", path, 1);
    free(path);
}

static void version_is_one_line(void **state)
{
    (void)state;
    Arena a = arena_new(1 << 16);
    const char *v = tool_version(TOOL_MAKE, &a);
    assert_non_null(v);
    assert_non_null(strstr(v, "Make"));
    assert_null(strchr(v, '\n'));
    assert_null(tool_version(TOOL_ICEPACK, &a));
    arena_delete(a);
}

static int fresh(void **state)
{
    (void)state;
    ctx = (Ctx){ 0 };
    return 0;
}

static int cleanup(void **state)
{
    (void)state;
    ctx = (Ctx){ 0 };
    return io_remove_tree(dir, &ctx) ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(captures_both_outputs, fresh),
        cmocka_unit_test_setup(gives_status_and_seconds, fresh),
        cmocka_unit_test_setup(sets_folder_and_environment, fresh),
        cmocka_unit_test_setup(names_log_and_last_lines, fresh),
        cmocka_unit_test_setup(failure_without_a_log, fresh),
        cmocka_unit_test_setup(missing_tool_names_its_package, fresh),
        cmocka_unit_test_setup(version_is_one_line, fresh),
    };
    if (!mkdtemp(dir))
        return 1;
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("proc", tests, NULL, cleanup);
}
