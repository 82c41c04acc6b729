// cycles_tb.cpp - clocks of e3_engine_top on e3_memory beside those that cost/engine gives, run after
// run, layer after layer. usage: cycles_tb FILE... (cycles_nets.c writes them)
#include "Vtop_tb.h"
#include "Vtop_tb___024root.h"
#include "e3_memory.h"
#include "verilated.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

namespace {

enum { Control = 12, Status = 16, BaseLo = 20, Cycles = 28, Check = 1, Start = 2, Busy = 1 };

struct File {
    FILE *f;
    explicit File(const char *name) : f(fopen(name, "rb")) { if (!f) exit(2); }
    ~File() { fclose(f); }
    void take(void *to, size_t n) { if (fread(to, 1, n, f) != n) exit(2); }
    int32_t number() { int32_t v; take(&v, sizeof v); return v; }
    std::vector<int32_t> numbers(int n)
    {
        std::vector<int32_t> v(static_cast<size_t>(n));
        for (auto &x : v) x = number();
        return v;
    }
};

struct Bench {
    std::unique_ptr<Vtop_tb> top{new Vtop_tb};
    E3MemoryConfig memory = e3_memory_default();

    void low() { top->clk_i = 0; top->eval(); }
    void edge() { low(); top->clk_i = 1; top->eval(); }
    void write(uint32_t at, uint32_t data)
    {
        offer(at, data);
        edge();
        top->awvalid = top->wvalid = 0;
        for (int k = 0; k < 3; k++) edge();
    }
    void offer(uint32_t at, uint32_t data)
    {
        top->awvalid = top->wvalid = top->bready = 1;
        top->awaddr = uint8_t(at);
        top->wdata = data;
        top->wstrb = 15;
    }
    uint32_t read(uint32_t at)
    {
        top->arvalid = top->rready = 1;
        top->araddr = uint8_t(at);
        edge();
        top->arvalid = 0;
        uint32_t value = top->rdata;
        edge();
        return value;
    }
    void check_tape()
    {
        e3_memory_setup(0, &memory);
        top->rst_ni = top->awvalid = top->wvalid = top->arvalid = top->in_valid = 0;
        for (int k = 0; k < 3; k++) edge();
        top->rst_ni = top->out_ready = 1;
        write(BaseLo, uint32_t(memory.base));
        write(Control, Check);
        while (read(Status) & Busy) edge();
    }
};

struct Expected { int clock, pixel, total; std::vector<int32_t> starts, pixels; };

Expected expected(File &f, E3MemoryConfig &m, int layers, int pixels)
{
    m.latency = unsigned(f.number());
    m.refresh_for = unsigned(f.number());
    m.refresh_every = unsigned(f.number());
    m.queue = unsigned(f.number());
    int clock = f.number(), pixel = f.number(), total = f.number();
    return {clock, pixel, total, f.numbers(layers), f.numbers(pixels)};
}

// One image from clock 0 of the memory on; the number of clocks that are wrong.
int run(Bench &b, const Expected &x)
{
    e3_memory_setup(0, &b.memory);
    int from = x.clock + (x.pixel < 0 ? x.pixel : 0), wrong = 0;
    size_t pixel = 0, layer = 0;
    for (int now = 0;; now++) {
        b.top->awvalid = b.top->wvalid = 0;
        if (now == x.clock) b.offer(Control, Start);
        b.top->in_valid = now >= x.clock + x.pixel && pixel < x.pixels.size();
        if (b.top->in_valid) b.top->in_data = uint32_t(x.pixels[pixel]);
        b.top->in_last = pixel + 1 == x.pixels.size();
        b.low();
        pixel += b.top->in_valid && b.top->in_ready;
        if (b.top->rootp->top_tb__DOT__dut__DOT__u_core__DOT__go && layer < x.starts.size()) {
            if (now - from != x.starts[layer] && !wrong++)
                printf("layer %zu begins in clock %d, predicted %d\n", layer, now - from, x.starts[layer]);
            layer++;
        }
        bool end = (b.top->out_valid && b.top->out_last) || now - from > 2 * x.total + 10000;
        if (end && (now - from != x.total || layer != x.starts.size()))
            printf("%d clocks, predicted %d; %zu layers\n", now - from, x.total, layer), wrong++;
        b.edge();
        if (!end) continue;
        if (int(b.read(Cycles)) != now - x.clock) printf("cycle register\n"), wrong++;
        return wrong;
    }
}

} // namespace

int main(int argc, char **argv)
{
    Bench b;
    long images = 0, wrong = 0, clocks = 0;
    for (int k = 1; k < argc; k++) {
        File f(argv[k]);
        std::vector<int32_t> head = f.numbers(5); // bytes, address, layers, images, pixels
        std::vector<uint8_t> tape(static_cast<size_t>(head[0]));
        f.take(tape.data(), tape.size());
        b.memory = e3_memory_default();
        b.memory.base = uint64_t(head[1]);
        b.memory.data = tape.data();
        b.memory.bytes = tape.size();
        b.check_tape();
        for (int i = 0; i < head[3]; i++) {
            Expected x = expected(f, b.memory, head[2], head[4]);
            int bad = run(b, x);
            if (bad) printf("  in %s, image %d (latency %u, refresh %u of %u, queue %u, clock %d, pixel %d)\n", argv[k], i, b.memory.latency, b.memory.refresh_for, b.memory.refresh_every, b.memory.queue, x.clock, x.pixel);
            images++;
            wrong += bad > 0;
            clocks += x.total;
        }
    }
    printf("%ld of %ld images as predicted, %ld clocks in all\n", images - wrong, images, clocks);
    return wrong > 0;
}
