/* tests/report/markup.h - is this text well-formed XML made of the elements and attributes that the
 * report uses, and of no others? (No script, link, image or event handler is among them.) */
#ifndef TESTS_REPORT_MARKUP_H
#define TESTS_REPORT_MARKUP_H
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct Markup { const char *p; char open[64][24]; int depth; char why[160]; } Markup;

static bool markup_in(const char *list, const char *name, size_t n)
{
    for (const char *s = list; (s = strstr(s, " ")) && s[1]; s++)
        if (strcspn(s + 1, " ") == n && !strncmp(s + 1, name, n))
            return true;
    return false;
}

static bool markup_bad(Markup *m, const char *what)
{
    snprintf(m->why, sizeof m->why, "%s at: %.60s", what, m->p);
    return false;
}

/* Text up to `end`: references are the five of XML, no other character stands for itself badly. */
static bool markup_text(Markup *m, char end)
{
    static const char *const reference[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
    for (; *m->p && *m->p != end; m->p++) {
        if (*m->p == '<' || ((unsigned char)*m->p < 0x20 && *m->p != '\n' && *m->p != '\t'))
            return markup_bad(m, "a character that must not stand here");
        bool known = *m->p != '&';
        for (int i = 0; i < 5; i++)
            known |= !strncmp(m->p, reference[i], strlen(reference[i]));
        if (!known)
            return markup_bad(m, "an unknown reference");
    }
    return true;
}

static bool markup_attribute(Markup *m)
{
    static const char allowed[] = " lang charset name content class id scope style title role "
        "aria-label viewBox preserveAspectRatio x y width height x1 y1 x2 y2 cx cy r rx points "
        "text-anchor data-l xmlns ";
    size_t n = strcspn(m->p, "= />\"");
    if (!markup_in(allowed, m->p, n))
        return markup_bad(m, "an attribute that is not ours");
    m->p += n;
    if (strncmp(m->p, "=\"", 2) != 0)
        return markup_bad(m, "an attribute without a quoted value");
    m->p += 2;
    if (!markup_text(m, '"') || *m->p != '"')
        return markup_bad(m, "an attribute without an end");
    m->p++;
    return true;
}

static bool markup_open(Markup *m)
{
    static const char allowed[] = " html head meta title style body header main section h1 h2 h3 p "
        "b em small span ul li div dl dt dd br table thead tbody tr th td figure figcaption svg g "
        "rect line polyline polygon circle text ";
    size_t n = strcspn(++m->p, " />");
    if (!markup_in(allowed, m->p, n) || m->depth == 64)
        return markup_bad(m, "an element that is not ours");
    snprintf(m->open[m->depth++], sizeof m->open[0], "%.*s", (int)n, m->p);
    for (m->p += n; *m->p == ' ';) {
        m->p++;
        if (!markup_attribute(m))
            return false;
    }
    if (*m->p == '/') {
        m->depth--;
        m->p++;
    }
    return *m->p++ == '>' || markup_bad(m, "a tag without an end");
}

static bool markup_close(Markup *m)
{
    size_t n = strcspn(m->p += 2, ">");
    const char *want = m->depth > 0 ? m->open[--m->depth] : "";
    if (n != strlen(want) || strncmp(m->p, want, n) != 0)
        return markup_bad(m, "an end tag of another element");
    m->p += n + 1;
    return true;
}

/* On false m->why says what is wrong and where. */
static bool markup_is_ours(Markup *m, const char *text)
{
    *m = (Markup){ .p = text };
    if (!strncmp(m->p, "<!DOCTYPE html>", 15))
        m->p += 15;
    while (*m->p)
        if (!(m->p[0] != '<' ? markup_text(m, '<')
            : m->p[1] == '/' ? markup_close(m) : markup_open(m)))
            return false;
    return m->depth == 0 || markup_bad(m, "elements left open");
}
#endif
