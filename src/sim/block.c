/* A block of images through one node. */
#include "sim/fast.h"
#include "base/num.h"
#include <string.h>

void map_put(const Map *m, const int16_t *code, uint8_t *map, int k)
{
    int channels = m->s.c, w = m->s.w, offset = m->offset;
    for (int c = 0; c < channels; c++)
        for (int i = 0; i < m->s.h; i++, code += w) {
            uint8_t *to = map + k * m->step + m->first + i * m->row + c;
            for (int j = 0; j < w; j++) to[(int64_t)j * channels] = (uint8_t)(code[j] + offset);
        }
}

void map_put_raw(const Map *m, const uint8_t *byte_of, const uint8_t *raw, uint8_t *map, int k)
{
    int channels = m->s.c, w = m->s.w;
    for (int c = 0; c < channels; c++, byte_of += 256)
        for (int i = 0; i < m->s.h; i++, raw += w) {
            uint8_t *to = map + k * m->step + m->first + i * m->row + c;
            for (int j = 0; j < w; j++) to[(int64_t)j * channels] = byte_of[raw[j]];
        }
}

void map_get(const Map *m, const uint8_t *map, int k, int16_t *code)
{
    int channels = m->s.c, w = m->s.w, offset = m->offset;
    for (int c = 0; c < channels; c++)
        for (int i = 0; i < m->s.h; i++, code += w) {
            const uint8_t *from = map + k * m->step + m->first + i * m->row + c;
            for (int j = 0; j < w; j++) code[j] = (int16_t)(from[(int64_t)j * channels] - offset);
        }
}

static bool has_border(const Map *m) { return m->pad[0] | m->pad[1] | m->pad[2] | m->pad[3]; }

/* Rows of codes without a gap: all of them are one where there is no padding beside them. */
typedef struct Rows { int n; int64_t bytes; } Rows;

static Rows rows_of(const Map *m)
{
    int64_t bytes = (int64_t)m->s.w * m->s.c;
    return bytes == m->row ? (Rows){ 1, m->s.h * bytes } : (Rows){ m->s.h, bytes };
}

void block_spikes(const Sim *sim, int node, const Room *room, int n)
{
    const Map *m = &sim->map[node];
    Rows r = rows_of(m);
    for (int k = 0; k < n; k++)
        for (int i = 0; i < r.n; i++)
            sim->cpu->spikes(room->map[node & 1] + k * m->step + m->first + i * m->row, r.bytes,
                             m->offset, m->steps, room->count[node].spikes);
}

static int64_t layer_sops(const Sim *sim, int node, const uint8_t *map, int n)
{
    const Map *m = &sim->map[node - 1];
    int64_t sum = 0, end = m->first + (m->s.h - 1) * m->row + (int64_t)m->s.w * m->s.c;
    for (int k = 0; k < n; k++)
        sum += sim->cpu->sops(map + k * m->step + m->first, sim->layer[node].reach + m->first,
                              end - m->first, m->offset);
    return sum * sim->g->node[node].shape.c;
}

/* n bytes, seldom more than a tile's: constant sizes are one instruction each. */
static inline void copy_codes(uint8_t *to, const uint8_t *from, int n)
{
    if (n == TILE_O) {
        memcpy(to, from, TILE_O);
        return;
    }
    for (int size = PANEL; size > 0; size /= 2)
        if (n & size) {
            switch (size) {
            case 16: memcpy(to, from, 16); break;
            case 8:  memcpy(to, from, 8); break;
            case 4:  memcpy(to, from, 4); break;
            case 2:  memcpy(to, from, 2); break;
            default: *to = *from; break;
            }
            to += size;
            from += size;
        }
}

/* Where the values of a tile go: codes into the map, V + bias into the logits. */
typedef struct Tile { int block, outs, n; int i, j; } Tile;

static int64_t give_codes(const Sim *sim, int node, const Tile *t, const int32_t *v, uint8_t *map)
{
    const Map *m = &sim->map[node];
    uint8_t code[TILE_N * TILE_O + TILE_SLACK];
    int beyond = sim->cpu->fire(&sim->layer[node].fire, v, t->block, t->outs, t->n, code);
    uint8_t *to = map + m->first + t->i * m->row + (int64_t)t->j * m->s.c + t->block * TILE_O;
    for (int p = 0; p < t->n; p++) copy_codes(to + p * m->step, code + p * t->outs, t->outs);
    return beyond;
}

static void give_logits(const Sim *sim, int node, const Tile *t, const int32_t *v, int64_t *logit)
{
    const Node *n = &sim->g->node[node];
    const int64_t *bias = graph_role(sim->g, n, ROLE_bias)->i64 + t->block * TILE_O;
    int64_t pixels = (int64_t)n->shape.h * n->shape.w, each = shape_count(n->shape);
    int64_t at = t->block * TILE_O * pixels + (int64_t)t->i * n->shape.w + t->j;
    for (int p = 0; p < t->n; p++)
        for (int o = 0; o < t->outs; o++)
            logit[p * each + at + o * pixels] =
                num_wrap(num_wrap(v[p * t->outs + o], n->acc_bits[0]) + bias[o], 32);
}

/* 32 outputs of up to 12 images, every position. */
static void run_tiles(const Sim *sim, int node, const Room *room, int first, Tile t)
{
    const Node *n = &sim->g->node[node];
    const Layer *l = &sim->layer[node];
    const uint8_t *in = room->map[(node - 1) & 1] + first * l->dot.step;
    uint8_t *out = room->map[node & 1] + first * sim->map[node].step;
    int64_t row = sim->map[node - 1].row;
    int channels = sim->map[node - 1].s.c;
    _Alignas(64) int32_t v[TILE_N * TILE_O + TILE_SLACK];
    for (t.i = 0; t.i < n->shape.h; t.i++)
        for (t.j = 0; t.j < n->shape.w; t.j += l->cols) {
            const uint8_t *a = in + t.i * l->sh * row + (int64_t)t.j * l->sw * channels;
            sim->cpu->dot(&l->dot, a, t.block, t.outs, v);
            if (n->steps[0] > 0)
                room->count[node].saturated += give_codes(sim, node, &t, v, out);
            else
                give_logits(sim, node, &t, v, room->logit + first * shape_count(n->shape));
        }
}

static void run_synapses(const Sim *sim, int node, const Room *room, int n)
{
    int outs = sim->layer[node].dot.outs;
    room->count[node].sops += layer_sops(sim, node, room->map[(node - 1) & 1], n);
    for (int b = 0; b * TILE_O < outs; b++)
        for (int k = 0; k < n; k += TILE_N) {
            int part = outs - b * TILE_O < TILE_O ? outs - b * TILE_O : TILE_O;
            Tile t = { .block = b, .outs = part, .n = n - k < TILE_N ? n - k : TILE_N };
            run_tiles(sim, node, room, k, t);
        }
}

/* One row of a pool: the greatest of its rows, then of neighbours at every place, then those at
 * the stride. */
static void pool_row(const Sim *sim, int node, const Room *room, const uint8_t *in, uint8_t *out)
{
    const Node *n = &sim->g->node[node];
    const Map *m = &sim->map[node - 1];
    int64_t places = m->row - (int64_t)(n->kernel[1] - 1) * m->s.c, c = m->s.c;
    memcpy(room->line[0], in, (size_t)m->row);
    for (int u = 1; u < n->kernel[0]; u++) sim->cpu->max(room->line[0], in + u * m->row, m->row);
    memcpy(room->line[1], room->line[0], (size_t)places);
    for (int v = 1; v < n->kernel[1]; v++)
        sim->cpu->max(room->line[1], room->line[0] + v * c, places);
    for (int j = 0; j < n->shape.w; j++) {
        const uint8_t *from = room->line[1] + j * n->stride[1] * c;
        if (c < 2 * PANEL)
            copy_codes(out + j * c, from, (int)c);
        else
            memcpy(out + j * c, from, (size_t)c);
    }
}

static void run_pool(const Sim *sim, int node, const Room *room, int n)
{
    const Node *pool = &sim->g->node[node];
    const Map *in = &sim->map[node - 1], *out = &sim->map[node];
    for (int k = 0; k < n; k++)
        for (int i = 0; i < pool->shape.h; i++)
            pool_row(sim, node, room,
                     room->map[(node - 1) & 1] + k * in->step + i * pool->stride[0] * in->row,
                     room->map[node & 1] + k * out->step + out->first + i * out->row);
}

void block_node(const Sim *sim, int node, const Room *room, int n)
{
    const Map *m = &sim->map[node];
    if (m->steps > 0 && has_border(m))
        memset(room->map[node & 1], m->border, (size_t)(n * m->step));
    if (sim->g->node[node].op == OP_S_MAXPOOL)
        run_pool(sim, node, room, n);
    else
        run_synapses(sim, node, room, n);
    if (m->steps > 0)
        block_spikes(sim, node, room, n);
}
