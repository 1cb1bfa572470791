/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/host/image.h"

#include <stddef.h>

#include "lib/error.h"
#include "lib/log.h"
#include "pvops/host/disk.h"
#include "pvops/host/format.h"
#include "pvops/host/nbd_disk.h"

/* A read is done as soon as it is submitted. */
static int submit(struct disk *disk, struct disk_request *request)
{
    const struct host_disk *host = (const struct host_disk *)disk;
    request->status = nbd_disk_read(host->nbd, request->offset, request->buffer, request->length);
    request->done = true;
    return 0;
}

/* NULL: it could not be opened, which has been logged. */
static int use_nbd(struct host_disk *host, struct nbd_disk *nbd, const struct host_image *image,
                   struct log *log)
{
    if (nbd == NULL) {
        return ERR_NOT_FOUND;
    }
    host->nbd = nbd;
    host->disk.submit = submit;
    int64_t size = nbd_disk_size(nbd);
    return size < 0 ? fail(log, ERR_NOT_FOUND, "%s: its size is not known", image->path)
                    : host_disk_measure(host, image->path, (uint64_t)size, image->sector_size, log);
}

static int find_format(struct image_format *format, const struct host_disk *host,
                       const struct host_image *image, struct log *log)
{
    if (image->format == NULL && host->is_file) {
        return image_format_look(format, host->file, image->path, log);
    }
    return image_format_named(format, image->path, image->format != NULL ? image->format : "raw",
                              log);
}

/* What is in an open file or device. */
static int look_inside(struct host_disk *host, const struct host_image *image, struct log *log)
{
    struct image_format format;
    int error = find_format(&format, host, image, log);
    if (error != 0) {
        return error;
    }
    host->format = format.name;
    if (format.driver != NULL) {
        return use_nbd(host, nbd_disk_of_image(image->path, format.driver, log), image, log);
    }
    return format.size == 0
               ? 0
               : host_disk_measure(host, image->path, format.size, image->sector_size, log);
}

int host_image_open(struct host_disk *host, const struct host_image *image, unsigned index,
                    struct waiter *waiter, struct log *log)
{
    int error;
    if (nbd_disk_is_address(image->path)) {
        host_disk_begin(host, image->path, index, waiter);
        host->format = "nbd";
        error = use_nbd(host, nbd_disk_at(image->path, log), image, log);
    } else {
        error = host_disk_open(host, image->path, index, image->sector_size, waiter, log);
        error = error != 0 ? error : look_inside(host, image, log);
    }
    if (error != 0) {
        host_image_close(host);
    }
    return error;
}

void host_image_close(struct host_disk *host)
{
    nbd_disk_close(host->nbd);
    host_disk_close(host);
}
