/* SPDX-License-Identifier: BSD-2-Clause */
/* loader.conf(5), as far as a menu is concerned: default and timeout. */
#include <stdint.h>
#include <string.h>

#include "lib/decimal.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/wildcard.h"
#include "menu/bls/bls.h"
#include "menu/bls/pairs.h"

/* Seconds; BLS_TIMEOUT_NONE: it makes no sense. */
static int parse_timeout(const char *text)
{
    uint64_t seconds;
    if (strcmp(text, "menu-force") == 0) {
        return BLS_TIMEOUT_NEVER;
    }
    if (strcmp(text, "menu-hidden") == 0 || strcmp(text, "menu-disabled") == 0) {
        return 0;
    }
    return decimal_parse(text, INT32_MAX, &seconds) ? (int)seconds : BLS_TIMEOUT_NONE;
}

int bls_parse_loader(struct bls_loader *loader, const char *name, const char *text, size_t length,
                     struct arena *arena, struct log *log)
{
    struct pairs pairs;
    struct pair pair;
    int error;
    *loader = (struct bls_loader){.timeout = BLS_TIMEOUT_NONE};
    pairs_open(&pairs, text, length, arena);
    while ((error = pairs_next(&pairs, &pair)) == 0 && pair.key != NULL) {
        if (strcmp(pair.key, "default") == 0 && *pair.value != '\0') {
            loader->default_id = pair.value;
        } else if (strcmp(pair.key, "timeout") == 0) {
            loader->timeout = parse_timeout(pair.value);
            if (loader->timeout == BLS_TIMEOUT_NONE) {
                log_line(log, "%s:%u: timeout wants a number of seconds: \"%.60s\"", name,
                         pairs.lines.number, pair.value);
            }
        }
    }
    return error;
}

bool bls_matches(const char *pattern, const char *id)
{
    size_t length = strlen(pattern);
    if (length > 5 && strcmp(pattern + length - 5, ".conf") == 0 &&
        wildcard_matches(pattern, length - 5, id)) {
        return true;
    }
    return wildcard_matches(pattern, length, id);
}
