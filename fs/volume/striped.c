/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/striped.h"

#include "fs/volume/leg.h"

static int striped_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct striped *striped = (const struct striped *)source;
    uint64_t number = offset / striped->chunk, within = offset % striped->chunk;
    const struct leg *leg = &striped->legs[(number + striped->first) % striped->columns];
    uint64_t start = number / striped->columns * striped->chunk;
    *extent = (struct extent){.kind = EXTENT_BELOW,
                              .length = striped->chunk - within,
                              .below = leg->below,
                              .offset = leg->offset + start + within};
    return 0;
}

void striped_open(struct striped *striped, const struct leg *legs, unsigned columns, uint64_t chunk)
{
    striped->source.where = striped_where;
    striped->legs = legs;
    striped->columns = columns;
    striped->chunk = chunk;
    striped->first = 0;
}
