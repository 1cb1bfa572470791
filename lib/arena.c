/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/error.h"

static int reserve(struct arena *arena, size_t end)
{
    if (end > arena->limit) {
        return ERR_NO_MEMORY;
    }
    return end <= arena->ready ? 0 : arena->grow(arena, end);
}

static void *take(struct arena *arena, size_t size, size_t alignment)
{
    size_t start = align_up(arena->used, alignment);
    uint64_t end;
    if (!checked_add(start, size, &end) || reserve(arena, end) != 0) {
        return NULL;
    }
    arena->used = end;
    return arena->base + start;
}

static int full(struct arena *arena, size_t needed)
{
    (void)arena;
    (void)needed;
    return ERR_NO_MEMORY;
}

int arena_open_within(struct arena *child, struct arena *parent, size_t size)
{
    *child = (struct arena){
        .base = arena_pages(parent, size), .ready = size, .limit = size, .grow = full};
    return child->base == NULL ? ERR_NO_MEMORY : 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    void *memory = take(arena, size, 16);
    return memory == NULL ? NULL : memset(memory, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    uint64_t bytes;
    return checked_mul(count, size, &bytes) ? arena_alloc(arena, bytes) : NULL;
}

void *arena_pages(struct arena *arena, size_t size)
{
    return size > arena->limit ? NULL : take(arena, align_up(size, PAGE_SIZE), PAGE_SIZE);
}

int arena_resize(struct arena *arena, void *start, size_t size)
{
    size_t offset = (size_t)((uint8_t *)start - arena->base);
    if (!range_within(offset, size, arena->limit) || reserve(arena, offset + size) != 0) {
        return ERR_NO_MEMORY;
    }
    arena->used = offset + size;
    return 0;
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    return copy == NULL ? NULL : memcpy(copy, text, length);
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : arena_alloc(arena, (size_t)length + 1);
    if (text != NULL) {
        va_start(arguments, format);
        (void)vsnprintf(text, (size_t)length + 1, format,
                        arguments); /* the length is known to fit */
        va_end(arguments);
    }
    return text;
}

size_t arena_mark(const struct arena *arena)
{
    return arena->used;
}

void arena_release(struct arena *arena, size_t mark)
{
    arena->used = max_u64(mark, arena->held);
}

static size_t offset_of(const struct arena *arena, const void *address)
{
    return (uintptr_t)address - (uintptr_t)arena->base;
}

void arena_hold(struct arena *arena, const void *end)
{
    arena->held = max_u64(arena->held, offset_of(arena, end));
}

void arena_hold_nothing(struct arena *arena)
{
    arena->held = 0;
}

bool arena_contains(const struct arena *arena, const void *address)
{
    return offset_of(arena, address) < arena->limit;
}
