/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names and values that the host and the guest share (xenstore). Paths are relative to the guest's
 * own. All functions return 0 (or a length) or an error, not logged: ERR_NOT_FOUND, ERR_DENIED,
 * ERR_TOO_LARGE, ERR_TIMEOUT, ERR_IO.
 */
#pragma once

#include <stddef.h>

struct store {
    /* The value as text into value[size], NUL-terminated. Returns its length. */
    int (*read)(struct store *, const char *path, char *value, size_t size);

    int (*write)(struct store *, const char *path, const char *value);

    /* Removes a name with all that is below it. */
    int (*remove)(struct store *, const char *path);
};
