/* e3_memory.h - external memory for simulation: an AXI4 read slave that behaves like DDR4 behind
 * its controller, and watches what the engine asks for. e3_memory.sv calls it once a clock.
 *
 * A burst's first word is taken `latency` clocks after its request at the earliest, further words
 * one a clock, in the order of the requests; none starts in the first refresh_for of every
 * refresh_every clocks. Nothing is freed: `data` is the caller's.
 * Source: AMBA AXI4, A3 and A5. Test: tests/engine/reader.sh. */
#ifndef E3_MEMORY_H
#define E3_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { E3_MEMORIES = 4, E3_MEMORY_QUEUE = 256, E3_MEMORY_TEXT = 160 };

/* What goes wrong at word `fault_beat`, counted from 0 at e3_memory_setup(); LATE at the first
 * last word of a burst from there on. It goes wrong once. */
typedef enum {
    E3_MEMORY_GOOD,
    E3_MEMORY_ERROR,      /* response SLVERR */
    E3_MEMORY_EARLY_CUT,  /* RLAST, and the rest of the burst never comes */
    E3_MEMORY_EARLY,      /* RLAST, and the rest of the burst comes */
    E3_MEMORY_MISSING,    /* no RLAST at the burst's end */
    E3_MEMORY_EXTRA       /* no RLAST at the burst's end, one word more with it */
} E3MemoryFault;

typedef struct {
    uint64_t base;         /* address of data[0] */
    const uint8_t *data;   /* [bytes] */
    size_t bytes;
    unsigned latency, refresh_every, refresh_for; /* clocks; refresh_every 0: never */
    unsigned ar_stall, r_gap; /* of 256 clocks: no request taken, no word begun */
    unsigned queue;        /* requests that wait at most, 1..E3_MEMORY_QUEUE */
    uint32_t seed;
    E3MemoryFault fault;
    uint64_t fault_beat;
} E3MemoryConfig;

typedef struct {
    uint64_t clocks, refresh; /* since e3_memory_setup(), in reset or not; of them in refresh */
    uint64_t bursts, beats;
    unsigned broken;          /* rules that the engine broke */
    char first[E3_MEMORY_TEXT]; /* the first of them in words */
} E3MemoryCount;

/* latency 60, refresh 35 of 780, queue 64, seed 1; all else 0. */
E3MemoryConfig e3_memory_default(void);

/* Memory `id` (0..E3_MEMORIES - 1) starts anew; its counts too. */
void e3_memory_setup(int id, const E3MemoryConfig *config);
const E3MemoryCount *e3_memory_count(int id);

/* A rising edge, called by e3_memory.sv: inputs as they were before it, outputs as they are after. */
void e3_memory_clock(int id, int port_bytes, unsigned char rst_n, unsigned char arvalid,
                     unsigned long long araddr, int arlen, int arsize, int arburst,
                     unsigned char rready, unsigned char *arready, unsigned char *rvalid,
                     uint32_t *rdata, int *rresp, unsigned char *rlast);

#ifdef __cplusplus
}
#endif
#endif
