/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/wildcard.h"

/* Where a pattern goes on after the byte `c`; NULL: it does not. */
static const char *step(const char *pattern, const char *end, char c)
{
    if (pattern < end && *pattern == '?') {
        return pattern + 1;
    }
    pattern += pattern + 1 < end && *pattern == '\\' ? 1 : 0;
    return pattern < end && *pattern == c ? pattern + 1 : NULL;
}

/* With one '*' after another there is nothing to go back for: the last one takes what is left. */
bool wildcard_matches(const char *pattern, size_t length, const char *text)
{
    const char *end = pattern + length, *star = NULL, *resume = text;
    while (*text != '\0') {
        const char *next;
        if (pattern < end && *pattern == '*') {
            star = pattern++;
            resume = text;
        } else if ((next = step(pattern, end, *text)) != NULL) {
            pattern = next;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (pattern < end && *pattern == '*') {
        pattern++;
    }
    return pattern == end;
}
