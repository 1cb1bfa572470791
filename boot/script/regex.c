/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/script/regex.h"

#include <stdbool.h>
#include <string.h>

#include "boot/script/regex_program.h"
#include "lib/arena.h"
#include "lib/error.h"

enum { SLOTS = 2 * REGEX_GROUPS };

static const uint32_t NOWHERE = UINT32_MAX;

struct thread {
    size_t at;             /* in the program */
    uint32_t slots[SLOTS]; /* where groups begin and end, in the text */
};

/* The threads at one place of the text; the first ones have precedence. */
struct threads {
    struct thread *threads;
    size_t count;
};

/* What is to be looked at: an instruction, or a slot's value that is to be put back. */
struct task {
    size_t at;
    int slot; /* -1: an instruction */
    uint32_t value;
};

struct search {
    struct regex_program program;
    const char *text;
    size_t length;
    struct threads now, next;
    size_t *seen; /* by instruction: the place in the text, plus 1, where a thread came to it */
    struct task *tasks; /* a stack */
    bool found;
    uint32_t best[SLOTS];
    size_t *steps;
};

static void push(struct search *search, size_t *count, struct task task)
{
    search->tasks[(*count)++] = task;
}

/* A match counts if it begins before the best one so far, or there and is longer. */
static void note_match(struct search *search, const uint32_t *slots, size_t place)
{
    uint32_t *best = search->best;
    if (!search->found || slots[0] < best[0] || (slots[0] == best[0] && place > best[1])) {
        memcpy(best, slots, sizeof search->best);
        best[1] = (uint32_t)place;
        search->found = true;
    }
}

/* An instruction that a thread has come to. */
static void follow(struct search *search, struct threads *threads, size_t place, size_t at,
                   uint32_t *slots, size_t *count)
{
    const struct regex_instruction *instruction = &search->program.code[at];
    struct task next = {.at = at + 1, .slot = -1};
    struct task other = {.at = at + (size_t)instruction->value, .slot = -1};
    struct thread *thread;
    switch (instruction->operation) {
    case REGEX_SET:
        thread = &threads->threads[threads->count++];
        thread->at = at;
        memcpy(thread->slots, slots, sizeof thread->slots);
        break;
    case REGEX_BEGIN:
    case REGEX_END:
        if (place == (instruction->operation == REGEX_BEGIN ? 0 : search->length)) {
            push(search, count, next);
        }
        break;
    case REGEX_SAVE:
        push(search, count,
             (struct task){.slot = instruction->value, .value = slots[instruction->value]});
        slots[instruction->value] = (uint32_t)place;
        push(search, count, next);
        break;
    case REGEX_JUMP:
        push(search, count, other);
        break;
    case REGEX_SPLIT:
        push(search, count, other);
        push(search, count, next);
        break;
    case REGEX_SPLIT_BACK:
        push(search, count, next);
        push(search, count, other);
        break;
    case REGEX_MATCH:
        note_match(search, slots, place);
        break;
    }
}

/* Follows what takes no byte, from `at` on, and adds the threads that want one. */
static void add(struct search *search, struct threads *threads, size_t place, size_t at,
                uint32_t *slots)
{
    size_t count = 0;
    push(search, &count, (struct task){.at = at, .slot = -1});
    while (count > 0) {
        struct task task = search->tasks[--count];
        if (task.slot >= 0) {
            slots[task.slot] = task.value;
        } else if (search->seen[task.at] != place + 1) { /* else one with precedence was here */
            search->seen[task.at] = place + 1;
            follow(search, threads, place, task.at, slots, &count);
        }
    }
}

static void begin_thread(struct search *search, size_t place)
{
    uint32_t slots[SLOTS];
    for (size_t i = 0; i < SLOTS; i++) {
        slots[i] = NOWHERE;
    }
    slots[0] = (uint32_t)place;
    add(search, &search->now, place, 0, slots);
}

/* All threads take the byte at `place`. */
static void step(struct search *search, size_t place)
{
    unsigned char c = (unsigned char)search->text[place];
    search->next.count = 0;
    for (size_t i = 0; i < search->now.count; i++) {
        struct thread *thread = &search->now.threads[i];
        const struct regex_instruction *instruction = &search->program.code[thread->at];
        bool late = search->found && thread->slots[0] > search->best[0];
        if (!late && (instruction->set[c / 8] >> c % 8 & 1) != 0) {
            add(search, &search->next, place + 1, thread->at + 1, thread->slots);
        }
    }
    struct threads done = search->now;
    search->now = search->next;
    search->next = done;
}

static int run(struct search *search)
{
    for (size_t place = 0;; place++) {
        if (!search->found) {
            begin_thread(search, place);
        }
        size_t steps = search->now.count + 1;
        if (steps > *search->steps) {
            return ERR_LOOP;
        }
        *search->steps -= steps;
        if (place == search->length || (search->found && search->now.count == 0)) {
            return search->found ? 1 : 0;
        }
        step(search, place);
    }
}

static int prepare(struct search *search, const char *expression, struct arena *arena)
{
    int error = regex_compile(&search->program, expression, arena);
    if (error != 0) {
        return error;
    }
    size_t length = search->program.length;
    search->now.threads = arena_array(arena, length, sizeof *search->now.threads);
    search->next.threads = arena_array(arena, length, sizeof *search->next.threads);
    search->seen = arena_array(arena, length, sizeof *search->seen);
    search->tasks = arena_array(arena, 2 * length + 1, sizeof *search->tasks);
    bool good = search->now.threads != NULL && search->next.threads != NULL &&
                search->seen != NULL && search->tasks != NULL;
    return good ? 0 : ERR_NO_MEMORY;
}

int regex_search(const char *expression, const char *text, struct regex_match matches[REGEX_GROUPS],
                 size_t *steps, struct arena *arena)
{
    struct search search = {.text = text, .length = strlen(text), .steps = steps};
    size_t mark = arena_mark(arena);
    int result = prepare(&search, expression, arena);
    if (result == 0) {
        result = run(&search);
    }
    for (size_t i = 0; result > 0 && i < REGEX_GROUPS; i++) {
        uint32_t start = search.best[2 * i], end = search.best[2 * i + 1];
        bool took_part = start != NOWHERE && end != NOWHERE;
        matches[i] =
            took_part ? (struct regex_match){text + start, end - start} : (struct regex_match){0};
    }
    arena_release(arena, mark);
    return result;
}
