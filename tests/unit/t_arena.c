/* t_arena.c - base/arena: alignment, zeroes, scratch that does not move, the end. */
#include "fixture.h"
#include <signal.h>
#include <sys/wait.h>

static void pieces_are_aligned_and_zero(void **state)
{
    (void)state;
    Arena a = arena_new(1 << 20), whole = a;
    memset(a.beg, 0xff, 1000);
    char *c = NEW(&a, char, 3);
    double *d = NEW(&a, double, 5);
    void *p = arena_take(&a, 1, 64, 10);
    assert_true((uintptr_t)d % _Alignof(double) == 0 && (uintptr_t)p % 64 == 0);
    assert_true((char *)d >= c + 3 && (char *)p >= (char *)(d + 5));
    for (int i = 0; i < 5; i++) assert_true(d[i] == 0);
    arena_delete(whole);
}

static int scratch_use(Arena scratch) { return *NEW(&scratch, int, 1000); }

static void scratch_is_gone_on_return(void **state)
{
    (void)state;
    char *before = mem.beg;
    assert_int_equal(scratch_use(mem), 0);
    assert_ptr_equal(mem.beg, before);
}

static void strings(void **state)
{
    (void)state;
    assert_string_equal(arena_str(&mem, "abc"), "abc");
    assert_string_equal(arena_strn(&mem, "abc", 2), "ab");
    assert_string_equal(arena_printf(&mem, "%d-%s", 5, "x"), "5-x");
}

/* In a child: sizes that do not fit, or that overflow, end the program. */
static void too_much_aborts(void **state)
{
    (void)state;
    static const size_t count[] = { 1 << 20, SIZE_MAX, SIZE_MAX / 8 + 2 };
    for (size_t i = 0; i < 3; i++) {
        pid_t child = fork();
        if (child == 0) {
            signal(SIGABRT, SIG_DFL);
            if (!freopen("/dev/null", "w", stderr))
                _exit(1);
            Arena a = arena_new(4096);
            NEW(&a, double, count[i]);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    }
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_and_zero), cmocka_unit_test(scratch_is_gone_on_return),
        cmocka_unit_test(strings),                     cmocka_unit_test(too_much_aborts),
    };
    return RUN(tests);
}
