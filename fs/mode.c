/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/fs.h"

void node_mode_text(const struct node *node, char text[MODE_TEXT_SIZE])
{
    static const char types[] = {
        [NODE_OTHER] = '?', [NODE_FILE] = '-', [NODE_DIRECTORY] = 'd', [NODE_LINK] = 'l'};
    static const char bits[] = "rwxrwxrwx";
    text[0] = types[node->type];
    for (unsigned i = 0; i < 9; i++) {
        text[i + 1] = (node->mode >> (8 - i) & 1) != 0 ? bits[i] : '-';
    }
    text[MODE_TEXT_SIZE - 1] = '\0';
}
