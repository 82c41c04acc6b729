/* No character here may need escaping in XML: neither an ampersand nor a less-than sign. */
#include "report/style.h"
#include "report/html.h"
#include "report/svg.h"

static const char palette[] =
    ":root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--ink:#18202a;--soft:#566271;"
    "--line:#dde2e8;--track:#e9edf1;--blue:#1f6fb2;--pale:#a9cbe6;--hot:#d2601a;--hotpale:#f3c6a4;"
    "--spike:#f0a35e;--good:#1c7c4a;--goodbg:#e5f4ec;--bad:#b3261e;--badbg:#fbe9e7;--open:#7a5b00;"
    "--openbg:#fdf4d8;--u0:#3f78b5;--u1:#e88a34;--u2:#4e9f50;--u3:#c95256;--u4:#61a8a3;"
    "--u5:#a3739a;--u6:#c9a42f;--u7:#99a3ad}\n"
    "@media screen and (prefers-color-scheme:dark){:root{--bg:#10151b;--card:#182029;--ink:#e4e9ee;"
    "--soft:#9dabb9;--line:#2c3743;--track:#25303b;--blue:#5aa9e6;--pale:#2f5878;--hot:#f2914e;"
    "--hotpale:#6f4426;--spike:#9c5c23;--good:#67cf98;--goodbg:#143325;--bad:#ff8a80;"
    "--badbg:#3d1a18;--open:#e8c560;--openbg:#372d10;--u7:#76828e}}\n";

static const char base[] =
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:1160px;padding:28px 28px 48px;background:var(--bg);"
    "color:var(--ink);font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',"
    "sans-serif;-webkit-text-size-adjust:100%;print-color-adjust:exact;"
    "-webkit-print-color-adjust:exact;overflow-wrap:anywhere}\n"
    "h1{margin:0 0 14px;font-size:34px;line-height:1.15;letter-spacing:-.01em}\n"
    "h2{margin:0 0 14px;font-size:19px}\n"
    "h3{margin:22px 0 8px;font-size:13px;font-weight:600;color:var(--soft)}\n"
    "p{margin:0}small{font-size:.82em;color:var(--soft);font-weight:400}\n"
    "section{margin-top:22px;padding:20px 22px;background:var(--card);"
    "border:1px solid var(--line);border-radius:10px}\n"
    "#figures{padding:0;background:none;border:0}#figures h2{display:none}\n"
    ".kind{color:var(--soft);font-size:13px;letter-spacing:.04em}\n"
    ".note{margin:0 0 12px;color:var(--open)}\n"
    ".none{color:var(--soft)}.missing,.legend{color:var(--soft)}\n"
    ".legend{margin-top:14px;font-size:13px;max-width:118ch}\n"
    ".verdict{padding:12px 16px;border-radius:8px;border-left:6px solid;font-size:17px}\n"
    ".verdict span{font-size:15px;opacity:.9;margin-left:6px}\n"
    ".verdict.good{color:var(--good);background:var(--goodbg)}\n"
    ".verdict.bad{color:var(--bad);background:var(--badbg)}\n"
    ".verdict.open{color:var(--open);background:var(--openbg)}\n"
    ".facts{display:flex;flex-wrap:wrap;gap:4px 22px;margin:12px 0 0;padding:0;list-style:none;"
    "color:var(--soft);font-size:14px}.facts .good{color:var(--good)}\n"
    ".facts .bad{color:var(--bad)}\n"
    ".facts b{color:var(--ink)}\n";

static const char cards[] =
    ".cards{display:grid;grid-template-columns:repeat(4,1fr);gap:12px}\n"
    ".card{padding:14px 16px;background:var(--card);border:1px solid var(--line);"
    "border-radius:10px;min-width:0}.wide{grid-column:span 2}\n"
    ".card h3{margin:0 0 4px}.card p{color:var(--soft);font-size:13px}\n"
    ".card .big{font-size:27px;line-height:1.25;font-weight:600;color:var(--ink);"
    "font-variant-numeric:tabular-nums}.card .big.none{font-weight:400;font-size:21px;"
    "color:var(--soft)}.big small{font-size:14px}\n"
    ".card dl{display:grid;gap:4px 16px;margin:0}.three{grid-template-columns:repeat(3,1fr)}\n"
    ".four{grid-template-columns:repeat(4,1fr)}.card dt{color:var(--soft);font-size:13px}\n"
    ".card dd{margin:0;font-size:23px;line-height:1.3;font-weight:600;"
    "font-variant-numeric:tabular-nums}.four dd{font-size:19px}.card dd .none{font-size:16px;"
    "font-weight:400}.card dl+p{margin-top:4px}\n"
    ".card dd.of{font-size:12px;font-weight:400;color:var(--soft);line-height:1.35}\n"
    ".meter{display:block;width:100%;height:6px;margin:3px 0;border-radius:3px}\n"
    ".net{display:flex;flex-wrap:wrap;gap:14px 0}.net figure{width:132px;margin:0}\n"
    ".block{display:block;width:132px;height:104px}\n"
    "figcaption{width:120px;font-size:13px;line-height:1.45;text-align:center;padding-right:4px}\n"
    "figcaption b,figcaption span{display:block}figcaption span{color:var(--soft)}\n"
    ".net .pill,.legend .pill{display:inline-block;margin:3px 2px 0}\n"
    ".pill{padding:0 7px;border-radius:9px;border:1px solid var(--line);font-size:12px;"
    "line-height:17px;color:var(--ink)!important}.pill.steps{border-color:var(--hot)}\n"
    ".pill.weights{border-color:var(--blue)}\n";

static const char shapes[] =
    ".front,.lid,.side{stroke:var(--card);stroke-width:1}\n"
    ".k-input{fill:var(--u7)}.k-conv{fill:var(--u0)}.k-dense{fill:var(--u1)}"
    ".k-other{fill:var(--u4)}\n"
    ".lid{opacity:.62}.side{opacity:.8}\n"
    ".flow{fill:none;stroke:var(--soft);stroke-width:1.5}\n"
    "rect.track{fill:var(--track)}.fill{fill:var(--blue)}.pale{fill:var(--pale)}\n"
    ".fill.hot{fill:var(--hot)}.pale.hot{fill:var(--hotpale)}.over{fill:var(--bad)}\n"
    ".mark{stroke:var(--ink);stroke-width:2;vector-effect:non-scaling-stroke}\n"
    ".spike{fill:var(--spike)}.tick{fill:var(--soft);font-size:12px}\n"
    ".u0{fill:var(--u0);background:var(--u0)}.u1{fill:var(--u1);background:var(--u1)}"
    ".u2{fill:var(--u2);background:var(--u2)}.u3{fill:var(--u3);background:var(--u3)}"
    ".u4{fill:var(--u4);background:var(--u4)}.u5{fill:var(--u5);background:var(--u5)}"
    ".u6{fill:var(--u6);background:var(--u6)}.u7{fill:var(--u7);background:var(--u7)}\n"
    ".key{display:inline-block;width:11px;height:11px;margin-right:6px;border-radius:2px}\n"
    ".item{display:inline-block;margin-right:16px}.key.fill{background:var(--blue)}"
    ".key.pale{background:var(--pale)}.key.mark{width:2px;height:13px;background:var(--ink);"
    "vertical-align:-2px}\n"
    ".bar{display:grid;grid-template-columns:11rem 1fr 11.5rem;gap:0 14px;align-items:center;"
    "padding:3px 0}.bar svg{display:block;width:100%;height:14px;border-radius:3px}\n"
    ".bar svg.tall{height:18px}.what{font-variant-numeric:tabular-nums}\n"
    ".who em{margin-left:6px;padding:1px 7px;border-radius:9px;font-size:12px;font-style:normal;"
    "background:var(--hotpale);color:var(--ink)}\n";

static const char roofline[] =
    ".roofline{display:block;width:100%;max-width:760px;height:auto;margin:0 auto}\n"
    ".roofline .grid{stroke:var(--line)}.roofline .tick,.roofline .axis{font-size:12px;fill:var(--soft)}\n"
    ".roof{fill:none;stroke:var(--ink);stroke-width:2}\n"
    ".roofline .u0{fill:var(--u0)}.roofline .u1{fill:var(--u1)}.roofline .u2{fill:var(--u2)}\n";

static const char tables[] =
    ".scroll{overflow-x:auto}\n"
    "table{width:100%;border-collapse:collapse;font-size:13.5px;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{padding:6px 9px;text-align:left;vertical-align:top;"
    "border-bottom:1px solid var(--line)}\n"
    "thead th{color:var(--soft);font-weight:600;font-size:12.5px;vertical-align:bottom}\n"
    "tbody th{font-weight:600;min-width:7.5em}.spikes tbody th{min-width:0}\n"
    "tbody tr:last-child th,tbody tr:last-child td{border-bottom:0}\n"
    ".n{text-align:right}.total small{white-space:normal}\n"
    ".n,thead th{white-space:nowrap;overflow-wrap:normal}\n"
    ".c{text-align:center}td small,th small{display:block}\n"
    ".layers{font-size:13px}.layers th,.layers td{padding:6px;overflow-wrap:normal}\n"
    ".layers tbody th{overflow-wrap:anywhere;min-width:6.5em}"
    ".layers thead .n{white-space:normal}\n"
    ".spikes{table-layout:fixed}.spikes thead th:first-child{width:9em}\n"
    ".spikes td,.spikes tbody th{height:52px;vertical-align:middle}\n"
    ".heat{position:relative;text-align:center;padding:4px 3px!important}\n"
    ".heat .cell{position:absolute;left:6px;top:3px;width:calc(100% - 12px);"
    "height:calc(100% - 4px);background:var(--track);border-radius:3px}\n"
    ".heat b,.heat small{position:relative;display:block;color:var(--ink);line-height:1.35}"
    ".heat b{font-weight:600}\n"
    ".units{margin-top:10px}.units th,.units td{padding:3px 9px}\n"
    ".units tbody th{font-weight:400;white-space:nowrap}.ours{background:var(--goodbg)}\n"
    ".columns{display:grid;grid-template-columns:repeat(3,1fr);gap:0 28px}\n"
    ".part{min-width:0}.part h3{margin-top:0}.part.hashes h3{margin-top:20px}\n"
    ".pairs{margin:0;font-size:13.5px}.pairs div{display:flex;gap:12px;padding:3px 0;"
    "border-bottom:1px solid var(--line)}.pairs dt{flex:0 0 8em;color:var(--soft)}\n"
    ".pairs dd{margin:0;min-width:0}.hashes dt{flex:0 0 17em;color:var(--ink)}\n"
    ".hashes dd{font:12px/1.7 ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;"
    "color:var(--soft)}\n";

static const char devices[] =
    "@media screen and (max-width:860px){.cards{grid-template-columns:repeat(2,1fr)}"
    ".columns{grid-template-columns:1fr;gap:20px}}\n"
    "@media screen and (max-width:720px){body{padding:16px 12px 32px}section{padding:16px 14px}\n"
    "h1{font-size:27px}.four{grid-template-columns:1fr 1fr}.card dd{font-size:20px}\n"
    ".card{padding:12px}.card .big{font-size:23px}\n"
    ".bar{grid-template-columns:1fr auto;padding:6px 0}.bar svg{grid-column:1/3;grid-row:2}\n"
    ".net{justify-content:center}.hashes .pairs div{display:block}\n"
    ".layers thead{display:none}.layers,.layers tbody{display:block}\n"
    ".layers tr{display:grid;grid-template-columns:repeat(3,1fr);gap:2px 14px;padding:12px 0;"
    "border-bottom:1px solid var(--line)}.layers tr:last-child{border:0}\n"
    ".layers td:has(.none:only-child){display:none}"
    ".layers tbody th{grid-column:1/4;font-size:16px;padding:0 0 4px;border:0}\n"
    ".layers td,.layers .n{padding:3px 0;border:0;text-align:left;"
    "white-space:normal}.layers td::before{content:attr(data-l);display:block;"
    "color:var(--soft);font-size:12px;line-height:1.2}.layers td{min-width:0}\n"
    ".spikes{font-size:12.5px}.spikes thead th:first-child{width:5em}\n"
    ".spikes th,.spikes td{padding:4px 3px}}\n"
    "@media print{@page{size:A4;margin:12mm}body{max-width:none;padding:0;font-size:11px;"
    "background:#fff}section{break-inside:auto;padding:10px 12px;margin-top:12px}\n"
    ".cards{grid-template-columns:repeat(4,1fr)}.columns{grid-template-columns:repeat(3,1fr)}\n"
    ".card,tr,figure,.bar{break-inside:avoid}h2{break-after:avoid}table{font-size:9px}\n"
    "thead th{font-size:8.5px}.layers th,.layers td{padding:4px 3px}.legend{font-size:9.5px}\n"
    ".card .big{font-size:18px}.card .big.none{font-size:13px}.card dd{font-size:15px}\n"
    ".four dd{font-size:13px}.card p,.card dt,.card h3,.card dd.of,.facts,.pairs{font-size:9.5px}\n"
    ".big small,small{font-size:9px}h1{font-size:24px}h2{font-size:14px}.verdict{font-size:13px}\n"
    ".verdict span{font-size:11px}figcaption,.pill{font-size:9.5px}.hashes dd{font-size:8.5px}}\n";

static const char picture[] =
    "text{font-family:system-ui,'Segoe UI',Roboto,'Liberation Sans',sans-serif;fill:var(--ink)}\n"
    ".page{fill:var(--card);stroke:var(--line)}.grid{stroke:var(--line)}\n"
    ".title{font-size:16px;font-weight:600}.tick,.axis,.w{font-size:12px;fill:var(--soft)}\n"
    ".w{font-size:11px}.key{font-size:13px}polyline{fill:none;stroke-width:2}.other{opacity:.38}\n";

static void add(Buf *b, const char *css) { buf_printf(b, "%s", css); }

void style_page(Buf *b)
{
    static const char *const all[] = { palette, base, cards, shapes, roofline, tables, devices };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) add(b, all[i]);
}

static void style_picture(Buf *b)
{
    add(b, palette);
    add(b, picture);
    for (int i = 0; i < 8; i++)
        buf_printf(b, ".u%d{fill:var(--u%d)}.l%d{stroke:var(--u%d)}\n", i, i, i, i);
}

void style_open_picture(Buf *b, int w, int h, const char *title)
{
    enum { LEFT = 62, BASELINE = 34 };
    buf_printf(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
                  "height=\"%d\" role=\"img\">\n<title>", w, h, w, h);
    html_text(b, title);
    buf_printf(b, "</title>\n<style>\n");
    style_picture(b);
    buf_printf(b, "</style>\n<rect class=\"page\" x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" "
                  "rx=\"10\"/>\n", w - 1, h - 1);
    svg_text(b, (Point){ LEFT, BASELINE }, ANCHOR_START, "title", title);
}
