/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/xenstore.h"

#include <stdio.h>
#include <string.h>

#include "hypervisor/xen/time.h"
#include "lib/decimal.h"
#include "lib/error.h"
#include "pvops/xen/xenstore_ring.h"

enum { UNANSWERED_LIMIT = 16 /* answers that wait to be looked at: they fit into the ring */ };

#define PATIENCE (10 * SECONDS) /* for an answer: dom0 can be busy with many guests */

static struct xenstore_wire wire = {.stream = &xenstore_ring};

static uint64_t deadline(void)
{
    return time_now() + PATIENCE;
}

/* ---- operations ----------------------------------------------------------------------------- */

static int ask(uint32_t type, const char *path, const char *value)
{
    uint32_t number;
    uint64_t end = deadline();
    int error = xenstore_wire_post(&wire, type, path, value, end, &number);
    if (error != 0) {
        return error;
    }
    return xenstore_wire_await(&wire, number, end);
}

/* The newest answer, of `length` bytes (or an error), to whoever asked. */
static int hand_out(int length, char *value, size_t size)
{
    if (length < 0) {
        return length;
    }
    if ((size_t)length + 1 > size) {
        return ERR_TOO_LARGE;
    }
    memcpy(value, wire.answer.body, (size_t)length + 1);
    return length;
}

int xenstore_read(const char *path, char *value, size_t size)
{
    return hand_out(ask(XS_READ, path, NULL), value, size);
}

int xenstore_number(const char *text, uint64_t *number)
{
    return decimal_parse(text, UINT64_MAX, number) ? 0 : ERR_INVALID;
}

int xenstore_directory(const char *path, char *names, size_t size)
{
    return hand_out(ask(XS_DIRECTORY, path, NULL), names, size);
}

int xenstore_write(const char *path, const char *value)
{
    int length = ask(XS_WRITE, path, value);
    return length < 0 ? length : 0;
}

/* ---- without waiting ------------------------------------------------------------------------ */

int xenstore_flush(void)
{
    return xenstore_wire_flush(&wire, deadline());
}

bool xenstore_is_late(void)
{
    return xenstore_wire_is_late(&wire);
}

static void send_unanswered(uint32_t type, const char *path, const char *value)
{
    uint32_t number;
    (void)xenstore_wire_post(&wire, type, path, value, deadline(),
                             &number); /* a dead store is found by who waits for it */
    xenstore_ring_wake();
    if (wire.last_request - wire.last_answer >= UNANSWERED_LIMIT) {
        (void)xenstore_flush(); /* likewise */
    }
}

void xenstore_send(const char *path, const char *value)
{
    send_unanswered(XS_WRITE, path, value);
}

void xenstore_send_removal(const char *path)
{
    send_unanswered(XS_RM, path, NULL);
}

/* ---- several at a time ---------------------------------------------------------------------- */

/* Posts a request for a key of a directory. */
static int post_key(uint32_t type, const char *directory, const char *key, const char *value,
                    uint64_t end, uint32_t *number)
{
    char path[XENSTORE_PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s/%s", directory, key);
    return length < (int)sizeof path ? xenstore_wire_post(&wire, type, path, value, end, number)
                                     : ERR_TOO_LARGE;
}

void xenstore_ask_all(const char *directory, struct xenstore_value *values, size_t count)
{
    uint64_t end = deadline();
    for (size_t i = 0; i < count; i++) {
        struct xenstore_value *value = &values[i];
        value->length = post_key(XS_READ, directory, value->key, NULL, end, &value->request);
    }
}

void xenstore_take_all(struct xenstore_value *values, size_t count)
{
    uint64_t end = deadline();
    for (size_t i = 0; i < count; i++) {
        struct xenstore_value *value = &values[i];
        if (value->length == 0) {
            int length = xenstore_wire_await(&wire, value->request, end);
            value->length = hand_out(length, value->value, value->size);
        }
    }
}

void xenstore_read_all(const char *directory, struct xenstore_value *values, size_t count)
{
    xenstore_ask_all(directory, values, count);
    xenstore_take_all(values, count);
}

int xenstore_change_all(const char *directory, const struct xenstore_change *changes, size_t count)
{
    uint32_t numbers[XENSTORE_BATCH];
    int errors[XENSTORE_BATCH], first = 0;
    uint64_t end = deadline();
    for (size_t i = 0; i < count; i++) {
        uint32_t type = changes[i].value != NULL ? XS_WRITE : XS_RM;
        errors[i] = post_key(type, directory, changes[i].key, changes[i].value, end, &numbers[i]);
    }
    for (size_t i = 0; i < count; i++) {
        int length = errors[i] != 0 ? errors[i] : xenstore_wire_await(&wire, numbers[i], end);
        bool harmless = changes[i].value == NULL && length == ERR_NOT_FOUND;
        if (first == 0 && length < 0 && !harmless) {
            first = length;
        }
    }
    return first;
}
