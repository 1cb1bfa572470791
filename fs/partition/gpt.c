/* SPDX-License-Identifier: BSD-2-Clause */
/* GPT: the header at the start, or its backup at the end, and the table that it points to. */
#include "fs/partition/gpt.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "fs/partition/table.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/utf.h"

/* A table, from a header whose checksum is right. */
struct gpt {
    uint32_t block_size;
    uint64_t start; /* bytes */
    uint32_t count, entry_size;
    uint32_t checksum;
};

/* ---- the header ----------------------------------------------------------------------------- */

static uint32_t header_checksum(uint8_t *sector, uint32_t length)
{
    uint8_t stored[4];
    memcpy(stored, sector + GPT_HEADER_CRC, sizeof stored);
    memset(sector + GPT_HEADER_CRC, 0, sizeof stored);
    uint32_t sum = (uint32_t)crc32(0, sector, length);
    memcpy(sector + GPT_HEADER_CRC, stored, sizeof stored);
    return sum;
}

/* What is wrong with a header in block `self`, or NULL. */
static const char *wrong_header(uint8_t *sector, uint64_t self)
{
    uint32_t length = le32(sector + GPT_HEADER_LENGTH);
    if (length < GPT_HEADER_SIZE || length > TABLE_SECTOR) {
        return "length of the header";
    }
    if (header_checksum(sector, length) != le32(sector + GPT_HEADER_CRC)) {
        return "checksum of the header";
    }
    if (le64(sector + GPT_SELF) != self) {
        return "place of the header";
    }
    return NULL;
}

static const char *wrong_table(const struct gpt *gpt, const uint8_t *sector)
{
    uint64_t bytes;
    if (!is_power_of_two(gpt->entry_size) || gpt->entry_size < GPT_ENTRY_SIZE ||
        gpt->entry_size > GPT_ENTRY_SIZE_LIMIT) {
        return "size of an entry";
    }
    if (gpt->count == 0 || gpt->count > GPT_TABLE_SIZE_LIMIT / gpt->entry_size) {
        return "number of entries";
    }
    if (!checked_mul(le64(sector + GPT_TABLE), gpt->block_size, &bytes)) {
        return "place of the table";
    }
    return NULL;
}

/* The checksum of a table that is there, read piece by piece. */
static int check_table(const struct partition_finder *finder, const struct partition *device,
                       const struct gpt *gpt, const char **wrong)
{
    uint8_t piece[TABLE_SECTOR];
    uint64_t size = (uint64_t)gpt->count * gpt->entry_size;
    uint32_t sum = 0;
    if (!range_within(gpt->start, size, device->slice.source.size)) {
        *wrong = "place of the table";
        return 0;
    }
    for (uint64_t done = 0; done < size;) {
        size_t length = min_u64(size - done, sizeof piece);
        int error = partition_read(finder, device, gpt->start + done, piece, length);
        if (error != 0) {
            return error;
        }
        sum = (uint32_t)crc32(sum, piece, (unsigned)length);
        done += length;
    }
    *wrong = sum == gpt->checksum ? NULL : "checksum of the table";
    return 0;
}

/* Reads the header at byte `place`. What is wrong with it goes to *wrong: "": it is none. */
static int read_header(const struct partition_finder *finder, const struct partition *device,
                       uint64_t place, struct gpt *gpt, const char **wrong)
{
    uint8_t sector[TABLE_SECTOR];
    int error = partition_read(finder, device, place, sector, sizeof sector);
    if (error != 0) {
        return error;
    }
    if (memcmp(sector, GPT_SIGNATURE, strlen(GPT_SIGNATURE)) != 0) {
        *wrong = "";
        return 0;
    }
    gpt->start = le64(sector + GPT_TABLE) * gpt->block_size;
    gpt->count = le32(sector + GPT_ENTRY_COUNT);
    gpt->entry_size = le32(sector + GPT_ENTRY_LENGTH);
    gpt->checksum = le32(sector + GPT_TABLE_CRC);
    *wrong = wrong_header(sector, place / gpt->block_size);
    *wrong = *wrong != NULL ? *wrong : wrong_table(gpt, sector);
    return *wrong != NULL ? 0 : check_table(finder, device, gpt, wrong);
}

/*
 * The header in block 1, else its backup in the last block; `wrong` says why not. Returns 0,
 * ERR_UNKNOWN when there is no header at all, ERR_CORRUPT, or an error of reading.
 */
static int find_header(const struct partition_finder *finder, const struct partition *device,
                       bool protected, struct gpt *gpt, const char **wrong)
{
    const struct source *source = &device->slice.source;
    const char *backup_wrong = NULL;
    uint64_t blocks = source->size / gpt->block_size;
    if (blocks < 3) {
        return ERR_UNKNOWN;
    }
    int error = read_header(finder, device, gpt->block_size, gpt, wrong);
    if (error != 0 || *wrong == NULL) {
        return error;
    }
    if (!protected && (*wrong)[0] == '\0') {
        return ERR_UNKNOWN;
    }
    uint64_t place = (blocks - 1) * gpt->block_size;
    error = read_header(finder, device, place, gpt, &backup_wrong);
    if (error != 0) {
        return error;
    }
    if (backup_wrong == NULL) {
        log_line(source->log, "%s: GPT is damaged: its backup at byte %lu is used instead",
                 source->name, place);
        return 0;
    }
    *wrong = (*wrong)[0] != '\0' ? *wrong : backup_wrong;
    return (*wrong)[0] == '\0' ? ERR_UNKNOWN : ERR_CORRUPT;
}

/*
 * An image can have been made for a disk with other sectors than those of the disk that it is now.
 * Where no size finds a header, a damaged one decides.
 */
static int find_table(const struct partition_finder *finder, const struct partition *device,
                      bool protected, struct gpt *gpt)
{
    const uint32_t sizes[] = {finder->sector_size, 512, 4096};
    const char *why = NULL;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const char *wrong = NULL;
        gpt->block_size = sizes[i];
        int error = find_header(finder, device, protected, gpt, &wrong);
        if (error != ERR_UNKNOWN && error != ERR_CORRUPT) {
            return error;
        }
        why = why == NULL && error == ERR_CORRUPT ? wrong : why;
    }
    if (why == NULL) {
        return ERR_UNKNOWN;
    }
    return fail(device->slice.source.log, ERR_CORRUPT, "%s: GPT: the %s cannot be right",
                device->slice.source.name, why);
}

/* ---- entries -------------------------------------------------------------------------------- */

static bool is_unused(const uint8_t *entry)
{
    static const uint8_t unused[16];
    return memcmp(entry + GPT_TYPE, unused, sizeof unused) == 0;
}

static void put_guid(char *text, size_t size, const uint8_t *guid)
{
    (void)snprintf(text, size, "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", le32(guid),
                   le16(guid + 4), le16(guid + 6), guid[8], guid[9], guid[10], guid[11], guid[12],
                   guid[13], guid[14], guid[15]);
}

/* Takes a GUID's name, if it has one, and what lies in such a partition. */
static void recognize_type(struct partition *what)
{
    static const struct {
        const char *guid, *name;
        enum nesting nests;
        enum content content;
    } types[] = {
        {"c12a7328-f81f-11d2-ba4b-00a0c93ec93b", "efi", .content = CONTENT_ANY},
        {"21686148-6449-6e6f-744e-656564454649", "bios-boot", .content = CONTENT_ANY},
        {"0fc63daf-8483-4772-8e79-3d69d8477de4", "linux", .content = CONTENT_EXT},
        {"0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", "linux-swap", .content = CONTENT_ANY},
        {"bc13c2ff-59e6-4262-a352-b275fd6f7172", "linux-boot", .content = CONTENT_EXT},
        {"49f48d32-b10e-11dc-b99b-0019d1879648", "netbsd-swap", .content = CONTENT_ANY},
        {"49f48d5a-b10e-11dc-b99b-0019d1879648", "netbsd-ffs", .content = CONTENT_FFS},
        {"49f48daa-b10e-11dc-b99b-0019d1879648", "netbsd-raid", .content = CONTENT_RAIDFRAME},
        {"516e7cb4-6ecf-11d6-8ff8-00022d09712b", "freebsd", NESTS_FREEBSD_LABEL, CONTENT_FFS},
        {"516e7cb5-6ecf-11d6-8ff8-00022d09712b", "freebsd-swap", .content = CONTENT_ANY},
        {"516e7cb6-6ecf-11d6-8ff8-00022d09712b", "freebsd-ufs", .content = CONTENT_FFS},
        {"83bd6b9d-7f41-11dc-be0b-001560b84f0f", "freebsd-boot", .content = CONTENT_ANY},
        {"824cc7a0-36a8-11e3-890a-952519ad3f61", "openbsd", NESTS_LABEL, CONTENT_FFS},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(types[i].guid, what->type) == 0) {
            what->nests = types[i].nests;
            what->content = types[i].content;
            (void)snprintf(what->type, sizeof what->type, "%s", types[i].name);
            return;
        }
    }
}

static int add_entry(struct partition_finder *finder, struct partition *device,
                     const struct gpt *gpt, uint32_t index, unsigned order, const uint8_t *entry)
{
    const struct source *source = &device->slice.source;
    struct partition what = {.kind = PARTITION_GPT, .index = index, .order = order};
    uint64_t first = le64(entry + GPT_FIRST);
    uint64_t last = le64(entry + GPT_LAST);
    uint64_t blocks = source->size / gpt->block_size;
    if (first == 0 || first > last || first >= blocks) {
        log_line(source->log,
                 "%s: GPT: partition %u, from block %lu to %lu of %lu, cannot be, and is left out",
                 source->name, index, first, last, blocks);
        return 0;
    }
    uint16_t units[GPT_NAME_UNITS];
    for (unsigned i = 0; i < GPT_NAME_UNITS; i++) {
        units[i] = le16(entry + GPT_NAME + 2 * i);
    }
    utf16_to_utf8(what.label, units, GPT_NAME_UNITS);
    put_guid(what.type, sizeof what.type, entry + GPT_TYPE);
    recognize_type(&what);
    uint64_t count = min_u64(last - first, blocks) + 1; /* what is too long is cut there */
    return partition_add(finder, device, device, &what, first * gpt->block_size,
                         count * gpt->block_size);
}

int gpt_find(struct partition_finder *finder, struct partition *device, bool protected)
{
    struct gpt gpt = {0};
    unsigned order = 0;
    int error = find_table(finder, device, protected, &gpt);
    if (error != 0) {
        return error;
    }
    device->table = "GPT partition table";
    for (uint32_t i = 0; error == 0 && i < gpt.count; i++) {
        uint8_t entry[GPT_ENTRY_SIZE];
        uint64_t place = gpt.start + (uint64_t)i * gpt.entry_size;
        error = partition_read(finder, device, place, entry, sizeof entry);
        if (error == 0 && !is_unused(entry)) {
            error = add_entry(finder, device, &gpt, i, order++, entry);
        }
    }
    return error;
}
