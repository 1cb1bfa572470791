/* SPDX-License-Identifier: BSD-2-Clause */
/* Members of Linux's md: their superblocks are found and read. */
#include "fs/volume/md.h"

#include <stdio.h>
#include <string.h>

#include "fs/cache.h"
#include "fs/volume/member.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    PLACE_1_2 = 4096,
    OLD_ALIGNMENT = 65536, /* bytes, of version 0.90 */
    END_DISTANCE = 8192,   /* bytes, at least, from version 1.0's to the end */
    END_ALIGNMENT = 4096,
    SECTOR = 512,
    KIB = 1024,
};

uint64_t md_place_0_90(uint64_t size)
{
    return size < 2 * OLD_ALIGNMENT ? 0 : align_down(size, OLD_ALIGNMENT) - OLD_ALIGNMENT;
}

uint64_t md_place_1_0(uint64_t size)
{
    return size < 2 * END_DISTANCE ? 0 : align_down(size - END_DISTANCE, END_ALIGNMENT);
}

/* ---- what both versions have ---------------------------------------------------------------- */

/* A superblock that is looked at. */
struct look {
    const struct partition *partition;
    struct cache *cache;
    struct arena *arena;
    uint64_t place; /* of the superblock */
    size_t length;  /* of which it has so many bytes */
    uint8_t bytes[MD_SUPER_SIZE];
};

static void describe(struct member *member, int level, const char *version)
{
    if (level == MD_LEVEL_MIRROR) {
        (void)snprintf(member->format, sizeof member->format,
                       "a member of an md mirror (metadata %s)", version);
    } else if (level == MD_LEVEL_LINEAR) {
        (void)snprintf(member->format, sizeof member->format,
                       "a member of a linear md array (metadata %s)", version);
    } else {
        (void)snprintf(member->format, sizeof member->format,
                       "a member of an md array of level %d (metadata %s)", level, version);
    }
}

/* Sets `length`, and reads the superblock, if there is one of this major version. */
static int read_super(struct look *look, uint32_t major)
{
    const struct source *source = &look->partition->slice.source;
    if (look->place >= source->size) {
        return ERR_UNKNOWN;
    }
    look->length = min_u64(MD_SUPER_SIZE, source->size - look->place);
    memset(look->bytes, 0, sizeof look->bytes);
    int error = cache_read(look->cache, source, look->place, look->bytes, look->length);
    if (error != 0) {
        return error;
    }
    return le32(look->bytes) == MD_MAGIC && le32(look->bytes + MD_MAJOR) == major ? 0 : ERR_UNKNOWN;
}

/* The sum of `length` bytes as words, the last one perhaps a half, that at `checksum` being 0. */
static uint32_t sum(const uint8_t *bytes, size_t length, size_t checksum)
{
    uint64_t total = 0;
    for (size_t i = 0; i + 4 <= length; i += 4) {
        total += i == checksum ? 0 : le32(bytes + i);
    }
    total += length % 4 == 2 ? le16(bytes + length - 2) : 0;
    return (uint32_t)(total + (total >> 32));
}

/* The superblock and its roles are kept, and the member belongs to its array. */
static int fill(struct member *member, const struct md_super *super, const uint16_t *roles,
                struct arena *arena)
{
    struct md_super *copy = arena_alloc(arena, sizeof *copy);
    uint16_t *kept = arena_array(arena, super->device_count + 1, sizeof *kept);
    if (copy == NULL || kept == NULL) {
        return ERR_NO_MEMORY;
    }
    *copy = *super;
    memcpy(kept, roles, super->device_count * sizeof *kept);
    copy->roles = kept;
    size_t used = (size_t)snprintf(member->array, sizeof member->array, "%c ", super->version[0]);
    for (size_t i = 0; i < MD_UUID_SIZE; i++) {
        used += (size_t)snprintf(member->array + used, sizeof member->array - used, "%02x",
                                 super->uuid[i]);
    }
    member->age = super->events;
    member->wanted = super->disks;
    member->private = copy;
    return 0;
}

/* What cannot be right; its members stay members, which nobody reads. Returns 0. */
static int refuse(const struct look *look, const char *version, const char *why)
{
    const struct source *source = &look->partition->slice.source;
    log_line(source->log, "%s: md superblock (metadata %s): %s", source->name, version, why);
    return 0;
}

static const char *doubt(const struct md_super *super, const struct source *source)
{
    if (super->disks == 0 || super->disks > MD_MEMBERS) {
        return "its number of devices cannot be right";
    }
    if (super->device >= super->device_count) {
        return "its own number cannot be right";
    }
    if (super->chunk % SECTOR != 0 || super->chunk > UINT64_C(1) << 32) {
        return "its chunk size cannot be right";
    }
    if (!range_within(super->data_offset, super->data_size, source->size)) {
        return "its contents end past its end";
    }
    return NULL;
}

/* ---- version 1 ------------------------------------------------------------------------------ */

/* "host:name": the name, if it can stand in a device's name. */
static void take_name(struct md_super *super, const uint8_t *text)
{
    char whole[MD_NAME_SIZE + 1] = "";
    memcpy(whole, text, MD_NAME_SIZE);
    const char *colon = strchr(whole, ':');
    const char *name = colon != NULL ? colon + 1 : whole;
    for (const char *c = name; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~' || strchr("(),/", *c) != NULL) {
            return;
        }
    }
    (void)snprintf(super->name, sizeof super->name, "%s", name);
}

static bool fits(uint64_t sectors)
{
    return sectors <= UINT64_MAX / SECTOR;
}

/* Returns why it cannot be, or NULL. */
static const char *parse_1(const struct look *look, struct md_super *super)
{
    const uint8_t *bytes = look->bytes;
    uint32_t features = le32(bytes + MD_FEATURES), chunk = le32(bytes + MD_CHUNK);
    super->device_count = le32(bytes + MD_MAX_DEVICES);
    size_t length = MD_ROLES + 2 * (size_t)super->device_count;
    if (super->device_count > MD_MEMBERS || length > look->length) {
        return "its number of devices cannot be right";
    }
    if (sum(bytes, length, MD_CHECKSUM) != le32(bytes + MD_CHECKSUM)) {
        return "its checksum is wrong";
    }
    if (!fits(le64(bytes + MD_SIZE)) || !fits(le64(bytes + MD_DATA_OFFSET)) ||
        !fits(le64(bytes + MD_DATA_SIZE))) {
        return "its size cannot be right";
    }
    memcpy(super->uuid, bytes + MD_UUID, MD_UUID_SIZE);
    take_name(super, bytes + MD_NAME);
    super->level = (int32_t)le32(bytes + MD_LEVEL);
    super->layout = le32(bytes + MD_LAYOUT);
    super->chunk = (uint64_t)chunk * SECTOR;
    super->disks = le32(bytes + MD_DISKS);
    super->used = le64(bytes + MD_SIZE) * SECTOR;
    super->data_offset = le64(bytes + MD_DATA_OFFSET) * SECTOR;
    super->data_size = le64(bytes + MD_DATA_SIZE) * SECTOR;
    super->events = le64(bytes + MD_EVENTS);
    super->clean = le64(bytes + MD_CLEAN) == UINT64_MAX;
    super->reshaped = (features & MD_FEATURE_RESHAPE) != 0;
    super->journaled = (features & MD_FEATURE_JOURNAL) != 0;
    super->rebuilt = (features & MD_FEATURE_RECOVERY) != 0;
    super->device = le32(bytes + MD_DEVICE);
    return doubt(super, &look->partition->slice.source);
}

static int recognise_1(struct look *look, const char *version, struct member *member)
{
    struct md_super super = {.version = version};
    int error = read_super(look, 1);
    if (error != 0) {
        return error;
    }
    if (le64(look->bytes + MD_SUPER_OFFSET) != look->place / SECTOR) {
        return ERR_UNKNOWN; /* it is a smaller or a larger partition's */
    }
    describe(member, (int32_t)le32(look->bytes + MD_LEVEL), version);
    const char *why = parse_1(look, &super);
    if (why != NULL) {
        return refuse(look, version, why);
    }
    uint16_t roles[MD_MEMBERS];
    for (unsigned i = 0; i < super.device_count; i++) {
        roles[i] = le16(look->bytes + MD_ROLES + 2 * (size_t)i);
    }
    return fill(member, &super, roles, look->arena);
}

/* ---- version 0.90 --------------------------------------------------------------------------- */

/*
 * It does not say where it begins: a superblock that a partition in this one has as well, because
 * both end in the same 64 KiB, is that one's.
 */
static bool is_of_another(const struct partition *partition, uint64_t place)
{
    for (const struct partition *p = partition->next; p != NULL; p = p->next) {
        if (partition_start(p) != partition_start(partition) &&
            partition_start(p) + md_place_0_90(p->slice.source.size) ==
                partition_start(partition) + place) {
            return true;
        }
    }
    return false;
}

static uint16_t old_role(const uint8_t *descriptor)
{
    uint32_t state = le32(descriptor + MD_OLD_DESCRIPTOR_STATE);
    uint32_t role = le32(descriptor + MD_OLD_DESCRIPTOR_ROLE);
    if ((state & MD_OLD_FAULTY) != 0) {
        return MD_ROLE_FAULTY;
    }
    return (state & MD_OLD_IN_SYNC) != 0 && role < MD_ROLE_LIMIT ? (uint16_t)role : MD_ROLE_SPARE;
}

/* The numbers as people see them: in the order of a big-endian machine. */
static void take_old_uuid(struct md_super *super, const uint8_t *bytes)
{
    static const unsigned places[] = {MD_OLD_UUID_0, MD_OLD_UUID_1, MD_OLD_UUID_1 + 4,
                                      MD_OLD_UUID_1 + 8};
    for (unsigned i = 0; i < MD_UUID_SIZE; i++) {
        super->uuid[i] = bytes[places[i / 4] + 3 - i % 4];
    }
}

/* Contents reach up to the superblock. Returns why it cannot be, or NULL. */
static const char *parse_0_90(const struct look *look, struct md_super *super)
{
    const uint8_t *bytes = look->bytes;
    if (look->length < MD_SUPER_SIZE ||
        sum(bytes, MD_SUPER_SIZE, MD_OLD_CHECKSUM) != le32(bytes + MD_OLD_CHECKSUM)) {
        return "its checksum is wrong";
    }
    take_old_uuid(super, bytes);
    (void)snprintf(super->name, sizeof super->name, "%u", le32(bytes + MD_OLD_NUMBER));
    super->level = (int32_t)le32(bytes + MD_OLD_LEVEL);
    super->layout = le32(bytes + MD_OLD_LAYOUT);
    super->chunk = le32(bytes + MD_OLD_CHUNK);
    super->disks = le32(bytes + MD_OLD_DISKS);
    super->used = (uint64_t)le32(bytes + MD_OLD_SIZE) * KIB;
    super->data_size = look->place;
    super->events = le64(bytes + MD_OLD_EVENTS);
    super->clean = (le32(bytes + MD_OLD_STATE) & MD_OLD_CLEAN) != 0;
    super->reshaped = le32(bytes + MD_OLD_MINOR) == MD_OLD_RESHAPE_MINOR;
    super->device = le32(bytes + MD_OLD_THIS + MD_OLD_DESCRIPTOR_NUMBER);
    super->device_count = MD_OLD_DESCRIPTOR_COUNT;
    return doubt(super, &look->partition->slice.source);
}

static int recognise_0_90(struct look *look, struct member *member)
{
    struct md_super super = {.version = "0.90"};
    look->place = md_place_0_90(look->partition->slice.source.size);
    int error = look->place == 0 ? ERR_UNKNOWN : read_super(look, 0);
    if (error != 0) {
        return error;
    }
    if (is_of_another(look->partition, look->place)) {
        return ERR_UNKNOWN;
    }
    describe(member, (int32_t)le32(look->bytes + MD_OLD_LEVEL), super.version);
    const char *why = parse_0_90(look, &super);
    if (why != NULL) {
        return refuse(look, super.version, why);
    }
    uint16_t roles[MD_OLD_DESCRIPTOR_COUNT];
    for (unsigned i = 0; i < MD_OLD_DESCRIPTOR_COUNT; i++) {
        roles[i] = old_role(look->bytes + MD_OLD_DESCRIPTORS + (size_t)MD_OLD_DESCRIPTOR_SIZE * i);
    }
    roles[super.device] = old_role(look->bytes + MD_OLD_THIS);
    return fill(member, &super, roles, look->arena);
}

/*
 * A partition table of the array's lies where the member begins only if the contents do. Beside
 * another table, a superblock at the beginning is left over.
 */
static int recognise(const struct partition *partition, struct cache *cache, struct arena *arena,
                     struct member *member)
{
    struct look look = {.partition = partition, .cache = cache, .arena = arena};
    const struct {
        uint64_t place;
        const char *version;
    } places[] = {
        {md_place_1_0(partition->slice.source.size), "1.0"}, {0, "1.1"}, {PLACE_1_2, "1.2"}};
    size_t count = partition->divided ? 1 : sizeof places / sizeof places[0];
    for (size_t i = 0; i < count; i++) {
        look.place = places[i].place;
        int error = recognise_1(&look, places[i].version, member);
        if (error != ERR_UNKNOWN) {
            return error;
        }
    }
    return recognise_0_90(&look, member);
}

/* A crash can come between the writes of two members' superblocks: one event is no matter. */
const struct member_type md_type = {.recognise = recognise, .assemble = md_assemble, .slack = 1};
