/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/leg.h"

#include "fs/source.h"
#include "lib/error.h"

int leg_read(const struct leg *leg, uint64_t offset, void *buffer, size_t length)
{
    if (leg->below == NULL) {
        return ERR_IO;
    }
    return source_read(leg->below, leg->offset + offset, buffer, length);
}
