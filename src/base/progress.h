/* base/progress.h - a bar with rate and time left, on stderr, only on a terminal and only for
 * work of more than two seconds. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H
#include <stdbool.h>

typedef struct Progress {
    const char *what, *unit; /* "simulate", "images" */
    long total;
    double start, drawn;     /* seconds on the monotonic clock */
    bool on;
} Progress;

double progress_now(void); /* seconds on a monotonic clock */
/* total 0: nobody knows; then it is what is done and for how long. */
Progress progress_start(const char *what, const char *unit, long total);
void progress_at(Progress *p, long done); /* cheap; one thread at a time */
void progress_end(Progress *p);
#endif
