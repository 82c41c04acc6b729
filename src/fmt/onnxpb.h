/* fmt/onnxpb.h - the bytes of an ONNX file as protobuf-c's structs.
 *
 * The bytes are scanned first (fmt/wire.h) and then unpacked into memory with a cap. Test:
 * tests/fmt/t_wire.c. */
#ifndef FMT_ONNXPB_H
#define FMT_ONNXPB_H
#include "base/arena.h"
#include "base/err.h"
#include "fmt/npy.h"
#include "onnx.pb-c.h"

/* An arena with room for the model in a file of n bytes and 8 GiB of external data; address space
 * only, until it is used. The caller deletes it. */
Arena onnxpb_arena(size_t n);

/* Everything in *model lives in perm. FORMAT or LIMIT. */
MUST_USE Err onnxpb_model(const unsigned char *p, size_t n, const char *file, Arena *perm,
                          Onnx__ModelProto **model, Ctx *c);

/* A tensor's elements, checked against its dimensions: in place where they lie as an array of one
 * of npytypes.def, else (halves in int32_data, bfloat16, external data) converted into perm.
 * External data is read from a file below the folder of the model `file`, and from nowhere else:
 * a path that is absolute, climbs with "..", or leaves the folder through a link is refused.
 * FORMAT, UNSUPPORTED (other types), LIMIT, IO. */
MUST_USE Err onnxpb_tensor(const Onnx__TensorProto *t, const char *file, Arena *perm, Npy *out,
                           Ctx *c);
#endif
