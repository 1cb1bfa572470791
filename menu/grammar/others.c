/* SPDX-License-Identifier: BSD-2-Clause */
/* Configs of more than one file, which boot/open puts together: their entries have GRUB's commands. */
#include <string.h>
#include <strings.h>

#include "menu/config.h"
#include "menu/grammar/grammar.h"
#include "menu/grammar/lines.h"

/* Only these configs have lines that begin so, in whatever case. */
static bool has_keywords(const struct config_text *text)
{
    static const char *const words[] = {"label ",          "include ",   "ui ",
                                        "menu title ",     "menu begin", "default vesamenu",
                                        "default menu.c32"};
    const char *line = text->bytes, *end = text->bytes + text->length;
    while (line != NULL && line < end) {
        size_t left = (size_t)(end - line);
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            size_t length = strlen(words[i]);
            if (left > length && strncasecmp(line, words[i], length) == 0) {
                return true;
            }
        }
        line = memchr(line, '\n', left);
        line += line != NULL ? 1 : 0;
    }
    return false;
}

bool bls_is_folder(const char *path)
{
    static const char folder[] = "loader/entries";
    size_t length = strlen(path), end = sizeof folder - 1;
    while (length > 0 && path[length - 1] == '/') {
        length--;
    }
    return length >= end && strncmp(path + length - end, folder, end) == 0;
}

const struct grammar extlinux_conf = {
    .name = "extlinux", .recognise = has_keywords, .cut_name = cut_word, .names_kernel = true};

const struct grammar bls_entries = {.name = "bls", .cut_name = cut_word, .names_kernel = true};
