/* fmt/wire.h - a look at protobuf bytes before a library unpacks them.
 *
 * protobuf-c recurses once per nested message: 30 kB of ONNX with 9,000 levels overflow its stack.
 * This scan walks the same bytes without recursion and refuses what is nested deeper than
 * WIRE_DEPTH_MAX, reaches outside its parent, or is no valid encoding. On the wire a message and
 * a string look the same, so it descends only where the schema (a table of message types and the
 * fields that are messages) says so.
 * Source: protobuf's encoding guide. Test: tests/fmt/t_wire.c. */
#ifndef FMT_WIRE_H
#define FMT_WIRE_H
#include "base/err.h"
#include <stdint.h>

enum { WIRE_DEPTH_MAX = 64, WIRE_FIELDS_MAX = 1 << 24 };

/* Field `field` of message type `type` holds a message of type `sub`. */
typedef struct WireSub { uint8_t type, field, sub; } WireSub;

/* The n bytes at p as one message of type 0. FORMAT or LIMIT with the byte. */
MUST_USE Err wire_check(const unsigned char *p, size_t n, const WireSub *schema, int n_schema,
                        const char *file, Ctx *c);
#endif
