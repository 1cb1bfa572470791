/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/host/console.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "lib/error.h"
#include "lib/log.h"
#include "pvops/console.h"

static struct termios usual;

static void console_write(struct console *console, const char *bytes, size_t length)
{
    (void)console;
    while (length > 0) {
        ssize_t count = write(STDOUT_FILENO, bytes, length);
        if (count < 0 && errno != EINTR) {
            exit(EXIT_FAILURE); /* the terminal is gone */
        }
        bytes += count > 0 ? count : 0;
        length -= count > 0 ? (size_t)count : 0;
    }
}

static int take_byte(void)
{
    unsigned char byte;
    if (read(STDIN_FILENO, &byte, 1) != 1) {
        exit(EXIT_FAILURE); /* likewise */
    }
    if (byte == HOST_CONSOLE_LEAVE) {
        console_write(NULL, "\r\n", 2);
        exit(EXIT_SUCCESS);
    }
    return byte;
}

static int console_read(struct console *console)
{
    (void)console;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&input, 1, 0) > 0 ? take_byte() : ERR_NOT_FOUND;
}

/* Asked only while a device is waited for; the host's are always there. */
static bool console_interrupted(struct console *console)
{
    (void)console;
    return false;
}

void host_console_suspend(void)
{
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &usual); /* it was a terminal a moment ago */
}

void host_console_resume(void)
{
    struct termios raw = usual;
    cfmakeraw(&raw);
    (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &raw); /* likewise */
}

struct console *host_console(struct log *log)
{
    static struct console console = {.columns = 80,
                                     .rows = 24,
                                     .write = console_write,
                                     .read = console_read,
                                     .interrupted = console_interrupted};
    struct winsize size;
    if (tcgetattr(STDIN_FILENO, &usual) != 0 || isatty(STDOUT_FILENO) == 0) {
        log_line(log, "the menu needs a terminal: %s", strerror(errno));
        return NULL;
    }
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        console.columns = size.ws_col;
        console.rows = size.ws_row;
        console.size_known = true;
    }
    (void)atexit(host_console_suspend); /* without it, the terminal would stay raw */
    host_console_resume();
    return &console;
}

static void console_line(struct log *log, const char *text)
{
    (void)log;
    console_write(NULL, text, strlen(text));
    console_write(NULL, "\r\n", 2);
}

struct log *host_console_log(void)
{
    static struct log log = {.line = console_line};
    return &log;
}
