#include "cosim/growth.h"
#include <sys/stat.h>

int64_t growth_image_bytes(const Design *d, const Graph *snn)
{
    enum { BYTES_I = 9, BYTES_O = 14, BYTES_T = 4, BYTES_VALUE = 4 }; /* the harness's records */
    int64_t bytes = BYTES_I + BYTES_O * (snn->node[snn->n_node - 1].shape.c + 1);
    for (int s = 0; s < d->n_stream; s++) {
        const Stream *st = &d->stream[s];
        if (st->node >= 0)
            bytes += shape_count(snn->node[st->node].shape) / st->lanes *
                     (BYTES_T + BYTES_VALUE * st->lanes);
    }
    return bytes;
}

long growth_images(void *of)
{
    const Growth *g = of;
    int64_t bytes = 0;
    for (int i = 0; i < g->n_file; i++) {
        struct stat st;
        bytes += stat(g->file[i], &st) == 0 ? st.st_size : 0;
    }
    return (long)(bytes / g->image_bytes);
}
