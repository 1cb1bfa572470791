/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/bls/version.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A version, of which only the beginning is meant. */
struct version {
    const char *at;
    size_t left;
};

static char peek(const struct version *version)
{
    return version->left > 0 ? *version->at : '\0';
}

static void pass(struct version *version, size_t length)
{
    version->at += length;
    version->left -= length;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Dots, dashes and all else that only separates. */
static void pass_separators(struct version *version)
{
    for (char c;
         (c = peek(version)) != '\0' && !is_digit(c) && !is_letter(c) && c != '~' && c != '^';) {
        pass(version, 1);
    }
}

static struct version take_part(struct version *version, bool (*belongs)(char))
{
    struct version part = {.at = version->at};
    while (belongs(peek(version))) {
        pass(version, 1);
        part.left++;
    }
    return part;
}

static int compare_parts(const struct version *left, const struct version *right)
{
    size_t shared = left->left < right->left ? left->left : right->left;
    int order = memcmp(left->at, right->at, shared);
    return order != 0 ? order : (left->left > right->left) - (left->left < right->left);
}

static int compare_numbers(struct version left, struct version right)
{
    while (peek(&left) == '0') {
        pass(&left, 1);
    }
    while (peek(&right) == '0') {
        pass(&right, 1);
    }
    if (left.left != right.left) {
        return left.left > right.left ? 1 : -1;
    }
    return compare_parts(&left, &right);
}

/* '~' is before all else, even the end; '^' is after the end, and before all else. 0: none, or both. */
static int compare_marks(char left, char right)
{
    if (left == right) {
        return 0;
    }
    if (left == '~' || right == '~') {
        return left == '~' ? -1 : 1;
    }
    if (left == '^') {
        return right == '\0' ? 1 : -1;
    }
    if (right == '^') {
        return left == '\0' ? -1 : 1;
    }
    return 0;
}

/* One part of each. */
static int compare_next(struct version *left, struct version *right)
{
    bool (*belongs)(char) = is_digit(peek(left)) ? is_digit : is_letter;
    struct version a = take_part(left, belongs), b = take_part(right, belongs);
    if (b.left == 0) { /* a number and letters */
        return belongs == is_digit ? 1 : -1;
    }
    return belongs == is_digit ? compare_numbers(a, b) : compare_parts(&a, &b);
}

static int compare(struct version left, struct version right)
{
    while (left.left > 0 || right.left > 0) {
        pass_separators(&left);
        pass_separators(&right);
        char a = peek(&left), b = peek(&right);
        int order = compare_marks(a, b);
        if (order != 0) {
            return order;
        }
        if (a == '~' || a == '^') {
            pass(&left, 1);
            pass(&right, 1);
            continue;
        }
        if (a == '\0' || b == '\0') {
            break;
        }
        order = compare_next(&left, &right);
        if (order != 0) {
            return order;
        }
    }
    return (left.left > 0) - (right.left > 0);
}

static struct version whole(const char *text)
{
    return (struct version){.at = text, .left = strlen(text)};
}

int version_compare(const char *left, const char *right)
{
    return compare(whole(left), whole(right));
}

/* Cuts what follows the last '-' off. Without one, all of it. */
static struct version cut_last(struct version *package)
{
    struct version last = *package;
    size_t length = package->left;
    while (length > 0 && package->at[length - 1] != '-') {
        length--;
    }
    pass(&last, length);
    package->left = length > 0 ? length - 1 : 0;
    return last;
}

int version_compare_packages(const char *left, const char *right)
{
    struct version a = whole(left), b = whole(right);
    struct version release_a = cut_last(&a), release_b = cut_last(&b);
    struct version version_a = cut_last(&a), version_b = cut_last(&b);
    int order = compare(a, b);
    if (order == 0) {
        order = compare(version_a, version_b);
    }
    return order != 0 ? order : compare(release_a, release_b);
}
