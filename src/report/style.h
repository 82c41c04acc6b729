/* report/style.h - how the pages and pictures look: one palette, light and dark. */
#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H
#include "base/buf.h"

/* An SVG that stands on its own, w x h, with its style, a page and the title; svg_text and the
 * like go on from there, "</svg>" ends it. */
void style_open_picture(Buf *b, int w, int h, const char *title);
void style_page(Buf *b);  /* CSS of the report                         */
#endif
