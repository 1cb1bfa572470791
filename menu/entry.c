/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/entry.h"

void command_list_add(struct command_list *list, struct command *command)
{
    if (list->last != NULL) {
        list->last->next = command;
    } else {
        list->first = command;
    }
    list->last = command;
}

void entry_add(struct entry *submenu, struct entry *entry)
{
    entry->parent = submenu;
    entry->next = NULL;
    entry->index = submenu->count++;
    if (submenu->last != NULL) {
        submenu->last->next = entry;
    } else {
        submenu->first = entry;
    }
    submenu->last = entry;
}

struct entry *entry_first(struct entry *entry)
{
    while (entry->first != NULL) {
        entry = entry->first;
    }
    return entry;
}

struct entry *entry_next(struct entry *entry)
{
    while (entry != NULL && entry->next == NULL) {
        entry = entry->parent;
    }
    return entry == NULL ? NULL : entry_first(entry->next);
}

size_t entry_number_all(struct entry *root)
{
    size_t count = 0;
    struct entry *entry = root->count > 0 ? entry_first(root) : NULL;
    for (; entry != NULL; entry = entry_next(entry)) {
        entry->number = count++;
    }
    return count;
}

struct entry *entry_find(struct entry *root, size_t number)
{
    struct entry *entry = root->count > 0 ? entry_first(root) : NULL;
    while (entry != NULL && entry->number != number) {
        entry = entry_next(entry);
    }
    return entry;
}

struct entry *entry_at(const struct entry *submenu, size_t index)
{
    struct entry *entry = submenu->first;
    while (index-- > 0) {
        entry = entry->next;
    }
    return entry;
}
