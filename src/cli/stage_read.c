/* The first stage: the model, lowered to the operators that the quantiser takes. */
#include "base/hash.h"
#include "base/io.h"
#include "cli/stages.h"
#include "front/front.h"
#include "ir/text.h"
#include "pass/pass.h"

static void note_model(Build *b, Hash h)
{
    json_t *m = build_run(b, "model");
    int64_t params = 0, macs = 0;
    Shape in = b->net.node[0].shape;
    for (int i = 0; i < b->net.n_tensor; i++) params += tensor_count(&b->net.tensor[i]);
    for (int i = 0; i < b->net.n_node; i++) macs += ir_node_macs(&b->net, &b->net.node[i]);
    json_object_set_new(m, "name", json_string(build_model_name(b)));
    json_object_set_new(m, "file", json_string(b->model));
    json_object_set_new(m, "sha256", json_string(h.hex));
    json_object_set_new(m, "params", json_integer(params));
    json_object_set_new(m, "macs", json_integer(macs));
    json_object_set_new(m, "input", json_pack("[i,i,i]", in.c, in.h, in.w));
    stage_say(b, "read       %s: %d layers, %lld parameters, %lld MACs, input %dx%dx%d\n", b->model,
              b->net.n_node - 1, (long long)params, (long long)macs, in.c, in.h, in.w);
}

Err build_read_model(Build *b)
{
    FrontNotes notes = { 0 };
    PassStat done[PASS_COUNT];
    b->net = graph_new(&b->perm);
    TRY(front_read(b->model, &b->net, &notes, b->c));
    TRY(pass_run_all(&b->net, b->scratch, done, b->c));
    for (int i = 0; i < notes.n && i < NOTES_MAX; i++) stage_say(b, "note       %s\n", notes.text[i]);
    b->has_net = true;
    return ERR_NONE;
}

Err stage_read(Build *b)
{
    const char *file;
    Map m;
    TRY(build_read_model(b));
    TRY(front_path(b->model, &b->perm, &file, b->c));
    TRY(io_map(&m, file, b->c));
    note_model(b, hash_bytes(m.p, m.n));
    io_unmap(&m);
    TRY(io_mkdir_all(b->work, b->c));
    return graph_save(b->work, "network.il", "network.npz", &b->net, b->c);
}
