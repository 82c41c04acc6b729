/* t_image.c - fmt/image: PNG of each kind, PGM of both, cuts, lies. */
#include "fixture.h"
#include "fmt/image.h"
#include <png.h>
#include <zlib.h>

static const unsigned char pixels[12] = { 0, 50, 100, 150, 200, 250, 7, 77, 177, 1, 2, 255 };

/* A picture of w x h in one of libpng's simple formats. */
static const unsigned char *png_of(png_uint_32 format, int w, int h, size_t *n)
{
    png_image m = { .version = PNG_IMAGE_VERSION, .width = (unsigned)w, .height = (unsigned)h,
                    .format = format };
    png_alloc_size_t bytes = 4096;
    unsigned char *p = NEW(&mem, unsigned char, bytes);
    assert_true(png_image_write_to_memory(&m, p, &bytes, 0, pixels, 0, NULL));
    *n = bytes;
    return p;
}

static void grey_and_colour_png(void **state)
{
    (void)state;
    size_t n;
    Image m;
    const unsigned char *p = png_of(PNG_FORMAT_GRAY, 4, 3, &n);
    ok(image_parse(p, n, "x.png", &mem, &m, &ctx));
    assert_true(m.c == 1 && m.h == 3 && m.w == 4);
    assert_memory_equal(m.p, pixels, 12);
    p = png_of(PNG_FORMAT_RGB, 2, 2, &n);
    ok(image_parse(p, n, "x.png", &mem, &m, &ctx));
    assert_true(m.c == 3 && m.h == 2 && m.w == 2);
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 4; i++) assert_int_equal(m.p[c * 4 + i], pixels[i * 3 + c]);
}

static void transparency_is_dropped(void **state)
{
    (void)state;
    size_t n;
    Image m;
    const unsigned char *p = png_of(PNG_FORMAT_GA, 2, 2, &n);
    ok(image_parse(p, n, "x.png", &mem, &m, &ctx));
    assert_int_equal(m.c, 1);
}

static void both_kinds_of_pgm(void **state)
{
    (void)state;
    static const char p5[] = "P5\n# a comment\n3 2\n255\n\0\1\2\3\4\377";
    static const char p2[] = "P2 3 2 15 0 1 2\n3 4 # five\n15\n";
    Image m;
    ok(image_parse((const unsigned char *)p5, sizeof p5 - 1, "x", &mem, &m, &ctx));
    assert_true(m.c == 1 && m.h == 2 && m.w == 3);
    assert_memory_equal(m.p, "\0\1\2\3\4\377", 6);
    ok(image_parse((const unsigned char *)p2, sizeof p2 - 1, "x", &mem, &m, &ctx));
    assert_memory_equal(m.p, "\0\21\42\63\104\377", 6); /* times 17 */
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    size_t n;
    Image m;
    const unsigned char *p = png_of(PNG_FORMAT_RGB, 2, 2, &n);
    for (size_t k = 0; k < n; k++) wrong(image_parse(p, k, "x", &mem, &m, &ctx), ERR_FORMAT, "");
    static const unsigned char pgm[] = "P5 3 2 255 abcdef";
    ok(image_parse(pgm, 17, "x", &mem, &m, &ctx));
    for (size_t k = 0; k < 17; k++) wrong(image_parse(pgm, k, "x", &mem, &m, &ctx), ERR_FORMAT, "");
}

static void lies_are_told(void **state)
{
    (void)state;
    static const struct { const char *text; Err want; const char *say; } cases[] = {
        { "P5 3 2 255 abcdefg", ERR_FORMAT, "6 pixels announced, 7" },
        { "P5 16384 16384 255 a", ERR_FORMAT, "announced" },
        { "P5 99999999999 1 255 a", ERR_UNSUPPORTED, "width" },
        { "P5 1 1 65535 ab", ERR_UNSUPPORTED, "greatest" },
        { "P5 1 0 255 ", ERR_FORMAT, "0x1" },
        { "P5 1 1 0 a", ERR_FORMAT, "up to 0" },
        { "P5 1 1 9 a", ERR_FORMAT, "more than 9" },
        { "P2 1 1 9 10", ERR_UNSUPPORTED, "more than 9" },
        { "P2 1 1 9 1 1", ERR_FORMAT, "follows" },
        { "P6 1 1 9 abc", ERR_FORMAT, "neither" },
    };
    Image m;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        wrong(image_parse((const unsigned char *)cases[i].text, strlen(cases[i].text), "x", &mem,
                          &m, &ctx), cases[i].want, cases[i].say);
}

static void a_png_cannot_claim_the_sky(void **state)
{
    (void)state;
    size_t n;
    Image m;
    unsigned char *p = (unsigned char *)(uintptr_t)png_of(PNG_FORMAT_GRAY, 4, 3, &n);
    p[18] = 0x30; /* width 12,292 */
    p[22] = 0x30;
    png_uint_32 crc = (png_uint_32)crc32(0, p + 12, 17);
    for (int k = 0; k < 4; k++) p[29 + k] = (unsigned char)(crc >> (24 - 8 * k));
    wrong(image_parse(p, n, "x", &mem, &m, &ctx), ERR_FORMAT, "more pixels than the file");
}

int main(void)
{
    fixture_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grey_and_colour_png), cmocka_unit_test(transparency_is_dropped),
        cmocka_unit_test(both_kinds_of_pgm),   cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(lies_are_told),       cmocka_unit_test(a_png_cannot_claim_the_sky),
    };
    return RUN(tests);
}
