#include "cli/layerfacts.h"
#include "cli/table.h"
#include "cost/cycles.h"

json_t *layers_at(Build *b, int node)
{
    json_t *all = json_object_get(b->run, "layers");
    if (!json_is_array(all)) {
        all = json_array();
        json_object_set_new(b->run, "layers", all);
    }
    while ((int)json_array_size(all) <= node) json_array_append_new(all, json_object());
    return json_array_get(all, (size_t)node);
}

static void set_int(json_t *j, const char *key, int64_t v) { json_object_set_new(j, key, json_integer(v)); }

static void set_ints(json_t *j, const char *key, const int *v, int n)
{
    json_t *a = json_array();
    for (int i = 0; i < n; i++) json_array_append_new(a, json_integer(v[i]));
    json_object_set_new(j, key, a);
}

static void describe_synapses(json_t *j, const Node *n)
{
    set_int(j, "steps_in", n->steps_in[0]);
    set_int(j, "weight_bits", n->weight_bits[0]);
    set_int(j, "frac_bits", n->frac_bits[0]);
    set_int(j, "acc_bits", n->acc_bits[0]);
    set_int(j, "acc_min", n->acc_min[0]);
    set_int(j, "acc_max", n->acc_max[0]);
    set_int(j, "pot_bits", n->pot_bits[0]);
}

static void describe(json_t *j, const Node *n)
{
    const int shape[] = { n->shape.c, n->shape.h, n->shape.w };
    json_object_set_new(j, "name", json_string(n->name));
    json_object_set_new(j, "op", json_string(op_info[n->op].name));
    set_ints(j, "shape", shape, 3);
    set_int(j, "steps", n->steps[0]);
    set_int(j, "signed", n->signed_out[0]);
    json_object_set_new(j, "scale", json_real(n->scale[0]));
    if (op_info[n->op].attrs >> ATTR_kernel & 1) {
        set_ints(j, "kernel", n->kernel, 2);
        set_ints(j, "stride", n->stride, 2);
        set_ints(j, "pad", n->pad, 4);
    }
    if (op_is_synapse(n->op))
        describe_synapses(j, n);
}

void layers_describe(Build *b, const QuantReport *r)
{
    json_object_del(b->run, "layers");
    for (int i = 0, k = 0; i < b->snn.n_node; i++) {
        const Node *n = &b->snn.node[i];
        json_t *j = layers_at(b, i);
        describe(j, n);
        if (op_is_synapse(n->op)) {
            json_object_set_new(j, "theta_error_codes", json_real(r->layer[k].threshold_error));
            json_object_set_new(j, "code_error", json_real(r->layer[k].code_error));
            set_int(j, "dead_channels", r->layer[k].dead);
            k++;
        }
    }
}

void layers_count(Build *b, const SimCount *count, int images)
{
    for (int i = 0; i < b->snn.n_node; i++) {
        json_t *j = layers_at(b, i), *steps = json_array();
        int64_t spikes = 0;
        for (int t = 0; t < b->snn.node[i].steps[0]; t++) {
            spikes += count[i].spikes[t];
            json_array_append_new(steps, json_real((double)count[i].spikes[t] / images));
        }
        json_object_set_new(j, "spikes", json_real((double)spikes / images));
        json_object_set_new(j, "spikes_by_step", steps);
        json_object_set_new(j, "sops", json_real((double)count[i].sops / images));
        set_int(j, "saturated", count[i].saturated);
    }
}

static const char *unit_of(const Design *d, int node)
{
    static const char *const name[UNIT_COUNT] = {
        [UNIT_ARRAY] = "folded dense", [UNIT_WINDOW] = "folded conv", [UNIT_MAXPOOL] = "raster pool",
        [UNIT_MAXTREE] = "window pool", [UNIT_AXIS_IN] = "stream in" };
    static const UnitKind order[] = { UNIT_MAXTREE, UNIT_MAXPOOL, UNIT_WINDOW, UNIT_ARRAY, UNIT_AXIS_IN };
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (int i = 0; i < d->n_unit; i++)
            if (d->unit[i].node == node && d->unit[i].kind == order[k])
                return name[order[k]];
    return "none";
}

void layers_fold(Build *b, const Design *d)
{
    for (int i = 0; i < b->snn.n_node; i++) {
        json_t *j = layers_at(b, i);
        int a = design_array_of(d, i);
        json_object_set_new(j, "unit", json_string(unit_of(d, i)));
        set_int(j, "cycles", cycles_of_node(d, i));
        if (a < 0)
            continue;
        const int *p = d->unit[a].p;
        json_object_set_new(j, "folding", json_pack("{s:i,s:i,s:i,s:i,s:i}", "pin", p[P_ARRAY_PIn],
            "pout", p[P_ARRAY_POut], "chunks", p[P_ARRAY_Chunks], "groups", p[P_ARRAY_Groups],
            "slots", p[P_ARRAY_PIn] * p[P_ARRAY_POut]));
    }
}

static int64_t at(const json_t *j, const char *key) { return json_integer_value(json_object_get(j, key)); }

void layers_print(Build *b)
{
    Table t = table_new("layer|op|shape|>T|>W|unit|>PIn|>POut|>slots|>cycles|>acc bits|>spikes|>SOPs");
    for (int i = 0; i < b->snn.n_node; i++) {
        const Node *n = &b->snn.node[i];
        const json_t *j = layers_at(b, i), *f = json_object_get(j, "folding");
        const char *unit = json_string_value(json_object_get(j, "unit"));
        table_row(&t, "%s|%s|%dx%dx%d|%d|%d|%s|%lld|%lld|%lld|%lld|%d|%.0f|%.0f", n->name,
                  op_info[n->op].name, n->shape.c, n->shape.h, n->shape.w, n->steps[0],
                  n->weight_bits[0], unit ? unit : "-", (long long)at(f, "pin"),
                  (long long)at(f, "pout"), (long long)at(f, "slots"), (long long)at(j, "cycles"),
                  n->acc_bits[0], json_number_value(json_object_get(j, "spikes")),
                  json_number_value(json_object_get(j, "sops")));
    }
    table_print(&t);
}
