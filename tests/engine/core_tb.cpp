// core_tb.cpp - the engine's core on small random networks: every map word written and every score
// against the layers by the book. Tapes are built here, from doc/engine.md alone, so that they are a
// second reading of it beside src/emit/tape.c.
//   usage: core_tb SEED NETS      (the shape comes as macros: PIN, POUT, WBITS, PORT, ...)
//          core_tb vgg11|alexnet T: a network of that size with random weights; clocks by layer
#include "Ve3_engine.h"
#include "Ve3_engine___024root.h"
#include "verilated.h"
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr int bits = BITS, frac_bits = 8, lanes = PORT / 4, port_bytes = PORT / 8;
constexpr int header_words = 512 / PORT, param_words = POUT * 64 > PORT ? POUT * 64 / PORT : 1;

uint64_t rng_state;
uint32_t rnd(uint32_t n)
{
    rng_state ^= rng_state << 13;
    rng_state ^= rng_state >> 7;
    rng_state ^= rng_state << 17;
    return static_cast<uint32_t>((rng_state >> 20) % n);
}
int between(int a, int b) { return a + static_cast<int>(rnd(static_cast<uint32_t>(b - a + 1))); }
int ceil_div(int a, int b) { return (a + b - 1) / b; }

struct Layer {
    bool dense = false, last = false, windows = false, pair = false, skip = false;
    bool in_signed = false, out_signed = false;
    int c, h, w, o, kh = 1, kw = 1, sh = 1, sw = 1, pt = 0, pl = 0, ph = 1, pw = 1;
    int oh = 1, ow = 1; // after pooling
    int t_in, t_out;
    std::vector<int> weight, theta, bias; // [o][u][v][c]
    int at(int o_, int u, int v, int c_) const
    {
        return weight[static_cast<size_t>(((o_ * kh + u) * kw + v) * c + c_)];
    }
};

using Map = std::vector<int>; // [y][x][c]

// ---- by the book (doc/arithmetic.md)
int64_t integrate(const Layer &l, const Map &in, int o, int y, int x)
{
    int64_t v = 0;
    if (l.dense) {
        for (size_t i = 0; i < in.size(); i++) v += static_cast<int64_t>(l.weight[static_cast<size_t>(o) * in.size() + i]) * in[i];
        return v;
    }
    for (int u = 0; u < l.kh; u++)
        for (int k = 0; k < l.kw; k++) {
            int iy = y * l.sh + u - l.pt, ix = x * l.sw + k - l.pl;
            if (iy < 0 || iy >= l.h || ix < 0 || ix >= l.w) continue;
            for (int c = 0; c < l.c; c++) v += static_cast<int64_t>(l.at(o, u, k, c)) * in[static_cast<size_t>((iy * l.w + ix) * l.c + c)];
        }
    return v;
}

int fire(const Layer &l, int o, int64_t v)
{
    int64_t u = v * (1 << frac_bits) + l.bias[static_cast<size_t>(o)], th = l.theta[static_cast<size_t>(o)];
    int64_t q = u >= 0 ? u / th : -((-u + th - 1) / th);
    int64_t low = l.out_signed ? -(1 << (l.t_out - 1)) : 0;
    int64_t high = l.out_signed ? (1 << (l.t_out - 1)) - 1 : (1 << l.t_out) - 1;
    return static_cast<int>(q < low ? low : q > high ? high : q);
}

Map run_layer(const Layer &l, const Map &in)
{
    Map out(static_cast<size_t>(l.oh * l.ow * l.o));
    for (int y = 0; y < l.oh; y++)
        for (int x = 0; x < l.ow; x++)
            for (int o = 0; o < l.o; o++) {
                int best = -1 << 30;
                for (int py = 0; py < l.ph; py++)
                    for (int px = 0; px < l.pw; px++) {
                        int64_t v = integrate(l, in, o, y * l.ph + py, x * l.pw + px);
                        int code = l.last ? static_cast<int>(v) + l.bias[static_cast<size_t>(o)] : fire(l, o, v);
                        if (code > best) best = code;
                    }
                out[static_cast<size_t>((y * l.ow + x) * l.o + o)] = best;
            }
    return out;
}

// ---- the tape (doc/engine.md)
struct Tape {
    std::vector<uint8_t> bytes;
    void align() { while (bytes.size() % port_bytes) bytes.push_back(0); }
    int words() const { return static_cast<int>(bytes.size()) / port_bytes; }
    void bits_at(size_t byte, int at, int n, uint64_t v) // into bytes from `byte` on
    {
        for (int b = 0; b < n; b++, at++) {
            size_t k = byte + static_cast<size_t>(at / 8);
            if (bytes.size() <= k) bytes.resize(k + 1);
            bytes[k] = static_cast<uint8_t>((bytes[k] & ~(1 << at % 8)) | (int(v >> b & 1) << at % 8));
        }
    }
};

struct Fields {
#define RECORD(name, word, low, bits, help) uint32_t name = 0;
#include "../../src/hw/tape.def"
#undef RECORD
    void put(Tape &t, size_t byte) const
    {
#define RECORD(name, word, low, bits, help) \
    if (bits < 32 && name >> (bits & 31)) { printf("FAIL: field " #name " of %u\n", name); exit(1); } \
    t.bits_at(byte, word * 32 + low, bits, name);
#include "../../src/hw/tape.def"
#undef RECORD
    }
};

void put_params(Tape &t, const Layer &l, int tile)
{
    size_t byte = t.bytes.size();
    for (int k = 0; k < POUT; k++) {
        int o = tile * POUT + k;
        bool real = o < l.o;
        t.bits_at(byte, k * 64, 32, static_cast<uint32_t>(real ? l.theta[static_cast<size_t>(o)] : 1));
        t.bits_at(byte, k * 64 + 32, 32, static_cast<uint32_t>(real ? l.bias[static_cast<size_t>(o)] : -1));
    }
    t.align();
}

void put_chunk(Tape &t, const std::vector<int> &w)
{
    size_t byte = t.bytes.size();
    for (size_t k = 0; k < w.size(); k++)
        t.bits_at(byte, static_cast<int>(k) * WBITS, WBITS, static_cast<uint32_t>(w[k]));
    t.align();
}

void put_windows_chunk(Tape &t, const Layer &l, int tile)
{
    std::vector<int> w(PIN * POUT);
    for (int k = 0; k < POUT && tile * POUT + k < l.o; k++)
        for (int u = 0; u < l.kh; u++)
            for (int v = 0; v < l.kw; v++)
                for (int c = 0; c < l.c; c++) {
                    int i = PIN - (l.kh * l.kw - (v * l.kh + u)) * l.c + c;
                    w[static_cast<size_t>(k * PIN + i)] = l.at(tile * POUT + k, u, v, c);
                    if (l.pair) w[static_cast<size_t>(k * PIN + i - PIN / 2)] = l.at(tile * POUT + k, u, v, c);
                }
    put_chunk(t, w);
}

void put_tile(Tape &t, const Layer &l, int tile)
{
    if (l.windows) return put_windows_chunk(t, l, tile);
    for (int u = 0; u < l.kh; u++)
        for (int v = 0; v < l.kw; v++)
            for (int g = 0; g < ceil_div(l.c, PIN); g++) {
                std::vector<int> w(PIN * POUT);
                for (int k = 0; k < POUT && tile * POUT + k < l.o; k++)
                    for (int i = 0; i < PIN && g * PIN + i < l.c; i++)
                        w[static_cast<size_t>(k * PIN + i)] = l.at(tile * POUT + k, u, v, g * PIN + i);
                put_chunk(t, w);
            }
}

void put_layer(Tape &t, const Layer &l, Fields &f)
{
    int tiles = ceil_div(l.o, POUT), inputs = l.h * l.w * l.c;
    f.start = static_cast<uint32_t>(t.words());
    if (!l.dense) {
        for (int k = 0; k < tiles; k++) {
            put_params(t, l, k);
            int before = t.words();
            put_tile(t, l, k);
            f.tile_words = static_cast<uint32_t>(t.words() - before);
        }
        return;
    }
    f.lane_words = static_cast<uint32_t>(ceil_div(l.o, lanes));
    for (int i = 0; i < inputs; i++) {
        int before = t.words();
        std::vector<int> w(f.lane_words * lanes);
        for (int o = 0; o < l.o; o++) w[static_cast<size_t>(o)] = l.weight[static_cast<size_t>(o * inputs + i)];
        put_chunk(t, w);
        f.tile_words = static_cast<uint32_t>(t.words() - before);
    }
    f.all_words = static_cast<uint32_t>(t.words()) - f.start;
    for (int k = 0; k < tiles; k++) put_params(t, l, k);
}

Fields describe(const Layer &l, bool first)
{
    Fields f;
    auto u = [](int v) { return static_cast<uint32_t>(v); };
    f.kind = l.dense ? 1 : l.windows ? 2 : first ? 3 : 0;
    f.last = l.last; f.pair = l.pair; f.in_signed = l.in_signed; f.out_signed = l.out_signed; f.skip = l.skip;
    f.t_in = u(l.t_in); f.t_out = u(l.t_out);
    f.kernel_h = u(l.kh); f.kernel_w = u(l.kw); f.pad_top = u(l.pt); f.pad_left = u(l.pl);
    int groups = first ? 1 : ceil_div(l.c, PIN);
    f.in_h = u(l.h); f.in_w = u(l.w); f.in_groups = u(groups);
    f.in_lanes = u(first ? l.c : l.c - (groups - 1) * PIN);
    f.stride_h = u(l.sh); f.stride_w = u(l.sw); f.pool_h = u(l.ph); f.pool_w = u(l.pw);
    f.pooled_h = u(l.oh); f.pooled_w = u(l.ow);
    f.tiles = u(ceil_div(l.o, POUT));
    f.chunks = u(l.dense || l.windows ? 1 : l.kh * l.kw * groups);
    f.positions = u(l.oh * l.ow * l.ph * l.pw);
    f.out_groups = u(ceil_div(l.o, PIN));
    f.columns = l.dense ? u(l.h * l.w * l.c) : 0;
    f.row_pitch = u(l.windows ? l.ow * l.pw / (l.pair ? 2 : 1) : l.w * groups);
    f.step_x = u(l.sw * groups); f.step_y = u(l.sh * l.w * groups);
    f.origin = u(l.pt * l.w * groups + l.pl * groups);
    f.pixels = first ? u(l.h * l.w) : 0;
    return f;
}

Tape build(const std::vector<Layer> &net)
{
    Tape t;
    t.bytes.resize(64 * (1 + net.size()));
    t.align();
    for (size_t k = 0; k < net.size(); k++) {
        Fields f = describe(net[k], k == 0);
        put_layer(t, net[k], f);
        f.put(t, 64 * (1 + k));
    }
    return t;
}

// ---- random networks that fit
void randomise(Layer &l)
{
    int inputs = l.dense ? l.h * l.w * l.c : l.kh * l.kw * l.c, top = (1 << (WBITS - 1)) - 1;
    l.weight.resize(static_cast<size_t>(l.o * inputs));
    for (int &w : l.weight) w = between(-top, top);
    for (int o = 0; o < l.o; o++) {
        int spread = 1;
        while (spread * spread < inputs) spread++;
        int theta = (spread * top << l.t_in << frac_bits) >> l.t_out >> between(0, 2);
        l.theta.push_back(l.last ? 1 : theta < 2 ? 2 : theta);
        l.bias.push_back(l.last ? between(-50, 50) : between(-theta, theta));
    }
}

Layer next_layer(const Layer *before, bool dense)
{
    for (;;) {
        Layer l;
        l.dense = dense;
        l.c = before ? before->o : between(1, PIXEL_BITS / bits);
        l.h = before ? before->oh : between(4, 12);
        l.w = before ? before->ow : between(4, 12);
        l.t_in = before ? before->t_out : between(2, bits);
        l.in_signed = before ? before->out_signed : rnd(4) == 0;
        l.t_out = between(rnd(3) ? 2 : 1, bits);
        l.out_signed = l.t_out > 1 && rnd(4) == 0;
        l.o = between(1, dense ? lanes * COLUMNS < 60 ? lanes * COLUMNS : 60 : 3 * PIN / 2);
        l.skip = dense && rnd(2);
        if (dense) return l;
        l.kh = between(1, 4); l.kw = between(1, 4);
        l.sh = between(1, 2); l.sw = between(1, 2);
        l.pt = between(0, l.kh - 1); l.pl = between(0, l.kw - 1);
        int pb = between(0, l.kh - 1), pr = between(0, l.kw - 1);
        int h = (l.h + l.pt + pb - l.kh) / l.sh + 1, w = (l.w + l.pl + pr - l.kw) / l.sw + 1;
        if (l.h + l.pt + pb < l.kh || l.w + l.pl + pr < l.kw) continue;
        if (rnd(2)) { l.ph = between(1, 3); l.pw = between(1, 3); }
        l.oh = h / l.ph; l.ow = w / l.pw;
        int taps = l.kh * l.kw * l.c;
        l.windows = !before && taps <= PIN;
        l.pair = l.windows && 2 * taps <= PIN && l.ow * l.pw % 2 == 0 && (l.pw % 2 == 0 || (l.pw == 1 && l.ph == 1)) && rnd(4);
        if (l.oh < 1 || l.ow < 1 || l.oh * l.ow * ceil_div(l.o, PIN) > MAP_WORDS) continue;
        if (!l.windows && l.oh * l.ow * l.ph * l.pw > POSITIONS) continue;
        return l;
    }
}

std::vector<Layer> random_net()
{
    std::vector<Layer> net;
    int convs = between(0, 3), denses = between(1, 2);
    for (int k = 0; k < convs + denses; k++) {
        net.push_back(next_layer(k ? &net.back() : nullptr, k >= convs));
        net.back().last = k == convs + denses - 1;
        if (net.back().last) { net.back().out_signed = false; net.back().skip = rnd(2); }
    }
    for (Layer &l : net) randomise(l);
    return net;
}

// ---- the bench
struct Request { uint32_t addr, words; uint64_t when; };
struct Write { uint32_t part, addr; std::vector<int> codes; int n, steps; };

struct Bench {
    VerilatedContext context;
    std::unique_ptr<Ve3_engine> e;
    const Tape *tape = nullptr;
    std::deque<Request> asked;
    std::deque<Write> writes;      // that are to come
    std::deque<uint32_t> words;    // scores that are to come
    std::vector<std::vector<uint8_t>> pixels; // 4 bytes each, of all images
    std::vector<bool> tlast;
    size_t pixel = 0, done = 0;
    uint64_t now = 0, port_words = 0;
    int stall = 0;                 // of 16
    bool failed = false, out_there = false, in_there = false, word_there = false, checks = true;

    Bench() : e(new Ve3_engine(&context)) {}
    bool goes() { return static_cast<int>(rnd(16)) >= stall; }

    void fail(const std::string &what)
    {
        if (!failed) printf("FAIL: %s in clock %llu\n", what.c_str(), static_cast<unsigned long long>(now));
        failed = true;
    }

    void reset()
    {
        e->rst_ni = 0; e->start_i = 0; e->s_axis_tvalid = 0; e->word_valid_i = 0;
        e->cmd_ready_i = 0; e->m_axis_tready = 0; e->clk_i = 0;
        asked.clear(); in_there = word_there = false;
        for (int k = 0; k < 4; k++) { e->clk_i = 0; e->eval(); e->clk_i = 1; e->eval(); }
        e->rst_ni = 1;
    }

    // Refresh: no word in 35 of every 780 clocks; latency of 60.
    bool memory_ready() const
    {
        return !asked.empty() && now >= asked.front().when && now % 780 >= 35;
    }

    void drive()
    {
        word_there = memory_ready() && (word_there || goes());
        e->word_valid_i = word_there;
        if (word_there) memcpy(&e->word_data_i, &tape->bytes[size_t(asked.front().addr) * port_bytes], port_bytes);
        e->cmd_ready_i = goes();
        in_there = pixel < pixels.size() && (in_there || goes());
        e->s_axis_tvalid = in_there;
        if (in_there) {
            memcpy(&e->s_axis_tdata, pixels[pixel].data(), sizeof e->s_axis_tdata);
            e->s_axis_tlast = tlast[pixel];
        }
        e->m_axis_tready = goes();
    }

    void check_write()
    {
        auto *r = e->rootp;
        uint32_t we = r->e3_engine__DOT__u_fire__DOT__we_o;
        if (!we || !checks) return;
        if (writes.empty()) return fail("a write too many");
        Write w = writes.front();
        writes.pop_front();
        if (we != w.part || r->e3_engine__DOT__u_fire__DOT__waddr_o != w.addr)
            return fail("a code goes to part " + std::to_string(we) + ", word " +
                        std::to_string(r->e3_engine__DOT__u_fire__DOT__waddr_o) + ", not " +
                        std::to_string(w.part) + ", " + std::to_string(w.addr));
        uint8_t data[POUT * BITS / 8 + 8] = {0};
        memcpy(data, &r->e3_engine__DOT__u_fire__DOT__wdata_o, POUT * BITS / 8);
        for (int k = 0; k < w.n; k++) {
            int got = 0;
            for (int b = 0; b < BITS; b++) got |= (data[(k * BITS + b) / 8] >> ((k * BITS + b) % 8) & 1) << b;
            if (got != (w.codes[static_cast<size_t>(k)] & ((1 << w.steps) - 1)))
                return fail("output " + std::to_string(k) + " of word " + std::to_string(w.addr) + " part " +
                            std::to_string(w.part) + " is " + std::to_string(got) + ", not " +
                            std::to_string(w.codes[static_cast<size_t>(k)]) + "; writes left " + std::to_string(writes.size()));
        }
    }

    void clock()
    {
        e->clk_i = 0;
        drive();
        e->eval();
        bool word = e->word_valid_i && e->word_ready_o, cmd = e->cmd_valid_o && e->cmd_ready_i;
        bool px = e->s_axis_tvalid && e->s_axis_tready, out = e->m_axis_tvalid && e->m_axis_tready;
        check_write();
        if (out) {
            bool last = e->m_axis_tlast;
            if (checks && (words.empty() || words.front() != e->m_axis_tdata))
                fail("score " + std::to_string(int(e->m_axis_tdata)) + ", not " +
                     (words.empty() ? "any" : std::to_string(int(words.front()))));
            if (!words.empty()) words.pop_front();
            done += last;
            if (last != bool(e->done_o)) fail("done_o");
        }
        if (cmd) {
            asked.push_back({e->cmd_addr_o, e->cmd_words_o, now + 60});
            if (size_t(e->cmd_addr_o + e->cmd_words_o) * port_bytes > tape->bytes.size()) fail("a command beyond the tape");
        }
        if (word) {
            port_words++;
            asked.front().addr++;
            if (--asked.front().words == 0) asked.pop_front();
            word_there = false;
        }
        if (px) { pixel++; in_there = false; }
        e->clk_i = 1;
        e->eval();
        now++;
    }
};

void expect(Bench &b, const std::vector<Layer> &net, Map map)
{
    for (const Layer &l : net) {
        map = run_layer(l, map);
        if (l.last) break;
        for (int t = 0; t < ceil_div(l.o, POUT); t++)
            for (int p = 0; p < l.oh * l.ow; p++) {
                int n = l.o - t * POUT < POUT ? l.o - t * POUT : POUT;
                Write w{1u << t % (PIN / POUT), static_cast<uint32_t>(p * ceil_div(l.o, PIN) + t / (PIN / POUT)), {}, n, l.t_out};
                for (int k = 0; k < n; k++) w.codes.push_back(map[static_cast<size_t>(p * l.o + t * POUT + k)]);
                b.writes.push_back(w);
            }
    }
    uint32_t top = 0;
    for (size_t k = 0; k < map.size(); k++) {
        b.words.push_back(static_cast<uint32_t>(map[k]));
        if (map[k] > map[top]) top = static_cast<uint32_t>(k);
    }
    b.words.push_back(top);
}

Map random_image(const Layer &l)
{
    Map m(static_cast<size_t>(l.h * l.w * l.c));
    for (int &v : m) {
        v = rnd(3) ? between(0, (1 << l.t_in) - 1) : 0;
        if (l.in_signed && v >= 1 << (l.t_in - 1)) v -= 1 << l.t_in;
    }
    return m;
}

void send(Bench &b, const Layer &l, const Map &m)
{
    for (int p = 0; p < l.h * l.w; p++) {
        uint32_t word = 0;
        for (int c = 0; c < l.c; c++) word |= uint32_t(m[static_cast<size_t>(p * l.c + c)] & ((1 << l.t_in) - 1)) << (c * bits);
        std::vector<uint8_t> px(4);
        memcpy(px.data(), &word, 4);
        b.pixels.push_back(px);
        b.tlast.push_back(p == l.h * l.w - 1);
    }
}

void start(Bench &b)
{
    b.e->start_i = 1;
    b.clock();
    b.e->start_i = 0;
}

bool run_image(Bench &b, uint64_t most)
{
    size_t want = b.done + 1;
    uint64_t from = b.now;
    start(b);
    while (b.done < want && !b.failed && b.now - from < most) b.clock();
    if (b.done < want) b.fail("no end");
    if (!b.writes.empty() || !b.words.empty()) { /* of images to come */ }
    return !b.failed;
}

void describe_net(const std::vector<Layer> &net)
{
    for (const Layer &l : net)
        printf("#  %s%s%s %dx%dx%d -> %dx%dx%d, k %dx%d s %dx%d p %d,%d pool %dx%d, T %d%s to %d%s%s\n",
               l.dense ? "dense" : "conv", l.windows ? " windows" : "", l.pair ? " pair" : "", l.c, l.h, l.w, l.o, l.oh, l.ow,
               l.kh, l.kw, l.sh, l.sw, l.pt, l.pl, l.ph, l.pw, l.t_in, l.in_signed ? "s" : "", l.t_out,
               l.out_signed ? "s" : "", l.skip ? " skip" : "");
}

bool run_net(Bench &b, const std::vector<Layer> &net, int images)
{
    Tape t = build(net);
    b.tape = &t;
    b.e->layers_i = static_cast<uint8_t>(net.size());
    b.e->classes_i = static_cast<uint16_t>(net.back().o);
    b.pixels.clear(); b.tlast.clear(); b.writes.clear(); b.words.clear();
    b.pixel = 0;
    b.reset();
    if (rnd(3) == 0) { // a reset in the middle of an image
        b.stall = 4;
        b.checks = false;
        send(b, net[0], random_image(net[0]));
        start(b);
        for (int k = between(1, 4000); k > 0; k--) b.clock();
        b.pixels.clear(); b.tlast.clear();
        b.pixel = 0;
        b.checks = true;
        b.reset();
    }
    for (int k = 0; k < images; k++) {
        Map m = random_image(net[0]);
        send(b, net[0], m);
        expect(b, net, m);
        if (k == 1) { // too many and too few pixels before the next image
            Map bad = random_image(net[0]);
            size_t at = b.pixels.size();
            send(b, net[0], bad);
            size_t cut = rnd(2) ? at + 1 : b.pixels.size() - 1;
            if (b.pixels.size() - at > 2) { b.pixels.resize(cut); b.tlast.resize(cut); b.tlast.back() = true; }
            else { b.pixels.resize(at); b.tlast.resize(at); }
        }
    }
    for (int k = 0; k < images; k++) {
        b.stall = k == 0 ? 0 : between(0, 12);
        if (!run_image(b, 3000000)) break;
    }
    if (!b.failed && (!b.writes.empty() || !b.words.empty())) b.fail("words are missing");
    return !b.failed;
}

// ---- networks of the sizes that count
Layer sized(const Layer *before, int o, int k, int stride, int pool, int t)
{
    Layer l;
    l.dense = k == 0;
    l.c = before ? before->o : 3; l.h = before ? before->oh : 32; l.w = before ? before->ow : 32;
    l.t_in = before ? t : 8; l.t_out = t; l.o = o;
    if (l.dense) return l;
    l.kh = l.kw = k; l.sh = l.sw = stride; l.pt = l.pl = k / 2; l.ph = l.pw = pool;
    l.oh = ((l.h - 1) / stride + 1) / pool; l.ow = ((l.w - 1) / stride + 1) / pool;
    l.windows = !before; l.pair = l.windows && 2 * k * k * l.c <= PIN;
    return l;
}

std::vector<Layer> sized_net(const std::string &name, int t)
{
    struct { int o, k, stride, pool; } vgg[] = {{64, 3, 1, 2}, {128, 3, 1, 2}, {256, 3, 1, 1}, {256, 3, 1, 2}, {512, 3, 1, 1},
        {512, 3, 1, 2}, {512, 3, 1, 1}, {512, 3, 1, 2}, {4096, 0, 0, 0}, {4096, 0, 0, 0}, {100, 0, 0, 0}},
      alex[] = {{64, 3, 2, 2}, {192, 3, 1, 2}, {384, 3, 1, 1}, {256, 3, 1, 1}, {256, 3, 1, 2}, {4096, 0, 0, 0},
        {4096, 0, 0, 0}, {10, 0, 0, 0}};
    std::vector<Layer> net;
    auto add = [&](auto &l) { net.push_back(sized(net.empty() ? nullptr : &net.back(), l.o, l.k, l.stride, l.pool, t)); };
    if (name == "vgg11") for (auto &l : vgg) add(l);
    else for (auto &l : alex) add(l);
    net.back().last = true;
    for (Layer &l : net) randomise(l);
    return net;
}

int run_sized(Bench &b, const std::string &name, int t)
{
    rng_state = 88172645463325252ull;
    std::vector<Layer> net = sized_net(name, t);
    Tape tape = build(net);
    b.tape = &tape;
    b.e->layers_i = static_cast<uint8_t>(net.size());
    b.e->classes_i = static_cast<uint16_t>(net.back().o);
    b.reset();
    Map m = random_image(net[0]);
    send(b, net[0], m);
    expect(b, net, m);
    uint64_t from = b.now, layer_from = b.now, words_from = 0;
    unsigned layer = 0;
    start(b);
    while (b.done < 1 && !b.failed && b.now - from < 5000000) {
        b.clock();
        if (b.e->rootp->e3_engine__DOT__layer_q == layer && b.done < 1) continue;
        printf("%2u %10llu clocks, %8llu words\n", layer + 1, static_cast<unsigned long long>(b.now - layer_from),
               static_cast<unsigned long long>(b.port_words - words_from));
        layer = b.e->rootp->e3_engine__DOT__layer_q;
        layer_from = b.now; words_from = b.port_words;
        fflush(stdout);
    }
    if (b.done < 1 || !b.writes.empty() || !b.words.empty()) b.fail("no end");
    printf("%s: %llu clocks, %llu words\n", b.failed ? "FAIL" : "PASS", static_cast<unsigned long long>(b.now - from),
           static_cast<unsigned long long>(b.port_words));
    return b.failed;
}

} // namespace

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], nullptr, 0) : 1;
    int nets = argc > 2 ? atoi(argv[2]) : 20;
    Bench b;
    if (argc > 2 && !seed) return run_sized(b, argv[1], nets);
    for (int k = 0; k < nets; k++) {
        rng_state = 88172645463325252ull + (seed + static_cast<uint64_t>(k)) * 0x9e3779b97f4a7c15ull;
        for (int w = 0; w < 8; w++) rnd(2);
        std::vector<Layer> net = random_net();
        if (!run_net(b, net, 4)) {
            printf("# seed %llu\n", static_cast<unsigned long long>(seed + static_cast<uint64_t>(k)));
            describe_net(net);
            return 1;
        }
    }
    printf("PASS: %d networks, 4 images each, %llu clocks\n", nets, static_cast<unsigned long long>(b.now));
    return 0;
}
