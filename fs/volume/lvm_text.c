/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/lvm_text.h"

#include <string.h>

#include "lib/checked.h"
#include "lib/decimal.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0';
}

static bool is_mark(char c)
{
    return c != '\0' && strchr("{}=[],", c) != NULL;
}

/* A word, a text with its quotes, or a mark by itself. */
struct token {
    const char *start, *end; /* equal: there is none */
};

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (is_blank(*at) || *at == '#')) {
        if (*at == '#') {
            while (at < end && *at != '\n') {
                at++;
            }
        } else {
            at++;
        }
    }
    return at;
}

static const char *text_end(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++) {
        at += *at == '\\' && end - at > 1 ? 1 : 0;
    }
    return at < end ? at + 1 : end;
}

static struct token next_token(const char *at, const char *end)
{
    struct token token = {.start = skip_blanks(at, end)};
    at = token.start;
    if (at < end && *at == '"') {
        token.end = text_end(at, end);
        return token;
    }
    if (at < end && is_mark(*at)) {
        token.end = at + 1;
        return token;
    }
    while (at < end && !is_blank(*at) && !is_mark(*at) && *at != '#' && *at != '"') {
        at++;
    }
    token.end = at;
    return token;
}

static bool is(const struct token *token, const char *text)
{
    size_t length = (size_t)(token->end - token->start);
    return length == strlen(text) && memcmp(token->start, text, length) == 0;
}

/* Where what began with an opening mark, which has been read, is closed. */
static struct token find_end(const char *at, const char *end, const char *open, const char *close)
{
    unsigned depth = 1;
    struct token token = next_token(at, end);
    while (token.start < token.end) {
        depth += is(&token, open) ? 1 : 0;
        depth -= is(&token, close) ? 1 : 0;
        if (depth == 0) {
            break;
        }
        token = next_token(token.end, end);
    }
    return token;
}

/* Something of a section: `name = value`, or `name { value }`. */
struct entry {
    struct token name;
    struct lvm_section value; /* without its braces or brackets */
    bool is_section, is_list;
    const char *after;
};

/* The entry at `at`; false: none follows. */
static bool next_entry(const char *at, const char *end, struct entry *entry)
{
    struct token name = next_token(at, end), mark = next_token(name.end, end);
    struct token close, value = next_token(mark.end, end);
    *entry = (struct entry){.name = name, .is_section = is(&mark, "{")};
    if (name.start == name.end || (!entry->is_section && !is(&mark, "="))) {
        return false;
    }
    entry->is_list = !entry->is_section && is(&value, "[");
    if (entry->is_section || entry->is_list) {
        const char *start = entry->is_section ? mark.end : value.end;
        close = entry->is_section ? find_end(start, end, "{", "}") : find_end(start, end, "[", "]");
        entry->value = (struct lvm_section){start, close.start};
        entry->after = close.end;
    } else {
        entry->value = (struct lvm_section){value.start, value.end};
        entry->after = value.end;
    }
    return true;
}

static bool find_entry(const struct lvm_section *section, const char *name, struct entry *entry)
{
    const char *at = section->start;
    while (next_entry(at, section->end, entry)) {
        if (is(&entry->name, name)) {
            return true;
        }
        at = entry->after;
    }
    return false;
}

/* A token's characters, without its quotes; false: they do not fit. */
static bool copy_text(const struct lvm_section *value, char *text, size_t size)
{
    const char *at = value->start, *end = value->end;
    size_t used = 0;
    if (at < end && *at == '"') {
        at++;
        end -= end - at > 0 && end[-1] == '"' ? 1 : 0;
    }
    for (; at < end; at++) {
        at += *at == '\\' && end - at > 1 ? 1 : 0;
        if (used + 1 >= size) {
            return false;
        }
        text[used++] = *at;
    }
    text[used] = '\0';
    return true;
}

bool lvm_section(const struct lvm_section *section, const char *name, struct lvm_section *found)
{
    struct entry entry;
    if (!find_entry(section, name, &entry) || !entry.is_section) {
        return false;
    }
    *found = entry.value;
    return true;
}

bool lvm_next_section(const struct lvm_section *section, const char **cursor,
                      char name[LVM_NAME_SIZE], struct lvm_section *found)
{
    const char *at = *cursor != NULL ? *cursor : section->start;
    struct entry entry;
    while (next_entry(at, section->end, &entry)) {
        struct lvm_section text = {entry.name.start, entry.name.end};
        at = entry.after;
        if (entry.is_section && copy_text(&text, name, LVM_NAME_SIZE)) {
            *found = entry.value;
            *cursor = at;
            return true;
        }
    }
    return false;
}

bool lvm_number(const struct lvm_section *section, const char *key, uint64_t *number)
{
    struct entry entry;
    if (!find_entry(section, key, &entry) || entry.is_section || entry.is_list) {
        return false;
    }
    size_t length = (size_t)(entry.value.end - entry.value.start);
    return length > 0 && decimal_begin(entry.value.start, length, number) == length;
}

bool lvm_string(const struct lvm_section *section, const char *key, char *text, size_t size)
{
    struct entry entry;
    return find_entry(section, key, &entry) && !entry.is_section && !entry.is_list &&
           copy_text(&entry.value, text, size);
}

bool lvm_has(const struct lvm_section *section, const char *key)
{
    struct entry entry;
    return find_entry(section, key, &entry);
}

bool lvm_list(const struct lvm_section *section, const char *key, struct lvm_section *items)
{
    struct entry entry;
    if (!find_entry(section, key, &entry) || !entry.is_list) {
        return false;
    }
    *items = entry.value;
    return true;
}

bool lvm_next_item(struct lvm_section *items, char text[LVM_NAME_SIZE])
{
    struct token token = next_token(items->start, items->end);
    while (is(&token, ",")) {
        token = next_token(token.end, items->end);
    }
    struct lvm_section value = {token.start, token.end};
    items->start = token.end;
    return token.start < token.end && copy_text(&value, text, LVM_NAME_SIZE);
}

bool lvm_list_has(const struct lvm_section *section, const char *key, const char *text)
{
    struct lvm_section items;
    char item[LVM_NAME_SIZE];
    if (!lvm_list(section, key, &items)) {
        return false;
    }
    while (lvm_next_item(&items, item)) {
        if (strcmp(item, text) == 0) {
            return true;
        }
    }
    return false;
}
