/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of a key and a value, with blanks between them; '#' begins a comment's line. */
#pragma once

#include "menu/grammar/lines.h"

struct pair {
    const char *key;   /* NULL: there are no more */
    const char *value; /* without blanks at its ends; "" where there is none */
};

struct pairs {
    struct lines lines;
};

/* How many there are at most. */
size_t pairs_count(const char *text, size_t length);

void pairs_open(struct pairs *, const char *text, size_t length, struct arena *);

/* Returns 0 or ERR_NO_MEMORY. */
int pairs_next(struct pairs *, struct pair *);
