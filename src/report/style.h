/* report/style.h - how the pages and pictures look: one palette, light and dark. */
#ifndef REPORT_STYLE_H
#define REPORT_STYLE_H
#include "base/buf.h"

void style_page(Buf *b);  /* CSS of the report                         */
void style_sweep(Buf *b); /* CSS inside an SVG that stands on its own: plots */
#endif
