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
// TRACE   records in order of time, little-endian (read by src/cosim/trace.c):
//         'T' u8 node, u16 lanes, i32 value[lanes]   a word on a tapped stream (see e3_tap)
//         'I' u64 clock                              the first pixel of an image was taken
//         'O' u8 last, i32 value, u64 clock          a word left m_axis
//         'E' u8 err_o, u64 clocks                   the end
// It decides nothing: comparing is done in C against the simulator.
#include "Vdut.h"
#include "verilated.h"
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

enum { GAP = 8, HANG = 1 << 24, QUIET = 1 << 15, EXTRA_PIXELS = 5 };

FILE *trace;
int quiet; // half clocks since a tapped stream moved

template <typename T> void put(T v) { fwrite(&v, sizeof v, 1, trace); }

template <typename T> void set_bits(T &port, const unsigned char *p, int n)
{
    uint64_t v = 0;
    for (int i = 0; i < n; i++) v |= uint64_t(p[i]) << 8 * i;
    port = T(v);
}
template <std::size_t N> void set_bits(VlWide<N> &port, const unsigned char *p, int n)
{
    for (std::size_t i = 0; i < N; i++) port[i] = 0;
    for (int i = 0; i < n; i++) port[i / 4] |= uint32_t(p[i]) << 8 * (i % 4);
}

struct Random {
    uint64_t s;
    uint64_t next() { return s = s * 6364136223846793005u + 1442695040888963407u, s >> 33; }
};

// A side of the pipeline that pauses: mostly short, sometimes long.
struct Pauses {
    Random r;
    int left;
    bool go()
    {
        if (left > 0) { left--; return false; }
        uint64_t k = r.next() % 64;
        left = k == 0 ? int(r.next() % 200) : k < 16 ? int(r.next() % 4) : 0;
        return left == 0;
    }
};

std::vector<unsigned char> read_file(const char *path)
{
    std::vector<unsigned char> v;
    FILE *f = fopen(path, "rb");
    if (!f) { perror(path); exit(3); }
    unsigned char buf[1 << 16];
    for (size_t n; (n = fread(buf, 1, sizeof buf, f)) > 0;) v.insert(v.end(), buf, buf + n);
    fclose(f);
    return v;
}

} // namespace

// Called by the bound taps on every transfer. word: lanes values of `bits` bits.
extern "C" void e3_tap(int node, int lanes, int bits, int is_signed, const uint32_t *word)
{
    quiet = 0;
    fputc('T', trace);
    put(uint8_t(node));
    put(uint16_t(lanes));
    for (int l = 0; l < lanes; l++) {
        int64_t v = 0;
        for (int b = 0, at = l * bits; b < bits; b++, at++)
            v |= int64_t(word[at / 32] >> (at % 32) & 1) << b;
        if (is_signed && (v >> (bits - 1) & 1)) v -= int64_t(1) << bits;
        put(int32_t(v));
    }
}

int main(int argc, char **argv)
{
    if (argc != 9) { fprintf(stderr, "e3_harness: 8 arguments\n"); return 3; }
    std::vector<unsigned char> pixels = read_file(argv[1]);
    const int bytes = atoi(argv[2]), per_image = atoi(argv[3]), images = atoi(argv[4]);
    const int words = atoi(argv[5]);
    const std::string mode = argv[6];
    const bool single = mode == "single", stall = mode == "stall", frame = mode == "frame";
    const int dropped = !frame ? 0 : images > 3 ? 2 : images > 1 ? 1 : 0;
    Pauses in_side = { { strtoull(argv[7], nullptr, 10) * 2 + 1 }, 0 };
    Pauses out_side = { { strtoull(argv[7], nullptr, 10) * 2 + 77 }, 0 };
    trace = fopen(argv[8], "wb");
    if (!trace) { perror(argv[8]); return 3; }
    static char buffer[1 << 20];
    setvbuf(trace, buffer, _IOFBF, sizeof buffer);

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
            set_bits(top->s_axis_tdata, &pixels[at], bytes);
        }
        top->s_axis_tvalid = offer;
        top->s_axis_tlast = offer && pixel == length - 1;
        top->m_axis_tready = !stall || out_side.go();
        top->eval();
        bool in_now = top->s_axis_tvalid && top->s_axis_tready;
        bool out_now = top->m_axis_tvalid && top->m_axis_tready;
        if (in_now && pixel == 0) { fputc('I', trace); put(t); }
        if (out_now) {
            fputc('O', trace);
            put(uint8_t(top->m_axis_tlast));
            put(int32_t(top->m_axis_tdata));
            put(t);
        }
        top->clk_i = 1;
        top->eval();
        top->clk_i = 0;
        if (in_now && ++pixel == length) { pixel = 0; image++; idle = GAP; }
        if (out_now) { out++; since = 0; }
    }
    // Rows that a pool leaves over come after the answer that does not need them.
    top->s_axis_tvalid = 0;
    for (quiet = 0; quiet < 2 * QUIET; quiet++) { top->clk_i = !top->clk_i; top->eval(); }
    fputc('E', trace);
    put(uint8_t(top->err_o));
    put(t);
    if (fclose(trace) != 0) { perror(argv[8]); return 3; }
    if (since >= HANG) { fprintf(stderr, "e3_harness: no word for %d clocks\n", HANG); return 1; }
    delete top;
    return 0;
}
