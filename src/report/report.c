/* The page: the sections in order, around them one self-contained document. It is written as XML
 * that HTML parsers read too, so that a test can demand that it is well formed. */
#include "report/report.h"
#include "base/io.h"
#include "report/html.h"
#include "report/sections.h"
#include "report/style.h"

typedef struct Section {
    const char *id, *title;
    SectionWrite *write;
    bool (*applies)(const Facts *f); /* NULL: always there */
} Section;

static const Section sections[] = {
    { "figures",   "Key figures",                   cards_write,     NULL },
    { "network",   "Network",                       netpic_write,    NULL },
    { "layers",    "Layers",                        layers_write,    NULL },
    { "searched",  "Search for T and W",            searched_write,  searched_applies },
    { "cycles",    "Cycles per layer",              cyclebars_write, NULL },
    { "roofline",  "Roofline of the engine",        roofline_write,  roofline_applies },
    { "spikes",    "Spikes per layer and step",     heat_write,      NULL },
    { "resources", "Resources of the device",       resources_write, NULL },
    { "versus",    "Beside E3NE's LeNet-5",         versus_write,    versus_applies },
    { "origin",    "Reproducibility",               origin_write,    NULL },
};

static void page(Buf *b, const Facts *f, Arena scratch)
{
    const char *name = fact_str(f->run, "model.name");
    buf_printf(b, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                  "<title>");
    html_text(b, name ? name : "unnamed network");
    buf_printf(b, " - e3ne report</title>\n<style>\n");
    style_page(b);
    buf_printf(b, "</style>\n</head>\n<body>\n");
    headline_write(b, f, scratch);
    buf_printf(b, "<main>\n");
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        const Section *s = &sections[i];
        if (s->applies && !s->applies(f))
            continue;
        buf_printf(b, "<section id=\"%s\">\n<h2>%s</h2>\n", s->id, s->title);
        s->write(b, f, scratch);
        buf_printf(b, "</section>\n");
    }
    buf_printf(b, "</main>\n</body>\n</html>\n");
}

Err report_write(const char *dir, Ctx *c)
{
    Arena scratch = arena_new((size_t)1 << 28), paths = scratch;
    Facts f;
    Err e = facts_read(&f, io_join(&paths, dir, "run.json"), c);
    if (!e) {
        Buf b = { 0 };
        page(&b, &f, paths);
        e = io_write(io_join(&paths, dir, "report.html"), b.p, b.n, c);
        buf_free(&b);
        facts_free(&f);
    }
    arena_delete(scratch);
    return e;
}
