/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For libFuzzer: the input is the text of all configs of a disk (text_disk.h). Those of each kind are opened
 * as the loader does it, their entries run for somebody who gives the right password every other time, and the
 * text's lines are typed at a prompt. Whatever is wrong must have been logged, and all of it must come to an
 * end: scripts get STEPS (the linker puts our script_open() before the real one).
 */
#include <stdlib.h>
#include <string.h>

#include "boot/commands/commands.h"
#include "boot/complete.h"
#include "boot/grub/grub.h"
#include "boot/open/open.h"
#include "boot/options.h"
#include "boot/search.h"
#include "boot/starter.h"
#include "boot/user.h"
#include "menu/grammar/grammar.h"
#include "pvops/machine.h"
#include "tests/fuzz/fuzzing.h"
#include "tests/fuzz/text_disk.h"

enum {
    ARENA_SIZE = 24 << 20,
    STEPS = 3000,
    ENTRIES = 4,   /* that run, of each config */
    LINES = 8,     /* that are typed */
    PRINTED = 200, /* lines, until the person has had enough */
};

struct fuzzed {
    struct user user; /* first */
    struct starter starter;
    struct machine machine;
    struct disk *disks[1];
    struct devices devices;
    struct options options;
    struct settings settings;
    struct arena arena;
    struct counting_log log;
    unsigned printed, asked;
};

/* ---- what is around the menus --------------------------------------------------------------- */

int __real_script_open(struct script *, struct script_host *, struct arena *, struct log *);
int __wrap_script_open(struct script *, struct script_host *, struct arena *, struct log *);

int __wrap_script_open(struct script *script, struct script_host *host, struct arena *arena,
                       struct log *log)
{
    int error = __real_script_open(script, host, arena, log);
    script->limit = STEPS;
    return error;
}

static bool print(struct user *user, const char *line)
{
    struct fuzzed *fuzzed = (struct fuzzed *)user;
    if (strpbrk(line, "\n\x1B") != NULL) {
        abort(); /* a terminal would obey it */
    }
    return ++fuzzed->printed < PRINTED;
}

static int key(struct user *user)
{
    (void)user;
    return '\r';
}

static int ask(struct user *user, const char *question, bool secret, char *answer, size_t size)
{
    struct fuzzed *fuzzed = (struct fuzzed *)user;
    (void)question;
    (void)secret;
    if (++fuzzed->asked % 8 == 0) {
        return ERR_DENIED;
    }
    strncpy(answer, fuzzed->asked % 2 == 0 ? "root" : "sesame", size - 1);
    answer[size - 1] = '\0';
    return 0;
}

static void pause_user(struct user *user, unsigned seconds)
{
    (void)user;
    (void)seconds;
}

static void clear(struct user *user)
{
    (void)user;
}

/* Finds what the plan names, as whoever loads it does. */
static int start(struct starter *starter, const struct plan *plan)
{
    struct fuzzed *fuzzed = (struct fuzzed *)((char *)starter - offsetof(struct fuzzed, starter));
    struct file file;
    struct node node;
    int error =
        devices_open_file(&fuzzed->devices, plan->kernel_root, plan->kernel, false, &file, &node);
    for (size_t i = 0; error == 0 && i < plan->initrd_count; i++) {
        error = devices_open_file(&fuzzed->devices, plan->initrd_roots[i], plan->initrds[i], false,
                                  &file, &node);
    }
    return error;
}

static void expect_logged(const struct fuzzed *fuzzed, unsigned before, int result)
{
    if (result < 0 && result != ERR_NO_MEMORY && fuzzed->log.lines == before) {
        abort();
    }
}

/* ---- what is done with a config ------------------------------------------------------------- */

static struct search search_for(struct fuzzed *fuzzed)
{
    return (struct search){.machine = &fuzzed->machine,
                           .options = &fuzzed->options,
                           .devices = &fuzzed->devices,
                           .settings = &fuzzed->settings,
                           .user = &fuzzed->user,
                           .arena = &fuzzed->arena,
                           .log = &fuzzed->log.log};
}

static struct context context_for(struct fuzzed *fuzzed, const struct config *config,
                                  struct place *home)
{
    const struct search search = search_for(fuzzed);
    struct context context = open_context(&search, home);
    context.starter = &fuzzed->starter;
    context.config = config;
    return context;
}

static void run_entries(struct fuzzed *fuzzed, const struct config *config, struct place *home)
{
    for (size_t i = 0; i < config->entry_count && i < ENTRIES; i++) {
        struct context context = context_for(fuzzed, config, home);
        unsigned before = fuzzed->log.lines;
        context.entry = entry_find(config->root, i);
        if (context.entry == NULL || context.entry->number != i) {
            abort();
        }
        int result = commands_run_entry(&context);
        bool was_denied = result == ERR_DENIED; /* by the person */
        expect_logged(fuzzed, before, was_denied ? 0 : result);
    }
}

static void check_config(const struct config *config)
{
    if (config->entry_count > 0 && config->default_entry >= config->entry_count) {
        abort();
    }
    for (size_t i = 0; i < config->fallback_count; i++) {
        if (config->fallbacks[i] >= config->entry_count) {
            abort();
        }
    }
}

static void open_and_run(struct fuzzed *fuzzed, const char *path)
{
    const struct search search = search_for(fuzzed);
    struct config config;
    struct place *home;
    unsigned before = fuzzed->log.lines;
    int error = search_open(&search, &config, &home, NULL, path);
    bool has_no_entry = bls_is_folder(path) && error == ERR_NOT_FOUND;
    expect_logged(fuzzed, before, has_no_entry ? 0 : error);
    if (error == 0) {
        check_config(&config);
        run_entries(fuzzed, &config, home);
    }
}

static void complete_line(struct fuzzed *fuzzed, const struct grub *grub, const char *line)
{
    struct completion completion;
    int error = complete(&completion, line, strlen(line), &fuzzed->devices, NULL, &grub->script,
                         &fuzzed->arena);
    for (size_t i = 0; error == 0 && i < completion.count; i++) {
        if (completion.candidates[i] == NULL) {
            abort();
        }
    }
}

static void type_lines(struct fuzzed *fuzzed, const char *text, size_t size)
{
    struct context context = context_for(fuzzed, NULL, NULL);
    struct grub_typed *typed = arena_alloc(&fuzzed->arena, sizeof *typed);
    char *copy = arena_copy(&fuzzed->arena, text, size);
    struct grub *grub;
    if (typed == NULL || copy == NULL || grub_open_prompt(&grub, &context) != 0) {
        return;
    }
    for (unsigned i = 0; i < LINES && *copy != '\0'; i++) {
        char *line = copy;
        unsigned before = fuzzed->log.lines;
        copy += strcspn(copy, "\n");
        if (*copy == '\n') {
            *copy++ = '\0';
        }
        complete_line(fuzzed, grub, line);
        int result = grub_type_line(grub, typed, line, &context);
        expect_logged(fuzzed, before, result);
    }
}

static void open_machine(struct fuzzed *fuzzed, struct text_disk *disk, uint8_t *memory)
{
    *fuzzed = (struct fuzzed){
        .user = {.print = print, .key = key, .ask = ask, .sleep = pause_user, .clear = clear},
        .starter.start = start,
        .disks = {&disk->disk},
        .arena = fuzzing_arena(memory, ARENA_SIZE),
        .log = fuzzing_log(),
        .settings.paging = true};
    fuzzed->machine = (struct machine){.arena = &fuzzed->arena,
                                       .log = &fuzzed->log.log,
                                       .disks = fuzzed->disks,
                                       .disk_count = 1,
                                       .command_line = "xen_grub_env_a=b xen_grub_env_c='d e'",
                                       .waiter = &disk->waiter};
    disk->waiter.log = &fuzzed->log.log;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const paths[] = {"/boot/grub/grub.cfg",  "/loader/entries",
                                        "/boot/extlinux.conf",  "/menu.lst",
                                        "/EFI/vendor/grub.cfg", "/boot.cfg"};
    static uint8_t memory[ARENA_SIZE] __attribute__((aligned(4096)));
    static struct text_disk disk;
    struct fuzzed fuzzed;
    if (disk.image.bytes == NULL) {
        text_disk_open(&disk);
    }
    text_disk_fill(&disk, data, size);
    open_machine(&fuzzed, &disk, memory);
    if (devices_open(&fuzzed.devices, fuzzed.disks, 1, &fuzzed.arena, &fuzzed.log.log) != 0 ||
        devices_volume(&fuzzed.devices, &fuzzed.devices.places[0]) == NULL) {
        abort();
    }
    size_t mark = arena_mark(&fuzzed.arena);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        open_and_run(&fuzzed, paths[i]);
        arena_release(&fuzzed.arena, mark);
    }
    type_lines(&fuzzed, (const char *)data, size);
    return 0;
}
