/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/host.h"

#include <stdio.h>
#include <string.h>

#include "menu/config.h"
#include "menu/grammar/lines.h"
#include "pvops/store.h"

#define OURS "data/pvboot"

void host_open(struct host *host, struct store *store)
{
    *host = (struct host){.store = store};
}

/* The host does without what cannot be sent: a boot goes on. */
static void write_value(const struct host *host, const char *path, const char *value)
{
    if (host->store != NULL) {
        host->store->write(host->store, path, value);
    }
}

void host_report(struct host *host, const char *state, const char *what)
{
    (void)snprintf(host->state, sizeof host->state, "%s%s%s", state, what[0] != '\0' ? " " : "",
                   what); /* cut */
    write_value(host, OURS "/state", host->state);
}

static void remove_values(const struct host *host, const char *path)
{
    if (host->store != NULL) {
        host->store->remove(host->store, path);
    }
}

static void write_entries(const struct host *host, const struct config *config)
{
    char path[64], text[HOST_VALUE_SIZE];
    (void)snprintf(text, sizeof text, "%zu", config->entry_count); /* fits */
    write_value(host, OURS "/entries", text);
    for (struct entry *entry = entry_first(config->root);
         entry != NULL && entry->number < HOST_ENTRIES; entry = entry_next(entry)) {
        (void)snprintf(path, sizeof path, OURS "/entries/%zu", entry->number); /* fits */
        (void)snprintf(text, sizeof text, "%s", entry->title);                 /* cut */
        write_value(host, path, text);
    }
}

void host_report_entries(struct host *host, const struct config *config)
{
    if (host->announced == config->name) {
        return;
    }
    if (host->announced != NULL) {
        remove_values(host, OURS "/entries"); /* there may be more of them */
    }
    write_entries(host, config);
    host->announced = config->name;
}

void host_repeat(struct host *host, const struct config *config)
{
    bool has_entries = host->announced != NULL;
    write_value(host, OURS "/state", host->state);
    host->announced = NULL;
    if (has_entries) {
        host_report_entries(host, config);
    }
}

void host_retract(struct host *host)
{
    remove_values(host, OURS);
    host->announced = NULL;
}

/* Reads one of the host's keys. True when it says something new. */
static bool is_new(const struct host *host, const char *path, char *known)
{
    char value[HOST_VALUE_SIZE];
    if (host->store == NULL || host->store->read(host->store, path, value, sizeof value) <= 0 ||
        strcmp(value, known) == 0) {
        return false;
    }
    memcpy(known, value, sizeof value);
    return true;
}

static bool find_entry(const struct config *config, const char *text, size_t *entry)
{
    int number;
    if (parse_decimal(text, &number) && (size_t)number < config->entry_count) {
        *entry = (size_t)number;
        return true;
    }
    struct entry *titled = entry_first(config->root);
    while (titled != NULL && strcmp(titled->title, text) != 0) {
        titled = entry_next(titled);
    }
    *entry = titled != NULL ? titled->number : *entry;
    return titled != NULL;
}

static bool find_timeout(const char *text, int *timeout)
{
    int seconds;
    bool never = strcmp(text, "-1") == 0;
    if (!never && !parse_decimal(text, &seconds)) {
        return false;
    }
    *timeout = never ? TIMEOUT_NEVER : seconds;
    return true;
}

bool host_asks(struct host *host, const struct config *config, size_t *entry, int *timeout)
{
    bool asks =
        is_new(host, "vm-data/pvboot/entry", host->entry) && find_entry(config, host->entry, entry);
    if (is_new(host, "vm-data/pvboot/timeout", host->timeout)) {
        bool good = find_timeout(host->timeout, timeout);
        asks = asks || good;
    }
    return asks;
}
