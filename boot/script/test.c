/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `test EXPRESSION`, `[ EXPRESSION ]` ("GNU GRUB manual 2.12", chapter 16.3.81), word by word from
 * left to right:
 *
 *      A = B  A == B  A != B  A < B  A <= B  A > B  A >= B      as text, by bytes
 *      A -eq B  -ge  -gt  -le  -lt  -ne                         as numbers
 *      A -pgt B  A -plt B     as numbers, once a beginning that both share is cut off: vmlinuz-9 and vmlinuz-10
 *      A -nt B  A -ot B       by time; -nt5: with 5 seconds added to A's
 *      -d F  -e F  -f F  -s F  -n TEXT  -z TEXT  TEXT
 *      ! X   X -a Y   X -o Y   ( X )
 */
#include <string.h>

#include "boot/script/builtins.h"
#include "boot/script/integer.h"
#include "lib/error.h"

enum { PARENTHESES = 16 /* inside of each other */ };

struct expression {
    const struct script_call *call;
    const char *const *words; /* what is left of it */
    size_t count;
    bool bad; /* too many parentheses: it is wrong as a whole */
};

/* ---- A operation B --------------------------------------------------------------------------- */

enum { LESS = 1, EQUAL = 2, GREATER = 4 };
enum comparand { TEXT, NUMBER, NUMBER_AT_DIFFERENCE };

struct comparison {
    const char *operation;
    enum comparand what;
    unsigned holds; /* for which orders */
};

static const struct comparison *find_comparison(const char *operation)
{
    static const struct comparison comparisons[] = {
        {"=", TEXT, EQUAL},
        {"==", TEXT, EQUAL},
        {"!=", TEXT, LESS | GREATER},
        {"<", TEXT, LESS},
        {"<=", TEXT, LESS | EQUAL},
        {">", TEXT, GREATER},
        {">=", TEXT, GREATER | EQUAL},
        {"-eq", NUMBER, EQUAL},
        {"-ge", NUMBER, GREATER | EQUAL},
        {"-gt", NUMBER, GREATER},
        {"-le", NUMBER, LESS | EQUAL},
        {"-lt", NUMBER, LESS},
        {"-ne", NUMBER, LESS | GREATER},
        {"-pgt", NUMBER_AT_DIFFERENCE, GREATER},
        {"-plt", NUMBER_AT_DIFFERENCE, LESS},
    };
    for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++) {
        if (strcmp(comparisons[i].operation, operation) == 0) {
            return &comparisons[i];
        }
    }
    return NULL;
}

/* What is no number counts as 0. */
static int64_t number_of(const char *text)
{
    int64_t number;
    (void)integer_begin(text, &number);
    return number;
}

static unsigned order_of_numbers(int64_t left, int64_t right)
{
    return left < right ? LESS : left > right ? GREATER : EQUAL;
}

/* How much both share, but for the digits at its end: they belong to the numbers. */
static size_t shared_beginning(const char *left, const char *right)
{
    size_t length = 0;
    while (left[length] == right[length] && left[length] != '\0') {
        length++;
    }
    while (length > 0 && left[length - 1] >= '0' && left[length - 1] <= '9') {
        length--;
    }
    return length;
}

static unsigned order_of(enum comparand what, const char *left, const char *right)
{
    size_t shared = 0;
    switch (what) {
    case TEXT:
        return order_of_numbers(strcmp(left, right), 0);
    case NUMBER_AT_DIFFERENCE:
        shared = shared_beginning(left, right);
        break;
    case NUMBER:
        break;
    }
    return order_of_numbers(number_of(left + shared), number_of(right + shared));
}

/* ---- files ---------------------------------------------------------------------------------- */

static bool find_file(const struct expression *expression, const char *path,
                      struct script_file *file)
{
    struct script_host *host = expression->call->script->host;
    return script_count(expression->call, SCRIPT_HOST_STEPS) && host->file(host, path, file) == 0;
}

/* A file that is there is newer than one that is not. */
static bool is_newer(const struct expression *expression, const char *left, const char *right,
                     int64_t more)
{
    struct script_file a, b;
    bool there = find_file(expression, left, &a);
    if (!find_file(expression, right, &b)) {
        return there;
    }
    return there && a.modified > b.modified - more;
}

/* ---- an expression -------------------------------------------------------------------------- */

/* Takes three words, where the one in the middle is an operation. False: it is none. */
static bool take_comparison(struct expression *expression, bool *value)
{
    const char *const *words = expression->words;
    if (expression->count < 3) {
        return false;
    }
    const struct comparison *comparison = find_comparison(words[1]);
    if (comparison != NULL) {
        *value = (comparison->holds & order_of(comparison->what, words[0], words[2])) != 0;
    } else if (strncmp(words[1], "-nt", 3) == 0) {
        *value = is_newer(expression, words[0], words[2], number_of(words[1] + 3));
    } else if (strncmp(words[1], "-ot", 3) == 0) {
        *value = is_newer(expression, words[2], words[0], -number_of(words[1] + 3));
    } else {
        return false;
    }
    expression->words += 3;
    expression->count -= 3;
    return true;
}

/* Takes an operation and a word. False: it is none. */
static bool take_property(struct expression *expression, bool *value)
{
    const char *const *words = expression->words;
    struct script_file file;
    if (expression->count < 2 || words[0][0] != '-' || words[0][1] == '\0' || words[0][2] != '\0' ||
        strchr("defsnz", words[0][1]) == NULL) {
        return false;
    }
    char operation = words[0][1];
    if (operation == 'n' || operation == 'z') {
        *value = (words[1][0] != '\0') == (operation == 'n');
    } else {
        *value = find_file(expression, words[1], &file) &&
                 (operation != 'd' || file.is_directory) &&
                 (operation != 'f' || !file.is_directory) && (operation != 's' || file.size > 0);
    }
    expression->words += 2;
    expression->count -= 2;
    return true;
}

/* What was found so far: (or) || (and && ...). */
struct truth {
    bool alternative; /* something before an -o is true */
    bool all;         /* all since then is */
    bool inverted;    /* the next one is, by a ! */
};

static void add(struct truth *truth, bool value)
{
    truth->all = truth->all && value != truth->inverted;
    truth->inverted = false;
}

static bool evaluate(struct expression *expression, unsigned depth);

/* A word that is no operand of anything. */
static void take_word(struct expression *expression, struct truth *truth, unsigned depth)
{
    const char *word = *expression->words++;
    expression->count--;
    if (strcmp(word, "(") == 0) {
        add(truth, evaluate(expression, depth + 1));
    } else if (strcmp(word, "!") == 0) {
        truth->inverted = !truth->inverted;
    } else if (strcmp(word, "-o") == 0) {
        truth->alternative = truth->alternative || truth->all;
        truth->all = true;
    } else if (strcmp(word, "-a") != 0) {
        add(truth, word[0] != '\0');
    }
}

/* Up to the end, or the ")". */
static bool evaluate(struct expression *expression, unsigned depth)
{
    struct truth truth = {.all = true};
    expression->bad = expression->bad || depth > PARENTHESES;
    while (expression->count > 0 && !expression->bad) {
        bool value;
        if (take_comparison(expression, &value) || take_property(expression, &value)) {
            add(&truth, value);
            continue;
        }
        if (strcmp(expression->words[0], ")") == 0) {
            expression->words++;
            expression->count--;
            break;
        }
        take_word(expression, &truth, depth);
    }
    return truth.alternative || truth.all;
}

int run_test(const struct script_call *call)
{
    struct expression expression = {
        .call = call, .words = call->words + 1, .count = call->count - 1};
    if (expression.count > 0 && strcmp(call->words[call->count - 1], "]") == 0) {
        expression.count--;
    }
    bool value = evaluate(&expression, 0);
    if (expression.bad) {
        return script_fail(call, ERR_INVALID, "too many parentheses");
    }
    return value ? 0 : SCRIPT_FALSE;
}
