/* SPDX-License-Identifier: BSD-2-Clause */
/* An image of tests/images/xfs, as Linux left it, whose log's records can be changed. */
#pragma once

#include "fs/xfs/xlog.h"
#include "tests/unit/xfs_image.h"

enum { IMAGE_SIZE = 24 << 20 };

static uint8_t image[IMAGE_SIZE], copy[IMAGE_SIZE];

static inline void unpack(const char *name)
{
    char folder[1024], command[2048];
    assert_non_null(getcwd(folder, sizeof folder));
    (void)snprintf(command, sizeof command, "xz -dc %s/tests/images/xfs/%s.img.xz >image", folder,
                   name);
    ext2_image_make(copy, IMAGE_SIZE, command);
    memcpy(image, copy, IMAGE_SIZE);
}

/* The byte at which the log begins: it is in the first group. */
static inline size_t log_start(void)
{
    return (size_t)be64(image + SB_LOG_START) * be32(image + SB_BLOCK_SIZE);
}

static inline size_t log_size(void)
{
    return (size_t)be32(image + SB_LOG_BLOCKS) * be32(image + SB_BLOCK_SIZE);
}

static inline bool is_record(const uint8_t *block)
{
    return be32(block) == XLOG_MAGIC &&
           be32(block + XR_LENGTH) != 0 && /* as Linux clears blocks after the head */
           be32(block + XR_LENGTH) <= RECORD_LIMIT &&
           be32(block + XR_SIZE) <= RECORD_DATA_PER_HEADER;
}

/* Sums all records anew, as whoever has written them so would. Returns how many there are. */
static inline unsigned sum_records(void)
{
    uint8_t *log = image + log_start();
    unsigned count = 0;
    for (size_t at = 0; at + RECORD_LIMIT < log_size(); at += BASIC_BLOCK) {
        uint8_t *record = log + at;
        if (is_record(record)) {
            put_le32(record + XR_CHECKSUM, 0);
            uint32_t sum = crc32c(UINT32_MAX, record, XR_END);
            sum = crc32c(sum, record + BASIC_BLOCK, be32(record + XR_LENGTH));
            put_le32(record + XR_CHECKSUM, ~sum);
            count++;
        }
    }
    return count;
}

/* Where the last record's header is. */
static inline uint8_t *last_record(void)
{
    uint8_t *log = image + log_start(), *last = NULL;
    for (size_t at = 0; at + RECORD_LIMIT < log_size(); at += BASIC_BLOCK) {
        last = is_record(log + at) ? log + at : last;
    }
    assert_non_null(last);
    return last;
}

static inline void expect_left_out(const char *words)
{
    static struct mounted mounted;
    mounted_open_good(&mounted, words, image, IMAGE_SIZE);
    mounted_expect_error(&mounted, words, mounted.error, 0, words);
    assert_non_null(strstr(mounted.volume.details, ", log NOT replayed"));
    assert_false(mounted.volume.clean);
    mounted_close(&mounted);
}
