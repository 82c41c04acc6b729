// reader_tb.cpp - e3_axi_reader: every word of every command, in order, or the fault that was put
// into the memory. Prints one TAP line a test; all memories have random stalls but in the tests of
// throughput.
#include "Vreader_tb.h"
#include "e3_memory.h"
#include "verilated.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr unsigned Bytes = PORT_BITS / 8, Words = 8192;
struct Command { uint32_t addr, words; };

struct Bench {
    std::unique_ptr<Vreader_tb> top{new Vreader_tb};
    std::mt19937 random;
    std::vector<uint8_t> data;
    E3MemoryConfig config = e3_memory_default();
    std::vector<Command> commands;
    unsigned cmd_stall = 0, out_stall = 0; // of 8 clocks
    size_t at_cmd = 0, got = 0;            // commands taken, words seen
    std::vector<uint32_t> want;            // word numbers in order
    std::string wrong;

    explicit Bench(unsigned seed) : random(seed), data(Words * Bytes) {
        for (auto &b : data) b = uint8_t(random());
        config.data = data.data();
        config.bytes = data.size();
        // Any base aligned to the port, not near the top of the 64 bits.
        config.base = ((uint64_t(random()) << 20 | random()) & 0xffffffffffffull) / Bytes * Bytes;
        config.seed = seed;
    }
    void stalls() {
        config.ar_stall = random() % 3 * 90;
        config.r_gap = random() % 3 * 90;
        config.queue = 1 + random() % 70;
        cmd_stall = random() % 7;
        out_stall = random() % 7;
    }
    void ask(uint32_t addr, uint32_t words) {
        commands.push_back({addr, words});
        for (uint32_t w = 0; w < words; w++) want.push_back(addr + w);
    }
    void ask_random(int n, uint32_t most) {
        for (int i = 0; i < n; i++) {
            uint32_t words = random() % (random() % 4 ? 12 : most);
            ask(random() % (Words - words + 1), words);
        }
    }
    void begin() {
        e3_memory_setup(0, &config);
        top->base_i = config.base;
        top->clear_i = 0;
        top->cmd_valid_i = top->out_ready_i = 0;
        reset(4);
    }
    void reset(int clocks) {
        top->rst_ni = 0;
        top->cmd_valid_i = top->out_ready_i = 0;
        for (int i = 0; i < clocks; i++) edge();
        top->rst_ni = 1;
        restart();
    }
    void restart() { at_cmd = got = 0; }
    void edge() {
        top->clk_i = 0;
        top->eval();
        top->clk_i = 1;
        top->eval();
    }
    // One clock; what the handshakes at its end took is checked.
    void clock() {
        if (!top->cmd_valid_i && at_cmd < commands.size() && random() % 8 >= cmd_stall)
            top->cmd_valid_i = 1;
        if (at_cmd >= commands.size()) top->cmd_valid_i = 0;
        if (top->cmd_valid_i) {
            top->cmd_addr_i = commands[at_cmd].addr;
            top->cmd_words_i = commands[at_cmd].words;
        }
        top->out_ready_i = random() % 8 >= out_stall;
        top->clk_i = 0;
        top->eval();
        bool took = top->cmd_valid_i && top->cmd_ready_o;
        if (top->out_valid_o && top->out_ready_i) see();
        top->clk_i = 1;
        top->eval();
        if (took) at_cmd++, top->cmd_valid_i = 0;
    }
    void see() {
        if (got >= want.size()) { wrong = "a word that nobody asked for"; return; }
        if (memcmp(&top->out_data_o, &data[size_t(want[got]) * Bytes], Bytes) && wrong.empty())
            wrong = "word " + std::to_string(got) + " differs";
        got++;
    }
    bool run(int limit) { // until all words are there
        for (int i = 0; i < limit; i++) {
            if (got == want.size() && at_cmd == commands.size() && top->idle_o) break;
            clock();
        }
        if (wrong.empty() && got != want.size())
            wrong = std::to_string(got) + " of " + std::to_string(want.size()) + " words came";
        for (int i = 0; i < 100; i++) clock();
        return fine();
    }
    bool fine() {
        const E3MemoryCount *c = e3_memory_count(0);
        if (wrong.empty() && c->broken) wrong = c->first;
        if (wrong.empty() && top->fault_o) wrong = "fault " + std::to_string(top->fault_o);
        return wrong.empty();
    }
    // clear_i until idle; then everything works again.
    bool clear(int limit) {
        top->clear_i = 1;
        top->cmd_valid_i = 0;
        int i = 0;
        for (; i < limit && !(top->idle_o && i); i++) edge();
        if (i == limit) { wrong = "clear never ends"; return false; }
        edge();
        top->clear_i = 0;
        restart();
        return run(400000);
    }
};

int n_test = 0, failed = 0;
void report(bool ok, const std::string &what, const std::string &why) {
    printf("%sok %d - %s%s%s\n", ok ? "" : "not ", ++n_test, what.c_str(), ok ? "" : ": ", ok ? "" : why.c_str());
    failed |= !ok;
}

void bursts() {
    for (unsigned seed = 1; seed <= 12; seed++) {
        Bench b(seed);
        b.stalls();
        b.ask_random(60, 1500);
        b.begin();
        bool ok = b.run(400000);
        report(ok, "60 commands, stalls of seed " + std::to_string(seed), b.wrong);
    }
}

// Share of the clocks outside refresh, from the first word on, in which a word comes.
void throughput(const char *what, uint32_t words, uint32_t run_of) {
    Bench b(7);
    for (uint32_t at = 0; at < words; at += run_of) b.ask(at % Words, run_of);
    b.config.queue = E3_MEMORY_QUEUE;
    b.begin();
    while (b.got == 0 && b.top->fault_o == 0) b.clock();
    E3MemoryCount first = *e3_memory_count(0);
    while (b.got < b.want.size() && b.wrong.empty()) b.clock();
    E3MemoryCount last = *e3_memory_count(0);
    double share = double(last.beats - first.beats) /
                   double(last.clocks - first.clocks - (last.refresh - first.refresh));
    printf("# %s: port busy in %.1f %% of the clocks outside refresh\n", what, 100 * share);
    b.wrong += share >= 0.95 ? "" : "too slow";
    report(b.fine() && share >= 0.95, what, b.wrong);
}

void fault(E3MemoryFault kind, const char *what, unsigned code) {
    for (unsigned seed = 1; seed <= 6; seed++) {
        Bench b(100 + seed);
        b.stalls();
        b.ask_random(40, 600);
        b.config.fault = kind;
        b.config.fault_beat = b.random() % (b.want.size() / 2);
        b.begin();
        for (int i = 0; i < 100000 && !b.top->fault_o; i++) b.clock();
        size_t got = b.got;
        std::string text = std::string(what) + " at word " + std::to_string(b.config.fault_beat);
        if (b.top->fault_o != code) b.wrong = "fault " + std::to_string(b.top->fault_o);
        for (int i = 0; i < 300; i++) b.clock();
        if (b.got > got + 1 || b.got > b.config.fault_beat + 1000) b.wrong = "words after the fault";
        if (b.wrong.empty() && b.top->fault_o != code) b.wrong = "the fault went away";
        bool ok = b.wrong.empty() && b.clear(100000);
        report(ok, text + ", then cleared and right", b.wrong);
    }
}

void in_the_middle(bool hard) {
    for (unsigned seed = 1; seed <= 6; seed++) {
        Bench b(200 + seed);
        b.stalls();
        b.ask_random(40, 600);
        b.begin();
        for (size_t stop = b.random() % b.want.size(); b.got < stop;) b.clock();
        bool ok;
        if (hard) b.reset(3), ok = b.run(400000);
        else ok = b.clear(100000);
        report(ok, std::string(hard ? "reset" : "clear") + " in the middle, then right", b.wrong);
    }
}

} // namespace

int main() {
    bursts();
    throughput("one long run", 4 * Words, Words);
    throughput("runs of 4 words", 2 * Words, 4);
    throughput("runs of 1 word", Words, 1);
    fault(E3_MEMORY_ERROR, "an error response", 8);
    fault(E3_MEMORY_EARLY_CUT, "an early RLAST that ends the burst", 9);
    fault(E3_MEMORY_EARLY, "an early RLAST within the burst", 9);
    fault(E3_MEMORY_MISSING, "no RLAST", 9);
    fault(E3_MEMORY_EXTRA, "a late RLAST", 9);
    in_the_middle(true);
    in_the_middle(false);
    printf("1..%d\n", n_test);
    return failed;
}
