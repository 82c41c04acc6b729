/* Max pooling on codes, channels side by side. */
#include "sim/fast.h"

static void max_into(int16_t *restrict best, const int16_t *restrict code, int n)
{
    for (int c = 0; c < n; c++) best[c] = code[c] > best[c] ? code[c] : best[c];
}

static void pool_window(const Node *n, Shape in, int i, int j, const int16_t *code, int16_t *best)
{
    int lowest = sim_code_min(n); /* padding never wins */
    for (int c = 0; c < in.c; c++) best[c] = (int16_t)lowest;
    for (int u = 0; u < n->kernel[0]; u++)
        for (int v = 0; v < n->kernel[1]; v++) {
            int row = i * n->stride[0] + u - n->pad[0], col = j * n->stride[1] + v - n->pad[1];
            if (row >= 0 && row < in.h && col >= 0 && col < in.w)
                max_into(best, code + ((int64_t)row * in.w + col) * in.c, in.c);
        }
}

void fast_pool(const Node *n, Shape in, const int16_t *code, int16_t *out)
{
    for (int i = 0; i < n->shape.h; i++)
        for (int j = 0; j < n->shape.w; j++, out += in.c) pool_window(n, in, i, j, code, out);
}
