/* report/html.h - text and numbers into HTML and SVG, both written as well-formed XML.
 * Test: tests/report/t_html.c. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H
#include "base/buf.h"

/* UTF-8 text for an element's body or a quoted attribute: the five special characters become
 * references; control characters and those that turn the reading direction become U+FFFD, so that
 * a name can neither break the page nor disguise itself. */
void html_text(Buf *b, const char *s);

/* A finite number with `decimals` places, thousands in groups: 58,656 or 1,412.5; from 1e15 on as
 * 1.5e+15. */
void html_num(Buf *b, double x, int decimals);

/* As few places as still tell the figure: whole numbers and those from 10,000 on have none, the
 * smallest three. */
void html_num_auto(Buf *b, double x);

/* part / whole in percent: "13.3 %", "<0.1 %"; whole > 0. */
void html_share(Buf *b, double part, double whole);
#endif
