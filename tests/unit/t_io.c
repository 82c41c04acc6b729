/* t_io.c - base/io: maps, all-or-nothing writing, folders. */
#include "fixture.h"

static void written_and_mapped(void **state)
{
    (void)state;
    Map m;
    const char *path = file_of("a", "hello", 5);
    ok(io_map(&m, path, &ctx));
    assert_int_equal(m.n, 5);
    assert_memory_equal(m.p, "hello", 5);
    io_unmap(&m);
    ok(io_map(&m, file_of("a", "", 0), &ctx));
    assert_int_equal(m.n, 0);
    io_unmap(&m);
    assert_false(io_is_file(io_join(&mem, dir, "a.tmp")));
}

/* A reader that holds the old file keeps it. */
static void writing_replaces_whole(void **state)
{
    (void)state;
    Map m;
    const char *path = file_of("b", "old", 3);
    ok(io_map(&m, path, &ctx));
    ok(io_write(path, "newer", 5, &ctx));
    assert_memory_equal(m.p, "old", 3);
    io_unmap(&m);
}

static void what_cannot_be(void **state)
{
    (void)state;
    Map m;
    wrong(io_map(&m, io_join(&mem, dir, "none"), &ctx), ERR_IO, "cannot open the file");
    wrong(io_map(&m, dir, &ctx), ERR_IO, "not a regular file");
    wrong(io_write(io_join(&mem, dir, "none/a"), "", 0, &ctx), ERR_IO, "cannot write");
    wrong(io_mkdir_all(file_of("f", "", 0), &ctx), ERR_IO, "");
    wrong(io_mkdir_all(io_join(&mem, dir, "f/g"), &ctx), ERR_IO, "");
}

static void trees_of_folders(void **state)
{
    (void)state;
    const char *deep = io_join(&mem, dir, "t/u/v");
    ok(io_mkdir_all(deep, &ctx));
    ok(io_mkdir_all(deep, &ctx));
    assert_true(io_is_dir(deep) && !io_is_file(deep));
    const char *kept = file_of("kept", "x", 1);
    assert_int_equal(symlink(kept, io_join(&mem, deep, "link")), 0);
    file_of("t/u/file", "y", 1);
    ok(io_remove_tree(io_join(&mem, dir, "t"), &ctx));
    assert_false(io_is_dir(io_join(&mem, dir, "t")));
    assert_true(io_is_file(kept)); /* links are removed, not followed */
    ok(io_remove_tree(io_join(&mem, dir, "t"), &ctx));
}

/* Whether the place is free or taken; what was there goes, where it came from goes. */
static void folders_take_places(void **state)
{
    (void)state;
    const char *to = io_join(&mem, dir, "place"), *part = io_join(&mem, dir, "place.part");
    for (int i = 0; i < 2; i++) {
        ok(io_mkdir_all(part, &ctx));
        file_of(i ? "place.part/second" : "place.part/first", "", 0);
        ok(io_replace_tree(part, to, &ctx));
        assert_false(io_is_dir(part));
        assert_int_equal(io_is_file(io_join(&mem, to, "first")), i == 0);
        assert_int_equal(io_is_file(io_join(&mem, to, "second")), i == 1);
    }
    wrong(io_replace_tree(part, to, &ctx), ERR_IO, "cannot put it in place");
    assert_true(io_is_file(io_join(&mem, to, "second")));
}

static void names(void **state)
{
    (void)state;
    assert_string_equal(io_join(&mem, "a/b", "c"), "a/b/c");
    assert_string_equal(io_base("a/b/c.x"), "c.x");
    assert_string_equal(io_base("c.x"), "c.x");
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_and_mapped), cmocka_unit_test(writing_replaces_whole),
        cmocka_unit_test(what_cannot_be),     cmocka_unit_test(trees_of_folders),
        cmocka_unit_test(folders_take_places), cmocka_unit_test(names),
    };
    return RUN(tests);
}
