/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Specifications: qemu's docs/interop/qcow2.txt; Microsoft's "Virtual Hard Disk Image Format Specification" (2006); VMware's
 * "Virtual Disk Format 5.0". Numbers of the first two are big-endian.
 *
 *      qcow2            0       4         8                     72
 *                       | magic | version | backing file's name | features that one must know |
 *      VHD's footer     0          60            512    at the end of the file; of one that is not fixed, at its start, too
 *                       | conectix | disk's type |
 *      VMDK, sparse     0       12         28                36
 *                       | magic | capacity | descriptor at   | its size |              in sectors
 */
#include "pvops/host/format.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/disk.h"

enum {
    HEAD = 4096,

    QCOW_VERSION = 4,
    QCOW_BACKING = 8, /* the place of its name; 0: there is none */
    QCOW_INCOMPATIBLE = 72,
    QCOW_EXTERNAL_DATA = 4,

    VHD_FOOTER = 512,
    VHD_TYPE = 60,
    VHD_FIXED = 2,
    VHD_DYNAMIC = 3,

    VMDK_CAPACITY = 12,
    VMDK_DESCRIPTOR = 28,
    VMDK_DESCRIPTOR_SIZE = 36,
    VMDK_DESCRIPTOR_LIMIT = 20 << 10,
};

struct image {
    int file;
    const char *path;
    uint64_t size; /* bytes */
    uint8_t head[HEAD];
    uint8_t footer[VHD_FOOTER];
};

/* ---- which name other files ----------------------------------------------------------------- */

static bool always(const struct image *image)
{
    (void)image;
    return true;
}

static bool never(const struct image *image)
{
    (void)image;
    return false;
}

static bool qcow_refers(const struct image *image)
{
    bool has_features = be32(image->head + QCOW_VERSION) >= 3;
    bool is_elsewhere =
        has_features && (be64(image->head + QCOW_INCOMPATIBLE) & QCOW_EXTERNAL_DATA) != 0;
    return be64(image->head + QCOW_BACKING) != 0 || is_elsewhere;
}

static bool vhd_refers(const struct image *image)
{
    return be32(image->head + VHD_TYPE) != VHD_DYNAMIC;
}

/* One without a capacity is only a descriptor, which names extents; one with a parent names that there. */
static bool vmdk_refers(const struct image *image)
{
    char text[VMDK_DESCRIPTOR_LIMIT + 1] = "";
    uint64_t start = le64(image->head + VMDK_DESCRIPTOR) * SECTOR_SIZE;
    uint64_t length = le64(image->head + VMDK_DESCRIPTOR_SIZE) * SECTOR_SIZE;
    if (le64(image->head + VMDK_CAPACITY) == 0 || length > VMDK_DESCRIPTOR_LIMIT) {
        return true;
    }
    ssize_t count = pread(image->file, text, length, (off_t)start);
    return count != (ssize_t)length || strstr(text, "parentFileNameHint") != NULL;
}

/* ---- the formats ---------------------------------------------------------------------------- */

static const struct known_format {
    const char *name, *driver;
    size_t at; /* where its mark is */
    const char *mark;
    size_t length; /* of the mark */
    bool (*refers)(const struct image *);
} formats[] = {
    {"qcow2", "qcow2", 0, "QFI\xFB", 4, qcow_refers},
    {"vhd", "vpc", 0, "conectix", 8, vhd_refers},
    {"vmdk", "vmdk", 0, "KDMV", 4, vmdk_refers},
    {"vmdk", "vmdk", 0, "COWD", 4, always},
    {"vmdk", "vmdk", 0, "# Disk DescriptorFile", 21, always},
    {"vhdx", "vhdx", 0, "vhdxfile", 8, always},
    {"vdi", "vdi", 64, "\x7F\x10\xDA\xBE", 4, never},
};

/* Packed images, and what unpacks them beside themselves. */
static const struct packing {
    const char *mark;
    size_t length;
    const char *name, *command;
} packings[] = {
    {"\xFD"
     "7zXZ\0",
     6, "xz", "xz -dk"},
    {"\x1F\x8B", 2, "gzip", "gzip -dk"},
    {"\x28\xB5\x2F\xFD", 4, "zstd", "zstd -dk"},
    {"BZh", 3, "bzip2", "bzip2 -dk"},
};

enum {
    FORMATS = sizeof formats / sizeof formats[0],
    PACKINGS = sizeof packings / sizeof packings[0],
};

int image_format_named(struct image_format *format, const char *path, const char *name,
                       struct log *log)
{
    if (strcmp(name, "raw") == 0) {
        *format = (struct image_format){.name = "raw"};
        return 0;
    }
    for (size_t i = 0; i < FORMATS; i++) {
        if (strcmp(name, formats[i].name) == 0) {
            *format = (struct image_format){.name = formats[i].name, .driver = formats[i].driver};
            return 0;
        }
    }
    return fail(log, ERR_INVALID, "%s: format %s: they are raw, qcow2, vhd, vmdk, vhdx and vdi",
                path, name);
}

/* ---- looking -------------------------------------------------------------------------------- */

static int read_ends(struct image *image, struct log *log)
{
    memset(image->head, 0, sizeof image->head);
    memset(image->footer, 0, sizeof image->footer);
    off_t size = lseek(image->file, 0, SEEK_END);
    image->size = size > 0 ? (uint64_t)size : 0;
    bool has_footer = image->size >= VHD_FOOTER;
    if (size < 0 || pread(image->file, image->head, HEAD, 0) < 0 ||
        (has_footer &&
         pread(image->file, image->footer, VHD_FOOTER, (off_t)(image->size - VHD_FOOTER)) < 0)) {
        return fail(log, ERR_IO, "%s: %s", image->path, strerror(errno));
    }
    return 0;
}

static int refuse_packed(const struct image *image, struct log *log)
{
    for (size_t i = 0; i < PACKINGS; i++) {
        const struct packing *packing = &packings[i];
        if (memcmp(image->head, packing->mark, packing->length) == 0) {
            return fail(log, ERR_UNSUPPORTED, "%s: it is packed by %s; this unpacks it: %s %s",
                        image->path, packing->name, packing->command, image->path);
        }
    }
    return 0;
}

static const struct known_format *recognise(const struct image *image)
{
    for (size_t i = 0; i < FORMATS; i++) {
        if (memcmp(image->head + formats[i].at, formats[i].mark, formats[i].length) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

/* All of a fixed VHD but its footer is the disk. */
static uint64_t raw_size(const struct image *image)
{
    bool is_fixed =
        memcmp(image->footer, "conectix", 8) == 0 && be32(image->footer + VHD_TYPE) == VHD_FIXED;
    return image->size - (is_fixed ? VHD_FOOTER : 0);
}

int image_format_look(struct image_format *format, int file, const char *path, struct log *log)
{
    struct image image = {.file = file, .path = path};
    int error = read_ends(&image, log);
    if (error == 0) {
        error = refuse_packed(&image, log);
    }
    if (error != 0) {
        return error;
    }
    const struct known_format *known = recognise(&image);
    if (known == NULL) {
        *format = (struct image_format){.name = "raw", .size = raw_size(&image)};
        return 0;
    }
    if (known->refers(&image)) {
        return fail(log, ERR_UNSUPPORTED,
                    "%s: this %s image can name other files of this host; if you trust it, say "
                    "so: -d %s,format=%s",
                    path, known->name, path, known->name);
    }
    *format = (struct image_format){.name = known->name, .driver = known->driver};
    return 0;
}
