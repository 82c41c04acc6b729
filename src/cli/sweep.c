/* plan --sweep: T = 2..6 times four foldings: accuracy, exact cycles, weight bits; a table and an
 * SVG. No hardware is built for it. */
#include "cli/stages.h"
#include "cli/table.h"
#include "report/report.h"

enum { T_FIRST = 2, T_LAST = 6, FOLDINGS = 4 };

typedef struct Sweep {
    SweepPoint point[(T_LAST - T_FIRST + 1) * FOLDINGS];
    int        n;
    Table      table;
    json_t    *all;
} Sweep;

static int slots_of(const Graph *snn, const Plan *p)
{
    int slots = 0;
    for (int i = 0; i < snn->n_node; i++) slots += p->folding[i].pin * p->folding[i].pout;
    return slots;
}

static void add_point(Build *b, Sweep *s, const Plan *p, double accuracy)
{
    int steps = b->opt.steps.v[0], weights = b->opt.weights.v[0];
    int slots = slots_of(&b->snn, p);
    int64_t bits = quant_weight_bits(&b->snn);
    s->point[s->n++] = (SweepPoint){ steps, weights, slots, accuracy, (double)p->interval };
    table_row(&s->table, "%d|%d|%d|%lld|%lld|%.0f|%.2f|%lld", steps, weights, slots,
              (long long)p->latency, (long long)p->interval, p->estimate.lut, accuracy, (long long)bits);
    json_array_append_new(s->all, json_pack("{s:i,s:i,s:i,s:I,s:I,s:f,s:f,s:I}", "steps", steps,
        "weights", weights, "slots", slots, "latency", (json_int_t)p->latency, "interval",
        (json_int_t)p->interval, "estimated_lut", p->estimate.lut, "accuracy", accuracy, "weight_bits",
        (json_int_t)bits));
}

/* The fastest pipeline, then the smallest ones of twice, four and eight times its interval. */
static Err sweep_foldings(Build *b, Sweep *s, double accuracy)
{
    PlanOptions o = plan_options(b);
    int64_t fastest = 0;
    for (int k = 0; k < FOLDINGS; k++) {
        Arena perm = b->perm;
        Plan p;
        o.max_interval = k == 0 ? 0 : fastest << k;
        o.smallest = k > 0;
        TRY(plan_pipeline(&b->snn, &o, &perm, b->scratch, &p, b->c));
        fastest = k == 0 ? p.interval : fastest;
        add_point(b, s, &p, accuracy);
    }
    return ERR_NONE;
}

static Err sweep_all(Build *b, Sweep *s)
{
    Options given = b->opt;
    if (given.weights.n > 1)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "the sweep is of networks with one W: add --weights W");
    for (int t = T_FIRST; t <= T_LAST; t++) {
        b->opt = given;
        b->opt.steps = (OptINTS)OPT_ONE(t);
        QuantReport r;
        double accuracy;
        int n;
        TRY(build_quantize(b, &r, &n));
        TRY(build_accuracy(b, &accuracy));
        TRY(sweep_foldings(b, s, accuracy));
    }
    b->opt = given;
    b->has_snn = b->has_design = false; /* what the folder holds is not the sweep's last */
    return ERR_NONE;
}

Err stage_sweep(Build *b)
{
    Sweep s = { .table = table_new(">T|>W|>slots|>latency|>interval|>LUTs (estimate)|>accuracy %|>weight bits"),
                .all = json_array() };
    Err e = sweep_all(b, &s);
    if (!e)
        e = report_sweep_svg(build_path(b, "sweep.svg"), build_model_name(b), s.point, s.n, b->c);
    json_object_set_new(b->run, "sweep", s.all);
    if (!e && !b->opt.json)
        table_print(&s.table);
    else
        buf_free(&s.table.text);
    if (!e)
        stage_say(b, "sweep      %s/sweep.svg\n", b->dir);
    return e;
}
