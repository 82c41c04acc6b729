/* What it takes to make the same again: versions, options, and the bytes that went in and out. */
#include "report/html.h"
#include "report/sections.h"

/* A table of an object's members, in their order; says so where there are none. */
static void members(Buf *b, const json_t *object, const char *title, const char *cls)
{
    const char *key;
    json_t *v;
    buf_printf(b, "<div class=\"%s\"><h3>%s</h3>", cls, title);
    if (json_object_size(object) == 0) {
        buf_printf(b, "<p class=\"none\">not recorded</p></div>\n");
        return;
    }
    buf_printf(b, "<dl class=\"pairs\">");
    json_object_foreach((json_t *)(size_t)object, key, v) {
        buf_printf(b, "<div><dt>");
        html_text(b, key);
        buf_printf(b, "</dt><dd>");
        part_value(b, v);
        buf_printf(b, "</dd></div>");
    }
    buf_printf(b, "</dl></div>\n");
}

static void named(Buf *b, const json_t *run, const char *name, const char *path)
{
    buf_printf(b, "<div><dt>%s</dt><dd>", name);
    part_value(b, fact_at(run, path));
    buf_printf(b, "</dd></div>");
}

void origin_write(Buf *b, const Facts *f, Arena scratch)
{
    (void)scratch;
    buf_printf(b, "<div class=\"columns\">\n<div class=\"part\"><h3>Model</h3>"
                  "<dl class=\"pairs\">");
    named(b, f->run, "name", "model.name");
    named(b, f->run, "file", "model.file");
    named(b, f->run, "sha256", "model.sha256");
    named(b, f->run, "e3ne", "e3ne");
    buf_printf(b, "</dl></div>\n");
    members(b, fact_at(f->run, "options"), "Options", "part");
    members(b, fact_at(f->run, "tools"), "Tools", "part");
    buf_printf(b, "</div>\n");
    members(b, fact_at(f->run, "hashes"), "SHA-256 of files", "part hashes");
    buf_printf(b, "<p class=\"legend\">Made from run.json alone, so that the same input gives the "
                  "same page. What a clock on the wall said is in times.json.</p>\n");
}
