/* Levels that are not measured follow the law of uniform rounding: one bit less, twice the step,
 * four times the error's power (Widrow and Kollar 2008, "Quantization Noise", chapter 5). */
#include "explore/sensitivity.h"
#include <math.h>

Gain gain_between(const SearchPoint *from, const SearchPoint *to)
{
    return (Gain){ to->error * to->error - from->error * from->error,
                   from->weight_bits - to->weight_bits, from->sops - to->sops,
                   from->cycles - to->cycles };
}

int sensitivity_levels(const Knob *k, int most, int at[LEVELS])
{
    int top = k->level, range = top - k->least;
    int n = most < 1 ? 1 : most < range ? most : range;
    if (range == 0)
        return 0;
    for (int j = 1; j <= n; j++) {
        int down = (j * range + n) / (n + 1); /* n = range: j */
        at[j - 1] = n == range ? top - j : top - (down > 0 ? down : 1);
    }
    return n;
}

/* x of a level between (or beyond) two known ones, linear. */
static double line(int level, int l0, double x0, int l1, double x1)
{
    return x0 + (x1 - x0) * (level - l0) / (l1 - l0);
}

/* All that is lost or saved at a level since the top. */
static Gain total(const SearchPoint *top, const int *at, const SearchPoint *p, int n, int top_level,
                  int level)
{
    int j = 0;
    while (j < n - 1 && at[j] > level) j++; /* the first measured one not above, else the last */
    int above = j > 0 ? at[j - 1] : top_level;
    Gain g = gain_between(top, &p[j]), h = j > 0 ? gain_between(top, &p[j - 1]) : (Gain){ 0 };
    Gain t = { .weight_bits = line(level, above, h.weight_bits, at[j], g.weight_bits),
               .sops = line(level, above, h.sops, at[j], g.sops),
               .cycles = line(level, above, h.cycles, at[j], g.cycles) };
    bool measured = at[j] == level;
    t.damage = measured ? g.damage : fmax(g.damage, 0) * pow(4, at[j] - level);
    return t;
}

void sensitivity_fill(Knob *k, const SearchPoint *top, const int *at, const SearchPoint *p, int n)
{
    Gain above = { 0 };
    for (int level = k->level - 1; level >= k->least; level--) {
        Gain t = total(top, at, p, n, k->level, level);
        k->alone[level] = (Gain){ t.damage - above.damage, t.weight_bits - above.weight_bits,
                                  t.sops - above.sops, t.cycles - above.cycles };
        above = t;
    }
    k->next = k->alone[k->level > k->least ? k->level - 1 : k->least];
}
