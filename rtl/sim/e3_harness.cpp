// e3_harness.cpp - runs a Verilator model of a top module over images and writes down what passed.
//
//   Vdut PIXELS WORD_BYTES PIXELS_PER_IMAGE IMAGES WORDS_PER_RESULT MODE SEED TRACE
//
// PIXELS  the words of s_axis_tdata, WORD_BYTES each, little-endian, image after image.
// MODE    burst   always valid, always ready
//         single  the next image starts 8 clocks after the last word of the one before
//         stall   random pauses on both sides, of all lengths up to 200 clocks
//         frame   burst, but image 1 ends early and image 3 runs on without tlast: both must be
//                 dropped and err_o must rise
// TRACE   records in order of time (e3_harness.h): T, I, O and at last E, err_o as its error.
// It decides nothing: comparing is done in C against the simulator.
#include "Vdut.h"
#include "e3_harness.h"
#include <string>

namespace {

enum { GAP = 8, HANG = 1 << 24, QUIET = 1 << 15, EXTRA_PIXELS = 5 };

e3::Trace trace;
int quiet; // half clocks since a tapped stream moved

} // namespace

// Called by the bound taps on every transfer. word: lanes values of `bits` bits.
extern "C" void e3_tap(int node, int lanes, int bits, int is_signed, const uint32_t *word)
{
    quiet = 0;
    trace.word(node, lanes, bits, is_signed, word);
}

int main(int argc, char **argv)
{
    if (argc != 9) { fprintf(stderr, "e3_harness: 8 arguments\n"); return 3; }
    std::vector<unsigned char> pixels = e3::read_file(argv[1]);
    const int bytes = atoi(argv[2]), per_image = atoi(argv[3]), images = atoi(argv[4]);
    const int words = atoi(argv[5]);
    const std::string mode = argv[6];
    const bool single = mode == "single", stall = mode == "stall", frame = mode == "frame";
    const int dropped = !frame ? 0 : images > 3 ? 2 : images > 1 ? 1 : 0;
    e3::Pauses in_side = { { strtoull(argv[7], nullptr, 10) * 2 + 1 }, 0 };
    e3::Pauses out_side = { { strtoull(argv[7], nullptr, 10) * 2 + 77 }, 0 };
    trace.open(argv[8]);

    Vdut *top = new Vdut;
    top->clk_i = 0;
    top->rst_ni = 0;
    top->s_axis_tvalid = 0;
    top->m_axis_tready = 0;
    for (int i = 0; i < 8; i++) { top->clk_i = !top->clk_i; top->eval(); }
    top->rst_ni = 1;

    int image = 0, pixel = 0, idle = 0;
    int64_t out = 0, since = 0;
    const int64_t want = int64_t(images - dropped) * words;
    bool pause_in = false;
    uint64_t t = 0;
    for (; out < want && since < HANG; t++, since++) {
        int length = frame && image == 1 ? per_image / 2 : frame && image == 3 ? per_image + EXTRA_PIXELS : per_image;
        bool waits = single && (int64_t(image) * words > out || idle > 0);
        if (idle > 0 && int64_t(image) * words <= out) idle--;
        if (stall && (!top->s_axis_tvalid || top->s_axis_tready)) pause_in = !in_side.go();
        bool offer = image < images && !waits && !pause_in;
        if (offer) {
            size_t at = (size_t(image) * per_image + size_t(pixel % per_image)) * bytes;
            e3::set_bits(top->s_axis_tdata, &pixels[at], bytes);
        }
        top->s_axis_tvalid = offer;
        top->s_axis_tlast = offer && pixel == length - 1;
        top->m_axis_tready = !stall || out_side.go();
        top->eval();
        bool in_now = top->s_axis_tvalid && top->s_axis_tready;
        bool out_now = top->m_axis_tvalid && top->m_axis_tready;
        if (in_now && pixel == 0) trace.at('I', t);
        if (out_now) trace.value('O', top->m_axis_tlast, top->m_axis_tdata, t);
        top->clk_i = 1;
        top->eval();
        top->clk_i = 0;
        if (in_now && ++pixel == length) { pixel = 0; image++; idle = GAP; }
        if (out_now) { out++; since = 0; }
    }
    // Rows that a pool leaves over come after the answer that does not need them.
    top->s_axis_tvalid = 0;
    for (quiet = 0; quiet < 2 * QUIET; quiet++) { top->clk_i = !top->clk_i; top->eval(); }
    trace.end(top->err_o, t);
    if (!trace.close()) return 3;
    if (since >= HANG) { fprintf(stderr, "e3_harness: no word for %d clocks\n", HANG); return 1; }
    delete top;
    return 0;
}
