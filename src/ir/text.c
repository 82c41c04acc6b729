#include "ir/text.h"
#include "base/io.h"
#include "ir/text_in.h"
#include <inttypes.h>
#include <string.h>

const Field text_field[ATTR_COUNT] = {
#define ATTR(type, name, count, what) \
    [ATTR_##name] = { #name, FIELD_##type, count, offsetof(Node, name) },
#include "ir/attrs.def"
#undef ATTR
};
const char *const text_dtype[DT_COUNT] = { [DT_F32] = "f32", [DT_I8] = "i8", [DT_I64] = "i64" };
const NpyType text_npy[DT_COUNT] = { [DT_F32] = NPY_F4, [DT_I8] = NPY_I1, [DT_I64] = NPY_I8 };
const char *const text_prop[TEXT_PROPS] = { "shaped", "no_bn", "spikes" };

/* --- printing --- */

static void print_name(Buf *b, const char *s)
{
    buf_add(b, "\"", 1);
    for (; *s; s++) {
        unsigned char ch = (unsigned char)*s;
        if (ch == '"' || ch == '\\')
            buf_printf(b, "\\%c", ch);
        else if (ch < 32 || ch == 127)
            buf_printf(b, "\\x%02x", ch);
        else
            buf_add(b, s, 1);
    }
    buf_add(b, "\"", 1);
}

static void print_attr(Buf *b, const Node *n, const Field *f)
{
    const char *p = (const char *)n + f->offset;
    buf_printf(b, " %s=", f->name);
    for (int i = 0; i < f->count; i++) {
        const char *comma = i ? "," : "";
        switch (f->type) {
        case FIELD_int:     buf_printf(b, "%s%d", comma, ((const int *)p)[i]); break;
        case FIELD_int64_t: buf_printf(b, "%s%" PRId64, comma, ((const int64_t *)p)[i]); break;
        case FIELD_double:  buf_printf(b, "%s%.17g", comma, ((const double *)p)[i]); break;
        }
    }
}

static void print_role(Buf *b, Role r, const Tensor *t)
{
    buf_printf(b, " %s=", role_name[r]);
    print_name(b, t->name);
    buf_printf(b, ":%s[", text_dtype[t->type]);
    for (int d = 0; d < t->rank; d++) buf_printf(b, "%s%d", d ? "," : "", t->dim[d]);
    buf_add(b, "]", 1);
}

static void print_node(Buf *b, const Graph *g, const Node *n)
{
    const OpInfo *op = &op_info[n->op];
    buf_printf(b, "%s ", op->name);
    print_name(b, n->name);
    buf_add(b, " (", 2);
    for (int k = 0; k < op->n_in; k++) {
        buf_printf(b, "%s", k ? ", " : "");
        print_name(b, g->node[n->in[k]].name);
    }
    buf_add(b, ")", 1);
    for (Attr a = 0; a < ATTR_COUNT; a++)
        if (op->attrs >> a & 1)
            print_attr(b, n, &text_field[a]);
    for (Role r = 0; r < ROLE_COUNT; r++)
        if (n->role[r] != IR_NONE)
            print_role(b, r, graph_role(g, n, r));
    buf_printf(b, " -> %dx%dx%d\n", n->shape.c, n->shape.h, n->shape.w);
}

MUST_USE
static Err check_names(const Graph *g, Ctx *c)
{
    for (int i = 0; i < g->n_node; i++)
        for (int k = 0; k < i; k++)
            if (!strcmp(g->node[i].name, g->node[k].name))
                return fail(c, ERR_FORMAT, (Loc){ .node = g->node[i].name },
                            "two nodes have this name");
    return ERR_NONE;
}

Err graph_print(const Graph *g, Buf *b, Ctx *c)
{
    TRY(check_names(g, c));
    buf_printf(b, "e3ne-il %d\nprops", TEXT_VERSION);
    for (int i = 0; i < TEXT_PROPS; i++)
        if (g->props >> i & 1)
            buf_printf(b, " %s", text_prop[i]);
    buf_add(b, "\n", 1);
    for (int i = 0; i < g->n_node; i++) print_node(b, g, &g->node[i]);
    return ERR_NONE;
}

/* --- files --- */

/* The tensors in use, in node and role order; names must differ. */
static Err collect(const Graph *g, NpzMember *m, int *n, Ctx *c)
{
    *n = 0;
    for (int i = 0; i < g->n_node; i++)
        for (Role r = 0; r < ROLE_COUNT; r++) {
            const Tensor *t = graph_role(g, &g->node[i], r);
            if (!t)
                continue;
            for (int k = 0; k < *n; k++)
                if (!strcmp(m[k].name, t->name))
                    return fail(c, ERR_FORMAT, (Loc){ .node = g->node[i].name },
                                "two tensors have the name '%.100s'", t->name);
            m[(*n)++] = (NpzMember){ t->name, npy_of(text_npy[t->type], t->p, t->rank, t->dim) };
        }
    return ERR_NONE;
}

Err graph_save(const char *dir, const char *il, const char *npz, const Graph *g, Ctx *c)
{
    Arena scratch = *g->perm; /* gone when we return */
    NpzMember *m = NEW(&scratch, NpzMember, (size_t)g->n_node * ROLE_COUNT + 1);
    int n;
    Buf b = { 0 };
    Err e = graph_print(g, &b, c);
    if (!e) e = collect(g, m, &n, c);
    if (!e) e = npz_write(io_join(&scratch, dir, npz), m, n, c);
    if (!e) e = io_write(io_join(&scratch, dir, il), b.p, b.n, c);
    buf_free(&b);
    return e;
}

static Err load_text(const char *path, const Npz *z, Graph *g, Ctx *c)
{
    Map m;
    TRY(io_map(&m, path, c));
    Err e = text_parse((const char *)m.p, m.n, path, z, g, c);
    io_unmap(&m);
    return e;
}

Err graph_load(const char *dir, const char *il, const char *npz, Graph *g, Ctx *c)
{
    Map m;
    Npz z;
    TRY(io_map(&m, io_join(g->perm, dir, npz), c));
    Arena tmp = arena_new(((size_t)64 << 20) + 8 * m.n), whole = tmp;
    Err e = npz_parse(m.p, m.n, m.path, &tmp, &z, c);
    if (!e)
        e = load_text(io_join(g->perm, dir, il), &z, g, c);
    arena_delete(whole);
    io_unmap(&m);
    return e;
}
