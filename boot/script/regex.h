/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * POSIX's extended regular expressions (IEEE Std 1003.1, chapter 9.4), for `regexp`: . [] [^]
 * [:class:] * + ? {n,m} | () ^ $ and \ before a character; \w \W \s \S, too. Of all matches the one
 * that begins first counts, and of these the longest.
 */
#pragma once

#include <stddef.h>

struct arena;

enum { REGEX_GROUPS = 10 /* the whole match, and nine in parentheses */ };

struct regex_match {
    const char *start; /* NULL: the group took no part */
    size_t length;
};

/*
 * Searches `text`. Returns 1 and the groups, 0 (no match), ERR_INVALID where the expression is wrong
 * or too long, ERR_LOOP where it would take more than *steps (which it lessens), or ERR_NO_MEMORY;
 * none is logged. The arena is used for the time of the call.
 */
int regex_search(const char *expression, const char *text, struct regex_match[REGEX_GROUPS],
                 size_t *steps, struct arena *);
