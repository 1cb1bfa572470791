/* SPDX-License-Identifier: BSD-2-Clause */
/* The marks of file systems, encrypted volumes and the like, each where its own makers put it. */
#include "fs/volume/format.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "fs/cache.h"
#include "fs/source.h"
#include "lib/checked.h"

enum { MARK_LIMIT = 16 /* bytes of a mark */ };

#define MARK(bytes) (bytes), sizeof(bytes) - 1

/* By their place, so that each part of the source is read once. */
static const struct {
    uint32_t place; /* bytes from the start */
    const char *mark;
    size_t length;
    const char *name;
} formats[] = {
    {0, MARK("LUKS\xBA\xBE\0\1"), "a LUKS1 volume"},
    {0, MARK("LUKS\xBA\xBE\0\2"), "a LUKS2 volume"},
    {0, MARK("hsqs"), "a squashfs image"},
    {3, MARK("EXFAT   "), "an exFAT file system"},
    {3, MARK("NTFS    "), "an NTFS file system"},
    {3, MARK("-FVE-FS-"), "a BitLocker volume"},
    {32, MARK("NXSB"), "an APFS container"},
    {1024, MARK("\x10\x20\xF5\xF2"), "an F2FS file system"},
    {1024, MARK("\xE2\xE1\xF5\xE0"), "an EROFS image"},
    {1024, MARK("H+\0\4"), "an HFS+ file system"},
    {1024, MARK("HX\0\5"), "an HFS+ file system"},
    {4086, MARK("SWAPSPACE2"), "swap space"},
    {4086, MARK("SWAP-SPACE"), "swap space"},
    {4086, MARK("S1SUSPEND\0"), "swap space with a suspended system"},
    {4120, MARK("\xC6\x85\x73\xF6\x66\xCE\x90\xA9\xD9\x6A\x60\xCF\x80\x3D\xF7\xEF"),
     "a bcachefs file system"},
    {4120, MARK("\xC6\x85\x73\xF6\x4E\x1A\x45\xCA\x82\x65\xF5\x7F\x48\xBA\x6D\x81"),
     "a bcache or bcachefs device"},
    {8244, MARK("ReIsErFs"), "a ReiserFS file system"},
    {16404, MARK("\0\0\0\7version\0"), "a ZFS pool"}, /* the first name in its label */
    {32768, MARK("JFS1"), "a JFS file system"},
    {32769, MARK("BEA01"), "a UDF file system"},
    {65526, MARK("SWAPSPACE2"), "swap space"}, /* of a machine with pages of 64 KiB */
    {65536, MARK("ReIsEr4"), "a Reiser4 file system"},
    {65588, MARK("ReIsErFs"), "a ReiserFS file system"},
    {65588, MARK("ReIsEr2Fs"), "a ReiserFS file system"},
    {65588, MARK("ReIsEr3Fs"), "a ReiserFS file system"},
};

const char *format_name(const struct source *source, struct cache *cache)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        uint8_t bytes[MARK_LIMIT];
        size_t length = formats[i].length;
        if (!range_within(formats[i].place, length, source->size)) {
            continue;
        }
        if (cache_read(cache, source, formats[i].place, bytes, length) != 0) {
            return NULL;
        }
        if (memcmp(bytes, formats[i].mark, length) == 0) {
            return formats[i].name;
        }
    }
    return NULL;
}
