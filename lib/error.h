/* SPDX-License-Identifier: BSD-2-Clause */
/* Error codes. Functions return 0, or one of these; all are negative. */
#pragma once

enum error {
    ERR_IO = -1,          /* a device failed */
    ERR_NO_MEMORY = -2,   /* the arena, or the domain, is full */
    ERR_NOT_FOUND = -3,   /* no such file, device, key, entry */
    ERR_WRONG_TYPE = -4,  /* a directory where a file is needed, or the other way round */
    ERR_CORRUPT = -5,     /* a field has a value that cannot be */
    ERR_UNSUPPORTED = -6, /* understood, and deliberately not done */
    ERR_UNKNOWN = -7,     /* not this format: let another one look. Never logged. */
    ERR_LOOP = -8,        /* too many symbolic links, or a chain that bites its tail */
    ERR_TOO_LARGE = -9,   /* more than there is room for */
    ERR_RANGE = -10,      /* outside the file, partition or disk */
    ERR_TIMEOUT = -11,    /* nothing happened until the deadline */
    ERR_INVALID = -12,    /* an argument, a command or a line that makes no sense */
    ERR_BUSY = -13,       /* a queue is full: wait, then try again. Never logged. */
    ERR_DENIED = -14,     /* permission, or a wrong password */
    ERR_TRUNCATED = -15,  /* the data ends where more must follow */
    ERR_CANCELLED = -16,  /* a person did not want to wait for it */
};

/* A few words for `error`, in lower case, without a full stop: "I/O error". */
const char *error_text(int error);
