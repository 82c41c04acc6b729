// e3_harness.h - what the harnesses share: reading a file, wide ports, pauses, writing records.
#ifndef E3_HARNESS_H
#define E3_HARNESS_H
#include "verilated.h"
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace e3 {

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

// A side of a stream that pauses: mostly short, sometimes long.
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

inline std::vector<unsigned char> read_file(const char *path)
{
    std::vector<unsigned char> v;
    FILE *f = fopen(path, "rb");
    if (!f) { perror(path); exit(3); }
    unsigned char buf[1 << 16];
    for (size_t n; (n = fread(buf, 1, sizeof buf, f)) > 0;) v.insert(v.end(), buf, buf + n);
    fclose(f);
    return v;
}

// Records, little-endian (read by src/cosim/trace.c):
//   'T' u8 node, u16 lanes, i32 value[lanes]   a word on a tapped stream
//   'W' u8 layer, u8 part, u16 address, u16 lanes, i32 value[lanes]   a word of a map
//   'S' u64 clock                              a run of the engine was started
//   'I' u64 clock                              the first pixel of an image was taken
//   'O' u8 last, i32 value, u64 clock          a word left m_axis
//   'C' u8 0, i32 cycles, u64 clock            what the engine's cycle counter says
//   'R' u64 image                              reset: this image is the next once more
//   'E' u8 error, u64 clocks                   the end
struct Trace {
    FILE *f = nullptr;
    const char *path = nullptr;
    template <typename T> void put(T v) { fwrite(&v, sizeof v, 1, f); }
    void open(const char *to)
    {
        static char buffer[1 << 20];
        path = to;
        f = fopen(to, "wb");
        if (!f) { perror(to); exit(3); }
        setvbuf(f, buffer, _IOFBF, sizeof buffer);
    }
    // False: not all of it could be written.
    bool close()
    {
        bool good = fclose(f) == 0;
        if (!good) perror(path);
        return good;
    }
    // lanes values of `bits` bits, the lowest first.
    void values(const uint32_t *word, int lanes, int bits, bool is_signed)
    {
        for (int l = 0; l < lanes; l++) {
            int64_t v = 0;
            for (int b = 0, at = l * bits; b < bits; b++, at++)
                v |= int64_t(word[at / 32] >> (at % 32) & 1) << b;
            if (is_signed && (v >> (bits - 1) & 1)) v -= int64_t(1) << bits;
            put(int32_t(v));
        }
    }
    void word(int node, int lanes, int bits, bool is_signed, const uint32_t *w)
    {
        fputc('T', f);
        put(uint8_t(node));
        put(uint16_t(lanes));
        values(w, lanes, bits, is_signed);
    }
    void map(int layer, int part, int address, int lanes, int bits, const uint32_t *w)
    {
        fputc('W', f);
        put(uint8_t(layer));
        put(uint8_t(part));
        put(uint16_t(address));
        put(uint16_t(lanes));
        values(w, lanes, bits, false);
    }
    void at(char tag, uint64_t clock)
    {
        fputc(tag, f);
        put(clock);
    }
    void value(char tag, bool flag, uint32_t v, uint64_t clock)
    {
        fputc(tag, f);
        put(uint8_t(flag));
        put(v);
        put(clock);
    }
    void end(int error, uint64_t clocks)
    {
        fputc('E', f);
        put(uint8_t(error));
        put(clocks);
    }
};

} // namespace e3
#endif
