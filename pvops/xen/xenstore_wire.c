/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/xenstore_wire.h"

#include <string.h>

#include "lib/error.h"

static size_t size_of(const struct xenstore_message *message)
{
    return sizeof message->header + message->header.len;
}

static int time_out(struct xenstore_wire *wire)
{
    wire->late = true;
    return ERR_TIMEOUT;
}

/* ---- sending -------------------------------------------------------------------------------- */

/* Sends what is left of the newest request. */
static int send_rest(struct xenstore_wire *wire, uint64_t deadline)
{
    struct xenstore_stream *stream = wire->stream;
    const char *end = (const char *)&wire->request + size_of(&wire->request);
    while (wire->unsent > 0) {
        size_t count = stream->put(stream, end - wire->unsent, wire->unsent);
        wire->unsent -= count;
        if (count == 0 && !stream->wait(stream, deadline)) {
            return time_out(wire);
        }
    }
    return 0;
}

int xenstore_wire_post(struct xenstore_wire *wire, uint32_t type, const char *path,
                       const char *value, uint64_t deadline, uint32_t *number)
{
    size_t path_size = strlen(path) + 1;
    size_t value_size = value == NULL ? 0 : strlen(value);
    if (path_size + value_size > XENSTORE_PAYLOAD_MAX) {
        return ERR_TOO_LARGE;
    }
    if (wire->broken) {
        return ERR_IO;
    }
    int error = send_rest(wire, deadline); /* of the one before */
    if (error != 0) {
        return error;
    }
    wire->request.header = (struct xsd_sockmsg){
        .type = type,
        .req_id = ++wire->last_request,
        .len = (uint32_t)(path_size + value_size),
    };
    memcpy(wire->request.body, path, path_size);
    if (value_size > 0) {
        memcpy(wire->request.body + path_size, value, value_size);
    }
    wire->unsent = size_of(&wire->request);
    *number = wire->last_request;
    return send_rest(wire, deadline);
}

/* ---- receiving ------------------------------------------------------------------------------ */

/* Goes on with the answer that is being received, until `size` bytes of it are there. */
static int receive_until(struct xenstore_wire *wire, size_t size, uint64_t deadline)
{
    struct xenstore_stream *stream = wire->stream;
    while (wire->received < size) {
        char *at = (char *)&wire->answer + wire->received;
        size_t count = stream->take(stream, at, size - wire->received);
        wire->received += count;
        if (count == 0 && !stream->wait(stream, deadline)) {
            return time_out(wire);
        }
    }
    return 0;
}

/* One that is neither an answer to somebody before us nor an event. */
static bool is_to_us(const struct xenstore_wire *wire)
{
    const struct xsd_sockmsg *header = &wire->answer.header;
    return header->type != XS_WATCH_EVENT &&
           wire->last_request - header->req_id < wire->last_request - wire->last_answer;
}

static int receive_answer(struct xenstore_wire *wire, uint64_t deadline)
{
    struct xenstore_message *answer = &wire->answer;
    int error = receive_until(wire, sizeof answer->header, deadline);
    if (error != 0) {
        return error;
    }
    if (answer->header.len > XENSTORE_PAYLOAD_MAX) {
        wire->broken = true;
        return ERR_IO;
    }
    error = receive_until(wire, size_of(answer), deadline);
    if (error != 0) {
        return error;
    }
    answer->body[answer->header.len] = '\0';
    wire->received = 0;
    if (is_to_us(wire)) {
        wire->last_answer = answer->header.req_id;
    }
    wire->late = wire->late && wire->last_answer != wire->last_request;
    return 0;
}

/* Receives answers until the one to request `number` is there. */
static int receive_up_to(struct xenstore_wire *wire, uint32_t number, uint64_t deadline)
{
    if (wire->broken) {
        return ERR_IO;
    }
    int error = send_rest(wire, deadline);
    while (error == 0 && wire->last_answer != number) {
        error = receive_answer(wire, deadline);
    }
    return error;
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

int xenstore_wire_await(struct xenstore_wire *wire, uint32_t number, uint64_t deadline)
{
    int error = receive_up_to(wire, number, deadline);
    if (error != 0) {
        return error;
    }
    const struct xenstore_message *answer = &wire->answer;
    return answer->header.type == XS_ERROR ? error_of(answer->body) : (int)answer->header.len;
}

int xenstore_wire_flush(struct xenstore_wire *wire, uint64_t deadline)
{
    return receive_up_to(wire, wire->last_request, deadline);
}

bool xenstore_wire_is_late(struct xenstore_wire *wire)
{
    if (wire->late) {
        (void)xenstore_wire_flush(wire, 0); /* as far as it has come */
    }
    return wire->late;
}
