/* tests/fixture.h - what tests of readers share: an arena, a folder of their own that goes away,
 * and checks of an error's code, text and byte. */
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H
#include "base/arena.h"
#include "base/err.h"
#include "base/io.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static Arena mem;   /* of the whole program */
static Ctx   ctx;   /* cleared by ok() and wrong() */
static char  dir[] = "/tmp/e3ne_test.XXXXXX";

static inline void fixture_end(void)
{
    Ctx c = { 0 };
    if (io_remove_tree(dir, &c))
        fprintf(stderr, "\ncannot remove %s\n", dir);
}

static inline void fixture_start(void)
{
    mem = arena_new((size_t)1 << 30);
    if (!mkdtemp(dir))
        abort();
    atexit(fixture_end);
    cmocka_set_message_output(CM_OUTPUT_TAP);
}

/* dir/name holding n bytes. */
static inline const char *file_of(const char *name, const void *p, size_t n)
{
    Ctx c = { 0 };
    const char *path = io_join(&mem, dir, name);
    assert_int_equal(io_write(path, p, n, &c), ERR_NONE);
    return path;
}

/* Forgets ctx, whatever happens next; gives what was in it. */
static inline const Ctx *taken(void)
{
    static Ctx was;
    was = ctx;
    memset(&ctx, 0, sizeof ctx);
    return &was;
}

static inline void ok(Err e)
{
    const Ctx *c = taken();
    if (e)
        fail_msg("%s: %s (file %s, byte %zu, node %s; %s)", err_name(e), c->first.text,
                 c->first.file, c->first.byte, c->first.node, c->problem[0].text);
}

/* e must be `want`, recorded with a message that holds `text`. */
static inline void wrong(Err e, Err want, const char *text)
{
    const Ctx *c = taken();
    if (e != want || c->code != want || !strstr(c->first.text, text))
        fail_msg("got %s '%s', want %s '%s'", err_name(e), c->first.text, err_name(want), text);
}

static inline void wrong_at(Err e, Err want, size_t byte, const char *text)
{
    size_t at = ctx.first.byte;
    wrong(e, want, text);
    if (at != byte)
        fail_msg("'%s' at byte %zu, want %zu", text, at, byte);
}

/* The bytes of a file, in mem. */
static inline const unsigned char *bytes_of(const char *path, size_t *n)
{
    Map m;
    Ctx c = { 0 };
    assert_int_equal(io_map(&m, path, &c), ERR_NONE);
    unsigned char *p = NEW(&mem, unsigned char, m.n + 1);
    if (m.n)
        memcpy(p, m.p, m.n);
    *n = m.n;
    io_unmap(&m);
    return p;
}

/* $E3NE_SHARED/name if it is there; else prints `what` as skipped and gives NULL. */
static inline const char *shared(const char *name, const char *what)
{
    const char *root = getenv("E3NE_SHARED");
    const char *path = io_join(&mem, root ? root : "../shared", name);
    if (access(path, R_OK) == 0)
        return path;
    printf("ok - %s # SKIP %s is not there\n", what, path);
    return NULL;
}

#define RUN(tests) cmocka_run_group_tests(tests, NULL, NULL)
#endif
