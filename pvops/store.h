/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names and values that the host and the guest share (xenstore). Paths are relative to the guest's
 * own.
 */
#pragma once

#include <stddef.h>

struct store {
    /*
     * The value as text into value[size], NUL-terminated. Returns its length or an error, not
     * logged: ERR_NOT_FOUND, ERR_DENIED, ERR_TOO_LARGE, ERR_TIMEOUT, ERR_IO.
     */
    int (*read)(struct store *, const char *path, char *value, size_t size);

    /*
     * Sends a value to whoever may read it, and goes on at once: later questions see it. A value that
     * cannot be sent is lost, for a boot does not depend on it.
     */
    void (*write)(struct store *, const char *path, const char *value);

    /* Likewise: a name goes, with all that is below it. */
    void (*remove)(struct store *, const char *path);
};
