/* Names that hardware can carry. */
#include "quant/fit.h"
#include <ctype.h>
#include <string.h>

/* "Conv", "conv_0", "MatMul_12", "onnx::Gemm_3": says what it is, not which. */
static bool says_nothing(const char *s, size_t n)
{
    static const char *const kinds[] = { "conv", "gemm", "matmul", "maxpool", "relu", "add" };
    size_t stem = n;
    while (stem > 0 && isdigit((unsigned char)s[stem - 1])) stem--;
    if (stem == 0)
        return true;
    if (s[stem - 1] == '_')
        n = stem - 1;
    if (n > 6 && strncmp(s, "onnx::", 6) == 0)
        return true;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i]) == n && strncasecmp(s, kinds[i], n) == 0)
            return true;
    return false;
}

/* The last part between slashes that says something: [*from, return), empty if none. */
static const char *readable(const char *s, const char **from)
{
    const char *end = s + strlen(s);
    while (end > s) {
        const char *start = end;
        while (start > s && start[-1] != '/') start--;
        if (!says_nothing(start, (size_t)(end - start))) {
            *from = start;
            return end;
        }
        end = start > s ? start - 1 : s;
    }
    return *from = s;
}

static bool taken(const Graph *snn, const char *name)
{
    for (int i = 0; i < snn->n_node; i++)
        if (strcmp(snn->node[i].name, name) == 0)
            return true;
    return false;
}

const char *quant_name(const Graph *snn, const char *node_name, const char *stem, int number)
{
    const char *from, *end = readable(node_name, &from);
    char *name = end == from ? arena_printf(snn->perm, "%s%d", stem, number)
                             : arena_printf(snn->perm, "%s%.*s",
                                            isalpha((unsigned char)*from) ? "" : stem,
                                            (int)(end - from), from);
    for (char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p))
            *p = '_';
    const char *unique = name;
    for (int k = 2; taken(snn, unique); k++) unique = arena_printf(snn->perm, "%s_%d", name, k);
    return unique;
}
