/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes and keys. The size of a terminal at the other end of a line is asked for as it has always
 * been: move far away, ask where the cursor is. Not before the first key: somebody must be there,
 * for an answer that came later would be typed into the next kernel.
 */
#include <string.h>

#include "boot/session/session.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "pvops/clock.h"
#include "pvops/console.h"
#include "pvops/machine.h"
#include "pvops/wait.h"

enum {
    ESCAPE_INTERVAL = 50, /* milliseconds in which a key's bytes follow each other */
    ANSWER_TIME = 500,    /* milliseconds that a terminal may take to report its size */
    MIN_COLUMNS = 20,
    MAX_COLUMNS = 400,
    MIN_ROWS = 8,
    MAX_ROWS = 120,
    SCREEN_ARENA_SIZE = 2 * MAX_COLUMNS * MAX_ROWS * (int)sizeof(struct cell) + 4096,
};

static const char size_question[] = "\x1B"
                                    "7\x1B[999;999H\x1B[6n\x1B"
                                    "8";

uint64_t terminal_now(const struct session *session)
{
    struct clock *clock = session->machine->clock;
    return clock->milliseconds(clock);
}

/* Until `deadline`, in milliseconds. */
static int read_byte(const struct session *session, uint64_t deadline)
{
    uint64_t moment;
    bool ends = checked_mul(deadline, WAIT_MILLISECOND, &moment);
    return wait_byte(session->machine->waiter, ends ? moment : WAIT_FOREVER);
}

void terminal_send(const struct session *session, const char *text)
{
    struct console *console = session->machine->console;
    console->write(console, text, strlen(text));
}

static void write_screen(struct screen_output *output, const char *bytes, size_t length)
{
    struct session *session = (struct session *)((char *)output - offsetof(struct session, output));
    session->machine->console->write(session->machine->console, bytes, length);
}

/* ---- the size ------------------------------------------------------------------------------- */

static unsigned clamp(unsigned value, unsigned low, unsigned high)
{
    return value < low ? low : value > high ? high : value;
}

static int make_screen(struct session *session, unsigned columns, unsigned rows)
{
    session->columns = clamp(columns, MIN_COLUMNS, MAX_COLUMNS);
    session->rows = clamp(rows, MIN_ROWS, MAX_ROWS);
    arena_release(&session->screen_arena, 0);
    return screen_create(&session->screen, session->columns, session->rows, &session->screen_arena,
                         &session->output);
}

int terminal_open(struct session *session)
{
    const struct console *console = session->machine->console;
    session->output.write = write_screen;
    session->size_asked = console->size_known;
    int error =
        arena_open_within(&session->screen_arena, session->machine->arena, SCREEN_ARENA_SIZE);
    return error != 0 ? error : make_screen(session, console->columns, console->rows);
}

static void ask_size(struct session *session)
{
    if (!session->size_asked) {
        session->size_asked = session->answer_is_due = true;
        session->asked_at = terminal_now(session);
        terminal_send(session, size_question);
    }
}

static void take_size(struct session *session)
{
    session->answer_is_due = false;
    (void)make_screen(session, (unsigned)session->keys.numbers[1],
                      (unsigned)session->keys.numbers[0]); /* it fits: its arena is that large */
}

void terminal_drain(struct session *session)
{
    uint64_t deadline = session->asked_at + ANSWER_TIME;
    while (session->answer_is_due) {
        int byte = read_byte(session, deadline);
        if (byte < 0 || keys_byte(&session->keys, byte) == KEY_CURSOR) {
            session->answer_is_due = false;
        }
    }
}

/* ---- keys ----------------------------------------------------------------------------------- */

void terminal_attend(struct session *session, bool attended)
{
    int patience = session->options.patience;
    bool ends = !attended && patience >= 0;
    session->attended = attended;
    session->machine->waiter->patience = ends ? (uint64_t)patience * WAIT_SECOND : WAIT_FOREVER;
}

/*
 * Whether the machine has been saved since the last key. The terminal may be another one then: its size
 * is not known, and what the old one owes never comes. The store is another one, too.
 */
static bool is_resumed(struct session *session)
{
    const struct machine *machine = session->machine;
    if (!machine->waiter->resumed) {
        return false;
    }
    machine->waiter->resumed = false;
    session->size_asked = machine->console->size_known;
    session->answer_is_due = false;
    host_repeat(&session->host, &session->config);
    return true;
}

static int take_key(struct session *session, int key)
{
    if (key == KEY_CURSOR) {
        take_size(session);
        return key;
    }
    terminal_attend(session, true);
    session->opened = 0;
    ask_size(session);
    return key;
}

int terminal_key(struct session *session, uint64_t deadline)
{
    for (;;) {
        bool within_key = session->keys.state != KEYS_PLAIN;
        uint64_t key_end = within_key ? terminal_now(session) + ESCAPE_INTERVAL : UINT64_MAX;
        int byte = read_byte(session, min_u64(deadline, key_end));
        int key = byte >= 0 ? keys_byte(&session->keys, byte) : keys_idle(&session->keys);
        if (key != KEY_NONE) {
            return take_key(session, key);
        }
        if (is_resumed(session)) {
            return KEY_CURSOR;
        }
        if (byte < 0 && terminal_now(session) >= deadline) {
            return KEY_NONE;
        }
    }
}

int terminal_wait(struct session *session)
{
    int key;
    do {
        key = terminal_key(session, UINT64_MAX);
    } while (key == KEY_CURSOR || key == KEY_NONE);
    return key;
}

/* ---- views ---------------------------------------------------------------------------------- */

void terminal_begin_screen(struct session *session)
{
    const struct colors *colors = &session->config.colors;
    session->messages.next = NULL;
    if (colors->normal[0] != '\0') {
        session->screen.normal = colors->normal;
        session->screen.highlight = colors->highlight;
    }
    screen_reset(&session->screen);
}

void terminal_end_screen(struct session *session)
{
    session->messages.next = session->machine->log;
    terminal_send(session, "\x1B[0m\x1B[2J\x1B[H");
}
