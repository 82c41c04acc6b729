/* cli/onboard.h - this build's hardware on a board behind a serial port, asked image by image. */
#ifndef CLI_ONBOARD_H
#define CLI_ONBOARD_H
#include "board/serial.h"
#include "cli/build.h"

/* Opens the port and asks the board what its core was built for. Errors as serial_open and
 * link_identify; NO: it was built for other images or another number of classes than b's design. */
MUST_USE Err onboard_open(Serial *port, Build *b, const char *tty);

/* The first image of in: the core's logits [classes], and its class. Errors as link_infer;
 * FORMAT: the class is none. */
MUST_USE Err onboard_classify(const Serial *port, Build *b, const SimInput *in, Arena *a,
                              int64_t *logit, int *label);
#endif
