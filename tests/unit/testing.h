/* SPDX-License-Identifier: BSD-2-Clause */
/* What most unit tests need: an arena, a log that keeps its lines, and words to look for in it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

#include <cmocka.h>

struct capture {
    struct log log; /* first: a log is a struct capture */
    char lines[4096];
};

static inline void capture_line(struct log *log, const char *text)
{
    struct capture *capture = (struct capture *)log;
    size_t used = strlen(capture->lines);
    (void)snprintf(capture->lines + used, sizeof capture->lines - used, "%s\n", text);
}

static inline void capture_open(struct capture *capture)
{
    memset(capture, 0, sizeof *capture);
    capture->log.line = capture_line;
}

static inline void expect_logged(const struct capture *capture, const char *name, const char *words)
{
    if (strstr(capture->lines, words) == NULL) {
        fail_msg("%s: \"%s\" was not logged, but: %s", name, words, capture->lines);
    }
}

static inline int testing_full(struct arena *arena, size_t needed)
{
    (void)arena;
    (void)needed;
    return ERR_NO_MEMORY;
}

static inline void testing_arena(struct arena *arena, size_t size)
{
    *arena = (struct arena){
        .base = aligned_alloc(PAGE_SIZE, size), .ready = size, .limit = size, .grow = testing_full};
    assert_non_null(arena->base);
}

static inline void testing_arena_close(struct arena *arena)
{
    free(arena->base);
}
