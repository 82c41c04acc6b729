/* board/serial.h - a serial port: raw bytes, 8N1, no flow control, 1 Mbaud, time-outs.
 * Source: POSIX termios; the rate is that of rtl/board/e3_chip_ice40_hx8k.sv. A pseudo-terminal
 * is a port too, whose rate means nothing. Test: tests/board/sim.sh. */
#ifndef BOARD_SERIAL_H
#define BOARD_SERIAL_H
#include "base/err.h"

/* path is borrowed and must outlive the port. {-1} is closed. */
typedef struct Serial { int fd; const char *path; } Serial;

/* Opens the port for this program alone. IO: it cannot be opened, is no serial port, or does not
 * take the settings. */
MUST_USE Err serial_open(Serial *s, const char *path, Ctx *c);
void serial_close(Serial *s);

/* Hands over all n bytes. IO: the port takes none for two seconds, or is gone. */
MUST_USE Err serial_send(const Serial *s, const unsigned char *p, size_t n, Ctx *c);

/* Waits for bytes up to n; *got < n where none came for wait_ms. IO: the port is gone. */
MUST_USE Err serial_take(const Serial *s, unsigned char *p, size_t n, int wait_ms, size_t *got, Ctx *c);

/* Throws away what has come and comes, until nothing does for quiet_ms, or for a second in all. */
MUST_USE Err serial_drain(const Serial *s, int quiet_ms, Ctx *c);
#endif
