/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/fs.h"

enum node_type mode_type(uint16_t mode)
{
    static const enum node_type types[16] = {
        [1] = NODE_PIPE, [2] = NODE_CHARACTERS, [4] = NODE_DIRECTORY, [6] = NODE_BLOCKS,
        [8] = NODE_FILE, [10] = NODE_LINK,      [12] = NODE_SOCKET};
    return types[mode >> 12];
}

/* ---- devices -------------------------------------------------------------------------------- */

bool node_is_device(const struct node *node)
{
    return node->type == NODE_CHARACTERS || node->type == NODE_BLOCKS;
}

void node_take_device(struct node *node, uint32_t packed)
{
    node->major = packed >> 8 & 0xFFF;
    node->minor = packed >> 20 << 8 | (packed & 0xFF);
}

/* ---- for people ----------------------------------------------------------------------------- */

/* setuid, setgid and the sticky bit stand in the place of an x. */
static void put_special_bits(uint32_t mode, char text[MODE_TEXT_SIZE])
{
    static const struct {
        uint32_t bit;
        unsigned place;
        char with_x, without_x;
    } specials[] = {{04000, 3, 's', 'S'}, {02000, 6, 's', 'S'}, {01000, 9, 't', 'T'}};
    for (unsigned i = 0; i < sizeof specials / sizeof specials[0]; i++) {
        char *place = &text[specials[i].place];
        if ((mode & specials[i].bit) != 0) {
            *place = *place == 'x' ? specials[i].with_x : specials[i].without_x;
        }
    }
}

void node_mode_text(const struct node *node, char text[MODE_TEXT_SIZE])
{
    static const char types[] = {
        [NODE_OTHER] = '?',      [NODE_FILE] = '-',   [NODE_DIRECTORY] = 'd', [NODE_LINK] = 'l',
        [NODE_CHARACTERS] = 'c', [NODE_BLOCKS] = 'b', [NODE_PIPE] = 'p',      [NODE_SOCKET] = 's'};
    static const char bits[] = "rwxrwxrwx";
    text[0] = types[node->type];
    for (unsigned i = 0; i < 9; i++) {
        text[i + 1] = (node->mode >> (8 - i) & 1) != 0 ? bits[i] : '-';
    }
    put_special_bits(node->mode, text);
    text[MODE_TEXT_SIZE - 1] = '\0';
}
