/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot diff IMAGE IMAGE: the file systems of both, the first of one with the first of the other, and so on. Times are
 * not compared: who copies a tree seldom keeps them all.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/json.h"
#include "tool/nodes.h"
#include "tool/print.h"
#include "tool/same_bytes.h"
#include "tool/style.h"
#include "tool/tool.h"
#include "tool/tree.h"

enum { CHANGES = 8, VALUE = 24 };

/* A field that two files of one path do not share. */
struct change {
    const char *field;
    bool is_place;        /* not the values themselves, but from which byte on they differ */
    const char *texts[2]; /* NULL: numbers */
    char numbers[2][VALUE];
};

struct diff {
    struct tool *tool;
    struct pvboot *images[2];
    struct json json;
    bool differs, failed;
    struct change changes[CHANGES];
    size_t change_count;
};

/* ---- what is printed ------------------------------------------------------------------------ */

static const char *value_of(const struct change *change, size_t side)
{
    return change->texts[side] != NULL ? change->texts[side] : change->numbers[side];
}

static void put_changes(struct diff *diff)
{
    struct json *json = &diff->json;
    json_open(json, "changes", '[');
    for (size_t i = 0; i < diff->change_count; i++) {
        json_open(json, NULL, '{');
        json_text(json, "field", diff->changes[i].field);
        json_text(json, "first", value_of(&diff->changes[i], 0));
        json_text(json, "second", value_of(&diff->changes[i], 1));
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void print_changes(const struct diff *diff)
{
    for (size_t i = 0; i < diff->change_count; i++) {
        const struct change *change = &diff->changes[i];
        print("%s %s ", i > 0 ? "," : ":", change->field);
        if (change->is_place) {
            print("from %s on", value_of(change, 0));
        } else {
            print("%s and %s", value_of(change, 0), value_of(change, 1));
        }
    }
}

/* `where`: "first", "second": only there; "both": with changes. */
static void report(struct diff *diff, const char *path, const char *where)
{
    bool in_first = strcmp(where, "second") != 0, in_second = strcmp(where, "first") != 0;
    diff->differs = true;
    if (diff->tool->json) {
        json_open(&diff->json, NULL, '{');
        json_text(&diff->json, "path", path);
        json_text(&diff->json, "where", where);
        put_changes(diff);
        json_close(&diff->json, '}');
        return;
    }
    progress_hide(&diff->tool->progress);
    if (in_first && in_second) {
        print_styled(STYLE_CHANGED, "~ %s", path);
    } else {
        print_styled(in_first ? STYLE_BAD : STYLE_GOOD, "%c %s", in_first ? '-' : '+', path);
    }
    print_changes(diff);
    print_line("%s", "");
}

/* ---- two files ------------------------------------------------------------------------------ */

static struct change *add_change(struct diff *diff, const char *field)
{
    struct change *change = &diff->changes[diff->change_count++];
    *change = (struct change){.field = field};
    return change;
}

static void compare_numbers(struct diff *diff, const char *field, uint64_t a, uint64_t b)
{
    if (a != b) {
        struct change *change = add_change(diff, field);
        (void)snprintf(change->numbers[0], VALUE, "%" PRIu64, a); /* they fit */
        (void)snprintf(change->numbers[1], VALUE, "%" PRIu64, b);
    }
}

static void compare_modes(struct diff *diff, uint32_t a, uint32_t b)
{
    if (a != b) {
        struct change *change = add_change(diff, "mode");
        (void)snprintf(change->numbers[0], VALUE, "%04o", a); /* likewise */
        (void)snprintf(change->numbers[1], VALUE, "%04o", b);
    }
}

static void compare_texts(struct diff *diff, const char *field, const char *a, const char *b)
{
    if (a != NULL && b != NULL && strcmp(a, b) != 0) {
        struct change *change = add_change(diff, field);
        change->texts[0] = a;
        change->texts[1] = b;
    }
}

static int compare_files(struct diff *diff, struct pvboot_file *a, struct pvboot_file *b)
{
    uint64_t offset;
    int same = same_bytes(a, b, &offset, &diff->tool->progress);
    if (same == 0) {
        struct change *change = add_change(diff, "bytes");
        (void)snprintf(change->numbers[0], VALUE, "%" PRIu64, offset); /* it fits */
        memcpy(change->numbers[1], change->numbers[0], VALUE);
        change->is_place = true;
    }
    return same < 0 ? same : 0;
}

static int compare_bytes(struct diff *diff, const struct pvboot_node *a,
                         const struct pvboot_node *b)
{
    struct pvboot_file *first, *second;
    int error = pvboot_file_open(diff->images[0], a->path, &first);
    if (error != 0) {
        return error;
    }
    error = pvboot_file_open(diff->images[1], b->path, &second);
    if (error == 0) {
        error = compare_files(diff, first, second);
        pvboot_file_close(second);
    }
    pvboot_file_close(first);
    return error;
}

static void compare_nodes(struct diff *diff, const struct pvboot_node *a,
                          const struct pvboot_node *b)
{
    diff->change_count = 0;
    compare_texts(diff, "type", node_type_name(a), node_type_name(b));
    compare_modes(diff, a->mode, b->mode);
    compare_numbers(diff, "owner", a->owner, b->owner);
    compare_numbers(diff, "group", a->group, b->group);
    compare_texts(diff, "target", a->target, b->target);
    compare_numbers(diff, "major", a->major, b->major);
    compare_numbers(diff, "minor", a->minor, b->minor);
    if (a->type == PVBOOT_FILE && b->type == PVBOOT_FILE) {
        compare_numbers(diff, "size", a->size, b->size);
        bool same_size = a->size == b->size;
        diff->failed = (same_size && compare_bytes(diff, a, b) != 0) || diff->failed;
    }
    if (diff->change_count > 0) {
        report(diff, a->path, "both");
    }
    progress_add(&diff->tool->progress, 1, 0);
}

/* ---- two trees ------------------------------------------------------------------------------ */

/* Reports nodes[at] as only there. Returns the next one that is not below it. */
static size_t report_only(struct diff *diff, const struct tree *tree, size_t at, const char *where)
{
    const char *path = tree->nodes[at].below;
    size_t length = strlen(path), next = at + 1;
    diff->change_count = 0;
    report(diff, tree->nodes[at].path, where);
    while (next < tree->count && strncmp(tree->nodes[next].below, path, length) == 0 &&
           tree->nodes[next].below[length] == '/') {
        next++;
    }
    return next;
}

static void compare_trees(struct diff *diff, const struct tree *a, const struct tree *b)
{
    size_t i = 0, j = 0;
    while (i < a->count || j < b->count) {
        int order = i == a->count   ? 1
                    : j == b->count ? -1
                                    : tree_order(a->nodes[i].below, b->nodes[j].below);
        if (order < 0) {
            i = report_only(diff, a, i, "first");
        } else if (order > 0) {
            j = report_only(diff, b, j, "second");
        } else {
            compare_nodes(diff, &a->nodes[i++], &b->nodes[j++]);
        }
    }
}

/* ---- two images ----------------------------------------------------------------------------- */

/* The next volume with a file system from *index on, whose root *path becomes; false: there is none. */
static bool next_root(struct pvboot *image, size_t *index, char path[], size_t size)
{
    const struct pvboot_volume *volume;
    while ((volume = pvboot_volume(image, (*index)++)) != NULL) {
        if (volume->filesystem != NULL && !volume->is_divided) {
            (void)snprintf(path, size, "%s/", volume->name); /* a name fits */
            return true;
        }
    }
    return false;
}

static void compare_roots(struct diff *diff, const char *a, const char *b)
{
    struct tree trees[2];
    int first_error = tree_read(&trees[0], diff->images[0], a);
    int second_error = tree_read(&trees[1], diff->images[1], b);
    diff->failed = diff->failed || first_error != 0 || second_error != 0 || trees[0].is_damaged ||
                   trees[1].is_damaged;
    compare_trees(diff, &trees[0], &trees[1]);
    tree_close(&trees[0]);
    tree_close(&trees[1]);
}

static void compare_images(struct diff *diff)
{
    size_t indexes[2] = {0, 0};
    char a[128], b[128];
    for (;;) {
        bool in_first = next_root(diff->images[0], &indexes[0], a, sizeof a);
        bool in_second = next_root(diff->images[1], &indexes[1], b, sizeof b);
        diff->change_count = 0;
        if (in_first && in_second) {
            compare_roots(diff, a, b);
        } else if (in_first || in_second) {
            report(diff, in_first ? a : b, in_first ? "first" : "second");
        } else {
            return;
        }
    }
}

static void show(struct diff *diff, char *const *arguments)
{
    struct json *json = &diff->json;
    if (!diff->tool->json) {
        compare_images(diff);
        return;
    }
    json_open(json, NULL, '{');
    json_open(json, "images", '[');
    json_text(json, NULL, arguments[0]);
    json_text(json, NULL, arguments[1]);
    json_close(json, ']');
    json_open(json, "differences", '[');
    compare_images(diff);
    json_close(json, ']');
    tool_put_errors(diff->tool, json);
    json_close(json, '}');
    json_end();
}

static bool open_image(struct diff *diff, size_t side, const char *word)
{
    diff->images[side] = tool_handle(diff->tool);
    return diff->images[side] != NULL && tool_add_disk(diff->images[side], word);
}

int tool_diff(struct tool *tool, char *const *arguments)
{
    struct diff diff = {.tool = tool, .failed = true};
    if (open_image(&diff, 0, arguments[0]) && open_image(&diff, 1, arguments[1])) {
        diff.failed = false;
        progress_begin(&tool->progress, "diff", 0);
        show(&diff, arguments);
        progress_end(&tool->progress);
    }
    pvboot_free(diff.images[0]);
    pvboot_free(diff.images[1]);
    return diff.failed ? STATUS_USAGE : diff.differs ? STATUS_BAD : STATUS_GOOD;
}
