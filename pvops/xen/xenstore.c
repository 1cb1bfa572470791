/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/xenstore.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <xen/io/xs_wire.h>

#include "hypervisor/xen/time.h"
#include "lib/decimal.h"
#include "lib/error.h"
#include "pvops/xen/xenstore_ring.h"

enum { UNANSWERED_LIMIT = 16 /* answers that wait to be looked at: they fit into the ring */ };

#define PATIENCE (10 * SECONDS) /* for an answer: dom0 can be busy with many guests */

/* ---- messages ------------------------------------------------------------------------------- */

static uint32_t last_request; /* the number of the newest request; the first is 1 */
static uint32_t last_answer;  /* of the newest one that has been answered */
static bool silent;           /* a message was cut off: the ring is of no more use */

/* A message is its header and the parts of its body, a NUL after each part but a value. */
static int send_request(uint32_t type, const char *path, const char *value, uint64_t deadline)
{
    size_t path_size = strlen(path) + 1;
    size_t value_size = value == NULL ? 0 : strlen(value);
    if (path_size + value_size > XENSTORE_PAYLOAD_MAX) {
        return ERR_TOO_LARGE;
    }
    struct xsd_sockmsg header = {
        .type = type,
        .req_id = ++last_request,
        .len = (uint32_t)(path_size + value_size),
    };
    int error = xenstore_ring_send(&header, sizeof header, deadline);
    error = error != 0 ? error : xenstore_ring_send(path, path_size, deadline);
    return error != 0 ? error : xenstore_ring_send(value, value_size, deadline);
}

/* The next message into body[XENSTORE_PAYLOAD_MAX + 1], with a NUL after it. */
static int receive_message(struct xsd_sockmsg *header, char *body, uint64_t deadline)
{
    int error = xenstore_ring_receive(header, sizeof *header, deadline);
    if (error != 0) {
        return error;
    }
    if (header->len > XENSTORE_PAYLOAD_MAX) {
        return ERR_IO;
    }
    body[header->len] = '\0';
    return xenstore_ring_receive(body, header->len, deadline);
}

static int error_of(const char *name)
{
    static const struct {
        const char *name;
        int error;
    } errors[] = {{"ENOENT", ERR_NOT_FOUND},
                  {"EACCES", ERR_DENIED},
                  {"EPERM", ERR_DENIED},
                  {"E2BIG", ERR_TOO_LARGE}};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (strcmp(name, errors[i].name) == 0) {
            return errors[i].error;
        }
    }
    return ERR_IO;
}

/* Sends a request. Its number, which the answer will have, goes to *number. */
static int post(uint32_t type, const char *path, const char *value, uint32_t *number)
{
    int error = silent ? ERR_TIMEOUT : send_request(type, path, value, time_now() + PATIENCE);
    silent = silent || (error != 0 && error != ERR_TOO_LARGE);
    *number = last_request;
    return error;
}

/*
 * Waits for the answer to request `number`, past answers that came too late for theirs. Returns the
 * length of the body.
 */
static int await(uint32_t number, char *body)
{
    uint64_t deadline = time_now() + PATIENCE;
    struct xsd_sockmsg header = {0};
    int error = silent ? ERR_TIMEOUT : 0;
    while (error == 0 && header.req_id != number) {
        error = receive_message(&header, body, deadline);
        last_answer = header.req_id;
    }
    if (error != 0) {
        silent = true;
        return error;
    }
    return header.type == XS_ERROR ? error_of(body) : (int)header.len;
}

static int ask(uint32_t type, const char *path, const char *value, char *body)
{
    uint32_t number;
    int error = post(type, path, value, &number);
    return error != 0 ? error : await(number, body);
}

/* ---- operations ----------------------------------------------------------------------------- */

static char answer[XENSTORE_PAYLOAD_MAX + 1];

/* An answer of `length` bytes (or an error) to whoever asked. */
static int hand_out(int length, char *value, size_t size)
{
    if (length < 0) {
        return length;
    }
    if ((size_t)length + 1 > size) {
        return ERR_TOO_LARGE;
    }
    memcpy(value, answer, (size_t)length + 1);
    return length;
}

int xenstore_read(const char *path, char *value, size_t size)
{
    return hand_out(ask(XS_READ, path, NULL, answer), value, size);
}

int xenstore_number(const char *text, uint64_t *number)
{
    return decimal_parse(text, UINT64_MAX, number) ? 0 : ERR_INVALID;
}

int xenstore_directory(const char *path, char *names, size_t size)
{
    return hand_out(ask(XS_DIRECTORY, path, NULL, answer), names, size);
}

int xenstore_write(const char *path, const char *value)
{
    int length = ask(XS_WRITE, path, value, answer);
    return length < 0 ? length : 0;
}

/* ---- without waiting ------------------------------------------------------------------------ */

void xenstore_flush(void)
{
    if (last_answer != last_request) {
        (void)await(last_request, answer);
    }
}

static void send_unanswered(uint32_t type, const char *path, const char *value)
{
    uint32_t number;
    (void)post(type, path, value, &number); /* a dead store is found by who waits for it */
    xenstore_ring_wake();
    if (last_request - last_answer >= UNANSWERED_LIMIT) {
        xenstore_flush();
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

/* post() for a key of a directory. */
static int post_key(uint32_t type, const char *directory, const char *key, const char *value,
                    uint32_t *number)
{
    char path[XENSTORE_PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s/%s", directory, key);
    return length < (int)sizeof path ? post(type, path, value, number) : ERR_TOO_LARGE;
}

void xenstore_ask_all(const char *directory, struct xenstore_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct xenstore_value *value = &values[i];
        value->length = post_key(XS_READ, directory, value->key, NULL, &value->request);
    }
}

void xenstore_take_all(struct xenstore_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct xenstore_value *value = &values[i];
        if (value->length == 0) {
            value->length = hand_out(await(value->request, answer), value->value, value->size);
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
    for (size_t i = 0; i < count; i++) {
        uint32_t type = changes[i].value != NULL ? XS_WRITE : XS_RM;
        errors[i] = post_key(type, directory, changes[i].key, changes[i].value, &numbers[i]);
    }
    for (size_t i = 0; i < count; i++) {
        int length = errors[i] != 0 ? errors[i] : await(numbers[i], answer);
        bool harmless = changes[i].value == NULL && length == ERR_NOT_FOUND;
        first = first == 0 && length < 0 && !harmless ? length : first;
    }
    return first;
}
