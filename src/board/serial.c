/* The port never blocks: every wait is a poll with a limit, every read and write may be partial. */
#include "board/serial.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

enum { SEND_WAIT_MS = 2000, DRAIN_BYTES = 100000 }; /* a second of bytes at 1 Mbaud */

static Err gone(const Serial *s, const char *what, Ctx *c)
{
    return fail(c, ERR_IO, (Loc){ .file = s->path }, "the serial port %s: %s", what, strerror(errno));
}

/* Raw 8N1 at 1 Mbaud: no echo, no translation, no flow control, no modem lines. */
static Err set_up(const Serial *s, Ctx *c)
{
    struct termios t;
    if (tcgetattr(s->fd, &t) != 0)
        return fail(c, ERR_IO, (Loc){ .file = s->path }, "is no serial port: %s", strerror(errno));
    cfmakeraw(&t);
    t.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
    t.c_cflag |= CLOCAL | CREAD;
    t.c_cc[VMIN] = t.c_cc[VTIME] = 0;
    if (cfsetispeed(&t, B1000000) != 0 || cfsetospeed(&t, B1000000) != 0 ||
        tcsetattr(s->fd, TCSANOW, &t) != 0)
        return gone(s, "does not take 1 Mbaud, 8N1", c);
    if (ioctl(s->fd, TIOCEXCL) != 0)
        return gone(s, "cannot be had alone", c);
    return ERR_NONE;
}

Err serial_open(Serial *s, const char *path, Ctx *c)
{
    *s = (Serial){ open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), path };
    if (s->fd < 0)
        return fail(c, ERR_IO, (Loc){ .file = path }, "the serial port cannot be opened: %s",
                    strerror(errno));
    Err e = set_up(s, c);
    if (e)
        serial_close(s);
    return e;
}

void serial_close(Serial *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

/* *ready: the port is, for these events, within wait_ms. */
static Err wait_for(const Serial *s, short events, int wait_ms, bool *ready, Ctx *c)
{
    struct pollfd p = { .fd = s->fd, .events = events };
    int n;
    do n = poll(&p, 1, wait_ms); while (n < 0 && errno == EINTR);
    if (n < 0)
        return gone(s, "cannot be waited for", c);
    *ready = n > 0;
    if (*ready && !(p.revents & events)) {
        errno = ENODEV;
        return gone(s, "is gone", c);
    }
    return ERR_NONE;
}

static bool try_again(void) { return errno == EAGAIN || errno == EINTR; }

Err serial_send(const Serial *s, const unsigned char *p, size_t n, Ctx *c)
{
    while (n > 0) {
        bool ready;
        TRY(wait_for(s, POLLOUT, SEND_WAIT_MS, &ready, c));
        if (!ready)
            return fail(c, ERR_IO, (Loc){ .file = s->path },
                        "the serial port takes no bytes: is it the board's?");
        ssize_t k = write(s->fd, p, n);
        if (k < 0 && !try_again())
            return gone(s, "cannot be written", c);
        if (k > 0) {
            p += k;
            n -= (size_t)k;
        }
    }
    return ERR_NONE;
}

Err serial_take(const Serial *s, unsigned char *p, size_t n, int wait_ms, size_t *got, Ctx *c)
{
    for (*got = 0; *got < n;) {
        bool ready;
        TRY(wait_for(s, POLLIN, wait_ms, &ready, c));
        if (!ready)
            return ERR_NONE;
        ssize_t k = read(s->fd, p + *got, n - *got);
        if (k < 0 && !try_again())
            return gone(s, "cannot be read", c);
        if (k == 0) {
            errno = ENODEV;
            return gone(s, "is gone", c);
        }
        *got += k > 0 ? (size_t)k : 0;
    }
    return ERR_NONE;
}

Err serial_drain(const Serial *s, int quiet_ms, Ctx *c)
{
    unsigned char heap[1024];
    size_t got = sizeof heap;
    for (size_t all = 0; got == sizeof heap && all < DRAIN_BYTES; all += got)
        TRY(serial_take(s, heap, sizeof heap, quiet_ms, &got, c));
    return ERR_NONE;
}
