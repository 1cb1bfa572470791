/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ext4 with checksums of its metadata, one byte of which is changed: what is read is right, or it is
 * an error.
 */
#include "lib/crc32c.h"
#include "tests/unit/ext2_image.h"

enum { IMAGE_SIZE = 1 << 20, BLOCK = 1024, DEPTH_LIMIT = 4 };

static uint8_t image[IMAGE_SIZE];

/* With an htree, a tree of extents with a block of its own, links of both kinds. */
static void make(const char *options)
{
    char commands[1536];
    (void)snprintf(
        commands, sizeof commands,
        "mkdir -p tree/dir/deep tree/boot && echo hello >tree/hello &&"
        "ln -s ../hello tree/dir/link &&"
        "ln -s $(printf %%0200d 0) tree/dir/long && seq 1 9000 >tree/dir/numbers &&"
        "for i in $(seq 1 12); do echo $i | dd of=tree/boot/sparse bs=1024 seek=$((i * 3))"
        " conv=notrunc 2>/dev/null; done &&"
        "for i in $(seq 1 60); do echo $i >tree/dir/deep/file-with-a-long-name-$i; done &&"
        "mke2fs -q -t ext4 -b 1024 %s -d tree image 1M >/dev/null 2>&1 &&"
        "{ e2fsck -fyD image >/dev/null 2>&1; test $? -le 1; }", /* which makes the htree */
        options);
    ext2_image_make(image, IMAGE_SIZE, commands);
}

/* ---- all that there is, as one number ------------------------------------------------------- */

static uint32_t add(uint32_t sum, const void *bytes, size_t length)
{
    return crc32c(sum, bytes, length);
}

static int add_file(struct node *node, uint32_t *sum)
{
    static uint8_t bytes[IMAGE_SIZE];
    struct file file;
    int error = file_open(&file, node, "file");
    if (error != 0 || node->size > sizeof bytes) {
        return error; /* of a size that none was written with, the sum is another one already */
    }
    error = source_read(&file.source, 0, bytes, node->size);
    *sum = add(*sum, bytes, node->size);
    return error;
}

static int add_link(struct node *node, uint32_t *sum)
{
    static char text[LINK_SIZE];
    int error = node->volume->type->link(node, text);
    *sum = error == 0 ? add(*sum, text, strlen(text)) : 0;
    return error;
}

static int add_node(struct node *node, unsigned depth, uint32_t *sum);

static int add_directory(struct node *node, unsigned depth, uint32_t *sum)
{
    struct dir_entry entry;
    uint64_t cursor = 0;
    int found;
    while ((found = node->volume->type->next(node, &cursor, &entry)) > 0) {
        struct node child;
        *sum = add(*sum, entry.name, strlen(entry.name));
        int error = node_load(node->volume, entry.id, &child);
        if (error == 0 && depth < DEPTH_LIMIT) { /* none was written so deep */
            error = add_node(&child, depth + 1, sum);
        }
        if (error != 0) {
            return error;
        }
    }
    return found;
}

static int add_node(struct node *node, unsigned depth, uint32_t *sum)
{
    *sum = add(*sum, &node->size, sizeof node->size);
    *sum = add(*sum, &node->mode, sizeof node->mode);
    *sum = add(*sum, &node->mtime, sizeof node->mtime);
    switch (node->type) {
    case NODE_FILE:
        return add_file(node, sum);
    case NODE_LINK:
        return add_link(node, sum);
    case NODE_DIRECTORY:
        return add_directory(node, depth, sum);
    default:
        return ERR_WRONG_TYPE;
    }
}

/* Returns 0 or the first error. */
static int read_all(struct mounted *mounted, uint32_t *sum)
{
    struct node root;
    mounted_open(mounted, image, IMAGE_SIZE);
    *sum = 0;
    if (mounted->error != 0) {
        return mounted->error;
    }
    int error = node_load(&mounted->volume, mounted->volume.root, &root);
    return error != 0 ? error : add_node(&root, 0, sum);
}

/* ---- the tests ------------------------------------------------------------------------------ */

static bool is_text(uint8_t byte)
{
    return (byte >= ' ' && byte <= '~') || byte == '\n';
}

/* Blocks of data, which are text, and those with nothing in them need not be changed. */
static bool is_metadata(size_t block)
{
    static const uint8_t nothing[BLOCK];
    const uint8_t *bytes = image + block * BLOCK;
    return memcmp(bytes, nothing, BLOCK) != 0 && !(is_text(bytes[0]) && is_text(bytes[1]));
}

static void change(const char *name, size_t place, uint8_t value, uint32_t expected)
{
    static struct mounted mounted;
    uint32_t sum;
    uint8_t old = image[place];
    image[place] = value;
    int error = read_all(&mounted, &sum);
    if (error == 0 && sum != expected) {
        fail_msg("%s: byte %zu of block %zu, %02x instead of %02x: other data, and no error", name,
                 place % BLOCK, place / BLOCK, value, old);
    }
    if (error != 0 && mounted.line_count == 0 && error != ERR_UNKNOWN) {
        fail_msg("%s: byte %zu: %s, but nothing was logged", name, place, error_text(error));
    }
    mounted_close(&mounted);
    image[place] = old;
}

static void change_all(const char *name, unsigned stride)
{
    static struct mounted mounted;
    uint32_t expected;
    unsigned seed = 1;
    assert_int_equal(read_all(&mounted, &expected), 0);
    mounted_close(&mounted);
    for (size_t block = 0; block < IMAGE_SIZE / BLOCK; block++) {
        for (size_t at = is_metadata(block) ? (size_t)rand_r(&seed) % stride : BLOCK; at < BLOCK;
             at += stride) {
            size_t place = block * BLOCK + at;
            change(name, place, image[place] ^ (uint8_t)(1U << (unsigned)rand_r(&seed) % 8),
                   expected);
            change(name, place, image[place] == 0 ? 0xFF : 0, expected);
        }
    }
}

static void every_mutant_is_an_error_or_right(void **state)
{
    (void)state;
    static const char *const kinds[] = {
        "-O ^has_journal",
        "-O ^has_journal,^64bit -I 128",
        "-O ^has_journal,inline_data,metadata_csum_seed",
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        make(kinds[i]);
        change_all(kinds[i], 23);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mutant_is_an_error_or_right),
    };
    return cmocka_run_group_tests_name("ext2 checksums", tests, NULL, NULL);
}
