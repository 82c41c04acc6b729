/* A flipped bit is written into a copy of the memory images, or of an engine's tape; the Verilator
 * model reads them when it starts, so nothing is built again. The hardware is then compared twice:
 * with the simulator of the flipped graph (they must be equal, value for value) and with the true
 * one (is it seen at all?). */
#include "cli/faults.h"
#include "base/io.h"
#include "base/rng.h"
#include "cli/stages.h"
#include "cli/tapeverify.h"
#include "emit/emit.h"
#include "emit/tape.h"
#include "fmt/jfile.h"
#include "hw/images.h"
#include "hw/lower.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FAULT_IMAGES = 10 };

typedef struct Fault { int node, output, input, bit; } Fault; /* input: as in tensors.npz, flat */

typedef struct FaultResult { bool seen, equal; const char *first; } FaultResult;

static int inputs_of(const Graph *g, int node)
{
    const Tensor *w = graph_role(g, &g->node[node], ROLE_w);
    return (int)(tensor_count(w) / w->dim[0]);
}

static Err check_fault(Build *b, const Fault *f, const char *where)
{
    const Node *n = f->node < 0 ? NULL : &b->snn.node[f->node];
    if (!n)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--inject-fault %s: no layer of weights has that name", where);
    if (f->output < 0 || f->output >= n->shape.c || f->input < 0 || f->input >= inputs_of(&b->snn, f->node) ||
        f->bit < 0 || f->bit >= n->weight_bits[0])
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--inject-fault %s: %s has outputs 0..%d, inputs 0..%d, bits 0..%d",
                    where, n->name, n->shape.c - 1, inputs_of(&b->snn, f->node) - 1, n->weight_bits[0] - 1);
    return ERR_NONE;
}

static Err parse_fault(Build *b, const char *where, Fault *f)
{
    char name[128] = "";
    *f = (Fault){ .node = IR_NONE };
    if (sscanf(where, "%127[^:]:%d:%d:%d", name, &f->output, &f->input, &f->bit) != 4)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--inject-fault %s: LAYER:OUTPUT:INPUT:BIT or random:N is wanted",
                    where);
    for (int i = 0; i < b->snn.n_node; i++)
        if (op_is_synapse(b->snn.node[i].op) && !strcmp(b->snn.node[i].name, name))
            f->node = i;
    return check_fault(b, f, where);
}

/* Any bit of any weight, each alike. */
static Fault random_fault(const Graph *g, Rng *r)
{
    int64_t total = 0;
    for (int pass = 0; pass < 2; pass++) {
        int64_t at = pass ? (int64_t)rng_below(r, (uint64_t)total) : 0;
        for (int i = 0; i < g->n_node; i++) {
            const Node *n = &g->node[i];
            if (!op_is_synapse(n->op))
                continue;
            int64_t bits = tensor_count(graph_role(g, n, ROLE_w)) * n->weight_bits[0];
            if (pass && at < bits) {
                int64_t weight = at / n->weight_bits[0];
                return (Fault){ i, (int)(weight / inputs_of(g, i)), (int)(weight % inputs_of(g, i)),
                                (int)(at % n->weight_bits[0]) };
            }
            total += pass ? 0 : bits;
            at -= pass ? bits : 0;
        }
    }
    return (Fault){ .node = IR_NONE };
}

/* The stream's number k of an input of the tensor: the inverse of images_weight_source. */
static int stream_input(const Graph *g, const Fault *f)
{
    size_t want = (size_t)f->output * (size_t)inputs_of(g, f->node) + (size_t)f->input;
    int k = 0;
    while (images_weight_source(g, f->node, f->output, k) != want) k++;
    return k;
}

static Err link_image(Build *b, const char *from, const char *to)
{
    unlink(to);
    if (symlink(from, to) != 0)
        return fail(b->c, ERR_IO, (Loc){ .file = to }, "cannot link to the memory image");
    return ERR_NONE;
}

/* DIR/verify/fault/mem: links to all memory images, but a flipped copy of one. */
static Err write_images(Build *b, const Fault *f, const char *mem)
{
    const char *rtl = realpath(io_join(&b->perm, b->work, "rtl/mem"), NULL);
    int array = design_array_of(&b->design, f->node);
    TRY(io_mkdir_all(mem, b->c));
    for (int i = 0; i < b->design.n_unit; i++)
        for (int k = 0; k < b->design.unit[i].n_image; k++) {
            const Unit *u = &b->design.unit[i];
            const char *file = emit_image_path(&b->design, u, &u->image[k], &b->perm);
            TRY(link_image(b, io_join(&b->perm, rtl, file), io_join(&b->perm, mem, file)));
        }
    Unit *u = &b->design.unit[array];
    MemImage *m = &u->image[0];
    int64_t *field = &m->v[images_weight_index(u, f->output, stream_input(&b->snn, f))], was = *field;
    const char *file = io_join(&b->perm, mem, emit_image_path(&b->design, u, m, &b->perm));
    Buf text = { 0 };
    *field ^= (int64_t)1 << f->bit;
    emit_image(m, &text);
    *field = was;
    unlink(file);
    Err e = io_write(file, text.p, text.n, b->c);
    buf_free(&text);
    free((char *)(size_t)rtl);
    return e;
}

static Err flip(const Build *b, const Fault *f, Arena *a, Graph *flipped)
{
    int64_t index = (int64_t)f->output * inputs_of(&b->snn, f->node) + f->input;
    return sim_flip(&b->snn, f->node, index, f->bit, a, flipped, b->c);
}

static FaultResult result(Build *b, const Tally *with, const Tally *without)
{
    FaultResult r = { .equal = with->n_mismatch == 0, .seen = without->n_mismatch > 0 };
    r.first = r.equal ? NULL : difference_text(&with->first, &b->snn, &b->perm);
    return r;
}

static Err run_on_pipeline(Build *b, const VerifyJob *base, const Fault *f, FaultResult *r)
{
    Arena a = b->scratch;
    Graph flipped;
    VerifyJob job = *base;
    Comparison with, without;
    const char *dir = io_join(&b->perm, b->work, "verify/fault");
    TRY(write_images(b, f, io_join(&b->perm, dir, "mem")));
    TRY(flip(b, f, &a, &flipped));
    job.n = job.n < FAULT_IMAGES ? job.n : FAULT_IMAGES;
    Sim *sim;
    TRY(sim_new(&flipped, &a, &sim, b->c));
    job.sim = sim;
    TRY(verify_once(&job, "burst", dir, job.n, &b->perm, a, &with, b->c));
    TRY(verify_once(base, "burst", dir, job.n, &b->perm, a, &without, b->c));
    *r = result(b, &with.tally, &without.tally);
    return ERR_NONE;
}

/* Sums that the fault may make too large wrap around at the engine's widths, not at the layers'. */
static void widen(const EngineBuild *e, Graph *g, Arena *a)
{
    Node *node = NEW(a, Node, (size_t)g->n_node);
    memcpy(node, g->node, (size_t)g->n_node * sizeof *node);
    g->node = node;
    for (int i = 0; i < g->n_node; i++)
        if (op_is_synapse(node[i].op)) {
            node[i].acc_bits[0] = e->acc_bits;
            node[i].pot_bits[0] = e->acc_bits + e->frac_bits - tape_shift(e, &node[i]);
        }
}

static Err run_on_engine(Build *b, const TapeJob *base, const Fault *f, FaultResult *r)
{
    Arena a = b->scratch;
    Graph flipped;
    TapeJob job = *base;
    TapeResult with, without;
    Sim *sim;
    job.tape = io_join(&a, b->work, "verify/fault.bin");
    job.n = job.n < FAULT_IMAGES ? job.n : FAULT_IMAGES;
    job.n_other = 0;
    TRY(flip(b, f, &a, &flipped));
    TRY(tape_emit(&flipped, job.plan, job.tape, a, b->c));
    TRY(taperun(&job, &b->perm, a, &without, b->c));
    widen(&job.plan->build, &flipped, &a);
    TRY(sim_new(&flipped, &a, &sim, b->c));
    job.snn = &flipped;
    job.sim = sim;
    TRY(taperun(&job, &b->perm, a, &with, b->c));
    *r = result(b, &with.all, &without.all);
    r->equal = r->equal && !with.error;
    return ERR_NONE;
}

static json_t *fault_to_json(const Build *b, const Fault *f, const FaultResult *r)
{
    json_t *j = json_pack("{s:s,s:i,s:i,s:i,s:b,s:b}", "layer", b->snn.node[f->node].name, "output",
                          f->output, "input", f->input, "bit", f->bit, "seen", r->seen, "as_predicted", r->equal);
    if (r->first)
        json_object_set_new(j, "first_difference", json_string(r->first));
    return j;
}

static Err verdict(Build *b, int n, int seen, int wrong, json_t *all)
{
    const char *text = wrong ? "prediction wrong" : seen ? "fault seen, as predicted"
                                                         : "fault not visible, as predicted";
    json_t *j = json_pack("{s:i,s:i,s:i,s:s,s:O}", "faults", n, "seen", seen, "wrong", wrong, "verdict",
                          text, "list", all);
    Err e = jfile_save(build_path(b, "fault.json"), j, b->c);
    json_decref(j);
    TRY(e);
    stage_say(b, "faults     %d flipped bits, %d seen, %d predictions wrong: %s\n", n, seen, wrong, text);
    if (seen || wrong)
        return fail(b->c, ERR_NO, (Loc){ .file = b->dir }, "%s", text);
    return ERR_NONE;
}

/* What runs a fault: the model of one or of the other. */
typedef struct Bench { VerifyJob pipeline; TapeJob engine; } Bench;

static Err make_bench(Build *b, Bench *bench)
{
    double seconds;
    Model m;
    if (b->on_engine) {
        TRY(tapeverify_job(b, &bench->engine));
        return taperun_build(&bench->engine, &m, &seconds, &b->perm, b->scratch, b->c);
    }
    TRY(verify_job(b, &bench->pipeline));
    return verify_build(&bench->pipeline, &seconds, b->scratch, b->c);
}

static Err run_fault(Build *b, const Bench *bench, const Fault *f, FaultResult *r)
{
    return b->on_engine ? run_on_engine(b, &bench->engine, f, r) : run_on_pipeline(b, &bench->pipeline, f, r);
}

Err stage_faults(Build *b, const char *where)
{
    Bench bench;
    int n = 1, seen = 0, wrong = 0;
    bool random = sscanf(where, "random:%d", &n) == 1;
    Rng rng = { (uint64_t)b->opt.seed };
    TRY(make_bench(b, &bench));
    json_t *all = json_array();
    Err e = ERR_NONE;
    for (int i = 0; !e && i < n; i++) {
        Fault f;
        FaultResult r = { 0 };
        if (random)
            f = random_fault(&b->snn, &rng);
        else
            e = parse_fault(b, where, &f);
        if (!e)
            e = run_fault(b, &bench, &f, &r);
        if (!e)
            json_array_append_new(all, fault_to_json(b, &f, &r));
        seen += r.seen;
        wrong += !e && !r.equal;
    }
    if (!e)
        e = verdict(b, n, seen, wrong, all);
    json_decref(all);
    return e;
}
