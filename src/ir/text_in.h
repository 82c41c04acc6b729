/* ir/text_in.h - inside the text form: the tables that printing and parsing share. */
#ifndef IR_TEXT_IN_H
#define IR_TEXT_IN_H
#include "fmt/npz.h"
#include "ir/text.h"

enum { TEXT_VERSION = 1, TEXT_NODES_MAX = 1 << 14 };

typedef enum FieldType { FIELD_int, FIELD_int64_t, FIELD_double } FieldType;

/* Where an attribute lies in a Node. */
typedef struct Field { const char *name; FieldType type; int count; size_t offset; } Field;
extern const Field text_field[ATTR_COUNT];

extern const char *const text_dtype[DT_COUNT];
extern const NpyType     text_npy[DT_COUNT];
enum { TEXT_PROPS = 3 };
extern const char *const text_prop[TEXT_PROPS]; /* bit i of Graph.props */

/* As graph_parse; with z, tensors come from there and are checked against it. */
MUST_USE Err text_parse(const char *p, size_t n, const char *file, const Npz *z, Graph *g, Ctx *c);
#endif
