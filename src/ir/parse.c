/* The text form's parser: one line a node, a cursor and no recursion. */
#include "ir/text_in.h"
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ZEROED_MAX = 64 << 20, NAME_MAX_BYTES = 1024 };

typedef struct Parser {
    const char *p;
    size_t      i, n;
    int         line;
    size_t      zeroed; /* bytes of tensors that come from nowhere (no archive) */
    const char *file;
    const Npz  *z;
    Graph      *g;
    Ctx        *c;
    char        word[NAME_MAX_BYTES];
} Parser;

#define WRONG(s, code, fmt, ...) fail((s)->c, code, (Loc){ .file = (s)->file, .byte = (s)->i }, \
                                      "line %d: " fmt, (s)->line, __VA_ARGS__)

static char peek(const Parser *s) { return s->i < s->n ? s->p[s->i] : '\0'; }

/* Blanks and comments within the line. */
static void skip_blank(Parser *s)
{
    while (peek(s) == ' ' || peek(s) == '\t' || peek(s) == '\r') s->i++;
    if (peek(s) == '#')
        while (s->i < s->n && s->p[s->i] != '\n') s->i++;
}

static bool accept(Parser *s, char ch)
{
    skip_blank(s);
    if (s->i >= s->n || s->p[s->i] != ch)
        return false;
    s->i++;
    return true;
}

MUST_USE
static Err expect(Parser *s, char ch)
{
    return accept(s, ch) ? ERR_NONE : WRONG(s, ERR_FORMAT, "'%c' is missing", ch);
}

static bool at_line_end(Parser *s)
{
    skip_blank(s);
    return s->i >= s->n || s->p[s->i] == '\n';
}

/* To the next line that holds something; false at the end. */
static bool next_line(Parser *s)
{
    while (s->i < s->n && at_line_end(s)) {
        s->line += s->i < s->n;
        s->i += s->i < s->n;
    }
    return s->i < s->n;
}

static bool is_word_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           ch == '_' || ch == '.' || ch == '+' || ch == '-';
}

/* A word or number into s->word. */
static Err read_word(Parser *s)
{
    size_t k = 0;
    skip_blank(s);
    for (; is_word_char(peek(s)); s->i++) {
        if (k == 63)
            return WRONG(s, ERR_FORMAT, "a word is longer than %d letters", 63);
        s->word[k++] = peek(s);
    }
    s->word[k] = '\0';
    return k ? ERR_NONE : WRONG(s, ERR_FORMAT, "%s", "a word or a number is missing");
}

static int hex_digit(char ch)
{
    return ch >= '0' && ch <= '9' ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

/* The character behind a backslash; 0 if it is no escape. */
static char read_escape(Parser *s)
{
    char ch = peek(s);
    s->i++;
    if (ch == '"' || ch == '\\')
        return ch;
    int hi = s->i + 1 < s->n ? hex_digit(s->p[s->i]) : -1;
    int lo = s->i + 1 < s->n ? hex_digit(s->p[s->i + 1]) : -1;
    s->i += 2;
    return ch == 'x' && hi >= 0 && lo >= 0 ? (char)(hi * 16 + lo) : '\0';
}

/* A quoted name into s->word. */
static Err read_name(Parser *s)
{
    size_t k = 0;
    TRY(expect(s, '"'));
    while (peek(s) != '"') {
        char raw = peek(s), ch = raw;
        s->i++;
        if (raw == '\\')
            ch = read_escape(s);
        if (s->i >= s->n || ch == '\0' || raw == '\n')
            return WRONG(s, ERR_FORMAT, "%s", "a name is not closed, or holds a bad escape");
        if (k + 1 == sizeof s->word)
            return WRONG(s, ERR_FORMAT, "a name is longer than %d bytes", NAME_MAX_BYTES - 1);
        s->word[k++] = ch;
    }
    s->i++;
    s->word[k] = '\0';
    return ERR_NONE;
}

static Err read_int(Parser *s, int64_t lo, int64_t hi, int64_t *out)
{
    TRY(read_word(s));
    char *end;
    errno = 0;
    long long v = strtoll(s->word, &end, 10);
    if (*end || errno || v < lo || v > hi)
        return WRONG(s, ERR_FORMAT, "'%s' is no integer of the range", s->word);
    *out = v;
    return ERR_NONE;
}

static Err read_double(Parser *s, double *out)
{
    TRY(read_word(s));
    char *end;
    *out = strtod(s->word, &end);
    return *end || !isfinite(*out) ? WRONG(s, ERR_FORMAT, "'%s' is no finite number", s->word)
                                   : ERR_NONE;
}

static int find_node(const Graph *g, const char *name)
{
    for (int i = g->n_node - 1; i >= 0; i--) /* most often the last one */
        if (!strcmp(g->node[i].name, name))
            return i;
    return IR_NONE;
}

/* --- a tensor: "name":f32[6,1,5,5] --- */

static Err read_dtype(Parser *s, DType *out)
{
    TRY(read_word(s));
    for (*out = 0; *out < DT_COUNT; (*out)++)
        if (!strcmp(s->word, text_dtype[*out]))
            return ERR_NONE;
    return WRONG(s, ERR_FORMAT, "no tensor type '%s'", s->word);
}

static Err read_dims(Parser *s, Tensor *t)
{
    int64_t bytes = (int64_t)dtype_bytes(t->type), v;
    TRY(expect(s, '['));
    do {
        if (t->rank == IR_MAX_RANK)
            return WRONG(s, ERR_LIMIT, "more than %d dimensions", IR_MAX_RANK);
        TRY(read_int(s, 1, INT_MAX, &v));
        if (bytes > ((int64_t)1 << 40) / v)
            return WRONG(s, ERR_LIMIT, "the tensor '%s' is too large", t->name);
        bytes *= v;
        t->dim[t->rank++] = (int)v;
    } while (accept(s, ','));
    return expect(s, ']');
}

/* Against the archive, if there is one, else against the limit on zeroed tensors. */
static Err check_source(Parser *s, const Tensor *t, const Npy **from)
{
    size_t bytes = (size_t)tensor_count(t) * dtype_bytes(t->type);
    *from = NULL;
    if (!s->z) {
        if (bytes > ZEROED_MAX - s->zeroed)
            return WRONG(s, ERR_LIMIT, "tensors of more than %d bytes", ZEROED_MAX);
        s->zeroed += bytes;
        return ERR_NONE;
    }
    *from = npz_find(s->z, t->name);
    if (!*from)
        return WRONG(s, ERR_FORMAT, "%s holds no tensor '%s'", s->z->file, t->name);
    bool same = (*from)->type == text_npy[t->type] && (*from)->rank == t->rank;
    for (int d = 0; same && d < t->rank; d++) same = (*from)->dim[d] == t->dim[d];
    return same ? ERR_NONE : WRONG(s, ERR_FORMAT, "the tensor '%s' in %s is of another shape or "
                                   "type", t->name, s->z->file);
}

static Err read_tensor(Parser *s, int *out)
{
    Tensor t = { 0 };
    const Npy *from;
    TRY(read_name(s));
    t.name = arena_str(s->g->perm, s->word);
    for (int i = 0; i < s->g->n_tensor; i++)
        if (!strcmp(s->g->tensor[i].name, t.name))
            return WRONG(s, ERR_FORMAT, "the tensor '%s' is used twice", t.name);
    TRY(expect(s, ':'));
    TRY(read_dtype(s, &t.type));
    TRY(read_dims(s, &t));
    TRY(check_source(s, &t, &from));
    size_t bytes = (size_t)tensor_count(&t) * dtype_bytes(t.type);
    size_t room = (size_t)(s->g->perm->end - s->g->perm->beg);
    if (room < (1 << 20) || bytes > room - (1 << 20))
        return WRONG(s, ERR_LIMIT, "no memory for the tensor '%s'", t.name);
    *out = graph_tensor(s->g, t.name, t.type, t.rank, t.dim);
    if (from)
        memcpy(s->g->tensor[*out].p, from->p, bytes);
    return ERR_NONE;
}

/* --- a node --- */

static Err read_op(Parser *s, Op *out)
{
    TRY(read_word(s));
    for (*out = 0; *out < OP_COUNT; (*out)++)
        if (!strcmp(s->word, op_info[*out].name))
            return ERR_NONE;
    return WRONG(s, ERR_FORMAT, "no operator '%s'", s->word);
}

static Err read_inputs(Parser *s, int at)
{
    Node *n = &s->g->node[at];
    TRY(expect(s, '('));
    for (int k = 0; k < op_info[n->op].n_in; k++) {
        if (k)
            TRY(expect(s, ','));
        TRY(read_name(s));
        n->in[k] = find_node(s->g, s->word);
        if (n->in[k] == IR_NONE || n->in[k] >= at)
            return WRONG(s, ERR_FORMAT, "no node \"%s\" before this one", s->word);
    }
    return expect(s, ')');
}

static Err read_attr(Parser *s, Node *n, const Field *f)
{
    char *p = (char *)n + f->offset;
    int64_t v;
    for (int i = 0; i < f->count; i++) {
        if (i)
            TRY(expect(s, ','));
        switch (f->type) {
        case FIELD_int:
            TRY(read_int(s, INT_MIN, INT_MAX, &v));
            ((int *)p)[i] = (int)v;
            break;
        case FIELD_int64_t:
            TRY(read_int(s, INT64_MIN, INT64_MAX, &((int64_t *)p)[i]));
            break;
        case FIELD_double:
            TRY(read_double(s, &((double *)p)[i]));
            break;
        }
    }
    return ERR_NONE;
}

/* name=value: an attribute or a tensor of the operator, each once. */
static Err read_item(Parser *s, int at, unsigned *seen)
{
    const OpInfo *op = &op_info[s->g->node[at].op];
    TRY(read_word(s));
    for (Attr a = 0; a < ATTR_COUNT; a++)
        if ((op->attrs >> a & 1) && !(*seen >> a & 1) && !strcmp(s->word, text_field[a].name)) {
            *seen |= 1u << a;
            TRY(expect(s, '='));
            return read_attr(s, &s->g->node[at], &text_field[a]);
        }
    for (Role r = 0; r < ROLE_COUNT; r++)
        if ((op->roles >> r & 1) && s->g->node[at].role[r] == IR_NONE &&
            !strcmp(s->word, role_name[r])) {
            TRY(expect(s, '='));
            int t = IR_NONE;
            TRY(read_tensor(s, &t));
            s->g->node[at].role[r] = t;
            return ERR_NONE;
        }
    return WRONG(s, ERR_FORMAT, "%s takes no '%s', or it is there twice", op->name, s->word);
}

/* -> 6x28x28 */
static Err read_shape(Parser *s, Shape *out)
{
    int *const to[3] = { &out->c, &out->h, &out->w };
    char *q = s->word;
    TRY(read_word(s));
    for (int d = 0; d < 3; d++) {
        char *end;
        long v = strtol(q, &end, 10);
        if (end == q || v < 0 || v > INT_MAX || *end != (d < 2 ? 'x' : '\0'))
            return WRONG(s, ERR_FORMAT, "'%s' is no shape CxHxW", s->word);
        *to[d] = (int)v;
        q = end + 1;
    }
    if ((int64_t)out->c * out->h > INT_MAX || (int64_t)out->c * out->h * out->w > INT_MAX)
        return WRONG(s, ERR_LIMIT, "a map of %s", s->word);
    return ERR_NONE;
}

static bool accept_arrow(Parser *s)
{
    skip_blank(s);
    if (s->n - s->i < 2 || s->p[s->i] != '-' || s->p[s->i + 1] != '>')
        return false;
    s->i += 2;
    return true;
}

static Err read_node(Parser *s)
{
    Op op;
    unsigned seen = 0;
    TRY(read_op(s, &op));
    TRY(read_name(s));
    if (s->g->n_node == TEXT_NODES_MAX)
        return WRONG(s, ERR_LIMIT, "more than %d nodes", TEXT_NODES_MAX);
    if (find_node(s->g, s->word) != IR_NONE)
        return WRONG(s, ERR_FORMAT, "two nodes have the name \"%s\"", s->word);
    int at = graph_node(s->g, op, s->word);
    TRY(read_inputs(s, at));
    while (!accept_arrow(s)) TRY(read_item(s, at, &seen));
    if (seen != op_info[op].attrs)
        return WRONG(s, ERR_FORMAT, "%s lacks an attribute", op_info[op].name);
    TRY(read_shape(s, &s->g->node[at].shape));
    const Tensor *bad = ir_tensor_misfit(s->g, &s->g->node[at]); /* lengths that code relies on */
    if (bad)
        return WRONG(s, ERR_SHAPE, "the dimensions of '%s' do not fit its %s", bad->name,
                     op_info[op].name);
    return at_line_end(s) ? ERR_NONE : WRONG(s, ERR_FORMAT, "%s", "something follows the shape");
}

static Err read_props(Parser *s)
{
    TRY(read_word(s));
    if (strcmp(s->word, "props"))
        return WRONG(s, ERR_FORMAT, "'props' is expected, not '%s'", s->word);
    while (!at_line_end(s)) {
        int i = 0;
        TRY(read_word(s));
        while (i < TEXT_PROPS && strcmp(s->word, text_prop[i])) i++;
        if (i == TEXT_PROPS)
            return WRONG(s, ERR_FORMAT, "no property '%s'", s->word);
        s->g->props |= 1u << i;
    }
    return ERR_NONE;
}

static Err read_head(Parser *s)
{
    int64_t version;
    next_line(s);
    TRY(read_word(s));
    if (strcmp(s->word, "e3ne-il"))
        return WRONG(s, ERR_FORMAT, "'e3ne-il' is expected, not '%s'", s->word);
    TRY(read_int(s, 1, INT_MAX, &version));
    if (version != TEXT_VERSION)
        return WRONG(s, ERR_UNSUPPORTED, "version %lld of the text form", (long long)version);
    if (!next_line(s))
        return WRONG(s, ERR_FORMAT, "%s", "the text ends too early");
    return read_props(s);
}

Err text_parse(const char *p, size_t n, const char *file, const Npz *z, Graph *g, Ctx *c)
{
    Parser s = { .p = p, .n = n, .line = 1, .file = file, .z = z, .g = g, .c = c };
    TRY(read_head(&s));
    while (next_line(&s)) TRY(read_node(&s));
    return ir_verify(g, c);
}

Err graph_parse(const char *p, size_t n, const char *file, Graph *g, Ctx *c)
{
    return text_parse(p, n, file, NULL, g, c);
}
