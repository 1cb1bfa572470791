/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/view/menu.h"

#include <stdio.h>
#include <string.h>

#include "lib/checked.h"
#include "menu/view/frame.h"
#include "menu/view/keys.h"
#include "menu/view/screen.h"

enum {
    MARGIN = 3, /* columns before a title: "> " stands there */
    PAGE = 10,  /* entries that a page key passes */
    COUNT_SIZE = 48,
    LETTERS = 26,
};

int menu_create(struct menu *menu, struct arena *arena)
{
    *menu = (struct menu){0};
    return line_create(&menu->answer, PASSWORD_SIZE, arena);
}

void menu_open(struct menu *menu, const struct config *config, size_t selected, int timeout)
{
    *menu = (struct menu){.config = config,
                          .selected = selected < config->entry_count ? selected : 0,
                          .seconds = timeout,
                          .hidden = config->hidden && timeout != TIMEOUT_NEVER,
                          .locked = config->password.text != NULL,
                          .answer = menu->answer};
}

bool menu_expired(const struct menu *menu)
{
    return menu->seconds == 0 && menu->config->entry_count > 0;
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void move(struct menu *menu, long by)
{
    long last = (long)menu->config->entry_count - 1;
    long to = (long)menu->selected + by;
    menu->selected = (size_t)(to < 0 ? 0 : to > last ? last : to);
}

/*
 * A digit of an entry's number, from 1. Where one digit says it all, boot.cfg's entry boots, as
 * boot(8) does it.
 */
static enum menu_action pick_digit(struct menu *menu, size_t typed, unsigned digit)
{
    const struct config *config = menu->config;
    size_t number = typed * 10 + digit;
    if (number == 0 || number > config->entry_count) {
        number = digit;
    }
    if (number == 0 || number > config->entry_count) {
        return MENU_WAIT;
    }
    menu->typed = number;
    menu->selected = number - 1;
    return config->grammar == GRAMMAR_BOOT_CFG && config->entry_count < 10 ? MENU_BOOT : MENU_WAIT;
}

static enum menu_action pick_letter(struct menu *menu, size_t index)
{
    if (menu->config->labels != LABELS_LETTERS || index >= menu->config->entry_count) {
        return MENU_WAIT;
    }
    menu->selected = index;
    return MENU_BOOT;
}

static enum menu_action command_key(struct menu *menu, int key)
{
    if (menu->locked && (key == 'p' || key == 'e' || key == 'c')) {
        menu->asking = true;
        line_set(&menu->answer, "");
        return MENU_WAIT;
    }
    switch (key) {
    case 'e':
        return menu->config->entry_count > 0 ? MENU_EDIT : MENU_WAIT;
    case 'c':
        return MENU_PROMPT;
    case KEY_CONTROL('L'):
        return MENU_REDRAW;
    default:
        return key >= 'A' && key <= 'Z' ? pick_letter(menu, (size_t)(key - 'A')) : MENU_WAIT;
    }
}

static enum menu_action list_key(struct menu *menu, int key)
{
    size_t typed = menu->typed;
    menu->typed = 0;
    switch (key) {
    case KEY_UP:
    case KEY_CONTROL('P'):
        move(menu, -1);
        return MENU_WAIT;
    case KEY_DOWN:
    case KEY_CONTROL('N'):
        move(menu, 1);
        return MENU_WAIT;
    case KEY_PAGE_UP:
        move(menu, -PAGE);
        return MENU_WAIT;
    case KEY_PAGE_DOWN:
        move(menu, PAGE);
        return MENU_WAIT;
    case KEY_HOME:
        menu->selected = 0;
        return MENU_WAIT;
    case KEY_END:
        menu->selected = menu->config->entry_count - 1;
        return MENU_WAIT;
    case KEY_ENTER:
    case KEY_RIGHT:
        return MENU_BOOT;
    default:
        return key >= '0' && key <= '9' ? pick_digit(menu, typed, (unsigned)(key - '0'))
                                        : command_key(menu, key);
    }
}

static enum menu_action answer_key(struct menu *menu, int key)
{
    enum line_action action = line_key(&menu->answer, key);
    menu->asking = action != LINE_DONE && action != LINE_CANCELLED;
    return action == LINE_DONE ? MENU_UNLOCK : MENU_WAIT;
}

enum menu_action menu_key(struct menu *menu, int key)
{
    menu->seconds = TIMEOUT_NEVER;
    if (menu->hidden) {
        menu->hidden = false;
        return MENU_REDRAW;
    }
    if (menu->asking) {
        return answer_key(menu, key);
    }
    return menu->config->entry_count > 0 ? list_key(menu, key) : command_key(menu, key);
}

enum menu_action menu_second(struct menu *menu)
{
    if (menu->seconds > 0) {
        menu->seconds--;
    }
    return menu_expired(menu) ? MENU_BOOT : MENU_WAIT;
}

/* ---- screen --------------------------------------------------------------------------------- */

/* Returns the first row that is free. */
static unsigned draw_banner(const struct menu *menu, struct screen *screen, unsigned row)
{
    size_t room = screen->rows / 3;
    for (size_t i = 0; i < menu->config->banner_count && i < room; i++) {
        (void)screen_put(screen, row++, 1, false, menu->config->banner[i]);
    }
    return screen->rows < 12 ? row : row + 1;
}

static unsigned draw_label(const struct menu *menu, struct screen *screen, unsigned row,
                           unsigned column, size_t index)
{
    char label[24] = "";
    if (menu->config->labels == LABELS_LETTERS && index < LETTERS) {
        (void)snprintf(label, sizeof label, "%c. ", (char)('A' + index)); /* fits */
    } else if (menu->config->labels != LABELS_NONE) {
        (void)snprintf(label, sizeof label, menu->config->entry_count < 10 ? "%zu. " : "%2zu. ",
                       index + 1); /* fits */
    }
    return screen_put(screen, row, column, index == menu->selected, label);
}

static void draw_entry(const struct menu *menu, struct screen *screen, unsigned row, size_t index)
{
    bool selected = index == menu->selected;
    screen_fill(screen, row, 1, screen->columns - 2, selected, ' ');
    if (selected) {
        (void)screen_put(screen, row, 1, true, ">");
    }
    unsigned column = draw_label(menu, screen, row, MARGIN, index);
    (void)screen_put(screen, row, column, selected, menu->config->entries[index].title);
    screen_fill(screen, row, screen->columns - 1, 1, false, ' ');
}

static void draw_entries(struct menu *menu, struct screen *screen, unsigned row, unsigned rows)
{
    size_t count = menu->config->entry_count;
    frame_scroll(&menu->top, menu->selected, rows);
    for (unsigned i = 0; i < rows && menu->top + i < count; i++) {
        draw_entry(menu, screen, row + i, menu->top + i);
    }
    frame_marks(screen, row, rows, menu->top, count);
}

static void draw_footer(const struct menu *menu, struct screen *screen)
{
    static const char *const open[] = {"Enter boots, e edits, c command line", "Enter, e, c"};
    static const char *const locked[] = {"Enter boots, p asks for the password", "Enter, p"};
    char countdown[COUNT_SIZE] = "";
    if (menu->seconds > 0) {
        (void)snprintf(countdown, sizeof countdown,
                       screen->columns < 64 ? "Booting in %d s" : "Booting in %d s; any key stops",
                       menu->seconds); /* fits */
    }
    frame_footer(screen, menu->locked ? locked : open, 2, countdown);
}

/* Returns the cursor's column in the last row. */
static unsigned draw_question(const struct menu *menu, struct screen *screen)
{
    unsigned row = screen->rows - 1;
    screen_fill(screen, row, 0, screen->columns, false, ' ');
    unsigned column = screen_put(screen, row, 1, false, "Password: ");
    return line_draw(&menu->answer, screen, row, column, true);
}

static void draw_hidden(const struct menu *menu, struct screen *screen)
{
    char text[160];
    (void)snprintf(text, sizeof text, "Any key shows the menu. Booting in %d s: %.100s",
                   menu->seconds, menu->config->entries[menu->selected].title); /* cut */
    (void)screen_put(screen, 0, 0, false, text);
    screen_flush(screen, 1, 0);
}

static void draw_menu(struct menu *menu, struct screen *screen)
{
    frame_header(screen, "pvboot", menu->config->name);
    unsigned row = draw_banner(menu, screen, FRAME_HEADER);
    unsigned end = frame_messages(screen, menu->messages, menu->message_count);
    end -= menu->message_count > 0 && end > row + 2 ? 1 : 0; /* a blank row between */
    draw_entries(menu, screen, row, end > row ? end - row : 1);
    draw_footer(menu, screen);
    unsigned column = menu->asking ? draw_question(menu, screen) : 0;
    screen_flush(screen, screen->rows - 1, column);
}

void menu_draw(struct menu *menu, struct screen *screen)
{
    screen_clear(screen);
    if (menu->hidden) {
        draw_hidden(menu, screen);
    } else {
        draw_menu(menu, screen);
    }
}
