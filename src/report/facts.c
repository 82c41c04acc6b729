#include "report/facts.h"
#include "base/io.h"
#include <math.h>
#include <string.h>

/* No figure of ours is larger, and sums and shares of smaller ones stay finite. */
#define FACT_MAX 1e30

static Err parse(json_t **out, Map m, Ctx *c)
{
    json_error_t at;
    const char *text = m.p ? (const char *)m.p : "";
    *out = json_loadb(text, m.n, JSON_REJECT_DUPLICATES, &at);
    Loc loc = { .file = m.path, .byte = at.position > 0 ? (size_t)at.position : 0 };
    if (!*out)
        return fail(c, ERR_FORMAT, loc, "not JSON: %s", at.text);
    if (!json_is_object(*out)) {
        json_decref(*out);
        *out = NULL;
        return fail(c, ERR_FORMAT, (Loc){ .file = m.path },
                    "not what e3ne writes: the file must hold one JSON object");
    }
    return ERR_NONE;
}

Err facts_read(Facts *f, const char *path, Ctx *c)
{
    *f = (Facts){ 0 };
    Map m;
    TRY(io_map(&m, path, c));
    Err e = parse(&f->run, m, c);
    io_unmap(&m);
    if (e)
        return e;
    const json_t *layers = fact_at(f->run, "layers");
    f->layers      = json_is_array(layers) ? layers : NULL;
    f->n_layer     = json_array_size(layers);
    f->device_name = fact_str(f->run, "device.name");
    const json_t *areas = fact_at(f->run, "area");
    const json_t *area  = f->device_name ? json_object_get(areas, f->device_name) : NULL;
    f->area = json_is_object(area) ? area : NULL;
    return ERR_NONE;
}

void facts_free(Facts *f)
{
    json_decref(f->run);
    *f = (Facts){ 0 };
}

const json_t *fact_at(const json_t *j, const char *path)
{
    for (size_t n; j && *path; path += n + (path[n] == '.')) {
        n = strcspn(path, ".");
        j = json_object_getn(j, path, n);
    }
    return j;
}

bool fact_num(const json_t *j, const char *path, double *x)
{
    const json_t *v = fact_at(j, path);
    if (!json_is_number(v) || !(fabs(json_number_value(v)) < FACT_MAX))
        return false;
    *x = json_number_value(v);
    return true;
}

double fact_num_or(const json_t *j, const char *path, double otherwise)
{
    fact_num(j, path, &otherwise);
    return otherwise;
}

const char *fact_str(const json_t *j, const char *path)
{
    return json_string_value(fact_at(j, path));
}

const json_t *fact_layer(const Facts *f, size_t i) { return json_array_get(f->layers, i); }

const char *fact_layer_name(const Facts *f, size_t i, Arena *a)
{
    const char *name = fact_str(fact_layer(f, i), "name");
    return name ? name : arena_printf(a, "layer %zu", i);
}

bool fact_layer_is(const json_t *layer, const char *op)
{
    const char *name = fact_str(layer, "op");
    if (!name)
        return false;
    return !strcmp(strncmp(name, "s_", 2) ? name : name + 2, op);
}

bool fact_shape(const json_t *j, double chw[3])
{
    size_t n = json_array_size(j);
    chw[1] = chw[2] = 1;
    if (n != 1 && n != 3)
        return false;
    for (size_t i = 0; i < n; i++) {
        chw[i] = json_number_value(json_array_get(j, i));
        if (!(chw[i] >= 1 && chw[i] <= 1e9))
            return false;
    }
    return true;
}
