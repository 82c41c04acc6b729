/* e3_memory.c - see e3_memory.h. All state of one memory is one struct; a clock edge is one call:
 * what the engine did with the outputs shown since the last edge, then the next outputs. */
#include "e3_memory.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    uint64_t address, due; /* due: edge of the first word at the earliest */
    unsigned beats, sent;
} Burst;

typedef struct {
    E3MemoryConfig config;
    E3MemoryCount count;
    uint32_t random;
    Burst queue[E3_MEMORY_QUEUE];
    unsigned head, n;
    uint64_t n_shown; /* words shown since setup */
    int tripped;      /* the fault happened */
    int extra;        /* one word more than the burst has */
    /* Outputs between two edges. */
    int arready, rvalid, rlast;
    unsigned rresp;
    uint64_t word;    /* address of the word shown */
    /* A request that waited at the last edge: it must stay as it is. */
    int waited;
    uint64_t waited_addr;
    unsigned waited_len;
} Memory;

static Memory memories[E3_MEMORIES];

E3MemoryConfig e3_memory_default(void) {
    E3MemoryConfig c;
    memset(&c, 0, sizeof c);
    c.latency = 60;
    c.refresh_every = 780;
    c.refresh_for = 35;
    c.queue = 64;
    c.seed = 1;
    return c;
}

void e3_memory_setup(int id, const E3MemoryConfig *config) {
    Memory *m = &memories[id];
    memset(m, 0, sizeof *m);
    m->config = *config;
    m->random = config->seed * 2654435761u | 1u;
}

const E3MemoryCount *e3_memory_count(int id) { return &memories[id].count; }

static void broken(Memory *m, const char *format, ...) {
    va_list args;
    va_start(args, format);
    if (m->count.broken++ == 0)
        vsnprintf(m->count.first, sizeof m->count.first, format, args);
    va_end(args);
}

/* True in `of256` of 256 cases. */
static int chance(Memory *m, unsigned of256) {
    m->random ^= m->random << 13;
    m->random ^= m->random >> 17;
    m->random ^= m->random << 5;
    return (m->random >> 11 & 255) < of256;
}

static int in_refresh(const Memory *m, uint64_t clock) {
    return m->config.refresh_every && clock % m->config.refresh_every < m->config.refresh_for;
}

static void check_request(Memory *m, uint64_t addr, unsigned len, unsigned size, unsigned burst,
                          unsigned port_bytes) {
    uint64_t bytes = (uint64_t)(len + 1) * port_bytes, base = m->config.base;
    if (1u << size != port_bytes)
        broken(m, "ARSIZE is %u on a port of %u bytes", size, port_bytes);
    if (burst != 1)
        broken(m, "ARBURST is %u, not INCR", burst);
    if (addr % port_bytes)
        broken(m, "address %" PRIx64 " is not aligned to the port", addr);
    if (addr / 4096 != (addr + bytes - 1) / 4096)
        broken(m, "a burst of %u words at %" PRIx64 " crosses 4 KB", len + 1, addr);
    if (addr < base || addr - base > m->config.bytes || bytes > m->config.bytes - (addr - base))
        broken(m, "a burst of %u words at %" PRIx64 " leaves the memory", len + 1, addr);
}

static void take_request(Memory *m, int arvalid, uint64_t addr, unsigned len, unsigned size,
                         unsigned burst, unsigned port_bytes) {
    if (m->waited && (!arvalid || addr != m->waited_addr || len != m->waited_len))
        broken(m, "a request changed while it waited");
    m->waited = arvalid && !m->arready;
    m->waited_addr = addr;
    m->waited_len = len;
    if (!arvalid || !m->arready)
        return;
    check_request(m, addr, len, size, burst, port_bytes);
    Burst *b = &m->queue[(m->head + m->n++) % E3_MEMORY_QUEUE];
    b->address = addr;
    b->beats = len + 1;
    b->sent = 0;
    b->due = m->count.clocks + m->config.latency;
    m->count.bursts++;
}

static void end_burst(Memory *m) {
    m->head = (m->head + 1) % E3_MEMORY_QUEUE;
    m->n--;
}

/* The oldest burst's next word is shown, wrong if it is its turn. */
static void show_word(Memory *m, unsigned port_bytes) {
    Burst *b = &m->queue[m->head];
    E3MemoryFault fault = m->tripped || m->n_shown < m->config.fault_beat ? E3_MEMORY_GOOD : m->config.fault;
    int last = b->sent + 1 == b->beats, was_extra = m->extra;
    m->rvalid = 1;
    m->rlast = last || was_extra;
    m->rresp = 0;
    m->word = b->address + (uint64_t)b->sent * port_bytes;
    if (fault == E3_MEMORY_ERROR)
        m->rresp = 2;
    else if ((fault == E3_MEMORY_EARLY || fault == E3_MEMORY_EARLY_CUT) && !last)
        m->rlast = 1;
    else if ((fault == E3_MEMORY_MISSING || fault == E3_MEMORY_EXTRA) && last)
        m->rlast = 0;
    else
        fault = E3_MEMORY_GOOD;
    m->tripped |= fault != E3_MEMORY_GOOD;
    m->n_shown++;
    m->extra = fault == E3_MEMORY_EXTRA;
    if (!m->extra)
        b->sent++;
    if (b->sent == b->beats || fault == E3_MEMORY_EARLY_CUT)
        end_burst(m);
}

static void forget(Memory *m) {
    m->n = 0;
    m->extra = m->waited = m->arready = m->rvalid = m->rlast = 0;
}

void e3_memory_clock(int id, int port_bytes, unsigned char rst_n, unsigned char arvalid,
                     unsigned long long araddr, int arlen, int arsize, int arburst,
                     unsigned char rready, unsigned char *arready, unsigned char *rvalid,
                     uint32_t *rdata, int *rresp, unsigned char *rlast) {
    Memory *m = &memories[id];
    uint64_t next = m->count.clocks + 1; /* the edge that sees the new outputs */
    unsigned bytes = (unsigned)port_bytes;
    m->count.refresh += (uint64_t)in_refresh(m, m->count.clocks);
    if (!rst_n) {
        forget(m);
    } else {
        if (m->rvalid && rready) {
            m->rvalid = 0;
            m->count.beats++;
        }
        take_request(m, arvalid, araddr, (unsigned)arlen, (unsigned)arsize, (unsigned)arburst, bytes);
        if (!m->rvalid && m->n && m->queue[m->head].due <= next && !in_refresh(m, next) &&
            !chance(m, m->config.r_gap))
            show_word(m, bytes);
        m->arready = m->n < m->config.queue && !chance(m, m->config.ar_stall);
    }
    m->count.clocks = next;
    *arready = (unsigned char)m->arready;
    *rvalid = (unsigned char)m->rvalid;
    *rlast = (unsigned char)m->rlast;
    *rresp = (int)m->rresp;
    uint64_t at = m->word - m->config.base;
    memset(rdata, m->rvalid ? 0 : 0xa5, bytes);
    if (m->rvalid && m->word >= m->config.base && at < m->config.bytes && m->config.bytes - at >= bytes)
        memcpy(rdata, m->config.data + at, bytes);
}
