/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/fs.h"

enum { MODE_TYPE = 0xF000, MODE_DIRECTORY = 0x4000, MODE_FILE = 0x8000, MODE_LINK = 0xA000 };

enum node_type mode_type(uint16_t mode)
{
    switch (mode & MODE_TYPE) {
    case MODE_FILE:
        return NODE_FILE;
    case MODE_DIRECTORY:
        return NODE_DIRECTORY;
    case MODE_LINK:
        return NODE_LINK;
    default:
        return NODE_OTHER;
    }
}

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
