/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/view/pager.h"

#include <string.h>

#include "menu/view/keys.h"
#include "menu/view/screen.h"

const char pager_question[] = "-- more -- Space: a page, Enter: a line, q: no more";

void pager_open(struct pager *pager, unsigned columns, unsigned rows)
{
    *pager = (struct pager){.columns = columns, .rows = rows};
}

/* A line that is wider than the terminal takes several rows. */
static unsigned rows_of(const struct pager *pager, const char *text)
{
    size_t width = screen_width(text, strlen(text));
    return width == 0 ? 1 : (unsigned)((width + pager->columns - 1) / pager->columns);
}

enum pager_state pager_line(struct pager *pager, const char *text)
{
    if (pager->state != PAGER_PRINTS || pager->rows < 2) {
        return pager->state;
    }
    unsigned rows = rows_of(pager, text);
    if (pager->used > 0 && pager->used + rows >= pager->rows) {
        pager->state = PAGER_ASKS;
    } else {
        pager->used += rows;
    }
    return pager->state;
}

enum pager_state pager_key(struct pager *pager, int key)
{
    switch (key) {
    case ' ':
    case KEY_PAGE_DOWN:
        pager->used = 0;
        pager->state = PAGER_PRINTS;
        break;
    case KEY_ENTER:
    case KEY_DOWN:
        pager->used = pager->rows > 2 ? pager->rows - 2 : 0;
        pager->state = PAGER_PRINTS;
        break;
    case 'q':
    case 'Q':
    case KEY_ESCAPE:
    case KEY_CONTROL('C'):
        pager->state = PAGER_ENDED;
        break;
    default:
        break;
    }
    return pager->state;
}
