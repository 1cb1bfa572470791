/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests to xenstore and its answers, over two streams of bytes (xen/io/xs_wire.h):
 *
 *      | type | request's number | transaction | length | body ... |    four 32-bit words, then bytes
 *
 * A store that is late costs the request that was not answered in time, and no other: the rest of a
 * message that was cut off is sent or received before the next one, and answers that nobody waits for any
 * more are skipped.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/io/xs_wire.h>

/* Where the bytes go: the rings that we share with the store, or a test. */
struct xenstore_stream {
    /* Puts or takes what there is room or are bytes for. Returns how many: 0 to `length`. */
    size_t (*put)(struct xenstore_stream *, const void *bytes, size_t length);
    size_t (*take)(struct xenstore_stream *, void *bytes, size_t length);

    /*
     * Waits until the store may have made room or sent bytes since the last put or take, or until
     * `deadline` (nanoseconds). Returns whether it may have.
     */
    bool (*wait)(struct xenstore_stream *, uint64_t deadline);
};

struct xenstore_message {
    struct xsd_sockmsg header;
    char body[XENSTORE_PAYLOAD_MAX + 1]; /* with a NUL after it */
};

struct xenstore_wire {
    struct xenstore_stream *stream;
    struct xenstore_message request; /* the newest */
    size_t unsent;                   /* bytes at its end */
    struct xenstore_message answer;  /* the newest */
    size_t received;                 /* bytes of the one that is being received; 0: none is */
    uint32_t last_request;           /* the number of the newest; the first is 1 */
    uint32_t last_answer;            /* of the newest request that has been answered */
    bool late;                       /* not all has been answered in time */
    bool broken; /* a message cannot be: where the next one begins is not known */
};

/*
 * Sends a request of two parts: `path` with its NUL, then `value` without one (NULL: none). Its
 * number goes to *number. Returns 0, ERR_TOO_LARGE (nothing is sent), ERR_TIMEOUT at `deadline` or ERR_IO.
 */
int xenstore_wire_post(struct xenstore_wire *, uint32_t type, const char *path, const char *value,
                       uint64_t deadline, uint32_t *number);

/*
 * Waits for the answer to request `number`, past older ones, which will not be waited for any more.
 * Returns the length of its body, which is in answer.body until the next call, or an error: what the store
 * says, ERR_TIMEOUT or ERR_IO.
 */
int xenstore_wire_await(struct xenstore_wire *, uint32_t number, uint64_t deadline);

/* Waits until all requests have been answered. Returns 0, ERR_TIMEOUT or ERR_IO. */
int xenstore_wire_flush(struct xenstore_wire *, uint64_t deadline);

/*
 * Whether an answer is late and has still not come. Does not wait: for those who ask again and
 * again, and would wait in vain each time.
 */
bool xenstore_wire_is_late(struct xenstore_wire *);
