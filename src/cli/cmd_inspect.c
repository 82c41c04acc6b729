/* e3ne inspect - what a model or a build folder holds. */
#include "cli/cmd.h"
#include "base/io.h"
#include "cli/folder.h"
#include "cli/layerfacts.h"
#include "cli/stages.h"
#include "cli/table.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const ExtraOption extra_inspect[] = { { "--get", "PATH", "one fact of run.json, e.g. cycles.latency.max" },
                                      { 0 } };

static Err print_network(Build *b)
{
    Table t = table_new("node|op|shape|kernel|stride|pad|>MACs|>parameters");
    for (int i = 0; i < b->net.n_node; i++) {
        const Node *n = &b->net.node[i];
        int64_t params = 0;
        for (Role r = 0; r < ROLE_COUNT; r++)
            params += n->role[r] == IR_NONE ? 0 : tensor_count(graph_role(&b->net, n, r));
        table_row(&t, "%s|%s|%dx%dx%d|%dx%d|%dx%d|%d,%d,%d,%d|%lld|%lld", n->name, op_info[n->op].name,
                  n->shape.c, n->shape.h, n->shape.w, n->kernel[0], n->kernel[1], n->stride[0],
                  n->stride[1], n->pad[0], n->pad[1], n->pad[2], n->pad[3],
                  (long long)ir_node_macs(&b->net, n), (long long)params);
    }
    table_print(&t);
    return ERR_NONE;
}

/* The value at a dotted path; a number in the path counts into an array. */
static const json_t *fact(const json_t *j, const char *path)
{
    char key[128];
    for (const char *p = path; j && *p;) {
        size_t n = strcspn(p, ".");
        if (n >= sizeof key)
            return NULL;
        memcpy(key, p, n);
        key[n] = '\0';
        j = json_is_array(j) ? json_array_get(j, (size_t)atoi(key)) : json_object_get(j, key);
        p += n + (p[n] == '.');
    }
    return j;
}

static Err print_fact(Build *b)
{
    const json_t *j = fact(b->run, b->opt.extra[0]);
    if (!j)
        return fail(b->c, ERR_NO, (Loc){ .file = b->dir }, "run.json holds no %s", b->opt.extra[0]);
    if (json_is_string(j)) {
        puts(json_string_value(j));
        return ERR_NONE;
    }
    char *text = json_dumps(j, JSON_INDENT(1) | JSON_SORT_KEYS | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
    puts(text);
    free(text);
    return ERR_NONE;
}

static Err print_folder(Build *b)
{
    TRY(build_need_snn(b));
    if (!b->opt.json)
        layers_print(b);
    return ERR_NONE;
}

/* A model is read and looked at; nothing is written. */
static Err inspect_model(const Options *o, Ctx *c)
{
    Build b = { 0 };
    Err e = build_open(&b, o, c);
    if (!e)
        e = build_read_model(&b);
    if (!e)
        e = print_network(&b);
    build_close(&b);
    return e;
}

static Err inspect_folder(const Options *o, Ctx *c)
{
    Build b = { 0 };
    Err e = build_open(&b, o, c);
    if (!e)
        e = b.opt.extra[0] ? print_fact(&b) : print_folder(&b);
    build_close(&b);
    return e;
}

Err cmd_inspect(const Options *o, Ctx *c)
{
    bool folder = o->n_word == 1 && folder_is_build(o->word[0]);
    return folder ? inspect_folder(o, c) : inspect_model(o, c);
}
