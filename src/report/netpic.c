/* The network as a row of blocks that wraps like text, so that it is as readable on a phone as on
 * paper: each layer's map as a box, rows and columns to scale, depth by the square root of its
 * channels (4,096 channels beside 3 leave nothing to see on a linear scale). */
#include "report/html.h"
#include "report/sections.h"
#include "report/svg.h"
#include <math.h>

enum { PIC_W = 132, PIC_H = 104, FRONT = 62, DEPTH = 34, FRONT_MIN = 4, DEPTH_MIN = 3 };

typedef struct Extent { double side, channels; } Extent;

static void widen(Extent *e, const json_t *shape)
{
    double chw[3];
    if (!fact_shape(shape, chw))
        return;
    e->side     = fmax(e->side, fmax(chw[1], chw[2]));
    e->channels = fmax(e->channels, chw[0]);
}

static Extent extent(const Facts *f)
{
    Extent e = { 1, 1 };
    widen(&e, fact_at(f->run, "model.input"));
    for (size_t i = 0; i < f->n_layer; i++) widen(&e, fact_at(fact_layer(f, i), "shape"));
    return e;
}

/* front face, lid and right side of a box seen from its left below */
static void box(Buf *b, const double chw[3], Extent e, const char *cls)
{
    double h = fmax(FRONT_MIN, FRONT * chw[1] / e.side);
    double w = fmax(FRONT_MIN, FRONT * chw[2] / e.side);
    double d = fmax(DEPTH_MIN, DEPTH * sqrt(chw[0] / e.channels));
    double x = (PIC_W - 16 - w - d) / 2, y = (PIC_H - h + d) / 2;
    double r = x + w, back = r + d, up = y - d;
    Point lid[]  = { { x, y }, { x + d, up }, { back, up }, { r, y } };
    Point side[] = { { r, y }, { back, up }, { back, up + h }, { r, y + h } };
    buf_printf(b, "<g class=\"%s\">", cls);
    svg_polygon(b, lid, 4, "lid");
    svg_polygon(b, side, 4, "side");
    svg_rect(b, (Point){ x, y }, w, h, "front");
    buf_printf(b, "</g>");
}

static void arrow(Buf *b)
{
    double tip = PIC_W - 2, y = PIC_H / 2;
    Point head[] = { { tip - 7, y - 4 }, { tip, y }, { tip - 7, y + 4 } };
    svg_line(b, (Point){ tip - 16, y }, (Point){ tip - 2, y }, "flow");
    svg_polyline(b, head, 3, "flow");
}

static void picture(Buf *b, const json_t *shape, Extent e, const char *cls, bool more)
{
    double chw[3];
    svg_open(b, PIC_W, PIC_H, "block", "map");
    if (fact_shape(shape, chw))
        box(b, chw, e, cls);
    else
        svg_text(b, (Point){ (PIC_W - 16) / 2, PIC_H / 2 }, ANCHOR_MIDDLE, "tick", "no shape");
    if (more)
        arrow(b);
    svg_close(b);
}

static void shape_text(Buf *b, const json_t *shape)
{
    double chw[3];
    if (!fact_shape(shape, chw))
        return;
    html_num(b, chw[0], 0);
    if (json_array_size(shape) == 3)
        buf_printf(b, " \xc3\x97 %.0f \xc3\x97 %.0f", chw[1], chw[2]);
}

static void pill(Buf *b, const char *cls, const char *letter, const json_t *j, const char *path)
{
    double x;
    if (fact_num(j, path, &x) && x > 0) {
        buf_printf(b, "<span class=\"pill %s\">%s\xc2\xa0", cls, letter);
        html_num_auto(b, x);
        buf_printf(b, "</span>");
    }
}

static const char *colour(const json_t *layer)
{
    return fact_layer_is(layer, "input") ? "k-input" : fact_layer_is(layer, "conv2d") ? "k-conv"
         : fact_layer_is(layer, "dense") ? "k-dense" : "k-other";
}

static void input(Buf *b, const Facts *f, Extent e)
{
    const json_t *shape = fact_at(f->run, "model.input");
    buf_printf(b, "<figure>");
    picture(b, shape, e, "k-input", f->n_layer > 0);
    buf_printf(b, "<figcaption><b>input</b><span>");
    shape_text(b, shape);
    buf_printf(b, "</span><span>");
    pill(b, "steps", "T", fact_layer(f, 0), "steps_in");
    buf_printf(b, "</span></figcaption></figure>\n");
}

static void layer(Buf *b, const Facts *f, size_t i, Extent e, Arena scratch)
{
    const json_t *l = fact_layer(f, i), *shape = fact_at(l, "shape");
    buf_printf(b, "<figure>");
    picture(b, shape, e, colour(l), i + 1 < f->n_layer);
    buf_printf(b, "<figcaption><b>");
    html_text(b, fact_layer_name(f, i, &scratch));
    buf_printf(b, "</b><span>");
    part_str(b, l, "op");
    buf_printf(b, "</span><span>");
    shape_text(b, shape);
    buf_printf(b, "</span><span>");
    pill(b, "weights", "W", l, "weight_bits");
    pill(b, "steps", "T", l, "steps");
    if (fact_num_or(l, "steps", 1) == 0)
        buf_printf(b, "<span class=\"pill\">scores</span>");
    buf_printf(b, "</span></figcaption></figure>\n");
}

void netpic_write(Buf *b, const Facts *f, Arena scratch)
{
    Extent e = extent(f);
    if (!f->layers) {
        part_missing(b, "no layers are recorded.");
        return;
    }
    buf_printf(b, "<div class=\"net\">\n");
    if (!fact_layer_is(fact_layer(f, 0), "input") && fact_at(f->run, "model.input"))
        input(b, f, e);
    for (size_t i = 0; i < f->n_layer; i++) layer(b, f, i, e, scratch);
    buf_printf(b, "</div>\n<p class=\"legend\">Boxes are the maps that leave each layer: channels "
                  "\xc3\x97 rows \xc3\x97 columns, sides to scale, depth by the square root of the "
                  "channels. <span class=\"pill weights\">W</span> bits of a weight, "
                  "<span class=\"pill steps\">T</span> steps of the codes that leave.</p>\n");
}
