/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/error.h"

#include <stddef.h>

const char *error_text(int error)
{
    static const char *const texts[] = {
        [0] = "no error",
        [-ERR_IO] = "I/O error",
        [-ERR_NO_MEMORY] = "out of memory",
        [-ERR_NOT_FOUND] = "not found",
        [-ERR_WRONG_TYPE] = "wrong type of file",
        [-ERR_CORRUPT] = "corrupt data",
        [-ERR_UNSUPPORTED] = "not supported",
        [-ERR_UNKNOWN] = "unknown format",
        [-ERR_LOOP] = "a loop",
        [-ERR_TOO_LARGE] = "too large",
        [-ERR_RANGE] = "out of range",
        [-ERR_TIMEOUT] = "timed out",
        [-ERR_INVALID] = "invalid",
        [-ERR_BUSY] = "busy",
        [-ERR_DENIED] = "denied",
        [-ERR_TRUNCATED] = "truncated",
        [-ERR_CANCELLED] = "cancelled",
    };
    size_t index = (size_t) - (long)error;
    return index < sizeof texts / sizeof texts[0] ? texts[index] : "unknown error";
}
