/* SPDX-License-Identifier: BSD-2-Clause */
/* GRUB 2's grub.cfg: a script. menu/grub_cfg parses it, boot/grub runs it. */
#include <string.h>

#include "menu/config.h"
#include "menu/grammar/grammar.h"
#include "menu/grammar/lines.h"

/* Does the line that begins at `text` begin with this word? */
static bool line_has(const char *text, size_t length, const char *word)
{
    size_t word_length = strlen(word), blanks = 0;
    while (blanks < length && (text[blanks] == ' ' || text[blanks] == '\t')) {
        blanks++;
    }
    return length - blanks > word_length && memcmp(text + blanks, word, word_length) == 0;
}

/* Only a grub.cfg has lines that begin so. */
static bool has_menuentries(const struct config_text *text)
{
    const char *line = text->bytes, *end = text->bytes + text->length;
    while (line != NULL && line < end) {
        size_t left = (size_t)(end - line);
        if (line_has(line, left, "menuentry ") || line_has(line, left, "submenu ")) {
            return true;
        }
        line = memchr(line, '\n', left);
        line += line != NULL ? 1 : 0;
    }
    return false;
}

const struct grammar grub_cfg = {
    .name = "grub.cfg", .recognise = has_menuentries, .cut_name = cut_word, .names_kernel = true};
