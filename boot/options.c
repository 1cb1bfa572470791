/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/options.h"

#include <string.h>

#include "boot/device_name.h"
#include "boot/host_words.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar/grammar.h"
#include "menu/grammar/lines.h"

enum { DEFAULT_PATIENCE = 120 }; /* seconds: a failover of storage takes minutes */

/* The value of "NAME=VALUE", or NULL when the word is another. */
static const char *value_of(const char *word, const char *name)
{
    size_t length = strlen(name);
    return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

static void take_number(const char *word, const char *value, bool *present, int *number,
                        struct log *log)
{
    bool negative = strcmp(value, "-1") == 0;
    *present = negative || parse_decimal(value, number);
    *number = negative ? -1 : *number;
    if (!*present) {
        log_line(log, "extra=: \"%s\" wants a number", word);
    }
}

static void take_kind(struct options *options, const char *kind, struct log *log)
{
    for (size_t i = 0; i < config_path_count; i++) {
        if (strcmp(config_paths[i].grammar->name, kind) == 0) {
            options->menu = kind;
            return;
        }
    }
    log_line(log, "extra=: pvboot.menu=%.40s: there is no such kind of menu", kind);
}

static void take_word(struct options *options, const char *word, struct log *log)
{
    const char *value;
    if (word[0] == '/' || device_name_length(word) > 0) {
        options->config = word;
    } else if ((value = value_of(word, "pvboot.config")) != NULL) {
        options->config = value;
    } else if ((value = value_of(word, "pvboot.menu")) != NULL) {
        take_kind(options, value, log);
    } else if ((value = value_of(word, "pvboot.append")) != NULL) {
        options->append = value;
    } else if ((value = value_of(word, "pvboot.entry")) != NULL) {
        take_number(word, value, &options->has_entry, &options->entry, log);
    } else if ((value = value_of(word, "pvboot.timeout")) != NULL) {
        take_number(word, value, &options->has_timeout, &options->timeout, log);
    } else if ((value = value_of(word, "pvboot.patience")) != NULL) {
        take_number(word, value, &options->has_patience, &options->patience, log);
    } else if ((value = value_of(word, "pvboot.trace")) != NULL) {
        options->trace = strcmp(value, "0") != 0;
    } else if (value_of(word, "pvboot.stage") != NULL) {
        options->is_next_stage = true;
    } else if (strncmp(word, "pvboot.", strlen("pvboot.")) == 0) {
        log_line(log, "extra=: \"%s\" means nothing to pvboot", word);
    } /* others are for a kernel: some hosts give every guest the same line */
}

int options_parse(struct options *options, const char *command_line, struct arena *arena,
                  struct log *log)
{
    *options = (struct options){0};
    struct host_words words;
    const char *word;
    int error = host_words_open(&words, command_line, arena);
    if (error != 0) {
        return error;
    }
    while ((word = host_words_next(&words)) != NULL) {
        take_word(options, word, log);
    }
    options->has_entry = options->has_entry && options->entry >= 0;
    options->has_patience = options->has_patience && options->patience != 0;
    options->patience = options->has_patience ? options->patience : DEFAULT_PATIENCE;
    return 0;
}
