/* SPDX-License-Identifier: BSD-2-Clause */
/* Which entry is meant: by its label, or by nobody. */
#include <string.h>
#include <strings.h>

#include "menu/extlinux/extlinux.h"

/* The first one that `is_wanted`, depth first; nothing leads into a submenu that is disabled. */
static const struct extlinux_entry *search(const struct extlinux_entry *entry, const char *label,
                                           bool (*is_wanted)(const struct extlinux_entry *,
                                                             const char *))
{
    for (; entry != NULL; entry = entry->next) {
        if (is_wanted(entry, label)) {
            return entry;
        }
        const struct extlinux_entry *inner =
            entry->disabled ? NULL : search(entry->children, label, is_wanted);
        if (inner != NULL) {
            return inner;
        }
    }
    return NULL;
}

/* `line` can have arguments after the label. */
static bool has_label(const struct extlinux_entry *entry, const char *line)
{
    size_t length = strcspn(line, " ");
    return entry->label != NULL && entry->kind != EXTLINUX_SUBMENU &&
           strncasecmp(entry->label, line, length) == 0 && entry->label[length] == '\0';
}

static bool is_default(const struct extlinux_entry *entry, const char *label)
{
    (void)label;
    return entry->is_default;
}

static bool is_bootable(const struct extlinux_entry *entry, const char *label)
{
    (void)label;
    return !entry->hidden && !entry->disabled && entry->kind == EXTLINUX_LINUX;
}

const struct extlinux_entry *extlinux_find(const struct extlinux_entry *entries, const char *line)
{
    return search(entries, line, has_label);
}

static const struct extlinux_entry *find_named(const struct extlinux_config *config,
                                               const char *line)
{
    return line != NULL ? extlinux_find(config->entries, line) : NULL;
}

const struct extlinux_entry *extlinux_default(const struct extlinux_config *config)
{
    const struct extlinux_entry *found = find_named(config, config->default_label);
    if (found == NULL) {
        found = search(config->entries, "", is_default);
    }
    if (found == NULL) {
        found = find_named(config, config->on_timeout);
    }
    return found != NULL ? found : search(config->entries, "", is_bootable);
}

const char *extlinux_default_arguments(const struct extlinux_config *config)
{
    const char *line = config->default_label;
    if (find_named(config, line) == NULL) {
        return "";
    }
    line += strcspn(line, " ");
    return line + strspn(line, " ");
}
