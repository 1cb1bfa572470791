/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/extlinux/entry.h"

#include <string.h>
#include <strings.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "menu/grammar/lines.h"

enum extlinux_kind extlinux_kind_of(const char *path)
{
    static const char *const programs[] = {".0",   ".bin", ".bs",  ".bss", ".c32",
                                           ".cbt", ".com", ".img", ".efi"};
    size_t length = strlen(path);
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        size_t end = strlen(programs[i]);
        if (length > end && strcasecmp(path + length - end, programs[i]) == 0) {
            return EXTLINUX_PROGRAM;
        }
    }
    return EXTLINUX_LINUX;
}

void extlinux_set_title(struct extlinux_entry *entry, char *title)
{
    char *mark = strchr(title, '^');
    entry->title = title;
    if (mark != NULL) {
        char key = mark[1];
        entry->hotkey = key >= 'A' && key <= 'Z' ? (char)(key | 0x20) : key;
        memmove(mark, mark + 1, strlen(mark));
    }
}

static int add_initrd(struct extlinux_entry *entry, const char *path, struct arena *arena)
{
    struct extlinux_initrd *initrd = arena_alloc(arena, sizeof *initrd);
    if (initrd == NULL) {
        return ERR_NO_MEMORY;
    }
    initrd->path = path;
    if (entry->initrds == NULL) {
        entry->initrds = initrd;
    } else {
        *entry->initrds_end = initrd;
    }
    entry->initrds_end = &initrd->next;
    return 0;
}

int extlinux_add_initrds(struct extlinux_entry *entry, char *list, struct arena *arena)
{
    while (list != NULL) {
        char *next = strchr(list, ',');
        if (next != NULL) {
            *next++ = '\0';
        }
        list += strspn(list, " ");
        list[strcspn(list, " ")] = '\0';
        if (*list != '\0' && add_initrd(entry, list, arena) != 0) {
            return ERR_NO_MEMORY;
        }
        list = next;
    }
    return 0;
}

static bool is_initrd(const char *word)
{
    return strncmp(word, "initrd=", 7) == 0;
}

/* The word after the one at `word`. */
static const char *next_word(const char *word)
{
    word += strcspn(word, " ");
    return word + strspn(word, " ");
}

/* What the last initrd= of a line names, in the arena; "": nothing. NULL: no memory. */
static char *copy_initrd(const char *line, struct arena *arena)
{
    const char *found = "";
    for (const char *word = line; *word != '\0'; word = next_word(word)) {
        found = is_initrd(word) ? word + 7 : found;
    }
    return arena_copy(arena, found, strcspn(found, " "));
}

/* A copy of a line without its initrd=, or NULL. */
static char *copy_without_initrd(const char *line, struct arena *arena)
{
    char *copy = arena_alloc(arena, strlen(line) + 1), *to = copy;
    for (const char *word = line; copy != NULL && *word != '\0'; word = next_word(word)) {
        size_t length = strcspn(word, " ");
        if (!is_initrd(word)) {
            to += to > copy ? 1 : 0;
            memcpy(to, word, length);
            to += length;
            *to = ' ';
        }
    }
    if (copy != NULL) {
        *to = '\0';
    }
    return copy;
}

bool extlinux_is_program(const struct extlinux_entry *entry, const char *name)
{
    size_t length = entry->kernel != NULL ? strlen(entry->kernel) : 0, end = strlen(name);
    return entry->kind == EXTLINUX_PROGRAM && length >= end &&
           strcasecmp(entry->kernel + length - end, name) == 0;
}

/* What stands after an option: "-sys- LABEL"; NULL: nothing does. */
static const char *find_option(const char *words, const char *option)
{
    size_t length = strlen(option);
    while (*words != '\0' && strncmp(words, option, length) != 0) {
        words = next_word(words);
    }
    return *words != '\0' ? next_word(words) : NULL;
}

/* "-pxe- LABEL -sys- LABEL -iso- LABEL": as it is started from a CD-ROM, or from a disk. */
static const char *choose_by_medium(const struct extlinux_entry *entry)
{
    bool is_cd = strstr(entry->file, "isolinux") != NULL;
    const char *label = find_option(entry->arguments, is_cd ? "-iso-" : "-sys-");
    return label != NULL ? label : find_option(entry->arguments, is_cd ? "-sys-" : "-iso-");
}

static void become(struct extlinux_entry *entry, enum extlinux_kind kind, const char *path)
{
    entry->kind = kind;
    entry->kernel = path;
    entry->arguments = "";
}

/* Programs that lead to something else: "KERNEL vesamenu.c32", "APPEND other.cfg". */
static void follow_program(struct extlinux_entry *entry)
{
    if (entry->arguments[0] == '\0') {
        return;
    }
    if (extlinux_is_program(entry, "menu.c32")) {
        become(entry, EXTLINUX_CONFIG, entry->arguments);
    } else if (extlinux_is_program(entry, "ifcpu64.c32")) { /* "64 -- 32" */
        become(entry, EXTLINUX_LABEL, entry->arguments);
    } else if (extlinux_is_program(entry, "whichsys.c32")) {
        const char *label = choose_by_medium(entry);
        become(entry, EXTLINUX_LABEL, label != NULL ? label : "");
    }
}

int extlinux_finish_entry(struct extlinux_entry *entry, const char *append, struct arena *arena)
{
    const char *arguments = entry->arguments != NULL ? entry->arguments : append;
    if (arguments == NULL || strcmp(arguments, "-") == 0) {
        arguments = "";
    }
    char *initrd = copy_initrd(arguments, arena);
    entry->arguments = copy_without_initrd(arguments, arena);
    if (initrd == NULL || entry->arguments == NULL) {
        return ERR_NO_MEMORY;
    }
    follow_program(entry);
    return entry->initrds == NULL ? extlinux_add_initrds(entry, initrd, arena) : 0;
}
