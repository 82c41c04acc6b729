/* t_hash.c - base/hash: FIPS 180-4's examples, and lengths around a block's end against
 * sha256sum. */
#include "fixture.h"
#include "base/hash.h"

static void published_examples(void **state)
{
    (void)state;
    static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    assert_string_equal(hash_bytes("", 0).hex,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(hash_bytes("abc", 3).hex,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(hash_bytes(two, sizeof two - 1).hex,
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    char *million = NEW(&mem, char, 1000000);
    memset(million, 'a', 1000000);
    assert_string_equal(hash_bytes(million, 1000000).hex,
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void lengths_around_a_block(void **state)
{
    (void)state;
    char data[130];
    for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i * 7);
    for (size_t n = 54; n < 130; n += n == 66 ? 52 : 1) {
        char line[80] = "";
        FILE *f = popen(arena_printf(&mem, "sha256sum <%s", file_of("h", data, n)), "r");
        assert_true(f && fgets(line, sizeof line, f));
        pclose(f);
        assert_memory_equal(line, hash_bytes(data, n).hex, 64);
    }
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = { cmocka_unit_test(published_examples),
                                        cmocka_unit_test(lengths_around_a_block) };
    return RUN(tests);
}
