/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Xenstore, dom0's tree of names and values (xen/io/xs_wire.h). Requests are answered within a
 * deadline; no watches, no transactions, so nothing is left for the next kernel.
 *
 * Paths are relative to the domain's own ("device/vbd/51712/state") or absolute. All functions
 * return 0 (or a length) or ERR_NOT_FOUND, ERR_DENIED, ERR_TOO_LARGE, ERR_TIMEOUT (the store says
 * nothing), ERR_IO (any other answer).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { XENSTORE_PATH_SIZE = 256 };

/* The value as text into `value`, NUL-terminated. Returns its length. */
int xenstore_read(const char *path, char *value, size_t size);

/* The names in `path`, each NUL-terminated, one after the other. Returns the length of all. */
int xenstore_directory(const char *path, char *names, size_t size);

int xenstore_write(const char *path, const char *value);

/*
 * Writes or removes without waiting for the answer, which nobody looks at. Whatever is asked for
 * later is answered after it.
 */
void xenstore_send(const char *path, const char *value);
void xenstore_send_removal(const char *path);

/*
 * Waits until the store has answered all that was asked, so that no answer is left for the next
 * kernel. Returns 0, ERR_TIMEOUT or ERR_IO.
 */
int xenstore_flush(void);

/*
 * Whether an answer has not come in time, nor since. Does not wait. Whoever asks again and again
 * does not ask a store that is late: each question would wait for it.
 */
bool xenstore_is_late(void);

/*
 * Several keys of one directory, asked for together and answered together: dom0 takes its time, and
 * so it does once. At most XENSTORE_BATCH of them, whose requests fit into the ring.
 */
enum { XENSTORE_BATCH = 8 };

struct xenstore_value {
    const char *key;
    char *value; /* of `size` bytes; the text comes here, NUL-terminated */
    size_t size;
    int length;       /* of the text, or an error */
    uint32_t request; /* its number */
};
void xenstore_read_all(const char *directory, struct xenstore_value *, size_t count);

/* The two halves of that: what is asked for in several calls is to be taken in the same order. */
void xenstore_ask_all(const char *directory, struct xenstore_value *, size_t count);
void xenstore_take_all(struct xenstore_value *, size_t count);

/* Returns the first error; a key to be removed that is not there is none. */
struct xenstore_change {
    const char *key;
    const char *value; /* NULL: remove it */
};
int xenstore_change_all(const char *directory, const struct xenstore_change *, size_t count);

/* A whole decimal number. Returns 0 or ERR_INVALID. */
int xenstore_number(const char *text, uint64_t *number);
