/* SPDX-License-Identifier: BSD-2-Clause */
/* Every format that can be unpacked, a file for each. */
#pragma once

#include "unpack/unpack.h"

extern const struct unpacker gzip_unpacker, xz_unpacker, zstd_unpacker, bzip2_unpacker,
    lz4_unpacker, lz4_legacy_unpacker, lzop_unpacker, lzma_unpacker;
