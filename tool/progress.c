/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/progress.h"

#include <stddef.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "lib/checked.h"

enum {
    MOMENT = 500, /* milliseconds that work takes unseen, ... */
    RHYTHM = 100, /* ... and until the line changes */
    BAR = 20,     /* characters */
};

static uint64_t now(void)
{
    struct timespec time = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time); /* every Linux has this clock */
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

/* MiB in each second. */
static uint64_t speed(const struct tool_progress *progress)
{
    return (progress->bytes >> 10) * 1000 / (max_u64(progress->shown - progress->began, 1) << 10);
}

static void show_share(const struct tool_progress *progress)
{
    static const char full[] = "####################", empty[] = "                    ";
    uint64_t share = min_u64(progress->bytes, progress->total) * 100 / progress->total;
    int length = (int)(share * BAR / 100);
    (void)fprintf(stderr, "\r%s  [%.*s%.*s] %3lu%%  %lu MiB of %lu, %lu MiB/s\033[K",
                  progress->what, length, full, BAR - length, empty, share, progress->bytes >> 20,
                  progress->total >> 20, speed(progress));
}

static void show_sum(const struct tool_progress *progress)
{
    (void)fprintf(stderr, "\r%s  %lu files, %lu MiB, %lu MiB/s\033[K", progress->what,
                  progress->files, progress->bytes >> 20, speed(progress));
}

void progress_begin(struct tool_progress *progress, const char *what, uint64_t total)
{
    uint64_t began = now();
    if (isatty(STDERR_FILENO) != 0) {
        *progress = (struct tool_progress){
            .what = what, .total = total, .began = began, .shown = began + MOMENT - RHYTHM};
    }
}

void progress_add(struct tool_progress *progress, uint64_t files, uint64_t bytes)
{
    progress->files += files;
    progress->bytes += bytes;
    if (progress->what == NULL || now() < progress->shown + RHYTHM) {
        return;
    }
    progress->shown = now();
    progress->is_visible = true;
    if (progress->total > 0) {
        show_share(progress);
    } else {
        show_sum(progress);
    }
}

void progress_hide(struct tool_progress *progress)
{
    if (progress->is_visible) {
        (void)fputs("\r\033[K", stderr); /* it is there to be seen, or nowhere */
        progress->is_visible = false;
    }
}

void progress_end(struct tool_progress *progress)
{
    progress_hide(progress);
    progress->what = NULL;
}
