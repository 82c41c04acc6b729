/* t_wire.c - fmt/wire and fmt/onnxpb: depth, lengths, varints; 9,000 levels do not crash. */
#include "fixture.h"
#include "fmt/onnxpb.h"
#include "fmt/wire.h"

/* message 0 { 1: bytes; 2: message 0 } */
static const WireSub schema[] = { { 0, 2, 0 } };

static Err check(const char *bytes, size_t n)
{
    unsigned char *p = calloc(n ? n : 1, 1); /* so that the sanitizer sees the end */
    memcpy(p, bytes, n);
    Err e = wire_check(p, n, schema, 1, "x", &ctx);
    free(p);
    return e;
}
#define CHECK(s) check(s, sizeof s - 1)

static void good_bytes_pass(void **state)
{
    (void)state;
    ok(CHECK(""));
    ok(CHECK("\x08\x96\x01"));                      /* 1: varint 150          */
    ok(CHECK("\x0a\x03" "abc" "\x12\x02\x08\x01")); /* a string, then a message */
    ok(CHECK("\x0a\x03\xff\xff\xff"));              /* a string may hold anything */
    ok(CHECK("\x09" "12345678" "\x0d" "1234"));     /* fixed 64, fixed 32     */
    ok(CHECK("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")); /* -1 in ten bytes */
}

static void bad_bytes_are_told(void **state)
{
    (void)state;
    wrong_at(CHECK("\x08"), ERR_FORMAT, 1, "cut off");
    wrong_at(CHECK("\x08\x96"), ERR_FORMAT, 1, "cut off");
    wrong_at(CHECK("\x0a\x04" "abc"), ERR_FORMAT, 0, "4 bytes, 3 are left");
    /* inside the file, outside its parent */
    wrong_at(CHECK("\x12\x03\x0a\x02" "ab"), ERR_FORMAT, 2, "2 bytes, 1 are left");
    wrong_at(CHECK("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), ERR_FORMAT, 0, "are left");
    wrong_at(CHECK("\x09" "1234567"), ERR_FORMAT, 0, "8 bytes, 7");
    wrong_at(CHECK("\x0b"), ERR_FORMAT, 0, "wire type 3");
    wrong_at(CHECK("\x00\x01"), ERR_FORMAT, 0, "field number");
    wrong_at(CHECK("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), ERR_FORMAT, 1, "10 bytes");
}

/* `depth` messages of field `tag`, each around the next, innermost empty. */
static const unsigned char *nested(int depth, const unsigned char *tags, int n_tags, size_t *n)
{
    size_t cap = (size_t)depth * 6 + 16, at = cap;
    unsigned char *p = NEW(&mem, unsigned char, cap);
    for (int d = depth - 1; d >= 0; d--) {
        size_t len = cap - at;
        unsigned char size[5];
        int k = 0;
        do {
            size[k] = (unsigned char)((len & 127) | (len > 127 ? 128 : 0));
            len >>= 7;
            k++;
        } while (len);
        at -= (size_t)k;
        memcpy(p + at, size, (size_t)k);
        p[--at] = tags[d % n_tags];
    }
    *n = cap - at;
    return p + at;
}

static void depth_has_a_limit(void **state)
{
    (void)state;
    size_t n;
    const unsigned char *p = nested(63, (const unsigned char[]){ 0x12 }, 1, &n);
    ok(wire_check(p, n, schema, 1, "x", &ctx));
    p = nested(64, (const unsigned char[]){ 0x12 }, 1, &n);
    wrong(wire_check(p, n, schema, 1, "x", &ctx), ERR_LIMIT, "deeper than 64");
}

/* model.graph, then node, attribute, graph over and over: 30 kB, 9,000 levels. */
static void nine_thousand_levels_of_onnx(void **state)
{
    (void)state;
    size_t n;
    unsigned char tags[9000] = { 0x3a }; /* model: 7 */
    for (int d = 1; d < 9000; d++) tags[d] = (unsigned char[]){ 0x32, 0x0a, 0x2a }[d % 3];
    const unsigned char *p = nested(9000, tags, 9000, &n);
    assert_true(n > 20000 && n < 40000);
    Onnx__ModelProto *m;
    wrong(onnxpb_model(p, n, "deep.onnx", &mem, &m, &ctx), ERR_LIMIT, "deeper than 64");
}

static void unpacking_is_capped(void **state)
{
    (void)state;
    size_t n = 200000;
    unsigned char *p = NEW(&mem, unsigned char, n + 8);
    memcpy(p, "\x3a\xc0\x9a\x0c", 4);                                   /* graph of 200,000 bytes */
    for (size_t k = 0; k < n; k += 2) memcpy(p + 4 + k, "\x0a\x00", 2); /* empty nodes */
    Onnx__ModelProto *m;
    Arena small = { mem.beg, mem.beg + (4 << 20) };
    wrong(onnxpb_model(p, n + 4, "x", &small, &m, &ctx), ERR_FORMAT, "too much memory");
    Arena whole = onnxpb_arena(n), a = whole;
    ok(onnxpb_model(p, n + 4, "x", &a, &m, &ctx));
    assert_int_equal(m->graph->n_node, 100000);
    arena_delete(whole);
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_bytes_pass),   cmocka_unit_test(bad_bytes_are_told),
        cmocka_unit_test(depth_has_a_limit), cmocka_unit_test(nine_thousand_levels_of_onnx),
        cmocka_unit_test(unpacking_is_capped),
    };
    return RUN(tests);
}
