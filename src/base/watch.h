/* base/watch.h - a progress bar over other programs at work: a thread asks again and again how far
 * they are. */
#ifndef BASE_WATCH_H
#define BASE_WATCH_H
#include "base/progress.h"
#include <pthread.h>
#include <stdatomic.h>

typedef struct Watch {
    Progress    bar;
    long      (*done)(void *of); /* called by that thread alone, until watch_end */
    void       *of;
    atomic_bool stop;
    bool        on;              /* the thread is there */
    pthread_t   thread;
} Watch;

/* what, unit, total: as progress_start. */
void watch_start(Watch *w, const char *what, const char *unit, long total, long (*done)(void *of),
                 void *of);
void watch_end(Watch *w);
#endif
