// shell_driver.cpp - a host at the other end of the line of e3_chip_ice40_hx8k.
//
// Bit-bangs requests, decodes what comes back at any time, and compares each reply with the
// protocol in e3_uart_shell.sv and the sums of e3_top_stub.sv. One TAP line per check, unnumbered
// (t_shell.sh numbers them). Exit status 1 if one failed.
//
//     shell_driver PIXELS PIXEL_BYTES OUT_WORDS CLKS_PER_BIT TIMEOUT_BITS    as the design has them
#include "Ve3_chip_ice40_hx8k.h"
#include "verilated.h"
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>
#include <string>
#include <vector>

typedef std::vector<uint8_t> Bytes;
typedef std::vector<uint32_t> Words;

static struct {
    uint32_t pixels, pixel_bytes, out_words;
    long     clks_per_bit, timeout;  // clocks
} cfg;
enum { LED_CORE_ERR = 16, LED_ERROR = 32, LED_BUSY = 64 };
enum { OK, BAD_CRC, INCOMPLETE, UNKNOWN, OVERRUN, LINE_ERROR, CORE_ERROR };

// ---- the board and the line --------------------------------------------------------------------

struct Board {
    VerilatedContext ctx;
    Ve3_chip_ice40_hx8k top{&ctx};
    long now = 0;
    std::deque<uint8_t> got;  // bytes received and not yet looked at
    long rx_begin = -1;       // clock of the running byte's start bit
    unsigned rx_bits = 0;

    Board() {
        top.uart_rx_i = 1;
        tick(16);
    }
    void tick(long n) {
        while (n-- > 0) {
            top.clk_12mhz_i = 0;
            top.eval();
            top.clk_12mhz_i = 1;
            top.eval();
            now++;
            listen();
        }
    }
    // Samples each bit of tx at its middle.
    void listen() {
        if (rx_begin < 0) {
            if (top.uart_tx_o) return;
            rx_begin = now;
            rx_bits = 0;
        }
        long at = now - rx_begin, bit = at / cfg.clks_per_bit;
        if (at % cfg.clks_per_bit != cfg.clks_per_bit / 2) return;
        if (bit >= 1 && bit <= 8) rx_bits |= (unsigned)top.uart_tx_o << (bit - 1);
        if (bit == 9) {
            if (!top.uart_tx_o) printf("# stop bit of a reply is 0\n");
            got.push_back(top.uart_tx_o ? (uint8_t)rx_bits : 0);
            rx_begin = -1;
        }
    }
    void level(int bit) {
        top.uart_rx_i = bit & 1;
        tick(cfg.clks_per_bit);
    }
    void send(uint8_t byte, int stop = 1) {
        level(0);
        for (int i = 0; i < 8; i++) level(byte >> i);
        level(stop);
        top.uart_rx_i = 1;
    }
    void send(const Bytes &bytes) {
        for (uint8_t b : bytes) send(b);
    }
    bool receive(uint8_t *byte) {
        for (long end = now + 4 * cfg.timeout; got.empty() && now < end;) tick(1);
        if (got.empty()) return false;
        *byte = got.front();
        got.pop_front();
        return true;
    }
};

// ---- the protocol ------------------------------------------------------------------------------

static uint8_t crc8(const Bytes &bytes) {
    uint8_t crc = 0xFF;
    for (uint8_t b : bytes)
        for (int i = 7; i >= 0; i--) {
            int out = (crc >> 7) ^ (b >> i & 1);
            crc = (uint8_t)(crc << 1 ^ (out ? 0x07 : 0));
        }
    return crc;
}

static Bytes request(uint8_t command, const Bytes &pixels) {
    Bytes body{command};
    body.insert(body.end(), pixels.begin(), pixels.end());
    body.push_back(crc8(body));
    body.insert(body.begin(), 0xA5);
    return body;
}

struct Reply {
    bool whole = false;  // came, with the right sync and crc
    uint8_t status = 0xFF;
    Words words;
};

static Reply reply(Board &b) {
    Reply r;
    uint8_t byte, n;
    if (!b.receive(&byte) || byte != 0x5A || !b.receive(&n)) return r;
    Bytes body{n};
    for (int i = 0; i < 4 * n + 1; i++) {
        if (!b.receive(&byte)) return r;
        body.push_back(byte);
    }
    for (size_t i = 0; i < n; i++)
        r.words.push_back(body[1 + 4 * i] | (uint32_t)body[2 + 4 * i] << 8 |
                          (uint32_t)body[3 + 4 * i] << 16 | (uint32_t)body[4 + 4 * i] << 24);
    r.status = body.back();
    r.whole = b.receive(&byte) && byte == crc8(body);
    return r;
}

static std::mt19937 rng(1);

// Random pixels whose first byte asks the stub for this behaviour (0: a random, ordinary one).
static Bytes image(uint8_t mood = 0) {
    Bytes p;
    for (uint32_t i = 0; i < cfg.pixels * cfg.pixel_bytes; i++) p.push_back((uint8_t)rng());
    p[0] = mood ? mood : (uint8_t)(rng() % 0xF0);
    return p;
}

static Words expected(const Bytes &p) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < cfg.pixels; i++) {
        uint32_t pixel = 0;
        for (uint32_t k = cfg.pixel_bytes; k-- > 0;)
            pixel = pixel << 8 | p[i * cfg.pixel_bytes + k];
        sum = sum * 3 + pixel;
    }
    Words w;
    for (uint32_t i = 0; i + 1 < cfg.out_words; i++) w.push_back(i & 1 ? -(sum + i) : sum + i);
    w.push_back(sum & 7);
    return w;
}

// ---- the checks --------------------------------------------------------------------------------

static int n_bad;

static void check(bool good, const std::string &what) {
    printf("%s - %s\n", good ? "ok" : "not ok", what.c_str());
    n_bad += !good;
}

static bool status_is(Board &b, int status, size_t n) {
    Reply r = reply(b);
    if (r.whole && r.status == status && r.words.size() == n) return true;
    printf("# %s reply, status %d, %zu words; expected status %d, %zu words\n",
           r.whole ? "whole" : "no whole", r.status, r.words.size(), status, n);
    return false;
}

static bool good_image(Board &b) {
    Bytes p = image();
    b.send(request(0x49, p));
    Reply r = reply(b);
    if (r.whole && r.status == OK && r.words == expected(p)) return true;
    printf("# good image: %s reply, status %d, %zu words\n", r.whole ? "whole" : "no whole",
           r.status, r.words.size());
    return false;
}

static void good_requests(Board &b) {
    b.send(request(0x3F, {}));
    Reply r = reply(b);
    Words built = {cfg.pixels, cfg.pixel_bytes, cfg.out_words};
    check(r.whole && r.status == OK && r.words == built,
          "identify gives the shell's parameters");
    bool good = true;
    for (int i = 0; i < 20; i++) good = good_image(b) && good;
    check(good, "20 images back to back");
    b.tick(2 * cfg.clks_per_bit);
    Bytes p = image();
    b.send(request(0x49, p));
    check(b.top.led_o & LED_BUSY, "busy LED during a request");
    r = reply(b);
    b.tick(2 * cfg.clks_per_bit);
    check((b.top.led_o & 0x7F) == (int)expected(p).back(), "LEDs show the class, no error, idle");
    good = true;
    for (uint8_t byte : request(0x49, p)) {
        b.send(byte);
        b.tick(cfg.timeout - 20 * cfg.clks_per_bit);
    }
    r = reply(b);
    check(r.status == OK && r.words == expected(p), "gaps just below the time-out are allowed");
    b.send(Bytes{0xA5, 0xA5});
    Bytes again = request(0x49, p);
    b.send(again);
    check(reply(b).words == expected(p), "a repeated sync is a sync");
}

static void damaged_requests(Board &b) {
    Bytes bad = request(0x49, image());
    bad.back() ^= 0x10;
    b.send(bad);
    long sent = b.now;
    check(status_is(b, BAD_CRC, 0), "wrong crc is reported");
    check(b.now - sent >= cfg.timeout, "an error's reply waits for silence");
    check(b.top.led_o & LED_ERROR, "error LED");
    check(!!(b.top.led_o & LED_CORE_ERR) == (cfg.pixels > 2),
          "the core was told to drop what it had");
    check(good_image(b), "the next image is right");
    b.tick(4);
    check(!(b.top.led_o & LED_ERROR), "error LED is off again");
    bool told = true, next = true;
    for (size_t n = 1; n < bad.size(); n++) {
        Bytes cut = request(0x49, image());
        cut.resize(n);
        b.send(cut);
        told = status_is(b, INCOMPLETE, 0) && told;
        next = good_image(b) && next;
    }
    check(told, "a request cut at any byte is reported");
    check(next, "and the image after it is right");
    told = next = true;
    for (size_t n = 1; n < bad.size(); n++) {
        Bytes hit = request(0x49, image());
        for (size_t i = 0; i < hit.size(); i++) b.send(hit[i], i != n);
        told = status_is(b, LINE_ERROR, 0) && told;
        next = good_image(b) && next;
    }
    check(told && next, "a stop bit of 0 at any byte is reported, the next image is right");
    told = next = true;
    for (size_t n = 1; n < bad.size(); n++) {
        Bytes hit = request(0x49, image());
        hit[n] ^= (uint8_t)(1 << n % 8);
        b.send(hit);
        told = reply(b).status != OK && told;
        next = good_image(b) && next;
    }
    check(told && next, "a flipped bit at any byte is reported, the next image is right");
}

static void garbage(Board &b) {
    for (int i = 0; i < 300; i++) {
        uint8_t byte = (uint8_t)rng();
        if (byte != 0xA5) b.send(byte);
    }
    b.tick(2 * cfg.timeout);
    check(b.got.empty(), "bytes without a sync get no reply");
    check(good_image(b), "an image right after them is right");
    b.send(Bytes{0xA5, 0x00, 0x12, 0xA5, 0x49});
    check(status_is(b, UNKNOWN, 0), "unknown command: one reply, the rest is skipped");
    check(good_image(b), "an image after it is right");
    for (int i = 0; i < 500; i++) b.send((uint8_t)rng());
    b.tick(4 * cfg.timeout);
    b.got.clear();
    check(good_image(b), "an image after garbage with syncs and a silence is right");
    b.top.uart_rx_i = 0;
    b.tick(cfg.clks_per_bit / 2 - 1);
    b.top.uart_rx_i = 1;
    b.tick(cfg.clks_per_bit);
    check(good_image(b), "a glitch on the line is not a start bit");
    Bytes p = image();
    b.send(request(0x49, p));
    b.send(Bytes{0xA5, 0x49, 0x00});
    check(reply(b).words == expected(p), "bytes sent before the reply are lost, it is right");
    check(good_image(b), "and so is the next image");
}

static void misbehaving_core(Board &b) {
    b.send(request(0x49, image(0xF0)));
    Reply r = reply(b);
    check(r.whole && r.status == CORE_ERROR && r.words == Words(cfg.out_words),
          "core gives no answer");
    b.tick(4);
    check(b.top.led_o & LED_ERROR, "error LED");
    check(good_image(b), "the next image is right");
    Bytes p = image(0xF1);
    Words want = expected(p);
    for (size_t i = 3; i < want.size(); i++) want[i] = 0;
    b.send(request(0x49, p));
    r = reply(b);
    check(r.whole && r.status == CORE_ERROR && r.words == want, "core's tlast comes too early");
    check(good_image(b), "the next image is right");
    p = image(0xF2);
    b.send(request(0x49, p));
    r = reply(b);
    check(r.whole && r.status == CORE_ERROR && r.words == expected(p),
          "core's tlast is missing, more words");
    check(good_image(b), "the next image is right");
    if (cfg.pixels < 8) return;
    b.send(request(0x49, image(0xF3)));
    check(status_is(b, OVERRUN, 0), "core busy for longer than a pixel's time");
    check(good_image(b), "the next image is right");
    b.send(request(0x49, image(0xF4)));
    check(status_is(b, CORE_ERROR, 0), "core takes nothing any more");
    b.send(request(0x49, image()));
    check(status_is(b, CORE_ERROR, 0), "it is still reported");
    b.send(request(0x3F, {}));
    check(status_is(b, OK, 3), "and the shell is still there");
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    cfg = {(uint32_t)atoi(argv[1]), (uint32_t)atoi(argv[2]), (uint32_t)atoi(argv[3]),
           atol(argv[4]), 1L << atoi(argv[5])};
    Board b;
    good_requests(b);
    damaged_requests(b);
    garbage(b);
    misbehaving_core(b);
    return n_bad != 0;
}
