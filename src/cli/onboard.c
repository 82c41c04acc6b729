#include "cli/onboard.h"
#include "board/link.h"
#include "emit/emit.h"
#include "emit/pixels.h"

static int classes_of(const Build *b) { return b->snn.node[b->snn.n_node - 1].shape.c; }

static Err check_identity(const Build *b, const Serial *port, const LinkIdentity *id)
{
    Shape in = b->snn.node[0].shape;
    LinkIdentity own = { (int64_t)in.h * in.w, emit_tdata_bits(&b->design) / 8, classes_of(b) + 1 };
    if (id->pixels == own.pixels && id->pixel_bytes == own.pixel_bytes && id->out_words == own.out_words)
        return ERR_NONE;
    return fail(b->c, ERR_NO, (Loc){ .file = port->path },
                "the core on the board takes images of %lld pixels of %lld bytes and answers %lld "
                "words; that of %s takes %lld of %lld and answers %lld: load %s/board/chip.bin",
                (long long)id->pixels, (long long)id->pixel_bytes, (long long)id->out_words, b->dir,
                (long long)own.pixels, (long long)own.pixel_bytes, (long long)own.out_words, b->dir);
}

Err onboard_open(Serial *port, Build *b, const char *tty)
{
    LinkIdentity id = { 0 };
    TRY(build_need_design(b));
    if (classes_of(b) >= LINK_MAX_WORDS)
        return fail(b->c, ERR_UNSUPPORTED, (Loc){ .file = tty },
                    "%d classes: the serial protocol has room for %d", classes_of(b), LINK_MAX_WORDS - 1);
    TRY(serial_open(port, tty, b->c));
    Err e = link_identify(port, &id, b->c);
    if (!e)
        e = check_identity(b, port, &id);
    if (e)
        serial_close(port);
    return e;
}

Err onboard_classify(const Serial *port, Build *b, const SimInput *in, Arena *a, int64_t *logit,
                     int *label)
{
    const unsigned char *pixel;
    size_t n;
    int classes = classes_of(b);
    int32_t *word = NEW(a, int32_t, (size_t)classes + 1);
    SimInput one = *in;
    one.n = 1;
    TRY(emit_pixels(&b->snn, &b->design, &one, a, &pixel, &n, b->c));
    TRY(link_infer(port, pixel, n, word, classes + 1, b->c));
    for (int o = 0; o < classes; o++) logit[o] = word[o];
    *label = word[classes];
    if (*label < 0 || *label >= classes)
        return fail(b->c, ERR_FORMAT, (Loc){ .file = port->path }, "the board answers class %d of %d",
                    *label, classes);
    return ERR_NONE;
}
