/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/view/prompt.h"

#include "menu/view/keys.h"

int prompt_create(struct prompt *prompt, const char *text, size_t size, unsigned columns,
                  struct arena *arena, struct screen_output *output)
{
    *prompt = (struct prompt){.text = text};
    int error = line_create(&prompt->line, size, arena);
    return error != 0 ? error : screen_inline(&prompt->row, columns, arena, output);
}

int prompt_resize(struct prompt *prompt, unsigned columns, struct arena *arena)
{
    struct screen_output *output = prompt->row.output;
    return screen_inline(&prompt->row, columns, arena, output);
}

void prompt_draw(struct prompt *prompt)
{
    screen_clear(&prompt->row);
    unsigned column = screen_put(&prompt->row, 0, 0, false, prompt->text);
    column = line_draw(&prompt->line, &prompt->row, 0, column, prompt->secret);
    screen_flush(&prompt->row, 0, column);
}

void prompt_draw_anew(struct prompt *prompt)
{
    screen_forget(&prompt->row);
    prompt_draw(prompt);
}

static void show(struct prompt *prompt, const char *text)
{
    if (text != NULL) {
        line_set(&prompt->line, text);
    }
}

/* ^C drops the line, or leaves when there is none. */
static enum prompt_action cancel(struct prompt *prompt, int key)
{
    if (key == KEY_ESCAPE || prompt->line.length == 0 || prompt->secret) {
        return PROMPT_LEAVE;
    }
    line_set(&prompt->line, "");
    if (prompt->history != NULL) {
        history_end(prompt->history);
    }
    return PROMPT_WAIT;
}

enum prompt_action prompt_key(struct prompt *prompt, int key)
{
    switch (line_key(&prompt->line, key)) {
    case LINE_DONE:
        return PROMPT_RUN;
    case LINE_CANCELLED:
        return cancel(prompt, key);
    case LINE_COMPLETE:
        return PROMPT_COMPLETE;
    case LINE_PREVIOUS:
        show(prompt, prompt->history != NULL ? history_previous(prompt->history) : NULL);
        return PROMPT_WAIT;
    case LINE_NEXT:
        show(prompt, prompt->history != NULL ? history_next(prompt->history) : NULL);
        return PROMPT_WAIT;
    default:
        return PROMPT_WAIT;
    }
}
