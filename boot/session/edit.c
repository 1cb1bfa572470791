/* SPDX-License-Identifier: BSD-2-Clause */
/* The entry editor, in front of a person. */
#include <string.h>

#include "boot/complete.h"
#include "boot/grub/grub.h"
#include "boot/session/session.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/view/editor.h"
#include "pvops/machine.h"

static void complete_line(struct session *session, struct editor *editor)
{
    struct arena *arena = session->machine->arena;
    size_t mark = arena_mark(arena);
    struct line *line = &editor->line;
    struct completion completion;
    const struct grub *grub = session->config.grub;
    if (complete(&completion, line->text, line->cursor, &session->devices, session->home,
                 grub != NULL ? &grub->script : NULL, arena) == 0) {
        line_insert(line, completion.addition, strlen(completion.addition));
        editor->note = completion.count == 0   ? "There is nothing that begins so."
                       : completion.count == 1 ? NULL
                       : completion.addition[0] != '\0'
                           ? NULL
                           : "Several begin so; the command line (c) lists them.";
    }
    arena_release(arena, mark);
}

/* What was edited, as what runs; an error is logged. */
static int take_lines(struct session *session, const struct editor *editor, struct entry *edited)
{
    struct log *log = &session->messages.log;
    if (edited->block == NULL) {
        int error = editor_commands(editor, &edited->body);
        return error == 0 ? 0 : fail(log, error, "no memory for the change");
    }
    const char *text = editor_text(editor);
    return text != NULL ? grub_parse_block(session->config.grub, &edited->block, "(edited)", text)
                        : fail(log, ERR_NO_MEMORY, "no memory for the change");
}

/* Boots what was edited. True: the menu is wanted. */
static bool boot(struct session *session, const struct editor *editor, const struct entry *entry)
{
    struct entry edited = *entry;
    terminal_end_screen(session);
    messages_clear(&session->messages);
    int result = take_lines(session, editor, &edited);
    if (result == 0) {
        result = attempt_entry(session, &edited);
    }
    if (result == COMMAND_PROMPT) {
        (void)shell_run(session); /* it has said why it did not open */
    } else if (result < 0) {
        terminal_send(session, "Press a key to edit the entry again.\r\n");
        (void)terminal_wait(session); /* any key */
    }
    return session->ended || (result > 0 && result != COMMAND_PROMPT);
}

/* One key. True: the menu is wanted. */
static bool take_key(struct session *session, struct editor *editor, const struct entry *entry)
{
    int key = terminal_key(session, UINT64_MAX);
    if (key == KEY_CURSOR) {
        terminal_begin_screen(session);
        return false;
    }
    switch (editor_key(editor, key)) {
    case EDITOR_BOOT:
        if (boot(session, editor, entry)) {
            return true;
        }
        terminal_begin_screen(session);
        break;
    case EDITOR_PROMPT:
        terminal_end_screen(session);
        (void)shell_run(session); /* it has said why it did not open */
        return true;
    case EDITOR_LEAVE:
        return true;
    case EDITOR_COMPLETE:
        complete_line(session, editor);
        break;
    case EDITOR_REDRAW:
        terminal_begin_screen(session);
        break;
    case EDITOR_WAIT:
        break;
    }
    return false;
}

static void edit(struct session *session, const struct entry *entry)
{
    struct editor editor;
    if (editor_open(&editor, entry, session->config.grammar, session->machine->arena) != 0) {
        log_line(&session->messages.log, "no memory to edit the entry");
        return;
    }
    terminal_begin_screen(session);
    do {
        editor_draw(&editor, &session->screen);
    } while (!take_key(session, &editor, entry));
}

void edit_entry(struct session *session, const struct entry *entry)
{
    struct arena *arena = session->machine->arena;
    size_t mark = arena_mark(arena);
    const char *before = session->config.name;
    edit(session, entry);
    if (session->config.name == before) { /* another config would lie above the mark */
        arena_release(arena, mark);
    }
}
