#include "synth/passes.h"
#include <ctype.h>
#include <string.h>

long passes_done(void *of)
{
    Passes *p = of;
    char line[256];
    for (int i = 0; i < PASSES_MAX; i++) {
        if (!p->file[i] && p->log[i])
            p->file[i] = fopen(p->log[i], "r");
        if (!p->file[i])
            continue;
        clearerr(p->file[i]); /* the end of then */
        while (fgets(line, sizeof line, p->file[i]))
            p->n += isdigit((unsigned char)line[0]) && strstr(line, ". Executing ");
    }
    return p->n;
}

void passes_close(Passes *p)
{
    for (int i = 0; i < PASSES_MAX; i++)
        if (p->file[i])
            fclose(p->file[i]);
}
