// top_tb.cpp - e3_engine_top around the stub of the core: registers, check, start, every fault.
// Tapes are made here from doc/engine.md, their CRCs by zlib. Prints TAP.
#include "Vtop_tb.h"
#include "e3_memory.h"
#include "verilated.h"

#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr uint32_t Config = 0xc0ffee01, Bytes = PORT_BITS / 8, Head = 64 / Bytes, Pixels = 16;
enum { Id = 0, Version = 4, Shape = 8, Control = 12, Status = 16, BaseLo = 20, BaseHi = 24, Cycles = 28 };
enum { Check = 1, Start = 2, Clear = 4, Busy = 1, Done = 2, Checked = 4 };
enum { None, Unchecked, Magic, BadVersion, BadConfig, HeaderCrc, BodyCrc, Length, Response, Rlast, Stream };

struct Tape {
    std::vector<uint32_t> words;
    uint32_t fold = 0, classes;
    Tape(std::mt19937 &random, uint32_t layers) : classes(1 + random() % 12) {
        std::vector<uint32_t> sizes(layers);
        uint32_t at = Head * (1 + layers);
        words.resize(16 * (1 + layers));
        for (uint32_t l = 0; l < layers; l++) {
            uint32_t size = 1 + random() % 700;
            words[16 * (1 + l) + 4] = size;
            words[16 * (1 + l) + 7] = at;
            at += size;
        }
        size_t from = words.size();
        words.resize(size_t(at) * Bytes / 4);
        for (size_t w = from; w < words.size(); w++) fold ^= words[w] = uint32_t(random());
        words[0] = 0x50543345;
        words[1] = 1;
        words[2] = Config;
        words[3] = layers;
        words[4] = at;
        words[6] = classes;
        seal();
    }
    void seal() {
        auto *bytes = reinterpret_cast<const Bytef *>(words.data());
        words[5] = uint32_t(crc32(0, bytes + 64, uInt(words.size() * 4 - 64)));
        seal_header();
    }
    void seal_header() { words[15] = uint32_t(crc32(0, reinterpret_cast<const Bytef *>(words.data()), 60)); }
};

struct Bench {
    std::unique_ptr<Vtop_tb> top{new Vtop_tb};
    std::mt19937 random;
    Tape tape;
    E3MemoryConfig config = e3_memory_default();
    std::vector<uint32_t> memory;
    std::deque<std::pair<uint32_t, bool>> pixels; // to send, with TLAST
    std::vector<std::pair<uint32_t, bool>> scores;
    unsigned stall;
    uint64_t now = 0, started = 0, ended = 0;     // edges
    std::string wrong;

    explicit Bench(unsigned seed) : random(seed), tape(random, 1 + random() % 5), memory(65536) {
        stall = random() % 6;
        config.base = (uint64_t(random()) << 20 | random() % 0xfffff) / Bytes * Bytes;
        config.seed = seed;
        config.ar_stall = random() % 3 * 80;
        config.r_gap = random() % 3 * 80;
    }
    void put() { // the tape into the memory, random words behind it
        for (auto &w : memory) w = uint32_t(random());
        memcpy(memory.data(), tape.words.data(), tape.words.size() * 4);
        config.data = reinterpret_cast<uint8_t *>(memory.data());
        config.bytes = memory.size() * 4;
    }
    void begin() {
        put();
        e3_memory_setup(0, &config);
        reset();
        place();
    }
    void reset() {
        top->rst_ni = top->awvalid = top->wvalid = top->arvalid = top->in_valid = 0;
        pixels.clear();
        scores.clear();
        for (int i = 0; i < 3; i++) edge();
        top->rst_ni = 1;
    }
    void place() {
        write(BaseLo, uint32_t(config.base));
        write(BaseHi, uint32_t(config.base >> 32));
    }
    bool goes() { return random() % 8 >= stall; }
    void edge() {
        top->clk_i = 0; top->eval();
        top->clk_i = 1; top->eval();
        now++;
    }
    // One clock: pixels and scores move beside whatever the registers do.
    void clock() {
        bool waits = top->in_valid;
        top->in_valid = !pixels.empty() && (waits || goes());
        if (top->in_valid) top->in_data = pixels.front().first, top->in_last = pixels.front().second;
        top->out_ready = goes();
        top->clk_i = 0;
        top->eval();
        if (top->out_valid && top->out_ready) {
            scores.push_back({top->out_data, top->out_last});
            if (top->out_last) ended = now;
        }
        bool took = top->in_valid && top->in_ready;
        top->clk_i = 1;
        top->eval();
        if (took) pixels.pop_front(), top->in_valid = 0;
        now++;
    }
    bool said(bool good, const std::string &what) {
        if (!good && wrong.empty()) wrong = what;
        return good;
    }
    void write(uint32_t at, uint32_t data, unsigned strobe = 15) {
        int a = int(random() % 4), w = int(random() % 4); // clocks until each is offered
        bool done_a = false, done_w = false, done_b = false;
        for (int i = 0; !done_b && said(i < 1000, "a write never ends"); i++) {
            if (!done_a && i >= a) top->awvalid = 1, top->awaddr = uint8_t(at);
            if (!done_w && i >= w) top->wvalid = 1, top->wdata = data, top->wstrb = uint8_t(strobe);
            top->bready = random() % 3 == 0;
            top->clk_i = 0;
            top->eval();
            bool ta = top->awvalid && top->awready, tw = top->wvalid && top->wready;
            if (top->bvalid && !(done_a && done_w)) said(false, "a response before the write");
            done_b = top->bvalid && top->bready;
            if (ta || tw) started = now;
            clock();
            if (ta) done_a = true, top->awvalid = 0;
            if (tw) done_w = true, top->wvalid = 0;
        }
        top->bready = 0;
    }
    uint32_t read(uint32_t at) {
        top->arvalid = 1;
        top->araddr = uint8_t(at);
        for (bool taken = false; !taken;) {
            top->clk_i = 0;
            top->eval();
            taken = top->arready;
            clock();
        }
        top->arvalid = 0;
        for (int i = int(random() % 3); i > 0; i--) clock();
        while (!top->rvalid) clock();
        top->rready = 1;
        uint32_t value = top->rdata;
        clock();
        top->rready = 0;
        return value;
    }
    uint32_t wait() { // until not busy: the status
        uint32_t status = read(Status);
        for (int i = 0; (status & Busy) && said(i < 20000, "busy for ever"); i++) status = read(Status);
        return status;
    }
    void status(const char *when, uint32_t flags, uint32_t error) {
        uint32_t is = wait();
        said(is == (flags | error << 8), std::string(when) + ": status is " + std::to_string(is & 255) +
             ", error " + std::to_string(is >> 8) + ", not " + std::to_string(flags) + ", " + std::to_string(error));
    }
    uint32_t send(uint32_t n = Pixels, bool last = true) { // an image; the XOR of its pixels
        uint32_t fold = 0;
        for (uint32_t i = 0; i < n; i++) {
            uint32_t p = random() & 0xffffff;
            fold ^= p;
            pixels.push_back({p, last && i + 1 == n});
        }
        return fold;
    }
    void answers(uint32_t fold) { // the scores of one image, and nothing more
        said(scores.size() == tape.classes + 1, std::to_string(scores.size()) + " scores");
        for (uint32_t k = 0; k < scores.size() && k <= tape.classes; k++) {
            bool last = k == tape.classes;
            said(scores[k].first == (last ? 0 : fold ^ tape.fold ^ k) && scores[k].second == last,
                 "score " + std::to_string(k) + " differs");
        }
        scores.clear();
    }
    void image() { // sent before or after the start
        bool before = random() % 2;
        uint32_t fold = before ? send() : 0;
        write(Control, Start);
        uint64_t from = started;
        if (!before) fold = send();
        status("run", Done | Checked, None);
        said(read(Cycles) == ended - from, "cycles are " + std::to_string(read(Cycles)) + ", not " + std::to_string(ended - from));
        answers(fold);
    }
    void check(uint32_t error) {
        write(Control, Check);
        status("check", error ? 0 : Checked, error);
    }
    void all_well() { // whatever happened before
        put();
        write(Control, Clear);
        wait();
        write(Control, Check);
        status("check after it", Checked, None);
        image();
        image();
    }
};

int n_test = 0, failed = 0;
void test(const char *what, const std::function<void(Bench &)> &body) {
    std::string wrong;
    for (unsigned seed = 1; seed <= 8 && wrong.empty(); seed++) {
        Bench b(seed);
        body(b);
        if (b.wrong.empty() && e3_memory_count(0)->broken) b.wrong = e3_memory_count(0)->first;
        if (!b.wrong.empty()) wrong = "seed " + std::to_string(seed) + ": " + b.wrong;
    }
    printf("%sok %d - %s%s%s\n", wrong.empty() ? "" : "not ", ++n_test, what, wrong.empty() ? "" : ": ", wrong.c_str());
    failed |= !wrong.empty();
}

void registers(Bench &b) {
    b.begin();
    b.said(b.read(Id) == 0x4e453345 && b.read(Version) == 1 && b.read(Shape) == Config, "id, version or configuration");
    for (uint32_t at : {uint32_t(Id), uint32_t(Version), uint32_t(Shape), uint32_t(Status), uint32_t(Cycles), 32u, 0xfcu}) b.write(at, ~0u);
    b.said(b.read(Id) == 0x4e453345 && b.read(Status) == 0 && b.read(0x20) == 0 && b.read(Control) == 0, "a register that only reads was written");
    b.write(BaseLo, 0x11223340 * Bytes);
    b.write(BaseHi, 0x55667788);
    b.said(b.read(BaseLo) == 0x11223340 * Bytes && b.read(BaseHi) == 0x55667788, "the base address");
    b.write(BaseHi, 0xaabbccdd, 0x5);
    b.said(b.read(BaseHi) == 0x55bb77dd, "strobes");
    b.write(BaseLo, ~0u);
    b.said(b.read(BaseLo) == ~(Bytes - 1), "the base address is not cut to the port");
    b.write(Control, Check | Start | Clear, 0xe); // byte 0 has no strobe
    b.said(b.read(Status) == 0, "a command without strobe");
}

void good(Bench &b) {
    b.begin();
    b.check(None);
    for (int i = 0; i < 3; i++) b.image();
    // Start while busy and a moved base while busy do nothing.
    uint32_t fold = 0;
    b.write(Control, Start);
    b.write(Control, Start | Check);
    b.write(BaseLo, 0);
    b.said(b.read(BaseLo) == uint32_t(b.config.base), "the base moved while busy");
    fold = b.send();
    b.status("run", Done | Checked, None);
    b.answers(fold);
    for (int i = 0; i < 300; i++) b.clock();
    b.said(b.wait() == (Done | Checked) && b.scores.empty(), "a second run");
    // A moved base needs a check.
    b.write(BaseLo, uint32_t(b.config.base));
    b.said(b.read(Status) == Done, "checked still, though the base moved");
}

void unchecked(Bench &b) {
    b.begin();
    b.write(Control, Start);
    b.status("start without check", 0, Unchecked);
    b.all_well();
    // Another good tape in its place.
    b.tape = Tape(b.random, 2);
    b.put();
    b.write(Control, Start);
    b.status("start of another tape", 0, Unchecked);
    b.all_well();
}

// A tape spoilt by `spoil` is refused with `error`, before and after a start.
std::function<void(Bench &)> bad(uint32_t error, std::function<void(Bench &)> spoil) {
    return [=](Bench &b) {
        Tape right = b.tape;
        spoil(b);
        b.begin();
        b.check(error);
        b.write(Control, Start);
        b.status("start", 0, Unchecked);
        b.tape = right;
        b.all_well();
    };
}

std::function<void(Bench &)> memory_fault(E3MemoryFault kind, uint32_t error, bool in_check) {
    return [=](Bench &b) {
        uint32_t words = uint32_t(b.tape.words.size() * 4 / Bytes);
        b.config.fault = kind;
        b.config.fault_beat = (in_check ? 0 : words) + b.random() % (words - 16);
        b.begin();
        if (!in_check) {
            b.check(None);
            b.send();
            while (!b.pixels.empty()) b.clock();
        }
        b.write(Control, in_check ? Check : Start);
        b.status("run", 0, error);
        b.said(b.scores.empty(), "scores came");
        b.all_well();
    };
}

void beyond(Bench &b) {
    Tape right = b.tape;
    uint32_t last = b.tape.words[3];
    b.tape.words[16 * last + 4] += 1 + b.random() % 50;
    b.tape.seal();
    b.begin();
    b.check(None);
    b.write(Control, Start);
    b.status("a layer longer than the tape", 0, Length);
    b.tape = right;
    b.all_well();
}

void stream(Bench &b) {
    b.begin();
    b.check(None);
    b.write(Control, Start);
    if (b.random() % 2) b.send(1 + b.random() % (Pixels - 1)); // early
    else b.send(Pixels + 1 + b.random() % 20);                 // late
    uint32_t fold = b.send();
    b.status("run with a dropped image", Done | Checked, Stream);
    b.answers(fold);
    b.write(Control, Clear);
    b.status("after clear", Done | Checked, None);
    b.image();
}

void reset_in_the_middle(Bench &b) {
    b.begin();
    b.check(None);
    b.send();
    b.write(Control, Start);
    for (uint32_t i = b.random() % 600; i > 0; i--) b.clock();
    b.reset();
    b.said(b.read(Status) == 0, "status after reset");
    b.place();
    b.all_well();
}

void abort_in_the_middle(Bench &b) {
    b.begin();
    if (b.random() % 2) {
        b.check(None);
        b.write(Control, Start);
        for (uint32_t i = b.random() % 600; i > 0; i--) b.clock();
        b.write(Control, Clear);
        b.status("abort of a run", Checked, None);
        b.image();
    } else {
        b.write(Control, Check);
        b.write(Control, Clear);
        b.said(!(b.wait() & 0xff00), "an error after an abort");
    }
    b.all_well();
}

} // namespace

int main() {
    test("registers", registers);
    test("check, start, images one after another", good);
    test("start without a check that passed", unchecked);
    for (int bit = 0; bit < 32; bit += 7) {
        test("magic", bad(Magic, [=](Bench &b) { b.tape.words[0] ^= 1u << bit; b.tape.seal(); }));
        test("version", bad(BadVersion, [=](Bench &b) { b.tape.words[1] ^= 1u << bit; b.tape.seal(); }));
        test("configuration", bad(BadConfig, [=](Bench &b) { b.tape.words[2] ^= 1u << bit; b.tape.seal(); }));
    }
    test("a damaged header", bad(HeaderCrc, [](Bench &b) { b.tape.words[3 + b.random() % 13] ^= 1u << b.random() % 32; }));
    test("no layers", bad(BadConfig, [](Bench &b) { b.tape.words[3] = 0; b.tape.seal(); }));
    test("too many layers", bad(BadConfig, [](Bench &b) { b.tape.words[3] = 17; b.tape.seal(); }));
    test("very many layers", bad(BadConfig, [](Bench &b) { b.tape.words[3] |= 0x10000; b.tape.seal(); }));
    test("shorter than its table", bad(Length, [](Bench &b) { b.tape.words[4] = Head * (1 + b.tape.words[3]) - 1; b.tape.seal(); }));
    test("a damaged word", bad(BodyCrc, [](Bench &b) { b.tape.words[16 + b.random() % (b.tape.words.size() - 16)] ^= 1u << b.random() % 32; }));
    test("a truncated tape", bad(BodyCrc, [](Bench &b) { b.tape.words.resize(b.tape.words.size() - Bytes / 4); }));
    test("a layer longer than the tape", beyond);
    for (bool in_check : {true, false}) {
        test("error response", memory_fault(E3_MEMORY_ERROR, Response, in_check));
        test("early RLAST, burst cut", memory_fault(E3_MEMORY_EARLY_CUT, Rlast, in_check));
        test("early RLAST", memory_fault(E3_MEMORY_EARLY, Rlast, in_check));
        test("no RLAST", memory_fault(E3_MEMORY_MISSING, Rlast, in_check));
        test("late RLAST", memory_fault(E3_MEMORY_EXTRA, Rlast, in_check));
    }
    test("TLAST of an image misplaced", stream);
    test("reset in the middle of an image", reset_in_the_middle);
    test("abort", abort_in_the_middle);
    printf("1..%d\n", n_test);
    return failed;
}
