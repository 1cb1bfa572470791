/* SPDX-License-Identifier: BSD-2-Clause */
/* The system use sharing protocol: small entries after a directory record's name. */
#include <string.h>

#include "fs/iso9660/iso9660.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { ENTRIES = 512 /* of one record: the longest link has some 40 */ };

void iso_use_begin(struct iso_use *use, const struct volume *volume,
                   const struct iso_record *record, unsigned skip)
{
    unsigned name = record->bytes[R_NAME_LENGTH];
    unsigned start = R_NAME + name + (name % 2 == 0 ? 1 : 0) + skip;
    *use = (struct iso_use){.volume = volume,
                            .at = record->place + start,
                            .end = record->place + record->bytes[R_LENGTH],
                            .left = ENTRIES};
}

bool iso_use_is(const struct iso_use *use, const char signature[2])
{
    return memcmp(use->entry, signature, 2) == 0;
}

static int corrupt(const struct iso_use *use)
{
    return fail(use->volume->log, ERR_CORRUPT, "%s: ISO 9660: system use is damaged at byte %lu",
                volume_subject(use->volume), use->at);
}

/* Notes where entries continue: when those here have ended. */
static int note_continuation(struct iso_use *use)
{
    uint64_t block_size = iso_of(use->volume)->block_size;
    if (use->entry[U_LENGTH] < CE_SIZE) {
        return corrupt(use);
    }
    use->next = le32(use->entry + U_DATA) * block_size + le32(use->entry + CE_OFFSET);
    use->next_end = use->next + le32(use->entry + CE_LENGTH);
    return 0;
}

/* Goes on where the entries continue. Returns whether there is more. */
static bool follow(struct iso_use *use)
{
    if (use->next == 0) {
        return false;
    }
    use->at = use->next;
    use->end = use->next_end;
    use->next = 0;
    return true;
}

/* Returns 1, or 0 when this area has ended. */
static int read_entry(struct iso_use *use)
{
    if (use->at + U_DATA > use->end) {
        return 0;
    }
    int error = volume_read(use->volume, use->at, use->entry, U_DATA);
    if (error != 0) {
        return error;
    }
    unsigned length = use->entry[U_LENGTH];
    if (iso_use_is(use, "ST") || use->entry[0] == 0) {
        return 0;
    }
    if (length < U_DATA || length > use->end - use->at || use->left-- == 0) {
        return corrupt(use);
    }
    memset(use->entry, 0, sizeof use->entry);
    error = volume_read(use->volume, use->at, use->entry, length);
    use->at += length;
    return error != 0 ? error : 1;
}

int iso_use_next(struct iso_use *use)
{
    for (;;) {
        int found = read_entry(use);
        if (found < 0) {
            return found;
        }
        if (found == 0) {
            if (!follow(use)) {
                return 0;
            }
        } else if (!iso_use_is(use, "CE")) {
            return 1;
        } else if (note_continuation(use) != 0) {
            return ERR_CORRUPT;
        }
    }
}
