// board_pty.cpp - a board behind a serial port, played: the Verilator model of the whole chip with
// its two UART pins on a pseudo-terminal, bit by bit.
//
//     board_pty CLKS_PER_BIT MODE     prints the terminal's name, then runs until it is ended
//
//     model    the chip, on a good line
//     noisy    a bit of every other request is flipped on its way to the chip
//     corrupt  a bit of every reply is flipped on its way to the host
//     silent   nobody answers; garbage: bytes that are no answer, without end
//     unplug   the terminal goes away when the first byte comes
//
// Simulated time runs while the line is busy, else slowly (IDLE_CLKS every IDLE_MS), so that a host
// that is slow to write is not taken for a request that breaks off.
#include "Vchip.h"
#include "verilated.h"
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <poll.h>
#include <string>
#include <termios.h>
#include <unistd.h>

namespace {

enum { IDLE_MS = 2, IDLE_CLKS = 1000, FLIP_BYTE = 3 }; // the byte of a message that noise hits

struct Pty {
    int master, slave; // our own slave end keeps the terminal alive between hosts

    Pty()
    {
        master = posix_openpt(O_RDWR | O_NOCTTY);
        if (master < 0 || grantpt(master) || unlockpt(master)) { perror("posix_openpt"); exit(3); }
        slave = open(ptsname(master), O_RDWR | O_NOCTTY);
        struct termios t;
        if (slave < 0 || tcgetattr(slave, &t)) { perror("pts"); exit(3); }
        cfmakeraw(&t);
        tcsetattr(slave, TCSANOW, &t);
        printf("%s\n", ptsname(master));
        fflush(stdout);
    }
    bool take(std::deque<uint8_t> &to, int wait_ms)
    {
        struct pollfd p = { master, POLLIN, 0 };
        uint8_t buf[512];
        if (poll(&p, 1, wait_ms) <= 0) return false;
        ssize_t n = read(master, buf, sizeof buf);
        if (n < 0 && errno != EAGAIN && errno != EINTR) { perror("pty"); exit(3); }
        for (ssize_t i = 0; i < n; i++) to.push_back(buf[i]);
        return n > 0;
    }
    bool give(uint8_t byte) { return write(master, &byte, 1) == 1; }
};

struct Chip {
    VerilatedContext ctx;
    Vchip top{ &ctx };
    const long clks_per_bit;
    long sent_clk = -1, got_clk = -1; // clocks into the byte on the rx and the tx pin; -1: none
    unsigned sending = 0, getting = 0;

    explicit Chip(long cpb) : clks_per_bit(cpb) { top.uart_rx_i = 1; }

    bool sending_byte() const { return sent_clk >= 0; }
    bool getting_byte() const { return got_clk >= 0; }
    void send(uint8_t byte)
    {
        sending = byte << 1 | 0x200; // start, 8 data bits, stop
        sent_clk = 0;
    }
    void drive()
    {
        if (sent_clk < 0) return;
        top.uart_rx_i = sending >> (sent_clk / clks_per_bit) & 1;
        if (++sent_clk == 10 * clks_per_bit) sent_clk = -1;
    }
    // True in the clock in which a byte of the chip is complete: its stop bit's middle.
    bool listen(uint8_t *byte)
    {
        if (got_clk < 0 && top.uart_tx_o) return false;
        if (++got_clk % clks_per_bit != clks_per_bit / 2) return false;
        long bit = got_clk / clks_per_bit;
        if (bit == 0) getting = 0;
        getting |= unsigned(top.uart_tx_o) << bit;
        if (bit < 9) return false;
        got_clk = -1;
        *byte = uint8_t(getting >> 1);
        if (!(getting & 0x200)) fprintf(stderr, "board_pty: a stop bit of the chip is 0\n");
        return true;
    }
    bool tick(uint8_t *byte)
    {
        drive();
        top.clk_12mhz_i = 0;
        top.eval();
        top.clk_12mhz_i = 1;
        top.eval();
        return listen(byte);
    }
};

[[noreturn]] void run_chip(Pty &pty, long clks_per_bit, bool noisy, bool corrupt)
{
    Chip chip(clks_per_bit);
    std::deque<uint8_t> to_chip;
    long in = 0, out = 0, requests = 0; // bytes of this request and of its reply; requests so far
    for (;;) {
        long clks = 1;
        if (!chip.sending_byte() && to_chip.empty() && !chip.getting_byte() &&
            !pty.take(to_chip, IDLE_MS))
            clks = IDLE_CLKS;
        if (!chip.sending_byte() && !to_chip.empty()) {
            uint8_t byte = to_chip.front();
            to_chip.pop_front();
            if (out > 0) in = out = 0; // the host speaks after a reply: a new request
            if (in == 0) requests++;
            if (++in == FLIP_BYTE && noisy && requests % 2) byte ^= 0x10;
            chip.send(byte);
        }
        for (uint8_t byte; clks-- > 0;)
            if (chip.tick(&byte)) {
                if (++out == FLIP_BYTE && corrupt) byte ^= 0x04;
                pty.give(byte);
            }
    }
}

[[noreturn]] void run_fake(Pty &pty, const std::string &mode)
{
    std::deque<uint8_t> heard;
    fcntl(pty.master, F_SETFL, O_NONBLOCK);
    for (;;) {
        bool any = pty.take(heard, IDLE_MS);
        if (any && mode == "unplug") exit(0);
        for (int i = 0; mode == "garbage" && i < 100; i++) pty.give(0x55);
        heard.clear();
    }
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3) { fprintf(stderr, "board_pty CLKS_PER_BIT MODE\n"); return 3; }
    const std::string mode = argv[2];
    Pty pty;
    if (mode == "silent" || mode == "garbage" || mode == "unplug") run_fake(pty, mode);
    if (mode != "model" && mode != "noisy" && mode != "corrupt") return 3;
    run_chip(pty, atol(argv[1]), mode == "noisy", mode == "corrupt");
}
