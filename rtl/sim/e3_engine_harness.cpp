// e3_engine_harness.cpp - runs a Verilator model of an engine behind its memory (e3_engine_bench.sv)
// over images and writes down what passed.
//
//   Vdut TAPE PIXELS WORD_BYTES PIXELS_PER_IMAGE IMAGES MODE SEED TRACE
//
// TAPE    what lies in the memory; it is checked once, then run for each image.
// PIXELS  the words of s_axis_tdata, WORD_BYTES each, little-endian, image after image.
// MODE    single  an image's first pixel is offered in the clock of its start write, which is also
//                 the memory's clock 0; the next one when the cycle counter has been read
//         burst   pixels are always there, the next start comes as soon as the run before is done
//         stall   the same with random pauses on both streams and of the memory, tape anywhere
//         reset   as stall; each image is first cut off by a reset after a random number of clocks
// TRACE   records in order of time (e3_harness.h): T (a word as fired), W (as written to the map),
//         S, I, O, C, R and at last E, the status register's error code.
//         254: no code and no score for 4 million clocks; 255: a rule of AXI4 was broken (on stderr).
// It decides nothing: comparing is done in C against the simulator.
#include "Vdut.h"
#include "Vdut__Dpi.h"
#include "e3_harness.h"
#include "e3_memory.h"
#include <string>

namespace {

// Registers' addresses come as macros E3_REG_*, from src/hw/tape.def.
enum { CHECK = 1, START = 2, BUSY = 1, GAP = 8, HANG = 1 << 22, HUNG = 254, BROKEN = 255 };

e3::Trace trace;
int quiet; // clocks since a word of codes or a score

struct Bench {
    Vdut top;
    std::vector<unsigned char> tape, pixels;
    int word_bytes, per_image;
    E3MemoryConfig memory = e3_memory_default();
    e3::Random random;
    e3::Pauses in_side, out_side;
    bool stall = false;
    bool holds = false;                    // a pixel is offered until it is taken
    int image = 0, pixel = 0, offered = 0; // images below `offered` may be sent
    bool ended = false;                    // the class has left
    uint64_t t = 0;

    explicit Bench(uint64_t seed)
        : random{ seed * 2 + 5 }, in_side{ { seed * 2 + 1 }, 0 }, out_side{ { seed * 2 + 77 }, 0 } {}

    void offer()
    {
        if (!holds) holds = image < offered && (!stall || in_side.go());
        top.s_axis_tvalid = holds;
        top.s_axis_tlast = pixel == per_image - 1;
        if (holds)
            e3::set_bits(top.s_axis_tdata, &pixels[(size_t(image) * per_image + pixel) * word_bytes], word_bytes);
        top.m_axis_tready = !stall || out_side.go();
    }
    // One clock: the streams move beside whatever the registers do.
    void clock()
    {
        offer();
        top.clk_i = 0;
        top.eval();
        if (top.m_axis_tvalid && top.m_axis_tready) {
            trace.value('O', top.m_axis_tlast, top.m_axis_tdata, t);
            ended |= top.m_axis_tlast;
            quiet = 0;
        }
        if (top.s_axis_tvalid && top.s_axis_tready) {
            if (pixel == 0) trace.at('I', t);
            if (++pixel == per_image) { pixel = 0; image++; }
            holds = false;
        }
        top.clk_i = 1;
        top.eval();
        t++;
        quiet++;
    }
    void write(uint8_t at, uint32_t data)
    {
        top.s_axil_awvalid = top.s_axil_wvalid = 1;
        top.s_axil_awaddr = at;
        top.s_axil_wdata = data;
        clock(); // both are always taken: a write before it has ended
        top.s_axil_awvalid = top.s_axil_wvalid = 0;
        clock();
        clock();
    }
    uint32_t read(uint8_t at)
    {
        top.s_axil_arvalid = 1;
        top.s_axil_araddr = at;
        clock();
        top.s_axil_arvalid = 0;
        while (!top.s_axil_rvalid) clock();
        return top.s_axil_rdata;
    }
    void reset()
    {
        top.rst_ni = top.s_axil_awvalid = top.s_axil_wvalid = top.s_axil_arvalid = 0;
        top.s_axis_tvalid = holds = false;
        image = offered = pixel = 0;
        for (int i = 0; i < 4; i++) { top.clk_i = 0; top.eval(); top.clk_i = 1; top.eval(); }
        ended = false;
        top.rst_ni = 1;
    }
    // The tape is placed and checked: the error code.
    int place()
    {
        write(E3_REG_base_lo, uint32_t(memory.base));
        write(E3_REG_base_hi, uint32_t(memory.base >> 32));
        write(E3_REG_control, CHECK);
        return wait();
    }
    int wait()
    {
        uint32_t status;
        while ((status = read(E3_REG_status)) & BUSY)
            for (int i = 0; i < GAP; i++) clock();
        return int(status >> 8 & 255);
    }
    void start()
    {
        trace.at('S', t);
        write(E3_REG_control, START);
    }
    // To the run's end: the error code.
    int finish()
    {
        quiet = 0;
        for (int i = 1; !ended; i++) {
            clock();
            if (i % 4096 == 0 && !(read(E3_REG_status) & BUSY)) break;
            if (quiet >= HANG) return HUNG;
        }
        int error = wait();
        ended = false;
        trace.value('C', 0, read(E3_REG_cycles), t);
        return error;
    }
    int rules()
    {
        const E3MemoryCount *m = e3_memory_count(0);
        if (m->broken) fprintf(stderr, "e3_engine_harness: on the memory port: %s\n", m->first);
        return m->broken ? BROKEN : 0;
    }
    // All images; the first error.
    int run(const std::string &mode, int images)
    {
        bool single = mode == "single", cut = mode == "reset";
        int error = place();
        for (int i = 0, span = 4096; i < images && !error; i++) {
            if (cut) error = run_cut(i, span);
            if (single) {
                error = rules();
                e3_memory_setup(0, &memory);
            }
            offered = single || cut ? i + 1 : images;
            uint64_t from = t;
            start();
            if (!error) error = finish();
            span = int(t - from);
        }
        return error ? error : rules();
    }
    // Image i is begun and cut off; then the tape is placed again.
    int run_cut(int i, int span)
    {
        image = i;
        offered = i + 1;
        start();
        for (int k = int(random.next() % uint64_t(span)); k > 0 && !ended; k--) clock();
        reset();
        image = i;
        trace.at('R', uint64_t(i));
        return place();
    }
};

} // namespace

// Called by the bound taps.
void e3_fired(int layer, int lanes, int bits, const svBitVecVal *word)
{
    quiet = 0;
    trace.word(layer, lanes, bits, false, word);
}
void e3_written(int layer, int parts, int address, int lanes, int bits, const svBitVecVal *word)
{
    quiet = 0;
    int part = parts & (parts - 1) ? BROKEN : __builtin_ctz(unsigned(parts));
    trace.map(layer, part, address, lanes, bits, word);
}

int main(int argc, char **argv)
{
    if (argc != 9) { fprintf(stderr, "e3_engine_harness: 8 arguments\n"); return 3; }
    const std::string mode = argv[6];
    const uint64_t seed = strtoull(argv[7], nullptr, 10);
    Bench *b = new Bench(seed);
    b->tape = e3::read_file(argv[1]);
    b->pixels = e3::read_file(argv[2]);
    b->word_bytes = atoi(argv[3]);
    b->per_image = atoi(argv[4]);
    b->stall = mode == "stall" || mode == "reset";
    b->memory.data = b->tape.data();
    b->memory.bytes = b->tape.size();
    b->memory.base = 0x2a0000000;
    if (b->stall) {
        b->memory.base += b->random.next() % 4096 * 64;
        b->memory.ar_stall = unsigned(b->random.next() % 160);
        b->memory.r_gap = unsigned(b->random.next() % 160);
        b->memory.seed = uint32_t(seed);
    }
    e3_memory_setup(0, &b->memory);
    trace.open(argv[8]);
    b->reset();
    int error = b->run(mode, atoi(argv[5]));
    trace.end(error, b->t);
    b->top.final();
    return trace.close() ? 0 : 3;
}
