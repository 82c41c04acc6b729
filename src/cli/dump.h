/* cli/dump.h - simulate --dump: input codes and every layer's codes as arrays NAME [N,C,H,W]. */
#ifndef CLI_DUMP_H
#define CLI_DUMP_H
#include "cli/build.h"

MUST_USE Err dump_codes(Build *b, const char *file, int images);
#endif
