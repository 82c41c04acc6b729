#include "cli/dump.h"
#include "cli/stages.h"
#include "fmt/npz.h"

Err dump_codes(Build *b, const char *file, int images)
{
    Arena a = b->scratch;
    int n = images < b->test.n ? images : b->test.n, nodes = b->snn.n_node, k = 0;
    if (n < 1)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--images %d: at least one is wanted", images);
    int16_t **code = NEW(&a, int16_t *, (size_t)nodes);
    NpzMember *member = NEW(&a, NpzMember, (size_t)nodes + 2);
    for (int i = 0; i < nodes; i++) {
        const Node *node = &b->snn.node[i];
        const int dim[] = { n, node->shape.c, node->shape.h, node->shape.w };
        if (node->steps[0] == 0)
            continue;
        code[i] = NEW(&a, int16_t, (size_t)(n * shape_count(node->shape)));
        member[k++] = (NpzMember){ node->name, npy_of(NPY_I2, code[i], 4, dim) };
    }
    const int logits_dim[] = { n, b->snn.node[nodes - 1].shape.c };
    int64_t *logit = NEW(&a, int64_t, (size_t)(n * logits_dim[1]));
    int *label = NEW(&a, int, (size_t)n);
    member[k++] = (NpzMember){ "logits", npy_of(NPY_I8, logit, 2, logits_dim) };
    member[k++] = (NpzMember){ "class", npy_of(NPY_I4, label, 1, logits_dim) };
    Sim *sim;
    SimInput in = imageset_input(&b->test, 0, n);
    SimOut out = { code, logit, label };
    TRY(sim_new(&b->snn, &a, &sim, b->c));
    TRY(sim_run(sim, &in, &out, NULL, a, b->c));
    TRY(npz_write(file, member, k, b->c));
    stage_say(b, "dump       %d images, %d arrays: %s\n", n, k, file);
    return ERR_NONE;
}
