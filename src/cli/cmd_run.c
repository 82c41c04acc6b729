/* e3ne run - single images through the spiking network: class, scores and, if wanted, spikes. With
 * --port the hardware on a board answers, and the simulator checks what it says. */
#include "cli/cmd.h"
#include "cli/build.h"
#include "cli/folder.h"
#include "cli/onboard.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const ExtraOption extra_run[] = { { "--spikes", "", "print the spike trains of every layer" },
                                  { "--port", "TTY", "ask the board at this serial port (1 Mbaud)" },
                                  { 0 } };
enum { EXTRA_SPIKES, EXTRA_PORT };

/* Pictures for a network that was calibrated on prepared floats: how to prepare them is said here. */
static void prepare_as(Options *b, const Options *o)
{
    if (o->pad) b->pad = o->pad;
    if (o->scale != 0) b->scale = o->scale;
    if (o->mean) b->mean = o->mean;
    if (o->std) b->std = o->std;
}

/* The build, opened for reading: the other words are images. */
static Err open_build(Build *b, const Options *o, Ctx *c)
{
    Options dir = *o;
    if (o->n_word < 2)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "a build folder and at least one image are wanted");
    if (!folder_is_build(o->word[0]))
        return fail(c, ERR_IO, (Loc){ .file = o->word[0] }, "is no build folder of e3ne");
    dir.n_word = 1;
    dir.argc = 0;
    TRY(build_open(b, &dir, c));
    prepare_as(&b->opt, o);
    return build_need_snn(b);
}

static void print_train(int code, int steps)
{
    for (int t = 0; t < steps; t++) putchar(code >> (steps - 1 - t) & 1 ? '|' : '.');
}

/* One line a row of a map, the channels one below the other; each code as its T spikes. */
static void print_spikes(const Graph *snn, int16_t *const *code)
{
    for (int i = 0; i < snn->n_node; i++) {
        const Node *n = &snn->node[i];
        if (!code[i])
            continue;
        printf("  %s %dx%dx%d, T=%d, most significant step first\n", n->name, n->shape.c, n->shape.h,
               n->shape.w, n->steps[0]);
        const int16_t *p = code[i];
        for (int row = 0; row < n->shape.c * n->shape.h; row++) {
            printf("    ");
            for (int j = 0; j < n->shape.w; j++, p++) {
                print_train(*p, n->steps[0]);
                putchar(j + 1 < n->shape.w ? ' ' : '\n');
            }
        }
    }
}

/* What the simulator says or, with a port, the board; expected is then the simulator's class. */
typedef struct Answer {
    int       label, classes, expected;
    int64_t  *logit;
    int16_t **code;
    bool      differs; /* the board's class or a score is not the simulator's */
} Answer;

static Err ask_board(Build *b, const Serial *port, const SimInput *in, Arena *a, Answer *r)
{
    int64_t *logit = NEW(a, int64_t, (size_t)r->classes);
    TRY(onboard_classify(port, b, in, a, logit, &r->label));
    r->differs = r->label != r->expected ||
                 memcmp(logit, r->logit, (size_t)r->classes * sizeof *logit) != 0;
    r->logit = logit;
    return ERR_NONE;
}

static Err classify(Build *b, const Sim *sim, const Serial *port, const char *file, Arena *a, Answer *r)
{
    Images s;
    int nodes = b->snn.n_node;
    TRY(imageset_open(&s, &b->opt, file, NULL, b->snn.node[0].shape, 0, a, b->c));
    *r = (Answer){ .classes = b->snn.node[nodes - 1].shape.c };
    r->logit = NEW(a, int64_t, (size_t)r->classes);
    r->code = NEW(a, int16_t *, (size_t)nodes);
    for (int i = 0; i < nodes; i++)
        if (b->snn.node[i].steps[0] > 0)
            r->code[i] = NEW(a, int16_t, (size_t)shape_count(b->snn.node[i].shape));
    if (!graph_role(&b->snn, &b->snn.node[0], ROLE_table))
        imageset_to_floats(&s, a);
    SimInput in = imageset_input(&s, 0, 1);
    SimOut out = { r->code, r->logit, &r->label };
    TRY(sim_run(sim, &in, &out, NULL, *a, b->c));
    r->expected = r->label;
    return port->fd < 0 ? ERR_NONE : ask_board(b, port, &in, a, r);
}

static void print_answer(const Build *b, const char *file, const Answer *r, bool spikes)
{
    double unit = b->snn.node[b->snn.n_node - 1].scale[0];
    printf("%s: class %d\n  scores", file, r->label);
    for (int o = 0; o < r->classes; o++) printf(" %.2f", unit * (double)r->logit[o]);
    printf("\n");
    if (r->differs)
        printf("  the simulator differs: class %d%s\n", r->expected,
               r->expected == r->label ? ", other scores" : "");
    if (spikes)
        print_spikes(&b->snn, r->code);
}

static json_t *answer_to_json(const char *file, const Answer *r)
{
    json_t *scores = json_array();
    for (int o = 0; o < r->classes; o++) json_array_append_new(scores, json_integer(r->logit[o]));
    json_t *j = json_pack("{s:s,s:i,s:o}", "image", file, "class", r->label, "scores", scores);
    if (r->differs)
        json_object_set_new(j, "simulator_class", json_integer(r->expected));
    return j;
}

static Err run_images(Build *b, const Options *o, const Serial *port, json_t *all)
{
    Sim *sim;
    int wrong = 0;
    TRY(sim_new(&b->snn, &b->perm, &sim, b->c));
    for (int i = 1; i < o->n_word; i++) {
        Arena a = b->scratch;
        Answer r;
        TRY(classify(b, sim, port, o->word[i], &a, &r));
        json_array_append_new(all, answer_to_json(o->word[i], &r));
        if (!o->json)
            print_answer(b, o->word[i], &r, o->extra[EXTRA_SPIKES] != NULL);
        wrong += r.differs;
    }
    if (wrong > 0)
        return fail(b->c, ERR_NO, (Loc){ .file = port->path },
                    "the board answers %d of %d images otherwise than the simulator: is it this "
                    "build's bitstream?", wrong, o->n_word - 1);
    return ERR_NONE;
}

/* With the port open, if one is wanted. */
static Err run_there(Build *b, const Options *o, json_t *all)
{
    Serial port = { .fd = -1 };
    if (o->extra[EXTRA_PORT])
        TRY(onboard_open(&port, b, o->extra[EXTRA_PORT]));
    Err e = run_images(b, o, &port, all);
    serial_close(&port);
    return e;
}

static void print_json(const json_t *all)
{
    char *text = json_dumps(all, JSON_INDENT(1));
    puts(text);
    free(text);
}

Err cmd_run(const Options *o, Ctx *c)
{
    Build b = { 0 };
    json_t *all = json_array();
    Err e = open_build(&b, o, c);
    if (!e)
        e = run_there(&b, o, all);
    if (o->json && (!e || e == ERR_NO))
        print_json(all);
    json_decref(all);
    build_close(&b);
    return e;
}
