#include "cosim/watch.h"
#include <sys/stat.h>
#include <time.h>

int64_t watch_image_bytes(const Design *d, const Graph *snn)
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

static long images_done(const Watch *w)
{
    int64_t bytes = 0;
    for (int i = 0; i < w->n_file; i++) {
        struct stat st;
        bytes += stat(w->file[i], &st) == 0 ? st.st_size : 0;
    }
    return (long)(bytes / w->image_bytes);
}

static void *look(void *p)
{
    Watch *w = p;
    const struct timespec pause = { 0, 200 * 1000 * 1000 };
    while (!atomic_load(&w->stop)) {
        progress_at(&w->bar, images_done(w));
        nanosleep(&pause, NULL);
    }
    return NULL;
}

void watch_start(Watch *w, long images)
{
    w->bar = progress_start("verify", "images", images);
    atomic_init(&w->stop, false);
    /* Without a bar to draw, or a thread to draw it, there is nothing to look at. */
    if (!w->bar.on || pthread_create(&w->thread, NULL, look, w) != 0)
        w->n_file = 0;
}

void watch_end(Watch *w)
{
    atomic_store(&w->stop, true);
    if (w->n_file > 0)
        pthread_join(w->thread, NULL);
    progress_end(&w->bar);
}
