/* The descent: knobs ranked by damage per saved cost, the best of them tried for real. */
#include "explore/choice.h"
#include "explore/sensitivity.h"
#include <math.h>

enum { EACH = 2, ALONE = 3 }; /* steps tried in a round; levels of a knob measured alone at most */

typedef struct Search {
    const SearchOptions *o;
    SearchResult *r;
    Measure  m;
    Knob    *knob;
    Graph    snn[MEASURE_BATCH]; /* of the last batch */
    int      at;                 /* the point that the descent has come to */
    int      width;              /* knobs turned down together at most    */
    Arena   *perm;
    Ctx     *c;
} Search;

static SearchPoint *here(const Search *s) { return &s->r->point[s->at]; }
static int left(const Search *s) { return s->o->max_points - s->r->n; }

/* Weights of a cost that is linear in weight bits, SOPs and cycles. */
typedef struct Cost { double weight_bits, sops, cycles; } Cost;

/* What counts where the descent stands: what is exceeded, if anything is; the rest keeps a little
 * weight, so that a step in a layer that is not the slowest one still counts for something. */
static Cost cost_here(const Search *s)
{
    const SearchBudget *b = &s->o->budget;
    const SearchPoint *p = here(s);
    const SearchPoint *top = &s->r->point[0];
    bool bits = choice_over_bits(b, p), cycles = choice_over_cycles(b, p);
    double rest = bits || cycles ? 0.01 : 1;
    return (Cost){ rest / top->weight_bits + (bits ? 1 / b->max_weight_bits : 0),
                   rest / fmax(top->sops, 1), cycles ? 1 / b->max_cycles : 0 };
}

static double saved(Cost c, Gain g)
{
    return c.weight_bits * g.weight_bits + c.sops * g.sops + c.cycles * g.cycles;
}

/* Damage per saved cost; what saves nothing comes last. */
static double rate(Cost c, Gain g)
{
    double cost = saved(c, g);
    return cost > 0 ? g.damage / cost : INFINITY;
}

static bool is_open(const Knob *k) { return !k->closed && k->level > k->least; }

/* Another point, not measured yet, with the knobs as they are now. */
static SearchPoint *add_point(Search *s)
{
    SearchResult *r = s->r;
    int *knob = NEW(s->perm, int, (size_t)r->n_knob);
    for (int i = 0; i < r->n_knob; i++) knob[i] = s->knob[i].level;
    r->point[r->n] = (SearchPoint){ .knob = knob, .accuracy = -1 };
    return &r->point[r->n++];
}

static Err measure_last(Search *s, int n, bool all)
{
    for (int first = s->r->n - n, k; n > 0; first += k, n -= k) {
        k = n < MEASURE_BATCH ? n : MEASURE_BATCH;
        TRY(measure_batch(&s->m, &s->r->point[first], k, all, s->snn, s->c));
        if (s->o->at)
            s->o->at(s->o->user, first + k, s->o->max_points);
    }
    return ERR_NONE;
}

/* p becomes the place of the descent; its network is snn. */
static Err keep(Search *s, SearchPoint *p, const Graph *snn)
{
    p->kept = true;
    s->at = (int)(p - s->r->point);
    return s->o->kept ? s->o->kept(s->o->user, snn, p, s->m.scratch) : ERR_NONE;
}

/* What follows a layer decides whether its codes are signed, which takes two steps. */
static int least_steps(const Graph *snn, int layer)
{
    for (int i = 0; i < snn->n_node; i++)
        if (op_is_synapse(snn->node[i].op) && layer-- == 0)
            return snn->node[i].steps[0] == 0 ? 0 : snn->node[i].signed_out[0] ? 2 : 1;
    return 0;
}

static Err measure_top(Search *s)
{
    int n = s->m.n_layer;
    for (int i = 0; i < s->r->n_knob; i++)
        s->knob[i].level = i <= n ? s->o->top_steps : s->o->top_bits;
    if (op_is_synapse(s->m.net->node[s->m.net->n_node - 1].op))
        s->knob[n].level = 0; /* scores have no steps */
    SearchPoint *top = add_point(s);
    TRY(measure_last(s, 1, false));
    s->knob[0].least = s->snn[0].node[0].signed_out[0] ? 2 : 1;
    for (int l = 0; l < n; l++) {
        s->knob[1 + l].least = least_steps(&s->snn[0], l);
        s->knob[1 + n + l].least = 1;
    }
    return keep(s, top, &s->snn[0]);
}

static Err measure_sensitivity(Search *s)
{
    SearchResult *r = s->r;
    int most = s->o->max_points / 3 / r->n_knob, at[LEVELS];
    most = most < ALONE ? most : ALONE;
    for (int i = 0; i < r->n_knob; i++) {
        Knob *k = &s->knob[i];
        int n = sensitivity_levels(k, most, at), top = k->level;
        for (int j = 0; j < n; j++) {
            k->level = at[j];
            add_point(s);
        }
        k->level = top;
    }
    r->n_sensitivity = r->n - 1;
    TRY(measure_last(s, r->n_sensitivity, false));
    const SearchPoint *p = &r->point[1];
    for (int i = 0; i < r->n_knob; i++) {
        int n = sensitivity_levels(&s->knob[i], most, at);
        if (n > 0)
            sensitivity_fill(&s->knob[i], &r->point[0], at, p, n);
        p += n;
    }
    return ERR_NONE;
}

/* The open knobs, best rate first; of equals the first. Returns how many. */
static int rank(const Search *s, int *order)
{
    Cost c = cost_here(s);
    int n = 0;
    for (int i = 0; i < s->r->n_knob; i++) {
        if (!is_open(&s->knob[i]))
            continue;
        int j = n++;
        for (; j > 0 && rate(c, s->knob[order[j - 1]].next) > rate(c, s->knob[i].next); j--)
            order[j] = order[j - 1];
        order[j] = i;
    }
    return n;
}

/* Knobs to turn at once, so that the descent could reach the bottom within the networks left. */
static int width_for(const Search *s)
{
    int steps = 0;
    for (int i = 0; i < s->r->n_knob; i++)
        steps += is_open(&s->knob[i]) ? s->knob[i].level - s->knob[i].least : 0;
    if (left(s) >= EACH * steps)
        return 1;
    int width = (steps + left(s) - 1) / left(s);
    return width > 1 ? width : 2;
}

static void turn(Knob *k, int by)
{
    k->level += by;
    k->next = k->alone[k->level > k->least ? k->level - 1 : k->least];
}

/* One step down of each of order[0 .. n-1], each a network of its own; the best is kept. */
static Err try_each(Search *s, const int *order, int n, bool *moved)
{
    SearchPoint *p = &s->r->point[s->r->n];
    Cost c = cost_here(s);
    int best = -1;
    for (int k = 0; k < n; k++) {
        s->knob[order[k]].level--;
        add_point(s);
        s->knob[order[k]].level++;
    }
    TRY(measure_last(s, n, false));
    for (int k = 0; k < n; k++) {
        Knob *knob = &s->knob[order[k]];
        knob->next = gain_between(here(s), &p[k]);
        knob->closed = choice_drops_too_far(&s->o->budget, &p[k]) || saved(c, knob->next) <= 0;
        if (!knob->closed && (best < 0 || rate(c, knob->next) < rate(c, s->knob[order[best]].next)))
            best = k;
    }
    *moved = best >= 0;
    if (!*moved)
        return ERR_NONE;
    turn(&s->knob[order[best]], -1);
    return keep(s, &p[best], &s->snn[best]);
}

/* One step down of all of order[0 .. n-1] in one network; kept if it is within the budget. */
static Err try_together(Search *s, const int *order, int n, bool *moved)
{
    for (int k = 0; k < n; k++) turn(&s->knob[order[k]], -1);
    SearchPoint *p = add_point(s);
    TRY(measure_last(s, 1, false));
    *moved = !choice_drops_too_far(&s->o->budget, p);
    if (*moved)
        return keep(s, p, &s->snn[0]);
    for (int k = 0; k < n; k++) turn(&s->knob[order[k]], 1);
    s->width = n / 2;
    return ERR_NONE;
}

/* Down until no step stays within max_drop, or, without that budget, the others are met. */
static Err descend(Search *s)
{
    const SearchBudget *b = &s->o->budget;
    int *order = NEW(s->perm, int, (size_t)s->r->n_knob);
    bool moved;
    s->width = s->r->n_knob;
    while (left(s) > 0 && !(b->max_drop < 0 && search_within(b, here(s)))) {
        int n = rank(s, order), width = width_for(s);
        int each = left(s) < EACH ? left(s) : EACH;
        width = width < s->width ? width : s->width;
        if (n == 0)
            break;
        if (width > 1)
            TRY(try_together(s, order, n < width ? n : width, &moved));
        else
            TRY(try_each(s, order, n < each ? n : each, &moved));
    }
    return ERR_NONE;
}

/* A point measured before becomes the place of the descent, every step from there open again. */
static Err go_back(Search *s, int point)
{
    SearchPoint *p = &s->r->point[point], again = *p;
    for (int i = 0; i < s->r->n_knob; i++) {
        s->knob[i].level = p->knob[i];
        s->knob[i].closed = false;
        turn(&s->knob[i], 0);
    }
    if (p->kept) {
        s->at = point;
        return ERR_NONE;
    }
    TRY(measure_batch(&s->m, &again, 1, false, s->snn, s->c)); /* for its network */
    return keep(s, p, &s->snn[0]);
}

/* The agreement of few images is noisy, and steps once closed may be worth it elsewhere: the
 * descent goes on from the best point as long as that finds a better one. */
static Err descend_again(Search *s)
{
    int best = choice_best(&s->o->budget, s->r), last = -1;
    for (; best >= 0 && best != last && left(s) > 0; best = choice_best(&s->o->budget, s->r)) {
        last = best;
        TRY(go_back(s, best));
        TRY(descend(s));
    }
    return ERR_NONE;
}

/* A point that was measured with few calibration images, again with all of them: a new point. */
static Err confirm(Search *s, int point, bool *within)
{
    SearchPoint *p = &s->r->point[s->r->n++];
    s->r->point[point].unsure = true;
    *p = (SearchPoint){ .knob = s->r->point[point].knob, .accuracy = -1 };
    TRY(measure_last(s, 1, true));
    *within = search_within(&s->o->budget, p);
    return *within ? keep(s, p, &s->snn[0]) : ERR_NONE;
}

/* The best within the budget, sure of it. */
static Err choose(Search *s)
{
    SearchResult *r = s->r;
    int best = choice_best(&s->o->budget, r);
    bool within = false;
    for (int k = 0; s->o->few && best >= 0 && k < CHOICE_CONFIRM && !within; k++) {
        TRY(confirm(s, best, &within));
        best = within ? s->at : choice_best(&s->o->budget, r);
    }
    r->chosen = s->o->few && !within ? -1 : best;
    return r->chosen >= 0 && !r->point[r->chosen].kept ? go_back(s, r->chosen) : ERR_NONE;
}

static Err search_all(Search *s)
{
    const SearchBudget *b = &s->o->budget;
    TRY(measure_top(s));
    if (!choice_drops_too_far(b, here(s)) && (b->max_drop >= 0 || !search_within(b, here(s)))) {
        TRY(measure_sensitivity(s));
        TRY(descend(s));
        TRY(descend_again(s));
    }
    TRY(choose(s));
    choice_front(s->r);
    return s->r->chosen >= 0 ? ERR_NONE : choice_refuse(b, s->r, s->c);
}

static Err check_options(const SearchOptions *o, int n_knob, Ctx *c)
{
    if (o->top_steps < 2 || o->top_steps > QUANT_MAX_STEPS || o->top_bits < 2 ||
        o->top_bits > QUANT_MAX_BITS)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "a search begins at T and W of 2 to 8");
    if (o->max_points < 2 * n_knob + 2)
        return fail(c, ERR_OPTION, (Loc){ 0 }, "%d networks are too few to search with %d values "
                    "of T and W to choose: allow %d or more", o->max_points, n_knob, 2 * n_knob + 2);
    return ERR_NONE;
}

Err search_run(const Graph *net, const SearchOptions *o, SearchResult *r, Arena *perm,
               Arena scratch, Ctx *c)
{
    Search s = { .o = o, .r = r, .perm = perm, .c = c };
    *r = (SearchResult){ .n_knob = 2 * quant_n_layers(net) + 1, .chosen = -1 };
    TRY(check_options(o, r->n_knob, c));
    r->point = NEW(perm, SearchPoint, (size_t)o->max_points + CHOICE_CONFIRM);
    s.knob = NEW(perm, Knob, (size_t)r->n_knob);
    TRY(measure_start(&s.m, net, o, perm, scratch, c));
    return search_all(&s);
}
