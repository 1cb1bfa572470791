/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of LVM2's metadata, as lvm.conf(5) and the metadata's own format have it:
 *
 *      name {                        # a section; a comment ends with its line
 *          number = 8192
 *          text = "..."              # \ before " and \
 *          list = ["pv0", 0]
 *          section { ... }
 *      }
 *
 * Nothing is kept of it: a section is a part of the text, which is scanned for what is asked for.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands between two braces, or a whole text. */
struct lvm_section {
    const char *start, *end;
};

enum { LVM_NAME_SIZE = 128 /* bytes of any name and its NUL */ };

/* One that lies directly in the section. Returns false when there is none. */
bool lvm_section(const struct lvm_section *, const char *name, struct lvm_section *);

/*
 * The next section that lies directly in one; *cursor is NULL for the first. Returns false when there
 * is none.
 */
bool lvm_next_section(const struct lvm_section *, const char **cursor, char name[LVM_NAME_SIZE],
                      struct lvm_section *);

/* A number of the section; false: there is none, or it is no number. */
bool lvm_number(const struct lvm_section *, const char *key, uint64_t *number);

/* A text of the section, of less than `size` bytes; false: there is none. */
bool lvm_string(const struct lvm_section *, const char *key, char *text, size_t size);

/* Is there anything of this name? */
bool lvm_has(const struct lvm_section *, const char *key);

/* A list's items, as a section that lvm_next_item() goes through; false: there is no such list. */
bool lvm_list(const struct lvm_section *, const char *key, struct lvm_section *items);

/*
 * The next item, from the start of `items` on, which it leaves: a number's digits, or a text, cut to
 * fit. false: there is none.
 */
bool lvm_next_item(struct lvm_section *items, char text[LVM_NAME_SIZE]);

/* Is this text an item of the list `key`? */
bool lvm_list_has(const struct lvm_section *, const char *key, const char *text);
