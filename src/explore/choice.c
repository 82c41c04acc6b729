#include "explore/choice.h"
#include "base/buf.h"
#include <math.h>

bool choice_over_bits(const SearchBudget *b, const SearchPoint *p)
{
    return b->max_weight_bits > 0 && p->weight_bits > b->max_weight_bits;
}

bool choice_over_cycles(const SearchBudget *b, const SearchPoint *p)
{
    return b->max_cycles > 0 && p->cycles > b->max_cycles;
}

bool choice_drops_too_far(const SearchBudget *b, const SearchPoint *p)
{
    return b->max_drop >= 0 && 100 - p->agreement > b->max_drop + 1e-9;
}

bool search_within(const SearchBudget *b, const SearchPoint *p)
{
    return !choice_over_bits(b, p) && !choice_over_cycles(b, p) && !choice_drops_too_far(b, p);
}

int choice_best(const SearchBudget *b, const SearchResult *r)
{
    const SearchPoint *p = r->point;
    int best = -1;
    double least = INFINITY;
    for (int i = 0; i < r->n; i++) {
        double cost = p[i].weight_bits / p[0].weight_bits + p[i].sops / fmax(p[0].sops, 1);
        double worth = b->max_drop >= 0 ? cost : p[i].error;
        if (!p[i].unsure && search_within(b, &p[i]) && worth < least) {
            least = worth;
            best = i;
        }
    }
    return best;
}

static bool dominates(const SearchPoint *p, const SearchPoint *q)
{
    if (p->weight_bits > q->weight_bits || p->sops > q->sops || p->error > q->error)
        return false;
    return p->weight_bits < q->weight_bits || p->sops < q->sops || p->error < q->error;
}

static bool is_shown(const SearchResult *r, int i) { return r->point[i].kept || i == r->chosen; }

void choice_front(SearchResult *r)
{
    for (int i = 0; i < r->n; i++) {
        r->point[i].front = is_shown(r, i);
        for (int k = 0; k < r->n; k++)
            if (is_shown(r, k) && dominates(&r->point[k], &r->point[i]))
                r->point[i].front = false;
    }
}

/* How far from the budget, all of it together, in shares of each. */
static double excess(const SearchBudget *b, const SearchPoint *p)
{
    double drop = choice_drops_too_far(b, p) ? 100 - p->agreement - b->max_drop : 0;
    return drop / fmax(b->max_drop, 0.1) +
           (choice_over_bits(b, p) ? p->weight_bits / b->max_weight_bits - 1 : 0) +
           (choice_over_cycles(b, p) ? p->cycles / b->max_cycles - 1 : 0);
}

Err choice_refuse(const SearchBudget *b, const SearchResult *r, Ctx *c)
{
    const SearchPoint *p = NULL;
    Buf t = { 0 };
    for (int i = 0; i < r->n; i++) /* one without excess failed when it was measured again */
        if (!search_within(b, &r->point[i]) && (!p || excess(b, &r->point[i]) < excess(b, p)))
            p = &r->point[i];
    if (choice_drops_too_far(b, p))
        buf_printf(&t, "%.2f percentage points of agreement", 100 - p->agreement - b->max_drop);
    if (choice_over_bits(b, p))
        buf_printf(&t, "%s%.0f weight bits", t.n ? " and " : "",
                   p->weight_bits - b->max_weight_bits);
    if (choice_over_cycles(b, p) && p->cycles < SEARCH_NO_FIT)
        buf_printf(&t, "%s%.0f cycles", t.n ? " and " : "", p->cycles - b->max_cycles);
    else if (choice_over_cycles(b, p))
        buf_printf(&t, "%sthe whole device: it does not fit", t.n ? " and " : "");
    Err e = fail(c, ERR_NO, (Loc){ 0 }, "the budget cannot be met: of %d networks tried, the "
                 "nearest is over it by %s", r->n, t.p);
    buf_free(&t);
    return e;
}
