/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The replay of NetBSD's log: what is only in the log is read, on volumes and in logs of both byte
 * orders. tests/images/test_ffs_log.py has one that NetBSD wrote.
 */
#include "fs/ffs/wapbl.h"
#include "tests/unit/ffs_image.h"
#include "tests/unit/ffs_tree.h"
#include "tests/unit/mounted.h"

enum { BLOCK = 512, LOG_SIZE = 128 << 10, RING = 2 * BLOCK, RING_SIZE = LOG_SIZE - RING };

static struct mounted mounted;

static const struct ffs_shape shapes[] = {
    {"v1 4K/512", 1, false, 4096, 512},
    {"v1 4K/512 big-endian", 1, true, 4096, 512},
    {"v2 4K/512", 2, false, 4096, 512},
    {"v2 4K/512 big-endian", 2, true, 4096, 512},
};

/* ---- making a log --------------------------------------------------------------------------- */

struct log_shape {
    const char *name;
    bool big_endian; /* the machine that wrote it */
    bool inside;     /* the file system; otherwise after it */
    unsigned tail;   /* blocks from the ring's start */
    bool second;     /* the second header is the newer one */
};

struct log_maker {
    struct ffs_image *image;
    struct log_shape shape;
    uint8_t *bytes; /* of the log */
    size_t place;   /* of the next block, from the log's start */
};

struct logged {
    const uint8_t *place; /* in the image */
    uint32_t length;
    const uint8_t *bytes; /* what is to be written there */
};

static void put(const struct log_maker *log, uint8_t *p, unsigned length, uint64_t value)
{
    for (unsigned i = 0; i < length; i++) {
        p[i] = (uint8_t)(value >> 8 * (log->shape.big_endian ? length - 1 - i : i));
    }
}

static void put_block(struct log_maker *log, const uint8_t *bytes)
{
    memcpy(log->bytes + log->place, bytes, BLOCK);
    log->place += BLOCK;
    log->place = log->place == LOG_SIZE ? RING : log->place;
}

/* A record of one block and, if it is one of blocks, their payload. */
static void put_record(struct log_maker *log, uint32_t type, const struct logged *list,
                       unsigned count)
{
    uint8_t head[BLOCK] = {0};
    uint32_t length = BLOCK;
    for (unsigned i = 0; i < count; i++) {
        uint8_t *entry = head + WR_ENTRIES + (size_t)i * WR_ENTRY_SIZE;
        put(log, entry + WE_ADDRESS, 8, (uint64_t)(list[i].place - log->image->bytes) / 512);
        put(log, entry + WE_BYTES, 4, list[i].length);
        length += type == WAPBL_BLOCKS ? list[i].length : 0;
    }
    put(log, head + WR_TYPE, 4, type);
    put(log, head + WR_LENGTH, 4, length);
    put(log, head + WR_COUNT, 4, count);
    put_block(log, head);
    for (unsigned i = 0; type == WAPBL_BLOCKS && i < count; i++) {
        for (uint32_t done = 0; done < list[i].length; done += BLOCK) {
            put_block(log, list[i].bytes + done);
        }
    }
}

static void put_super_fields(const struct log_maker *log)
{
    uint8_t *super = log->image->super;
    ffs_image_put(log->image, super + FS_FLAGS, 4, FLAGS_LOG_IN_USE);
    super[FS_JOURNAL_VERSION] = 1;
    super[FS_JOURNAL_LOCATION] = log->shape.inside ? 2 : 1;
    put(log, super + FS_JOURNAL_FLAGS, 4, 0);
    put(log, super + FS_JOURNAL_ADDRESS, 8, (uint64_t)(log->bytes - log->image->bytes) / BLOCK);
    put(log, super + FS_JOURNAL_COUNT, 8, LOG_SIZE / BLOCK);
    put(log, super + FS_JOURNAL_UNIT, 8, BLOCK);
}

/* After the file system the image grows; inside of it, its end is free. */
static struct log_maker open_log(struct ffs_image *image, const struct log_shape *shape)
{
    struct log_maker log = {.image = image, .shape = *shape};
    if (!shape->inside) {
        image->bytes = realloc(image->bytes, image->size + LOG_SIZE);
        image->size += LOG_SIZE;
        image->super = image->bytes + FFS_IMAGE_SUPER;
    }
    log.bytes = image->bytes + image->size - LOG_SIZE;
    log.place = RING + (size_t)shape->tail * BLOCK;
    memset(log.bytes, 0xA5, LOG_SIZE);
    put_super_fields(&log);
    return log;
}

static void put_header(const struct log_maker *log, uint8_t *p, uint32_t generation, uint64_t head,
                       uint64_t tail)
{
    memset(p, 0, BLOCK);
    put(log, p, 4, WAPBL_HEADER);
    put(log, p + 4, 4, BLOCK);
    put(log, p + WH_GENERATION, 4, generation);
    put(log, p + WH_VERSION, 4, 1);
    put(log, p + WH_LOG_SHIFT, 4, 9);
    put(log, p + WH_LOG_SHIFT + 4, 4, 9);
    put(log, p + WH_HEAD, 8, head);
    put(log, p + WH_TAIL, 8, tail);
    put(log, p + WH_RING, 8, RING);
    put(log, p + WH_RING_SIZE, 8, RING_SIZE);
}

/* The older header says that the log is empty. */
static void close_log(const struct log_maker *log)
{
    uint64_t tail = RING + (uint64_t)log->shape.tail * BLOCK;
    put_header(log, log->bytes + (log->shape.second ? 0 : BLOCK), 7, 0, 0);
    put_header(log, log->bytes + (log->shape.second ? BLOCK : 0), 8, log->place, tail);
}

/* ---- what is in it -------------------------------------------------------------------------- */

/* Moves bytes of the image into `into`, and leaves others there. */
static struct logged take(const uint8_t *place, uint32_t length, uint8_t *into)
{
    memcpy(into, place, length);
    memset((uint8_t *)(uintptr_t)place, 0x5A, length);
    return (struct logged){place, length, into};
}

/*
 * Four records: rubbish for the inodes, the root directory and a file's data; the data revoked;
 * files to be freed; the inodes and the directory as they must be.
 */
static void fill_log(struct log_maker *log)
{
    static uint8_t rubbish[8192], inodes[8192], directory[1024];
    struct ffs_image *image = log->image;
    const uint8_t *data = image->bytes + (ffs_image_entry(image, ROOT_INODE, "..") - image->bytes);
    const uint8_t *root = data - 12; /* where "." begins */
    uint8_t *pointers = ffs_image_pointers(image, ffs_image_inode_of(image, "file70000"));
    bool wide_big = image->shape.version == 2 && image->shape.big_endian;
    data = ffs_image_fragment(image, ffs_image_get32(image, pointers + (wide_big ? 4 : 0)));
    struct logged good[] = {take(root, sizeof directory, directory),
                            take(ffs_image_inode(image, 0), sizeof inodes, inodes)};
    struct logged bad[] = {
        {good[1].place, 8192, rubbish}, {data, 4096, rubbish}, {root, 1024, rubbish}};
    memset(rubbish, 0xC3, sizeof rubbish);
    put_record(log, WAPBL_BLOCKS, bad, 3);
    put_record(log, WAPBL_REVOCATIONS, bad + 1, 1);
    put_record(log, WAPBL_INODES, NULL, 0);
    put_record(log, WAPBL_BLOCKS, good, 2);
}

static const struct log_shape log_shapes[] = {
    {"little-endian", false, false, 0, true},
    {"big-endian", true, false, 0, false},
    {"inside", false, true, 9, false},
    {"the first payload wraps", false, false, RING_SIZE / BLOCK - 5, true},
    {"a record's payload begins at the ring's start", true, true, RING_SIZE / BLOCK - 1, true},
    {"the last payload wraps", false, false, RING_SIZE / BLOCK - 40, false},
};

static void replay(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(shapes); i++) {
        for (size_t k = 0; k < ELEMENTS(log_shapes); k++) {
            struct ffs_image image = ffs_image_make(&shapes[i]);
            struct log_maker log = open_log(&image, &log_shapes[k]);
            image.shape.name = log_shapes[k].name;
            fill_log(&log);
            close_log(&log);
            assert_int_equal(ffs_tree_expect(&mounted, &image), 0);
            assert_non_null(strstr(mounted.volume.details, ", log replayed"));
            free(image.bytes);
        }
    }
}

/* Where nothing has been taken out of a new log, its tail is 0. */
static void a_tail_before_the_ring(void **state)
{
    (void)state;
    struct ffs_image image = ffs_image_make(&shapes[0]);
    struct log_maker log = open_log(&image, &log_shapes[0]);
    fill_log(&log);
    close_log(&log);
    put(&log, log.bytes + BLOCK + WH_TAIL, 8, 0);
    assert_int_equal(ffs_tree_expect(&mounted, &image), 0);
    free(image.bytes);
}

static void a_log_that_is_not_to_be_replayed(void **state)
{
    (void)state;
    static const struct {
        unsigned offset, length;
        uint64_t value;
        const char *words;
    } table[] = {
        {FS_FLAGS, 4, 0, ", with a log"}, /* unmounted: nothing in it counts */
        {FS_JOURNAL_FLAGS, 4, JOURNAL_FLAG_CLEAR, ", with a log"},
        {FS_JOURNAL_LOCATION, 1, 0, "clean"},
        {FS_JOURNAL_FLAGS, 4, 1, ", with an empty log"}, /* another flag */
    };
    for (size_t i = 0; i < ELEMENTS(table); i++) {
        struct ffs_image image = ffs_image_make(&shapes[0]);
        struct log_maker log = open_log(&image, &log_shapes[0]);
        put_header(&log, log.bytes, 2, 0, 0);
        put_header(&log, log.bytes + BLOCK, 1, RING, RING + BLOCK);
        ffs_image_put(&image, image.super + table[i].offset, table[i].length, table[i].value);
        assert_int_equal(ffs_tree_expect(&mounted, &image), 0);
        assert_non_null(strstr(mounted.volume.details, table[i].words));
        free(image.bytes);
    }
}

/* ---- logs that cannot be -------------------------------------------------------------------- */

enum { FIRST = RING + 5 * BLOCK }; /* where the first record lies */

/* The volume is read as it lies on disk, and one line says why. */
static void expect_refused(const struct ffs_image *image, const char *words)
{
    mounted_open_good(&mounted, words, image->bytes, image->size);
    mounted_expect_error(&mounted, words, ERR_CORRUPT, ERR_CORRUPT, words);
    assert_int_equal(mounted.line_count, 1);
    assert_non_null(strstr(mounted.volume.details, ", log NOT replayed"));
    ffs_tree_files(&mounted, words);
    mounted_close(&mounted);
}

static void wrong_superblocks(void **state)
{
    (void)state;
    static const struct {
        unsigned offset, length;
        uint64_t value;
        const char *words;
    } table[] = {
        {FS_JOURNAL_VERSION, 1, 2, "(hd0,1): FFS log cannot be replayed: its version"},
        {FS_JOURNAL_LOCATION, 1, 3, "its place (fs_journallocs) cannot be right"},
        {FS_JOURNAL_ADDRESS, 8, 1 << 20, "fs_journallocs"},
        {FS_JOURNAL_ADDRESS, 8, UINT64_MAX, "fs_journallocs"},
        {FS_JOURNAL_ADDRESS, 8, UINT64_C(1) << 55, "fs_journallocs"},
        {FS_JOURNAL_COUNT, 8, 0, "fs_journallocs"},
        {FS_JOURNAL_COUNT, 8, 1, "wc_log_dev_bshift"},
        {FS_JOURNAL_COUNT, 8, LOG_SIZE, "fs_journallocs"},
        {FS_JOURNAL_UNIT, 8, 0, "fs_journallocs"},
        {FS_JOURNAL_UNIT, 8, 1000, "fs_journallocs"},
        {FS_JOURNAL_UNIT, 8, UINT64_C(1) << 32, "fs_journallocs"},
    };
    for (size_t i = 0; i < ELEMENTS(table); i++) {
        struct ffs_image image = ffs_image_make(&shapes[0]);
        struct log_maker log = open_log(&image, &log_shapes[0]);
        close_log(&log);
        put(&log, image.super + table[i].offset, table[i].length, table[i].value);
        expect_refused(&image, table[i].words);
        free(image.bytes);
    }
}

static void wrong_logs(void **state)
{
    (void)state;
    static const struct log_shape shape = {"wrong", false, false, 5, false};
    static const struct {
        unsigned offset, length;
        uint64_t value;
        const char *words;
    } table[] = {
        {0, 4, 0, "first header"},
        {WH_VERSION, 4, 2, "header's version"},
        {WH_LOG_SHIFT, 4, 8, "wc_log_dev_bshift"},
        {WH_LOG_SHIFT, 4, 64, "wc_log_dev_bshift"},
        {WH_RING, 8, BLOCK, "header's ring"},
        {WH_RING, 8, RING + 1, "header's ring"},
        {WH_RING, 8, UINT64_MAX - BLOCK + 1, "header's ring"},
        {WH_RING_SIZE, 8, 0, "header's ring"},
        {WH_RING_SIZE, 8, RING_SIZE + BLOCK, "header's ring"},
        {WH_HEAD, 8, 0, "record's length"}, /* at the ring's start, where there is no record */
        {WH_HEAD, 8, LOG_SIZE, "head or tail"},
        {WH_TAIL, 8, RING - BLOCK, "record's length"},
        {WH_TAIL, 8, FIRST + 1, "head or tail"},
        {WH_TAIL, 8, UINT64_MAX, "head or tail"},
        {FIRST + WR_TYPE, 4, WAPBL_HEADER, "record's type"},
        {FIRST + WR_LENGTH, 4, 0, "record's length"},
        {FIRST + WR_LENGTH, 4, 513, "record's length"},
        {FIRST + WR_LENGTH, 4, BLOCK, "record's length"},
        {FIRST + WR_LENGTH, 4, LOG_SIZE, "record's length"},
        {FIRST + WR_LENGTH, 4, 0x80000000U, "record's length"},
        {FIRST + WR_COUNT, 4, 32, "record's number of blocks"},
        {FIRST + WR_COUNT, 4, UINT32_MAX, "record's number of blocks"},
        {FIRST + WR_COUNT, 4, 0, "record's length"},
        {FIRST + WR_ENTRIES + WE_ADDRESS, 8, UINT64_MAX, "record's block"},
        {FIRST + WR_ENTRIES + WE_ADDRESS, 8, 1 << 16, "record's block"},
        {FIRST + WR_ENTRIES + WE_BYTES, 4, 100, "record's block"},
        {FIRST + WR_ENTRIES + WE_BYTES, 4, 0xFFFFFE00U, "record's block"},
        {FIRST + WR_ENTRIES + WE_BYTES, 4, 1 << 20, "record's length"},
    };
    for (size_t i = 0; i < ELEMENTS(table); i++) {
        struct ffs_image image = ffs_image_make(&shapes[0]);
        struct log_maker log = open_log(&image, &shape);
        uint8_t bytes[1024];
        struct logged logged = {image.super, sizeof bytes, bytes};
        memcpy(bytes, image.super, sizeof bytes);
        put_record(&log, WAPBL_BLOCKS, &logged, 1);
        close_log(&log);
        put(&log, log.bytes + table[i].offset, table[i].length, table[i].value);
        expect_refused(&image, table[i].words);
        free(image.bytes);
    }
}

/* Old FFSv1 has other things where the log's fields are. */
static void old_superblocks_have_no_log(void **state)
{
    (void)state;
    struct ffs_image image = ffs_image_make(&shapes[0]);
    struct log_maker log = open_log(&image, &log_shapes[0]);
    close_log(&log);
    image.super[FS_OLD_FLAGS] = 0;
    image.super[FS_JOURNAL_VERSION] = 77;
    assert_int_equal(ffs_tree_expect(&mounted, &image), 0);
    free(image.bytes);
}

static void mutations(void **state)
{
    (void)state;
    static const struct log_shape shape = {"mutated", false, false, 0, false};
    (void)alarm(300); /* whatever hangs is ended */
    for (size_t i = 1; i < 3; i++) {
        struct ffs_image image = ffs_image_make(&shapes[i]);
        struct log_maker log = open_log(&image, &shape);
        fill_log(&log);
        close_log(&log);
        size_t start = (size_t)(log.bytes - image.bytes);
        mounted_mutate("log's place", image.bytes, image.size, FFS_IMAGE_SUPER + 864, 40, 200);
        mounted_mutate("log's header", image.bytes, image.size, start, WH_SIZE, 500);
        mounted_mutate("log's first record", image.bytes, image.size, start + RING, 80, 500);
        free(image.bytes);
    }
    (void)alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replay),
        cmocka_unit_test(a_tail_before_the_ring),
        cmocka_unit_test(a_log_that_is_not_to_be_replayed),
        cmocka_unit_test(wrong_superblocks),
        cmocka_unit_test(wrong_logs),
        cmocka_unit_test(old_superblocks_have_no_log),
        cmocka_unit_test(mutations),
    };
    return cmocka_run_group_tests_name("ffs_log", tests, ffs_image_setup, ffs_image_teardown);
}
