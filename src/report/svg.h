/* report/svg.h - a small builder of SVG: shapes, text, scales and axes.
 *
 * Coordinates are in the units of the view box, y downwards. Colours come from classes only, so
 * that one style sheet serves light, dark and print. `cls` is written as it is: constants of ours;
 * `label` and `text` are escaped. Test: tests/report/t_svg.c. */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H
#include "base/buf.h"
#include <stdbool.h>

/* label says what the picture shows to those who cannot see it. */
void svg_open(Buf *b, double w, double h, const char *cls, const char *label);
/* A picture that stretches to the box it is given, each direction on its own: bars, no text. */
void svg_open_stretched(Buf *b, double w, double h, const char *cls, const char *label);
void svg_close(Buf *b);

typedef struct Point { double x, y; } Point;
typedef enum Anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END } Anchor;

void svg_rect(Buf *b, Point at, double w, double h, const char *cls); /* negative sizes: 0 */
void svg_line(Buf *b, Point from, Point to, const char *cls);
void svg_polyline(Buf *b, const Point *p, int n, const char *cls);
void svg_polygon(Buf *b, const Point *p, int n, const char *cls);
void svg_dot(Buf *b, Point at, double radius, const char *cls, const char *tip); /* tip: or NULL */
void svg_text(Buf *b, Point at, Anchor anchor, const char *cls, const char *text);

/* lo..hi of the data onto from..to of the picture; is_log needs lo > 0. lo < hi. */
typedef struct Scale { double lo, hi, from, to; bool is_log; } Scale;
double svg_at(Scale s, double v);

enum { SVG_TICKS = 16 };
/* Round values within lo..hi, ascending: 1, 2 or 5 times powers of ten. Returns how many. */
int svg_ticks(Scale s, double tick[SVG_TICKS]);

/* Ticks with numbers, grid lines across to `far`, and the label. x axis: at height y, its grid up
 * to y = far; y axis: at x, its grid out to x = far. Classes: grid, tick, axis. */
void svg_axis_x(Buf *b, Scale s, double y, double far, const char *label);
void svg_axis_y(Buf *b, Scale s, double x, double far, const char *label);
#endif
