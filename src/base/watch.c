#include "base/watch.h"
#include <time.h>

static void *look(void *p)
{
    Watch *w = p;
    const struct timespec pause = { 0, 200 * 1000 * 1000 };
    while (!atomic_load(&w->stop)) {
        progress_at(&w->bar, w->done(w->of));
        nanosleep(&pause, NULL);
    }
    return NULL;
}

/* Without a bar to draw, or a thread to draw it, there is nothing to look at. */
void watch_start(Watch *w, const char *what, const char *unit, long total, long (*done)(void *of),
                 void *of)
{
    *w = (Watch){ .bar = progress_start(what, unit, total), .done = done, .of = of };
    w->on = w->bar.on && pthread_create(&w->thread, NULL, look, w) == 0;
}

void watch_end(Watch *w)
{
    atomic_store(&w->stop, true);
    if (w->on)
        pthread_join(w->thread, NULL);
    progress_end(&w->bar);
}
