/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/btrfs/checksum.h"

#include <blake2.h>
#include <nettle/sha2.h>
#include <string.h>

#include "fs/btrfs/xxhash.h"
#include "lib/bytes.h"
#include "lib/crc32c.h"

static void sum_xxhash(const uint8_t *bytes, size_t length, uint8_t *sum)
{
    put_le64(sum, btrfs_xxhash(bytes, length));
}

static void sum_sha256(const uint8_t *bytes, size_t length, uint8_t *sum)
{
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, length, bytes);
    sha256_digest(&context, SHA256_DIGEST_SIZE, sum);
}

static void sum_blake2b(const uint8_t *bytes, size_t length, uint8_t *sum)
{
    (void)blake2b(sum, bytes, NULL, CHECKSUM_BYTES, length, 0); /* fails for other sizes alone */
}

static const struct {
    const char *name;
    unsigned size;
    void (*sum)(const uint8_t *bytes, size_t length, uint8_t *sum);
} kinds[] = {
    [CHECKSUM_CRC32C] = {"crc32c", 4, NULL /* by the function that is fastest */},
    [CHECKSUM_XXHASH] = {"xxhash", 8, sum_xxhash},
    [CHECKSUM_SHA256] = {"sha256", 32, sum_sha256},
    [CHECKSUM_BLAKE2B] = {"blake2b", 32, sum_blake2b},
};

unsigned btrfs_checksum_size(enum btrfs_checksum kind)
{
    return (size_t)kind < sizeof kinds / sizeof kinds[0] ? kinds[kind].size : 0;
}

const char *btrfs_checksum_name(enum btrfs_checksum kind)
{
    return kinds[kind].name;
}

struct btrfs_summing btrfs_summing_of(enum btrfs_checksum kind)
{
    return (struct btrfs_summing){.kind = kind, .crc32c = crc32c_fastest()};
}

bool btrfs_checksum_fits(const struct btrfs_summing *summing, const uint8_t *bytes, size_t length,
                         const uint8_t *sum)
{
    uint8_t right[CHECKSUM_BYTES];
    if (summing->kind == CHECKSUM_CRC32C) {
        return le32(sum) == ~summing->crc32c(UINT32_MAX, bytes, length);
    }
    kinds[summing->kind].sum(bytes, length, right);
    return memcmp(right, sum, kinds[summing->kind].size) == 0;
}

uint32_t btrfs_hash_name(const char *name, size_t length)
{
    return crc32c(~UINT32_C(1), name, length);
}
