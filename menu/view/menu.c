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
    TITLE_SIZE = 160,
    LETTERS = 26,
};

int menu_create(struct menu *menu, struct arena *arena)
{
    *menu = (struct menu){0};
    return line_create(&menu->answer, PASSWORD_SIZE, arena);
}

void menu_open(struct menu *menu, const struct config *config, size_t number, int timeout)
{
    const struct entry *entry = entry_find(config->root, number);
    *menu = (struct menu){.config = config,
                          .level = config->root,
                          .seconds = timeout,
                          .hidden = config->hidden && timeout != TIMEOUT_NEVER,
                          .locked = config->password.text != NULL || config->has_users,
                          .answer = menu->answer};
    if (entry != NULL) {
        menu_select(menu, entry);
    }
}

void menu_select(struct menu *menu, const struct entry *entry)
{
    menu->level = entry->parent;
    menu->selected = entry->index;
    menu->top = 0; /* scrolled to the selected one when it is drawn */
}

struct entry *menu_selected(const struct menu *menu)
{
    return entry_first(entry_at(menu->level, menu->selected));
}

bool menu_expired(const struct menu *menu)
{
    return menu->seconds == 0 && menu->config->entry_count > 0;
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void move(struct menu *menu, long by)
{
    long last = (long)menu->level->count - 1;
    long to = (long)menu->selected + by;
    menu->selected = (size_t)(to < 0 ? 0 : to > last ? last : to);
}

/* A submenu opens. */
static enum menu_action enter(struct menu *menu)
{
    struct entry *entry = entry_at(menu->level, menu->selected);
    if (entry->count == 0) {
        return MENU_BOOT;
    }
    menu_select(menu, entry->first);
    return MENU_WAIT;
}

static void leave(struct menu *menu)
{
    if (menu->level->parent != NULL) {
        menu_select(menu, menu->level);
    }
}

/*
 * A digit of an entry's number, from 1. Where numbers stand before the titles and one digit says it
 * all, the entry boots, as boot(8) does it.
 */
static enum menu_action pick_digit(struct menu *menu, size_t typed, unsigned digit)
{
    size_t number = typed * 10 + digit, count = menu->level->count;
    if (number == 0 || number > count) {
        number = digit;
    }
    if (number == 0 || number > count) {
        return MENU_WAIT;
    }
    menu->typed = number;
    menu->selected = number - 1;
    return menu->config->labels == LABELS_NUMBERS && count < 10 ? enter(menu) : MENU_WAIT;
}

static enum menu_action pick_letter(struct menu *menu, size_t index)
{
    if (menu->config->labels != LABELS_LETTERS || index >= menu->level->count) {
        return MENU_WAIT;
    }
    menu->selected = index;
    return enter(menu);
}

/* NULL: no entry of this level has such a hotkey. */
static struct entry *find_hotkey(const struct menu *menu, int key)
{
    struct entry *entry = menu->level->first;
    while (entry != NULL && entry->hotkey != key) {
        entry = entry->next;
    }
    return entry;
}

static enum menu_action pick_entry(struct menu *menu, const struct entry *entry)
{
    menu->selected = entry->index;
    return enter(menu);
}

static enum menu_action edit(const struct menu *menu)
{
    bool is_entry = menu->level->count > 0 && entry_at(menu->level, menu->selected)->count == 0;
    return is_entry ? MENU_EDIT : MENU_WAIT;
}

static enum menu_action command_key(struct menu *menu, int key)
{
    if (menu->locked && (key == 'p' || key == 'e' || key == 'c' || key == 'm')) {
        if (menu->config->has_users) {
            return MENU_LOGIN;
        }
        menu->asking = true;
        line_set(&menu->answer, "");
        return MENU_WAIT;
    }
    switch (key) {
    case 'e':
        return edit(menu);
    case 'c':
        return MENU_PROMPT;
    case 'm':
        return MENU_LIST;
    case KEY_CONTROL('L'):
        return MENU_REDRAW;
    default:
        return key >= 'A' && key <= 'Z' ? pick_letter(menu, (size_t)(key - 'A')) : MENU_WAIT;
    }
}

static enum menu_action list_key(struct menu *menu, int key)
{
    size_t typed = menu->typed;
    const struct entry *hot = find_hotkey(menu, key);
    menu->typed = 0;
    if (hot != NULL && key != 'e' && key != 'c' && key != 'p' && key != 'm') {
        return pick_entry(menu, hot);
    }
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
        menu->selected = menu->level->count - 1;
        return MENU_WAIT;
    case KEY_ENTER:
    case KEY_RIGHT:
        return enter(menu);
    case KEY_ESCAPE:
    case KEY_LEFT:
    case KEY_CONTROL('C'):
        leave(menu);
        return MENU_WAIT;
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
    return menu->level->count > 0 ? list_key(menu, key) : command_key(menu, key);
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
                           size_t index)
{
    char label[24] = "";
    if (menu->config->labels == LABELS_LETTERS && index < LETTERS) {
        (void)snprintf(label, sizeof label, "%c. ", (char)('A' + index)); /* fits */
    } else if (menu->config->labels != LABELS_NONE) {
        (void)snprintf(label, sizeof label, menu->level->count < 10 ? "%zu. " : "%2zu. ",
                       index + 1); /* fits */
    }
    return screen_put(screen, row, MARGIN, index == menu->selected, label);
}

static void draw_entry(const struct menu *menu, struct screen *screen, unsigned row,
                       const struct entry *entry)
{
    bool selected = entry->index == menu->selected;
    screen_fill(screen, row, 1, screen->columns - 2, selected, ' ');
    if (selected) {
        (void)screen_put(screen, row, 1, true, ">");
    }
    unsigned column = draw_label(menu, screen, row, entry->index);
    (void)screen_put(screen, row, column, selected, entry->title);
    if (entry->count > 0) {
        (void)screen_put(screen, row, screen->columns - 2, selected, ">"); /* Enter opens it */
    }
    screen_fill(screen, row, screen->columns - 1, 1, false, ' ');
}

static void draw_entries(struct menu *menu, struct screen *screen, unsigned row, unsigned rows)
{
    size_t count = menu->level->count;
    frame_scroll(&menu->top, menu->selected, rows);
    const struct entry *entry = count > 0 ? entry_at(menu->level, menu->top) : NULL;
    for (unsigned i = 0; i < rows && entry != NULL; i++, entry = entry->next) {
        draw_entry(menu, screen, row + i, entry);
    }
    frame_marks(screen, row, rows, menu->top, count);
}

/* What keys do, in a long and a short form. */
static const char *const *helps(const struct menu *menu)
{
    static const char *const open[2][2] = {
        {"Enter boots, e edits, c command line", "Enter, e, c"},
        {"Enter boots, Esc goes back, e edits, c command line", "Enter, Esc, e, c"}};
    static const char *const locked[2][2] = {
        {"Enter boots, p asks for the password", "Enter, p"},
        {"Enter boots, Esc goes back, p asks for the password", "Enter, Esc, p"}};
    bool is_submenu = menu->level->parent != NULL;
    return menu->locked ? locked[is_submenu] : open[is_submenu];
}

static void draw_footer(const struct menu *menu, struct screen *screen)
{
    char countdown[COUNT_SIZE] = "";
    if (menu->seconds > 0) {
        (void)snprintf(countdown, sizeof countdown,
                       screen->columns < 64 ? "Booting in %d s" : "Booting in %d s; any key stops",
                       menu->seconds); /* fits */
    }
    frame_footer(screen, helps(menu), 2, countdown);
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
                   menu->seconds, menu_selected(menu)->title); /* cut */
    (void)screen_put(screen, 0, 0, false, text);
    screen_flush(screen, 1, 0);
}

static void draw_header(const struct menu *menu, struct screen *screen)
{
    char left[TITLE_SIZE] = "pvboot";
    if (menu->level->parent != NULL) {
        (void)snprintf(left, sizeof left, "pvboot: %s", menu->level->title); /* cut */
    }
    frame_header(screen, left, menu->config->name);
}

static void draw_menu(struct menu *menu, struct screen *screen)
{
    draw_header(menu, screen);
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
