/* Widths of V, U and the firing adder, from the real weights and the codes' ranges. */
#include "base/num.h"
#include "quant/fit.h"

typedef struct Span { int64_t lo, hi; } Span;

static void widen(Span *s, int64_t lo, int64_t hi)
{
    s->lo = lo < s->lo ? lo : s->lo;
    s->hi = hi > s->hi ? hi : s->hi;
}

/* Extremes of V in channel o. Every code range holds 0, so that padding and partial sums, in any
 * order of the inputs and after any step, stay inside. */
static Span v_span(const Fit *f, int o)
{
    int64_t lo = fit_code_min(f->signed_in, f->steps_in);
    int64_t hi = fit_code_max(f->signed_in, f->steps_in);
    Span v = { 0, 0 };
    for (int i = 0; i < f->in; i++) {
        int64_t q = f->q[(int64_t)o * f->in + i];
        v.lo += q > 0 ? q * lo : q * hi;
        v.hi += q > 0 ? q * hi : q * lo;
    }
    return v;
}

/* U and every trial difference of channel o, given U's first extremes. After step 0 of signed
 * firing, a negative U has had S = Theta << (T-1) added; every later trial takes S/2 at most. */
static Span fire_span(const Fit *f, int o, Span u)
{
    Span all = u;
    int64_t s = f->theta[o] << (f->steps - 1);
    if (f->signed_out) {
        if (u.lo < 0)
            widen(&u, u.lo + s, (u.hi < -1 ? u.hi : -1) + s);
        widen(&all, u.lo, u.hi);
        s /= 2;
    }
    widen(&all, u.lo - s, u.hi);
    return all;
}

static Err check(const Fit *f, Ctx *c)
{
    Loc at = { .node = f->name };
    if (f->steps == 0 && f->pot_bits > 32)
        return fail(c, ERR_RANGE, at, "its scores need %d bits, the output has 32", f->pot_bits);
    if (f->acc_bits + f->frac_bits > 60 || f->pot_bits > 60)
        return fail(c, ERR_RANGE, at, "its potential needs %d bits, at most 60 are possible",
                    f->pot_bits);
    return ERR_NONE;
}

static Err run(Fit *f, const Calib *cal, Arena scratch, Ctx *c)
{
    (void)cal, (void)scratch;
    Span v = { 0, 0 }, u = { 0, 0 };
    for (int o = 0; o < f->out; o++) {
        Span mine = v_span(f, o);
        widen(&v, mine.lo, mine.hi);
    }
    f->acc_min  = v.lo;
    f->acc_max  = v.hi;
    f->acc_bits = num_sbits(v.lo, v.hi);
    TRY(check(f, c));
    for (int o = 0; o < f->out; o++) {
        Span mine = v_span(f, o);
        mine.lo = mine.lo * ((int64_t)1 << f->frac_bits) + f->bias[o];
        mine.hi = mine.hi * ((int64_t)1 << f->frac_bits) + f->bias[o];
        if (f->steps > 0)
            mine = fire_span(f, o, mine);
        widen(&u, mine.lo, mine.hi);
    }
    f->pot_bits = num_sbits(u.lo, u.hi);
    if (f->pot_bits < f->acc_bits + f->frac_bits) /* V << F has to fit as well */
        f->pot_bits = f->acc_bits + f->frac_bits;
    return check(f, c);
}

const QuantPass quant_width = {
    .name   = "width",
    .help   = "bounds of V, U and the trial differences, from the real weights",
    .source = "doc/arithmetic.md 1.12",
    .run    = run,
    .needed = true,
};
