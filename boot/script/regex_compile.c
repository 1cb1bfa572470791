/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <string.h>

#include "boot/script/regex.h"
#include "boot/script/regex_program.h"
#include "lib/arena.h"
#include "lib/error.h"

enum { DEPTH = 16 /* groups inside of each other */, REPEATS = 255, UNLIMITED = -1 };

struct compiler {
    const char *at; /* what is left of the expression */
    struct regex_program *program;
    int groups;
    unsigned depth;
    int error; /* once it is set, nothing more is emitted */
};

/* ---- instructions --------------------------------------------------------------------------- */

static void wrong(struct compiler *compiler)
{
    compiler->error = ERR_INVALID;
}

/* Makes room for `count` instructions before the one at `place`. */
static struct regex_instruction *insert(struct compiler *compiler, size_t place, size_t count)
{
    struct regex_program *program = compiler->program;
    if (program->length + count > REGEX_PROGRAM_SIZE) {
        wrong(compiler);
    }
    if (compiler->error != 0) {
        return &program->code[REGEX_PROGRAM_SIZE]; /* one to spare, which nobody reads */
    }
    struct regex_instruction *made = &program->code[place];
    memmove(made + count, made, (program->length - place) * sizeof *made);
    memset(made, 0, count * sizeof *made);
    program->length += count;
    return made;
}

static void emit_at(struct compiler *compiler, size_t place, enum regex_operation operation,
                    int value)
{
    struct regex_instruction *made = insert(compiler, place, 1);
    made->operation = operation;
    made->value = value;
}

static void emit(struct compiler *compiler, enum regex_operation operation, int value)
{
    emit_at(compiler, compiler->program->length, operation, value);
}

/* ---- sets of bytes -------------------------------------------------------------------------- */

static void set_add(uint8_t *set, unsigned char first, unsigned char last)
{
    for (unsigned c = first; c <= last; c++) {
        set[c / 8] |= (uint8_t)(1U << c % 8);
    }
}

/* A byte 0 ends the text, and is in no set. */
static void set_invert(uint8_t *set)
{
    for (size_t i = 0; i < 32; i++) {
        set[i] = (uint8_t)~set[i];
    }
    set[0] &= 0xFE;
}

struct class
{
    const char *name;
    const char *ranges; /* pairs of first and last */
};

static const struct class *find_class(const char *name, size_t length)
{
    static const struct class classes[] = {
        {"alnum", "AZaz09"},   {"alpha", "AZaz"},
        {"blank", "  \t\t"},   {"cntrl", "\x01\x1F\x7F\x7F"},
        {"digit", "09"},       {"graph", "!~"},
        {"lower", "az"},       {"print", " ~"},
        {"punct", "!/:@[`{~"}, {"space", "  \t\r"},
        {"upper", "AZ"},       {"xdigit", "09AFaf"},
    };
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (strlen(classes[i].name) == length && memcmp(classes[i].name, name, length) == 0) {
            return &classes[i];
        }
    }
    return NULL;
}

static void add_ranges(uint8_t *set, const char *ranges)
{
    for (; ranges[0] != '\0'; ranges += 2) {
        set_add(set, (unsigned char)ranges[0], (unsigned char)ranges[1]);
    }
}

/* "[:name:]" */
static void add_class(struct compiler *compiler, uint8_t *set)
{
    const char *name = compiler->at + 2, *end = strstr(name, ":]");
    const struct class *class = end != NULL ? find_class(name, (size_t)(end - name)) : NULL;
    if (class == NULL) {
        wrong(compiler);
        return;
    }
    add_ranges(set, class->ranges);
    compiler->at = end + 2;
}

/* A byte, or two with '-' between them. */
static void add_range(struct compiler *compiler, uint8_t *set)
{
    const unsigned char *at = (const unsigned char *)compiler->at;
    bool range = at[1] == '-' && at[2] != ']' && at[2] != '\0';
    unsigned char last = range ? at[2] : at[0];
    if (last < at[0] || (at[0] == '[' && (at[1] == '.' || at[1] == '=')) ||
        (range && at[2] == '[' && (at[3] == '.' || at[3] == '=' || at[3] == ':'))) {
        wrong(compiler); /* collating symbols are not known */
        return;
    }
    set_add(set, at[0], last);
    compiler->at += range ? 3 : 1;
}

/* After the "[". */
static void compile_brackets(struct compiler *compiler)
{
    uint8_t set[32] = {0};
    bool inverted = *compiler->at == '^';
    compiler->at += inverted ? 1 : 0;
    const char *start = compiler->at;
    while (compiler->error == 0 && (*compiler->at != ']' || compiler->at == start)) {
        if (*compiler->at == '\0') {
            wrong(compiler);
        } else if (compiler->at[0] == '[' && compiler->at[1] == ':') {
            add_class(compiler, set);
        } else {
            add_range(compiler, set);
        }
    }
    compiler->at += compiler->error == 0 ? 1 : 0;
    if (inverted) {
        set_invert(set);
    }
    memcpy(insert(compiler, compiler->program->length, 1)->set, set, sizeof set);
}

/* A byte after a backslash: itself, or a class. */
static void compile_escape(struct compiler *compiler)
{
    struct regex_instruction *made = insert(compiler, compiler->program->length, 1);
    unsigned char c = (unsigned char)*compiler->at;
    compiler->at += c != '\0' ? 1 : 0;
    if (c == 'w' || c == 'W') {
        add_ranges(made->set, "AZaz09__");
    } else if (c == 's' || c == 'S') {
        add_ranges(made->set, "  \t\r");
    } else if (c == '\0' || (c >= '0' && c <= '9') || strchr("bB<>`'", c) != NULL) {
        wrong(compiler); /* back references and edges of words are not known */
    } else {
        set_add(made->set, c, c);
    }
    if (c == 'W' || c == 'S') {
        set_invert(made->set);
    }
}

/* ---- pieces --------------------------------------------------------------------------------- */

static void compile_alternatives(struct compiler *compiler);

/* After the "(". */
static void compile_group(struct compiler *compiler)
{
    int number = ++compiler->groups;
    bool counts = number < REGEX_GROUPS;
    if (counts) {
        emit(compiler, REGEX_SAVE, 2 * number);
    }
    if (++compiler->depth > DEPTH) {
        wrong(compiler);
    } else {
        compile_alternatives(compiler);
    }
    compiler->depth--;
    if (*compiler->at != ')') {
        wrong(compiler);
        return;
    }
    compiler->at++;
    if (counts) {
        emit(compiler, REGEX_SAVE, 2 * number + 1);
    }
}

static void compile_atom(struct compiler *compiler)
{
    unsigned char c = (unsigned char)*compiler->at++;
    struct regex_instruction *made;
    switch (c) {
    case '(':
        compile_group(compiler);
        break;
    case '[':
        compile_brackets(compiler);
        break;
    case '\\':
        compile_escape(compiler);
        break;
    case '^':
        emit(compiler, REGEX_BEGIN, 0);
        break;
    case '$':
        emit(compiler, REGEX_END, 0);
        break;
    case '*':
    case '+':
    case '?':
    case '{':
        wrong(compiler);
        break;
    case '.':
        made = insert(compiler, compiler->program->length, 1);
        set_add(made->set, 1, 255);
        break;
    default:
        made = insert(compiler, compiler->program->length, 1);
        set_add(made->set, c, c);
    }
}

/* "{n}", "{n,}", "{,m}" or "{n,m}", after the "{". */
static void parse_bounds(struct compiler *compiler, int *least, int *most)
{
    int numbers[2] = {0, UNLIMITED};
    int count = 0;
    for (bool more = true; more && count < 2; count++) {
        int digits = 0, number = 0;
        for (; *compiler->at >= '0' && *compiler->at <= '9' && digits < 4; digits++) {
            number = number * 10 + (*compiler->at++ - '0');
        }
        numbers[count] = digits > 0 ? number : numbers[count];
        more = *compiler->at == ',';
        compiler->at += more ? 1 : 0;
        if ((digits == 0 && count == 0 && !more) || number > REPEATS) {
            wrong(compiler);
        }
    }
    if (*compiler->at != '}' ||
        (count == 2 && numbers[1] != UNLIMITED && numbers[1] < numbers[0])) {
        wrong(compiler);
        return;
    }
    compiler->at++;
    *least = numbers[0];
    *most = count == 2 ? numbers[1] : numbers[0];
}

/* Emits the piece that is the program's end from `start` on once more. */
static void copy(struct compiler *compiler, size_t start, size_t length)
{
    struct regex_instruction *made = insert(compiler, compiler->program->length, length);
    if (compiler->error == 0) {
        memcpy(made, compiler->program->code + start, length * sizeof *made);
    }
}

/* Makes the piece from `start` to the end one that may be left out. */
static void make_optional(struct compiler *compiler, size_t start)
{
    emit_at(compiler, start, REGEX_SPLIT, (int)(compiler->program->length - start) + 1);
}

/* ... or repeated without end. */
static void make_star(struct compiler *compiler, size_t start)
{
    int length = (int)(compiler->program->length - start);
    emit_at(compiler, start, REGEX_SPLIT, length + 2);
    emit(compiler, REGEX_JUMP, -(length + 1));
}

/* The piece from `start` to the end, `least` to `most` times. */
static void repeat(struct compiler *compiler, size_t start, int least, int most)
{
    size_t length = compiler->program->length - start;
    int count = most != UNLIMITED ? most : least > 0 ? least : 1;
    for (int i = 1; i < count; i++) {
        size_t place = compiler->program->length;
        copy(compiler, start, length);
        if (i >= least) {
            make_optional(compiler, place);
        }
    }
    if (most == 0) {
        compiler->program->length = start;
    } else if (most == UNLIMITED && least == 0) {
        make_star(compiler, start);
    } else if (most == UNLIMITED) {
        emit(compiler, REGEX_SPLIT_BACK, -(int)length);
    } else if (least == 0) {
        make_optional(compiler, start);
    }
}

/* An atom, and how often. */
static void compile_piece(struct compiler *compiler)
{
    size_t start = compiler->program->length;
    compile_atom(compiler);
    while (compiler->error == 0 && *compiler->at != '\0' && strchr("*+?{", *compiler->at) != NULL) {
        char c = *compiler->at++;
        int least = c == '+' ? 1 : 0, most = c == '?' ? 1 : UNLIMITED;
        if (c == '{') {
            parse_bounds(compiler, &least, &most);
        }
        repeat(compiler, start, least, most);
    }
}

/* A ")" without a "(" stands for itself. */
static void compile_branch(struct compiler *compiler)
{
    while (compiler->error == 0 && *compiler->at != '\0' && *compiler->at != '|' &&
           (*compiler->at != ')' || compiler->depth == 0)) {
        compile_piece(compiler);
    }
}

/* The jumps at the branches' ends are a chain, until the end of all of them is known. */
static void end_branches(struct compiler *compiler, size_t jump)
{
    struct regex_program *program = compiler->program;
    while (jump != 0 && compiler->error == 0) {
        size_t before = (size_t)program->code[jump].value;
        program->code[jump].value = (int)(program->length - jump);
        jump = before;
    }
}

/* Up to the end, or the ")". */
static void compile_alternatives(struct compiler *compiler)
{
    struct regex_program *program = compiler->program;
    size_t start = program->length, jump = 0; /* none is the first instruction */
    compile_branch(compiler);
    while (compiler->error == 0 && *compiler->at == '|') {
        compiler->at++;
        emit_at(compiler, start, REGEX_SPLIT, (int)(program->length - start) + 2);
        emit(compiler, REGEX_JUMP, (int)jump);
        jump = program->length - 1;
        start = program->length;
        compile_branch(compiler);
    }
    end_branches(compiler, jump);
}

int regex_compile(struct regex_program *program, const char *expression, struct arena *arena)
{
    struct compiler compiler = {.at = expression, .program = program};
    program->length = 0;
    program->code = arena_array(arena, REGEX_PROGRAM_SIZE + 1, sizeof *program->code);
    if (program->code == NULL) {
        return ERR_NO_MEMORY;
    }
    compile_alternatives(&compiler);
    emit(&compiler, REGEX_MATCH, 0);
    return compiler.error;
}
