#include "hw/tape.h"
#include "base/num.h"
#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <zlib.h>

const ShapeInfo shape_info[SHAPE_COUNT] = {
#define SHAPE(name, Parameter, dflt, help) { #name, #Parameter, help },
#include "hw/tape.def"
#undef SHAPE
};

EngineBuild engine_build(int port_bits)
{
    EngineBuild b = {
#define SHAPE(name, Parameter, dflt, help) .name = dflt,
#include "hw/tape.def"
#undef SHAPE
    };
    int outputs = b.lanes * b.columns;
    b.port_bits = port_bits;
    b.lanes     = port_bits / 4;
    b.columns   = port_bits >= 64 ? outputs / b.lanes : 1;
    return b;
}

EngineBuild engine_build_small(void)
{
    EngineBuild b = engine_build(64);
    b.pin     = 8;
    b.pout    = 4;
    b.columns = 32;
    return b;
}

static bool is_power(int x) { return x > 0 && (x & (x - 1)) == 0; }

static bool within(int x, int lo, int hi) { return x >= lo && x <= hi; }

Err engine_build_check(const EngineBuild *b, Ctx *c)
{
    Loc at = { 0 };
    for (int k = 0; k < SHAPE_COUNT; k++)
        if (engine_shape(b, k) < (k == SHAPE_frac_bits ? 0 : 1) || engine_shape(b, k) > 1 << 16)
            return fail(c, ERR_RANGE, at, "an engine of %s=%d (%s)", shape_info[k].parameter,
                        engine_shape(b, k), shape_info[k].help);
    if (!is_power(b->pin) || !is_power(b->pout) || b->pin < b->pout)
        return fail(c, ERR_RANGE, at, "an engine of PIn=%d, POut=%d: powers of two are wanted, PIn "
                    "the same or more", b->pin, b->pout);
    if (!is_power(b->port_bits) || !within(b->port_bits, 64, 512))
        return fail(c, ERR_RANGE, at, "a port of %d bits: 64, 128, 256 and 512 are there", b->port_bits);
    if (!within(b->weight_bits, 2, 8) || !within(b->bits, 1, 8) || !within(b->acc_bits, 2, 32) ||
        b->acc_bits + b->frac_bits > 48)
        return fail(c, ERR_RANGE, at, "an engine of WBits=%d (2 to 8), Bits=%d (1 to 8), AccBits=%d (2 to 32), "
                    "FracBits=%d (48 with AccBits)", b->weight_bits, b->bits, b->acc_bits, b->frac_bits);
    return ERR_NONE;
}

static void wr_u32le(unsigned char *p, uint32_t x)
{
    for (int i = 0; i < 4; i++) p[i] = (unsigned char)(x >> 8 * i);
}

uint32_t tape_crc(const unsigned char *p, size_t n)
{
    return (uint32_t)crc32_z(crc32_z(0, NULL, 0), p, n);
}

uint32_t engine_config(const EngineBuild *b)
{
    unsigned char word[4 * SHAPE_COUNT];
    for (int k = 0; k < SHAPE_COUNT; k++) wr_u32le(word + 4 * k, (uint32_t)engine_shape(b, k));
    return tape_crc(word, sizeof word);
}

void tape_put_header(const TapeHeader *h, unsigned char *to)
{
    memset(to, 0, TAPE_HEADER_BYTES);
#define HEADER(name, word, help) wr_u32le(to + 4 * (word), h->name);
#include "hw/tape.def"
#undef HEADER
    wr_u32le(to + TAPE_HEADER_BYTES - 4, tape_crc(to, TAPE_HEADER_BYTES - 4));
}

TapeHeader tape_get_header(const unsigned char *from)
{
    return (TapeHeader){
#define HEADER(name, word, help) .name = rd_u32le(from + 4 * (word)),
#include "hw/tape.def"
#undef HEADER
    };
}

static bool holds(int64_t x, int bits) { return x >= 0 && x < (int64_t)1 << bits; }

void tape_check_record(const TapeRecord *r, const char *node, Ctx *c)
{
#define RECORD(name, word, low, bits, help)                                                       \
    if (!holds(r->name, bits))                                                                    \
        problem(c, ERR_FIT, (Loc){ .node = node }, "%s of %lld: the tape's layer record holds "   \
                "at most %lld", #name, (long long)r->name, ((long long)1 << (bits)) - 1);
#include "hw/tape.def"
#undef RECORD
}

void tape_put_record(const TapeRecord *r, unsigned char *to)
{
    uint32_t word_of[TAPE_RECORD_BYTES / 4] = { 0 };
#define RECORD(name, word, low, bits, help)                                                       \
    assert(holds(r->name, bits));                                                                 \
    word_of[word] |= (uint32_t)r->name << (low);
#include "hw/tape.def"
#undef RECORD
    for (int i = 0; i < TAPE_RECORD_BYTES / 4; i++) wr_u32le(to + 4 * i, word_of[i]);
}

TapeRecord tape_get_record(const unsigned char *from)
{
    return (TapeRecord){
#define RECORD(name, word, low, bits, help)                                                       \
        .name = rd_u32le(from + 4 * (word)) >> (low) & (((uint64_t)1 << (bits)) - 1),
#include "hw/tape.def"
#undef RECORD
    };
}

TapeFault tape_check(const EngineBuild *b, const unsigned char *tape, size_t n)
{
    if (n < TAPE_HEADER_BYTES)
        return FAULT_length;
    TapeHeader h = tape_get_header(tape);
    size_t bytes = (size_t)h.length * (size_t)b->port_bits / 8;
    if (h.magic != TAPE_MAGIC)
        return FAULT_magic;
    if (h.version != TAPE_VERSION)
        return FAULT_version;
    if (h.config != engine_config(b))
        return FAULT_config;
    if (h.header_crc != tape_crc(tape, TAPE_HEADER_BYTES - 4))
        return FAULT_header_crc;
    if (h.layers < 1 || h.layers > (uint32_t)b->layers)
        return FAULT_config;
    if (bytes > n || bytes < TAPE_HEADER_BYTES + (size_t)h.layers * TAPE_RECORD_BYTES)
        return FAULT_length;
    if (h.body_crc != tape_crc(tape + TAPE_HEADER_BYTES, bytes - TAPE_HEADER_BYTES))
        return FAULT_body_crc;
    return FAULT_none;
}
