#include "base/progress.h"
#include <stdio.h>
#include <time.h>
#include <unistd.h>

double progress_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

Progress progress_start(const char *what, const char *unit, long total)
{
    double now = progress_now();
    return (Progress){ what, unit, total, now, now, isatty(STDERR_FILENO) == 1 };
}

void progress_at(Progress *p, long done)
{
    enum { CELLS = 24 };
    double now = progress_now(), spent = now - p->start;
    if (!p->on || spent < 2 || now - p->drawn < 0.1 || done <= 0)
        return;
    p->drawn = now;
    if (p->total <= 0) {
        fprintf(stderr, "\r%-10s %ld %s, %.0f s ", p->what, done, p->unit, spent);
        return;
    }
    double rate = (double)done / spent;
    int full = (int)((double)CELLS * (double)done / (double)p->total);
    fprintf(stderr, "\r%-10s [%.*s%*s] %ld/%ld %s, %.0f/s, %.0f s left ", p->what, full,
            "########################", CELLS - full, "", done, p->total, p->unit, rate,
            (double)(p->total - done) / rate);
}

void progress_end(Progress *p)
{
    if (p->on && p->drawn > p->start)
        fprintf(stderr, "\r%79s\r", "");
}
