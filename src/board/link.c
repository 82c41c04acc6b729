#include "board/link.h"
#include "base/buf.h"
#include "base/num.h"
#include <assert.h>
#include <stdbool.h>

enum { SYNC_IN = 0xA5, SYNC_OUT = 0x5A, INFER = 0x49, IDENTIFY = 0x3F, CRC_START = 0xFF };
enum { TRIES = 3, ANSWER_WAIT_MS = 2000, QUIET_MS = 100, MOST_NOISE = 4096 };

/* How an exchange ended: GOOD, or what was wrong with the answer. */
typedef enum End { GOOD, SILENT, NOISE, CUT, BAD_SUM, REFUSED, WRONG_COUNT } End;

typedef struct Reply {
    End           end;
    int           n_word, status;
    unsigned char byte[1 + 4 * LINK_MAX_WORDS + 2]; /* count, words, status, checksum */
} Reply;

/* CRC-8, x^8 + x^2 + x + 1, most significant bit first. */
static unsigned crc8(unsigned crc, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++) crc = (crc << 1 ^ (crc & 0x80 ? 0x07 : 0)) & 0xFF;
    }
    return crc;
}

/* Skips to the byte that begins a reply. */
static Err find_sync(const Serial *s, Reply *r, Ctx *c)
{
    for (int skipped = 0; skipped < MOST_NOISE; skipped++) {
        unsigned char byte;
        size_t got;
        TRY(serial_take(s, &byte, 1, ANSWER_WAIT_MS, &got, c));
        r->end = got == 1 ? GOOD : skipped ? NOISE : SILENT;
        if (got == 0 || byte == SYNC_OUT)
            return ERR_NONE;
    }
    r->end = NOISE;
    return ERR_NONE;
}

static Err take_reply(const Serial *s, int n_word, Reply *r, Ctx *c)
{
    size_t got;
    TRY(find_sync(s, r, c));
    if (r->end != GOOD)
        return ERR_NONE;
    TRY(serial_take(s, r->byte, 1, ANSWER_WAIT_MS, &got, c));
    size_t rest = 4 * (size_t)r->byte[0] + 2, all = 1 + rest;
    if (got == 1)
        TRY(serial_take(s, r->byte + 1, rest, ANSWER_WAIT_MS, &got, c));
    r->n_word = r->byte[0];
    r->status = r->byte[all - 2];
    r->end = got < rest ? CUT : crc8(CRC_START, r->byte, all) != 0 ? BAD_SUM :
             r->status != 0 ? REFUSED : r->n_word != n_word ? WRONG_COUNT : GOOD;
    return ERR_NONE;
}

/* What the board's status says, by its number in the protocol. */
static const char *status_text(int status)
{
    static const char *const text[] = {
        "ok", "the request came with a wrong checksum", "the request came incomplete",
        "it does not know the request", "the pixels came faster than the core takes them",
        "a byte was damaged on the line", "the core gave no word, took none, or ended at a wrong one" };
    int known = sizeof text / sizeof *text;
    return status < known ? text[status] : "an unknown status";
}

/* A refusal that the line may be the cause of; the core's own trouble (6) is not. */
static bool worth_another_try(const Reply *r)
{
    return r->end != WRONG_COUNT && !(r->end == REFUSED && r->status == 6);
}

static Err explain(const Serial *s, const Reply *r, int n_word, Ctx *c)
{
    Loc at = { .file = s->path };
    switch (r->end) {
    case GOOD: break;
    case SILENT:
        return fail(c, ERR_IO, at, "no answer in %d tries of %d s: is this the board's port, and its "
                    "bitstream loaded?", TRIES, ANSWER_WAIT_MS / 1000);
    case NOISE:
        return fail(c, ERR_FORMAT, at, "bytes come, but none begins an answer: is something else on "
                    "this port, or its rate wrong?");
    case CUT:
        return fail(c, ERR_FORMAT, at, "the answer breaks off");
    case BAD_SUM:
        return fail(c, ERR_FORMAT, at, "the answer's checksum is wrong, in %d tries: is the line bad?",
                    TRIES);
    case REFUSED:
        return fail(c, ERR_IO, at, "the board answers status %d: %s", r->status, status_text(r->status));
    case WRONG_COUNT:
        return fail(c, ERR_FORMAT, at, "the board answers %d words instead of %d", r->n_word, n_word);
    }
    return ERR_NONE;
}

static uint32_t word_at(const Reply *r, int i) { return rd_u32le(r->byte + 1 + 4 * i); }

/* Sends the request (everything after its sync and before its checksum) until it is answered. */
static Err ask(const Serial *s, const unsigned char *request, size_t n, int n_word, Reply *r, Ctx *c)
{
    Buf b = { 0 };
    unsigned char sync = SYNC_IN, crc = (unsigned char)crc8(CRC_START, request, n);
    Err e = ERR_NONE;
    assert(n_word <= LINK_MAX_WORDS);
    buf_add(&b, &sync, 1);
    buf_add(&b, request, n);
    buf_add(&b, &crc, 1);
    for (int k = 0; k < TRIES && !e; k++) {
        if (k > 0)
            e = serial_drain(s, QUIET_MS, c);
        if (!e)
            e = serial_send(s, (const unsigned char *)b.p, b.n, c);
        if (!e)
            e = take_reply(s, n_word, r, c);
        if (!e && (r->end == GOOD || !worth_another_try(r)))
            break;
    }
    buf_free(&b);
    return e ? e : explain(s, r, n_word, c);
}

Err link_identify(const Serial *s, LinkIdentity *id, Ctx *c)
{
    Reply r = { 0 };
    TRY(serial_drain(s, 0, c));
    TRY(ask(s, (const unsigned char[]){ IDENTIFY }, 1, 3, &r, c));
    *id = (LinkIdentity){ word_at(&r, 0), word_at(&r, 1), word_at(&r, 2) };
    return ERR_NONE;
}

Err link_infer(const Serial *s, const unsigned char *image, size_t n, int32_t *word, int n_word, Ctx *c)
{
    Reply r = { 0 };
    Buf b = { 0 };
    unsigned char command = INFER;
    buf_add(&b, &command, 1);
    buf_add(&b, image, n);
    Err e = ask(s, (const unsigned char *)b.p, b.n, n_word, &r, c);
    buf_free(&b);
    for (int i = 0; i < n_word && !e; i++) word[i] = (int32_t)word_at(&r, i);
    return e;
}
