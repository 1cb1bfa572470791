/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON (RFC 8259) on standard output. Members of an object have a `name`; elements of an array and the
 * whole text have NULL there.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct json {
    bool more; /* something of this object or array has been written */
};

/* '{' or '[', and the end of what was opened last: '}' or ']'. */
void json_open(struct json *, const char *name, char bracket);
void json_close(struct json *, char bracket);

/* A text; bytes that are no UTF-8 become U+FFFD. NULL: null. */
void json_text(struct json *, const char *name, const char *text);
/* A text that somebody else writes in between; it has nothing that would have to be quoted. */
void json_begin_text(struct json *, const char *name);
void json_end_text(void);

void json_number(struct json *, const char *name, int64_t number);
void json_bool(struct json *, const char *name, bool value);

/* The end of the whole text. */
void json_end(void);
