/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/menu.h"

#include <stdio.h>
#include <string.h>

#include "lib/checked.h"
#include "menu/keys.h"
#include "menu/screen.h"

enum {
    HEADER_ROWS = 2, /* title bar and rule */
    FOOTER_ROWS = 2, /* rule and help */
    MARGIN = 3,      /* columns before a title: "> " stands there */
    CONTROL_N = 'N' - '@',
    CONTROL_P = 'P' - '@',
    PAGE = 10, /* entries that a page key passes */
    COUNT_SIZE = 48,
};

void menu_open(struct menu *menu, const struct config *config, size_t selected, int timeout)
{
    *menu = (struct menu){.config = config, .selected = selected, .seconds = timeout};
    if (menu->selected >= config->entry_count) {
        menu->selected = 0;
    }
}

bool menu_expired(const struct menu *menu)
{
    return menu->seconds == 0;
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void move(struct menu *menu, long by)
{
    long last = (long)menu->config->entry_count - 1;
    long to = (long)menu->selected + by;
    menu->selected = (size_t)(to < 0 ? 0 : to > last ? last : to);
}

/* Digits pick an entry by its number, from 1; with boot.cfg they boot it, as boot(8) does. */
static enum menu_action pick(struct menu *menu, int digit)
{
    size_t index = (size_t)(digit - '1');
    if (index >= menu->config->entry_count) {
        return MENU_WAIT;
    }
    menu->selected = index;
    return menu->config->grammar == GRAMMAR_BOOT_CFG ? MENU_BOOT : MENU_WAIT;
}

enum menu_action menu_key(struct menu *menu, int key)
{
    menu->seconds = TIMEOUT_NEVER;
    switch (key) {
    case KEY_UP:
    case CONTROL_P:
        move(menu, -1);
        return MENU_WAIT;
    case KEY_DOWN:
    case CONTROL_N:
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
        return key >= '1' && key <= '9' ? pick(menu, key) : MENU_WAIT;
    }
}

enum menu_action menu_second(struct menu *menu)
{
    if (menu->seconds > 0) {
        menu->seconds--;
    }
    return menu_expired(menu) ? MENU_BOOT : MENU_WAIT;
}

/* ---- screen --------------------------------------------------------------------------------- */

static void draw_header(const struct menu *menu, struct screen *screen)
{
    size_t length = strlen(menu->config->name);
    unsigned column = length + 10 < screen->columns ? screen->columns - (unsigned)length - 1 : 9;
    (void)screen_put(screen, 0, 1, false, "pvboot");
    (void)screen_put(screen, 0, column, false, menu->config->name);
    screen_fill(screen, 1, 0, screen->columns, false, '-');
}

/* Returns the first row that is free. */
static unsigned draw_banner(const struct menu *menu, struct screen *screen, unsigned row)
{
    size_t room = screen->rows / 3;
    for (size_t i = 0; i < menu->config->banner_count && i < room; i++) {
        (void)screen_put(screen, row++, 1, false, menu->config->banner[i]);
    }
    return row + 1;
}

/* Rows that the newest messages take, above the footer. */
static unsigned message_rows(const struct menu *menu, const struct screen *screen)
{
    return (unsigned)min_u64(menu->message_count, screen->rows / 4);
}

static void draw_messages(const struct menu *menu, struct screen *screen, unsigned row,
                          unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        (void)screen_put(screen, row + i, 1, false,
                         menu->messages[menu->message_count - count + i]);
    }
}

static void draw_entry(const struct menu *menu, struct screen *screen, unsigned row, size_t index)
{
    bool selected = index == menu->selected;
    unsigned column = MARGIN;
    char number[24];
    screen_fill(screen, row, 1, screen->columns - 2, selected, ' ');
    if (selected) {
        (void)screen_put(screen, row, 1, true, ">");
    }
    if (menu->config->grammar == GRAMMAR_BOOT_CFG) {
        (void)snprintf(number, sizeof number, "%2zu. ", index + 1);
        column = screen_put(screen, row, column, selected, number);
    }
    (void)screen_put(screen, row, column, selected, menu->config->entries[index].title);
}

/* Scrolls so that the selected entry shows. */
static void scroll(struct menu *menu, unsigned rows)
{
    if (menu->selected < menu->top) {
        menu->top = menu->selected;
    }
    if (menu->selected >= menu->top + rows) {
        menu->top = menu->selected - rows + 1;
    }
}

static void draw_entries(struct menu *menu, struct screen *screen, unsigned row, unsigned rows)
{
    size_t count = menu->config->entry_count;
    scroll(menu, rows);
    for (unsigned i = 0; i < rows && menu->top + i < count; i++) {
        draw_entry(menu, screen, row + i, menu->top + i);
    }
    if (menu->top > 0) {
        (void)screen_put(screen, row, screen->columns - 1, false, "^");
    }
    if (menu->top + rows < count) {
        (void)screen_put(screen, row + rows - 1, screen->columns - 1, false, "v");
    }
}

static void draw_footer(const struct menu *menu, struct screen *screen)
{
    char countdown[COUNT_SIZE] = "";
    unsigned row = screen->rows - 1;
    screen_fill(screen, row - 1, 0, screen->columns, false, '-');
    unsigned column = screen_put(screen, row, 1, false, "Up and Down select, Enter boots.");
    if (menu->seconds > 0) {
        (void)snprintf(countdown, sizeof countdown, "Booting in %d s; any key stops",
                       menu->seconds);
    }
    size_t length = strlen(countdown);
    unsigned place = length + 2 < screen->columns ? screen->columns - (unsigned)length - 2 : 0;
    (void)screen_put(screen, row, place > column ? place : column + 1, false, countdown);
}

void menu_draw(struct menu *menu, struct screen *screen)
{
    unsigned messages = message_rows(menu, screen);
    unsigned footer = FOOTER_ROWS + (messages > 0 ? messages + 1 : 0);
    screen_clear(screen);
    draw_header(menu, screen);
    unsigned row = draw_banner(menu, screen, HEADER_ROWS);
    unsigned rows = screen->rows > row + footer ? screen->rows - row - footer : 1;
    draw_entries(menu, screen, row, rows);
    draw_messages(menu, screen, screen->rows - FOOTER_ROWS - messages, messages);
    draw_footer(menu, screen);
    screen_flush(screen, screen->rows - 1, 0);
}
