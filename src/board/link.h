/* board/link.h - the host's side of the serial protocol of rtl/board/e3_uart_shell.sv.
 *
 * A request is sent and its reply awaited; where the line damaged either, both are done again, three
 * times in all. Errors name the port and what came: IO (no answer; the board's own refusal), FORMAT
 * (what came is no answer, or its checksum is wrong). Test: tests/board/sim.sh. */
#ifndef BOARD_LINK_H
#define BOARD_LINK_H
#include "board/serial.h"
#include <stdint.h>

enum { LINK_MAX_WORDS = 255 };

/* What the core on the board was built for. */
typedef struct LinkIdentity {
    int64_t pixels;      /* of an image                            */
    int64_t pixel_bytes; /* of a pixel, as on s_axis_tdata         */
    int64_t out_words;   /* classes, and one for the class         */
} LinkIdentity;

MUST_USE Err link_identify(const Serial *s, LinkIdentity *id, Ctx *c);

/* One image: n bytes, pixels in raster order as s_axis_tdata carries them, low byte first; the
 * core's n_word words into word (n_word <= LINK_MAX_WORDS). */
MUST_USE Err link_infer(const Serial *s, const unsigned char *image, size_t n, int32_t *word, int n_word,
                        Ctx *c);
#endif
