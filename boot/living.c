/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/living.h"

#include "boot/commands/commands.h"
#include "boot/menus.h"
#include "boot/open/open.h"
#include "boot/search.h"
#include "boot/starter.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

static void drop_line(struct log *log, const char *text)
{
    (void)log;
    (void)text;
}

struct looker {
    struct starter starter; /* first */
    struct devices *devices;
    bool found;
};

/* A plan counts whose kernel is there, whatever it is. */
static int look(struct starter *starter, const struct plan *plan)
{
    struct looker *looker = (struct looker *)starter;
    struct file file;
    struct node node;
    int error =
        devices_open_file(looker->devices, plan->kernel_root, plan->kernel, true, &file, &node);
    looker->found = looker->found || error == 0;
    return error;
}

static bool has_kernel(const struct search *quiet, const struct config *config, struct place *home)
{
    struct looker looker = {.starter.start = look, .devices = quiet->devices};
    for (struct entry *entry = entry_find(config->root, 0); entry != NULL && !looker.found;
         entry = entry_next(entry)) {
        struct context context = open_context(quiet, home);
        context.config = config;
        context.entry = entry;
        context.starter = &looker.starter;
        (void)commands_run_entry(&context); /* an entry that is wrong names no kernel */
    }
    return looker.found;
}

/* Nobody sees it run, and nothing is written. */
bool living_has_kernel(const struct search *search, const struct found_menu *menu)
{
    struct settings settings = {0};
    struct log nobody = {.line = drop_line}, *log = search->devices->log;
    struct search quiet = *search;
    struct config config;
    struct place *home = menu->place;
    size_t mark = arena_mark(search->arena);
    quiet.user = NULL;
    quiet.settings = &settings;
    quiet.log = search->devices->log = &nobody;
    bool names = open_following(&quiet, &config, &home, menu->path, true) == 0 &&
                 has_kernel(&quiet, &config, home);
    search->devices->log = log;
    if (search->devices->arena != search->arena) { /* a file system that was mounted stays */
        arena_release(search->arena, mark);
    }
    return names;
}
