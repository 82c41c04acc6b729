#include "fmt/onnxpb.h"
#include "fmt/wire.h"

/* The message types of onnx.proto that hold messages, and their fields that do. */
enum { MODEL, GRAPH, NODE, ATTRIBUTE, TENSOR, SPARSE, VALUE, TYPE, TYPE_TENSOR, TYPE_SEQUENCE,
       TYPE_MAP, SHAPE, TRAINING, FUNCTION, ANNOTATION, LEAF };
static const WireSub schema[] = {
    { MODEL, 7, GRAPH }, { MODEL, 8, LEAF }, { MODEL, 14, LEAF }, { MODEL, 20, TRAINING },
    { MODEL, 25, FUNCTION },
    { GRAPH, 1, NODE }, { GRAPH, 5, TENSOR }, { GRAPH, 11, VALUE }, { GRAPH, 12, VALUE },
    { GRAPH, 13, VALUE }, { GRAPH, 14, ANNOTATION }, { GRAPH, 15, SPARSE },
    { NODE, 5, ATTRIBUTE },
    { ATTRIBUTE, 5, TENSOR }, { ATTRIBUTE, 6, GRAPH }, { ATTRIBUTE, 10, TENSOR },
    { ATTRIBUTE, 11, GRAPH }, { ATTRIBUTE, 14, TYPE }, { ATTRIBUTE, 15, TYPE },
    { ATTRIBUTE, 22, SPARSE }, { ATTRIBUTE, 23, SPARSE },
    { TENSOR, 3, LEAF }, { TENSOR, 13, LEAF },
    { SPARSE, 1, TENSOR }, { SPARSE, 2, TENSOR },
    { VALUE, 2, TYPE },
    { TYPE, 1, TYPE_TENSOR }, { TYPE, 4, TYPE_SEQUENCE }, { TYPE, 5, TYPE_MAP },
    { TYPE, 8, TYPE_TENSOR }, { TYPE, 9, TYPE_SEQUENCE },
    { TYPE_TENSOR, 2, SHAPE }, { TYPE_SEQUENCE, 1, TYPE }, { TYPE_MAP, 2, TYPE },
    { SHAPE, 1, LEAF },
    { TRAINING, 1, GRAPH }, { TRAINING, 2, GRAPH }, { TRAINING, 3, LEAF }, { TRAINING, 4, LEAF },
    { FUNCTION, 7, NODE }, { FUNCTION, 9, LEAF }, { FUNCTION, 11, ATTRIBUTE },
    { ANNOTATION, 2, LEAF },
};

/* protobuf-c's memory comes from the arena; NULL, which it handles, when that is full. */
static void *pb_alloc(void *arena, size_t n)
{
    Arena *a = arena;
    size_t room = (size_t)(a->end - a->beg);
    return room > 64 && n <= room - 64 ? arena_take(a, 1, _Alignof(max_align_t), n) : NULL;
}

static void pb_free(void *arena, void *p)
{
    (void)arena;
    (void)p;
}

/* What unpacking may take of it. */
static size_t unpack_max(size_t n) { return ((size_t)256 << 20) + 4 * n; }

Arena onnxpb_arena(size_t n) { return arena_new(((size_t)8 << 30) + unpack_max(n)); }

Err onnxpb_model(const unsigned char *p, size_t n, const char *file, Arena *perm,
                 Onnx__ModelProto **model, Ctx *c)
{
    if (n == 0)
        return fail(c, ERR_FORMAT, (Loc){ .file = file }, "the file is empty");
    TRY(wire_check(p, n, schema, (int)(sizeof schema / sizeof *schema), file, c));
    Arena capped = *perm;
    if ((size_t)(perm->end - perm->beg) > unpack_max(n))
        capped.end = perm->beg + unpack_max(n);
    ProtobufCAllocator alloc = { pb_alloc, pb_free, &capped };
    *model = onnx__model_proto__unpack(&alloc, n, p);
    perm->beg = capped.beg;
    if (!*model)
        return fail(c, ERR_FORMAT, (Loc){ .file = file },
                    "the bytes are not an ONNX model (or unpack to too much memory)");
    return ERR_NONE;
}
