/* hw/tape.h - an engine's shape, and the tape's header and layer records as bytes.
 *
 * Everything comes from hw/tape.def; doc/engine.md says what it means. RTL: rtl/e3_tape.svh.
 * Test: tests/engine/t_tape.c.
 */
#ifndef HW_TAPE_H
#define HW_TAPE_H
#include "base/err.h"
#include <stdint.h>

/* What is fixed when an engine is built. */
typedef struct EngineBuild {
#define SHAPE(name, Parameter, dflt, help) int name;
#include "hw/tape.def"
#undef SHAPE
} EngineBuild;

typedef struct ShapeInfo { const char *name, *parameter, *help; } ShapeInfo;
enum {
#define SHAPE(name, Parameter, dflt, help) SHAPE_##name,
#include "hw/tape.def"
#undef SHAPE
    SHAPE_COUNT
};
extern const ShapeInfo shape_info[SHAPE_COUNT];
static inline int engine_shape(const EngineBuild *b, int k) { return ((const int *)b)[k]; }

/* The default shape behind a port of so many bits: a lane for each 4 of them, as many outputs of a
 * dense layer as behind the default port. */
EngineBuild engine_build(int port_bits);
/* PIn 8, POut 4, a 64-bit port, 16 lanes of 32 columns, the rest by default: for tests. */
EngineBuild engine_build_small(void);
/* RANGE: the parameter that cannot be built. */
MUST_USE Err engine_build_check(const EngineBuild *b, Ctx *c);
/* The configuration word: CRC-32 (IEEE 802.3, reflected) of the shape's numbers in the order of
 * tape.def, each 32 bits, little-endian. */
uint32_t engine_config(const EngineBuild *b);

enum { TAPE_VERSION = 1, TAPE_HEADER_BYTES = 64, TAPE_RECORD_BYTES = 64 };
#define TAPE_MAGIC ((uint32_t)('E' | '3' << 8 | 'T' << 16) | (uint32_t)'P' << 24)

typedef enum TapeKind { TAPE_CONV, TAPE_DENSE, TAPE_WINDOWS, TAPE_PIXELS } TapeKind;

typedef struct TapeHeader {
#define HEADER(name, word, help) uint32_t name;
#include "hw/tape.def"
#undef HEADER
} TapeHeader;

/* Wider than the fields, so that what does not fit can be said. */
typedef struct TapeRecord {
#define RECORD(name, word, low, bits, help) int64_t name;
#include "hw/tape.def"
#undef RECORD
} TapeRecord;

typedef enum TapeFault {
#define FAULT(name, code, help) FAULT_##name = code,
#include "hw/tape.def"
#undef FAULT
} TapeFault;

/* 64 bytes; header_crc is computed here. */
void tape_put_header(const TapeHeader *h, unsigned char *to);
TapeHeader tape_get_header(const unsigned char *from);
/* A problem of the node for each field that a record cannot hold. */
void tape_check_record(const TapeRecord *r, const char *node, Ctx *c);
/* 64 bytes, of a record that was checked. */
void tape_put_record(const TapeRecord *r, unsigned char *to);
TapeRecord tape_get_record(const unsigned char *from);
/* CRC-32, IEEE 802.3, reflected. */
uint32_t tape_crc(const unsigned char *p, size_t n);

/* What the engine's `check` says of n bytes that hold a tape (and may hold more behind it):
 * magic, version, configuration, header CRC, layers (as configuration), length, body CRC. */
TapeFault tape_check(const EngineBuild *b, const unsigned char *tape, size_t n);
#endif
