/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/foretell.h"

#include <stdio.h>

#include "libpvboot/pvboot.h"
#include "tool/print.h"

static const char *title_of(struct pvboot_menu *menu, size_t number)
{
    const struct pvboot_entry *entry = pvboot_menu_entry(menu, number);
    return entry != NULL ? entry->title : "";
}

/* The fallbacks, in turn, until one boots. Nobody may be there. */
static void foretell_failure(struct pvboot_menu *menu, const bool *boots)
{
    const struct pvboot_menu_about *about = pvboot_menu_about(menu);
    size_t number = about->default_entry;
    print_line("The next boot: entry %zu, \"%s\", FAILS.", number, title_of(menu, number));
    for (size_t i = 0; i < about->fallback_count; i++) {
        number = about->fallbacks[i];
        print_line("Then entry %zu, \"%s\", %s.", number, title_of(menu, number),
                   boots[number] ? "boots" : "FAILS");
        if (boots[number]) {
            return;
        }
    }
    print_line("Then the menu waits for somebody.");
}

static void put_time(char text[64], int timeout)
{
    if (timeout == 0) {
        (void)snprintf(text, 64, "at once"); /* each fits */
    } else if (timeout > 0) {
        (void)snprintf(text, 64, "after %d s", timeout);
    } else {
        (void)snprintf(text, 64, "once somebody presses Enter");
    }
}

void foretell(struct pvboot_menu *menu, const bool *boots)
{
    const struct pvboot_menu_about *about = pvboot_menu_about(menu);
    char when[64];
    if (!boots[about->default_entry]) {
        foretell_failure(menu, boots);
        return;
    }
    put_time(when, about->timeout);
    print_line("The next boot: entry %zu, \"%s\", %s.", about->default_entry,
               title_of(menu, about->default_entry), when);
}
