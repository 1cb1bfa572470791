/* SPDX-License-Identifier: BSD-2-Clause */
/* Physical volumes of LVM2 are recognised; volume groups are not assembled yet. */
#include "fs/volume/lvm.h"

#include <stdio.h>
#include <string.h>

#include "fs/cache.h"
#include "fs/volume/member.h"
#include "lib/checked.h"
#include "lib/error.h"

static bool is_label(const uint8_t *sector)
{
    return memcmp(sector, LVM_LABEL, LVM_WORD_SIZE) == 0 &&
           memcmp(sector + LVM_TYPE_OFFSET, LVM_TYPE, LVM_WORD_SIZE) == 0;
}

static int recognise(const struct partition *partition, struct cache *cache, struct arena *arena,
                     struct member *member)
{
    (void)arena;
    const struct source *source = &partition->slice.source;
    uint8_t sectors[LVM_SECTORS * LVM_SECTOR_SIZE];
    if (partition->divided || !range_within(0, sizeof sectors, source->size)) {
        return ERR_UNKNOWN; /* beside a partition table it is left over */
    }
    int error = cache_read(cache, source, 0, sectors, sizeof sectors);
    if (error != 0) {
        return error;
    }
    (void)snprintf(member->format, sizeof member->format, "a physical volume of LVM");
    for (unsigned i = 0; i < LVM_SECTORS; i++) {
        if (is_label(sectors + (size_t)i * LVM_SECTOR_SIZE)) {
            return 0;
        }
    }
    return ERR_UNKNOWN;
}

const struct member_type lvm_type = {.recognise = recognise};
