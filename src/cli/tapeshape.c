#include "cli/tapeshape.h"
#include "base/num.h"
#include "cost/choose.h"
#include <stdlib.h>
#include <string.h>

enum { PORT_BITS = 512 };

/* One "Parameter=number" of --shape. */
static Err set_shape(Build *b, const char *one, EngineBuild *e)
{
    const char *equals = strchr(one, '=');
    for (int k = 0; equals && k < SHAPE_COUNT; k++)
        if (!strncmp(one, shape_info[k].parameter, (size_t)(equals - one)) &&
            !shape_info[k].parameter[equals - one]) {
            char *end;
            ((int *)e)[k] = (int)num_clamp(strtol(equals + 1, &end, 10), -1, INT32_MAX);
            if (end > equals + 1 && !*end)
                return ERR_NONE;
        }
    Buf all = { 0 };
    for (int k = 0; k < SHAPE_COUNT; k++) buf_printf(&all, "%s%s", k ? ", " : "", shape_info[k].parameter);
    Err bad = fail(b->c, ERR_OPTION, (Loc){ 0 }, "--shape %s: a number is wanted for one of %s", one, all.p);
    buf_free(&all);
    return bad;
}

/* The default shape behind the port, with weights as wide as the network's, and what --shape says. */
static Err behind(Build *b, int port_bits, EngineBuild *e)
{
    *e = engine_build(port_bits);
    for (int i = 0; i < b->snn.n_node; i++)
        if (b->snn.node[i].weight_bits[0] > e->weight_bits)
            e->weight_bits = b->snn.node[i].weight_bits[0];
    char *rest = b->opt.shape ? arena_str(&b->perm, b->opt.shape) : NULL, *state;
    for (char *one = rest ? strtok_r(rest, ",", &state) : NULL; one; one = strtok_r(NULL, ",", &state))
        TRY(set_shape(b, one, e));
    return ERR_NONE;
}

/* Once more where --shape names another port: the lanes follow it. */
static Err spelled(Build *b, EngineBuild *e)
{
    int port_bits = b->opt.port_bits ? b->opt.port_bits : PORT_BITS;
    TRY(behind(b, port_bits, e));
    if (e->port_bits != port_bits)
        TRY(behind(b, e->port_bits, e));
    if (e->lanes * 4 != e->port_bits)
        return fail(b->c, ERR_OPTION, (Loc){ 0 }, "--shape Lanes=%d: the hardware has one for every 4 of the port's %d "
                    "bits; choose PortBits", e->lanes, e->port_bits);
    return ERR_NONE;
}

static EngineWish wish_of(const Build *b)
{
    double fps = b->opt.target_fps;
    return (EngineWish){ .device = b->device, .max_lut = b->opt.max_lut, .port_bits = b->opt.port_bits,
                         .max_cycles = fps > 0 ? (int64_t)(b->device->clock_mhz * 1e6 / fps) : 0,
                         .skip = !b->opt.no_skip };
}

static Err chosen(Build *b, const EngineWish *w, const char *why, TapeShape *t)
{
    EngineChoice best;
    TRY(engine_choose(&b->snn, w, &b->perm, b->scratch, &best, b->c));
    *t = (TapeShape){ best.plan.build, best.area, arena_printf(&b->perm, "%s, of %d tried", why, best.tried) };
    return ERR_NONE;
}

static Err fits(const Build *b, Estimate area)
{
    const FamilyInfo *f = device_family(b->device);
    DeviceNeed need = { f->lut_kind, (int64_t)area.lut, (int64_t)area.ff, (int64_t)area.blocks * f->ram_bits, 0 };
    return device_check(b->device, &need, b->c);
}

Err tapeshape(Build *b, TapeShape *t)
{
    EngineWish w = wish_of(b);
    TRY(spelled(b, &t->build));
    TRY(engine_build_check(&t->build, b->c));
    t->area = estimate_engine(&t->build, estimate_fabric(b->device));
    t->how  = b->opt.shape ? "as --shape says" : "the default";
    if (b->opt.shape)
        return fits(b, t->area);
    if (w.max_cycles > 0)
        return chosen(b, &w, "the smallest that meets the target", t);
    if (w.max_lut > 0)
        return chosen(b, &w, "the fastest of so many LUTs", t);
    if (t->area.lut <= 0.8 * (double)b->device->lut && t->area.blocks <= b->device->ram)
        return ERR_NONE;
    return chosen(b, &w, "the fastest that fits the device", t);
}
