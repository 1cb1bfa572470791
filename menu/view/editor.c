/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/view/editor.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "menu/grub_cfg/tree.h"
#include "menu/view/frame.h"
#include "menu/view/keys.h"
#include "menu/view/screen.h"

enum { MARGIN = 3, LINE_ROOM = 2048 /* bytes that the longest line can grow by */ };

static const char *separator(const struct command *command)
{
    return command->arguments[0] == '\0' ? "" : " ";
}

/* ---- opening -------------------------------------------------------------------------------- */

static size_t count_commands(const struct command_list *list)
{
    size_t count = 0;
    for (const struct command *command = list->first; command != NULL; command = command->next) {
        count++;
    }
    return count;
}

static size_t count_lines(const struct block *block)
{
    size_t count = 1;
    for (size_t i = 0; i < block->length; i++) {
        count += block->text[i] == '\n' ? 1 : 0;
    }
    return count;
}

/* False: no memory. */
static bool append(struct editor *editor, char *line)
{
    if (line == NULL) {
        return false;
    }
    editor->lines[editor->count++] = line;
    editor->longest = max_u64(editor->longest, strlen(line));
    return true;
}

static bool append_commands(struct editor *editor, const struct command_list *list)
{
    for (const struct command *c = list->first; c != NULL; c = c->next) {
        if (!append(editor,
                    arena_format(editor->arena, "%s%s%s", c->name, separator(c), c->arguments))) {
            return false;
        }
    }
    return true;
}

/* A terminal has no tabs of ours. */
static char *without_tabs(char *line)
{
    for (char *tab = line; tab != NULL && (tab = strchr(tab, '\t')) != NULL;) {
        *tab = ' ';
    }
    return line;
}

/* The lines of a source that say something, without blanks before them. */
static bool append_lines(struct editor *editor, const struct block *block)
{
    const char *text = block->text, *end = text + block->length;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *line_end = newline != NULL ? newline : end;
        while (text < line_end && (*text == ' ' || *text == '\t')) {
            text++;
        }
        size_t length = (size_t)(line_end - text);
        if (length > 0 && !append(editor, without_tabs(arena_copy(editor->arena, text, length)))) {
            return false;
        }
        text = line_end + 1;
    }
    return true;
}

int editor_open(struct editor *editor, const struct entry *entry, const struct grammar *grammar,
                struct arena *arena)
{
    size_t count = entry->block != NULL ? count_lines(entry->block) : count_commands(&entry->body);
    *editor =
        (struct editor){.title = entry->title,
                        .grammar = grammar,
                        .lines = arena_array(arena, count + EDITOR_ROOM, sizeof *editor->lines),
                        .capacity = count + EDITOR_ROOM,
                        .arena = arena};
    if (editor->lines == NULL) {
        return ERR_NO_MEMORY;
    }
    bool good = entry->block != NULL ? append_lines(editor, entry->block)
                                     : append_commands(editor, &entry->body);
    return good ? line_create(&editor->line, editor->longest + LINE_ROOM, arena) : ERR_NO_MEMORY;
}

/* ---- editing one line ----------------------------------------------------------------------- */

static void begin_line(struct editor *editor)
{
    if (editor->selected < editor->count) {
        editor->editing = true;
        line_set(&editor->line, editor->lines[editor->selected]);
    }
}

static void delete_line(struct editor *editor)
{
    if (editor->selected < editor->count) {
        editor->count--;
        memmove(&editor->lines[editor->selected], &editor->lines[editor->selected + 1],
                (editor->count - editor->selected) * sizeof *editor->lines);
        editor->selected -= editor->selected == editor->count && editor->count > 0 ? 1 : 0;
    }
}

static void keep_line(struct editor *editor)
{
    char *copy = arena_copy(editor->arena, editor->line.text, editor->line.length);
    if (copy == NULL) {
        editor->note = "No memory for another change.";
    } else if (copy[0] == '\0') {
        delete_line(editor);
    } else {
        editor->lines[editor->selected] = copy;
    }
}

/* A line that was begun and not finished goes away. */
static void drop_line(struct editor *editor)
{
    if (editor->is_new) {
        delete_line(editor);
    }
}

static enum editor_action editing_key(struct editor *editor, int key)
{
    enum line_action action = line_key(&editor->line, key);
    if (action == LINE_DONE) {
        keep_line(editor);
    } else if (action == LINE_CANCELLED) {
        drop_line(editor);
    }
    editor->editing = action != LINE_DONE && action != LINE_CANCELLED;
    return action == LINE_COMPLETE ? EDITOR_COMPLETE : EDITOR_WAIT;
}

static void add_line(struct editor *editor, size_t at)
{
    if (editor->count == editor->capacity) {
        editor->note = "An entry of so many lines takes no more.";
        return;
    }
    at = min_u64(at, editor->count);
    memmove(&editor->lines[at + 1], &editor->lines[at],
            (editor->count - at) * sizeof *editor->lines);
    editor->lines[at] = "";
    editor->count++;
    editor->selected = at;
    editor->is_new = true;
    begin_line(editor);
}

/* ---- the list ------------------------------------------------------------------------------- */

static void move(struct editor *editor, bool down)
{
    if (down) {
        editor->selected += editor->selected + 1 < editor->count ? 1 : 0;
    } else {
        editor->selected -= editor->selected > 0 ? 1 : 0;
    }
}

static enum editor_action list_key(struct editor *editor, int key)
{
    switch (key) {
    case KEY_UP:
    case KEY_CONTROL('P'):
        move(editor, false);
        break;
    case KEY_DOWN:
    case KEY_CONTROL('N'):
        move(editor, true);
        break;
    case 'e':
    case KEY_ENTER:
    case KEY_RIGHT:
        begin_line(editor);
        break;
    case 'o':
        add_line(editor, editor->selected + 1);
        break;
    case 'O':
        add_line(editor, editor->selected);
        break;
    case 'd':
        delete_line(editor);
        break;
    case 'b':
        return EDITOR_BOOT;
    case 'c':
        return EDITOR_PROMPT;
    case KEY_ESCAPE:
    case KEY_CONTROL('C'):
        return EDITOR_LEAVE;
    case KEY_CONTROL('L'):
        return EDITOR_REDRAW;
    default:
        break;
    }
    return EDITOR_WAIT;
}

enum editor_action editor_key(struct editor *editor, int key)
{
    editor->note = NULL;
    if (editor->editing) {
        return editing_key(editor, key);
    }
    editor->is_new = false;
    return list_key(editor, key);
}

int editor_commands(const struct editor *editor, struct command_list *list)
{
    *list = (struct command_list){0};
    for (size_t i = 0; i < editor->count; i++) {
        char *line = arena_copy(editor->arena, editor->lines[i], strlen(editor->lines[i]));
        struct command *command = arena_alloc(editor->arena, sizeof *command);
        if (line == NULL || command == NULL) {
            return ERR_NO_MEMORY;
        }
        command_parse(command, line, editor->grammar);
        command_list_add(list, command);
    }
    return 0;
}

char *editor_text(const struct editor *editor)
{
    size_t size = 1;
    for (size_t i = 0; i < editor->count; i++) {
        size += strlen(editor->lines[i]) + 1;
    }
    char *text = arena_alloc(editor->arena, size), *to = text;
    for (size_t i = 0; text != NULL && i < editor->count; i++) {
        size_t length = strlen(editor->lines[i]);
        memcpy(to, editor->lines[i], length);
        to[length] = '\n';
        to += length + 1;
    }
    return text;
}

/* ---- screen --------------------------------------------------------------------------------- */

static void draw_line(const struct editor *editor, struct screen *screen, unsigned row,
                      size_t index)
{
    bool selected = index == editor->selected && !editor->editing;
    screen_fill(screen, row, 1, screen->columns - 2, selected, ' ');
    if (index == editor->selected) {
        (void)screen_put(screen, row, 1, selected, ">");
    }
    (void)screen_put(screen, row, MARGIN, selected, editor->lines[index]);
    screen_fill(screen, row, screen->columns - 1, 1, false, ' ');
    if (screen_width(editor->lines[index], strlen(editor->lines[index])) + MARGIN >=
        screen->columns) {
        screen_fill(screen, row, screen->columns - 1, 1, false, '>'); /* there is more of it */
    }
}

static void draw_footer(const struct editor *editor, struct screen *screen)
{
    static const char *const list[] = {
        "b boots, e edits the line, o O new line, d deletes, c command line, Esc",
        "b, e, o, O, d, c, Esc"};
    static const char *const line[] = {"Enter keeps the line, Tab completes, Esc drops the change",
                                       "Enter, Tab, Esc"};
    if (editor->note != NULL) {
        frame_footer(screen, &editor->note, 1, "");
    } else {
        frame_footer(screen, editor->editing ? line : list, 2, "");
    }
}

void editor_draw(struct editor *editor, struct screen *screen)
{
    unsigned first = FRAME_HEADER + (screen->rows < 12 ? 0 : 1);
    unsigned rows = screen->rows > first + FRAME_FOOTER ? screen->rows - first - FRAME_FOOTER : 1;
    unsigned row = screen->rows - 1, column = 0;
    screen_clear(screen);
    frame_header(screen, "pvboot: editing", editor->title);
    frame_scroll(&editor->top, editor->selected, rows);
    for (unsigned i = 0; i < rows && editor->top + i < editor->count; i++) {
        draw_line(editor, screen, first + i, editor->top + i);
    }
    frame_marks(screen, first, rows, editor->top, editor->count);
    draw_footer(editor, screen);
    if (editor->editing) {
        row = first + (unsigned)(editor->selected - editor->top);
        column = line_draw(&editor->line, screen, row, MARGIN, false);
    }
    screen_flush(screen, row, column);
}
