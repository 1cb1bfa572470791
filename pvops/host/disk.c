/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/host/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/host/format.h"
#include "pvops/host/nbd_disk.h"

enum { MAX_REQUEST = 4 << 20, QUEUE_DEPTH = 32 };

/* ---- reading -------------------------------------------------------------------------------- */

static int read_file(int file, uint64_t offset, uint8_t *buffer, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t count = pread(file, buffer + done, length - done, (off_t)(offset + done));
        if (count == 0 || (count < 0 && errno != EINTR)) {
            return ERR_IO;
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return 0;
}

/* The page cache of the host is quick enough: a read is done as soon as it is submitted. */
static int submit(struct disk *disk, struct disk_request *request)
{
    const struct host_disk *host = (const struct host_disk *)disk;
    request->status =
        host->nbd != NULL
            ? nbd_disk_read(host->nbd, request->offset, request->buffer, request->length)
            : read_file(host->file, request->offset, request->buffer, request->length);
    request->done = true;
    return 0;
}

/* Nothing is ever in flight. */
static void give_up(struct disk *disk, int status)
{
    (void)disk;
    (void)status;
}

/* ---- opening -------------------------------------------------------------------------------- */

/*
 * A device has a cache of its own, which does not hear of what a file system that is mounted writes to its files, nor
 * of what a guest writes: without the last line, what was read once would be read for ever.
 */
static const char *open_device(struct host_disk *host)
{
    int sector_size;
    if (ioctl(host->file, BLKGETSIZE64, &host->disk.size) != 0 ||
        ioctl(host->file, BLKSSZGET, &sector_size) != 0) {
        return strerror(errno);
    }
    host->disk.sector_size = (uint32_t)sector_size;
    (void)posix_fadvise(host->file, 0, 0, POSIX_FADV_DONTNEED); /* as far as the system likes to */
    return NULL;
}

/* Opens it; host->disk gets its size and its sectors', *is_file whether it can have a format. Returns NULL, or why not. */
static const char *open_file(struct host_disk *host, const char *path, bool *is_file)
{
    struct stat status;
    host->file = open(path, O_RDONLY | O_CLOEXEC);
    if (host->file < 0 || fstat(host->file, &status) != 0) {
        return strerror(errno);
    }
    *is_file = S_ISREG(status.st_mode);
    if (S_ISBLK(status.st_mode)) {
        return open_device(host);
    }
    if (!*is_file) {
        return S_ISDIR(status.st_mode) ? "it is a directory" : "it is no file and no block device";
    }
    host->disk.size = (uint64_t)status.st_size;
    host->disk.sector_size = SECTOR_SIZE;
    return NULL;
}

static int find_format(struct host_disk *host, const struct host_image *image, bool is_file,
                       struct image_format *format, struct log *log)
{
    uint64_t size = host->disk.size;
    if (image->format == NULL && is_file) {
        return image_format_look(format, host->file, image->path, size, log);
    }
    return image_format_named(format, image->path, image->format != NULL ? image->format : "raw",
                              size, log);
}

/* Another program reads it from now on. Returns 0 or ERR_NOT_FOUND (logged). */
static int use_nbd(struct host_disk *host, struct nbd_disk *nbd, const char *path, struct log *log)
{
    int64_t size = nbd != NULL ? nbd_disk_size(nbd) : 0;
    host->nbd = nbd;
    host->disk.size = (uint64_t)size;
    host->disk.sector_size = SECTOR_SIZE;
    if (size < 0) {
        return fail(log, ERR_NOT_FOUND, "%s: its size is not known", path);
    }
    return nbd != NULL ? 0 : ERR_NOT_FOUND;
}

static int open_image(struct host_disk *host, const struct host_image *image, struct log *log)
{
    const char *path = image->path;
    struct image_format format;
    bool is_file = false;
    if (nbd_disk_is_address(path)) {
        return use_nbd(host, nbd_disk_at(path, log), path, log);
    }
    const char *why_not = open_file(host, path, &is_file);
    if (why_not != NULL) {
        return fail(log, ERR_NOT_FOUND, "%s: cannot be opened as a disk: %s", path, why_not);
    }
    int error = find_format(host, image, is_file, &format, log);
    if (error != 0) {
        return error;
    }
    if (format.driver != NULL) {
        return use_nbd(host, nbd_disk_of_image(path, format.driver, log), path, log);
    }
    host->disk.size = format.size;
    return 0;
}

static bool can_be_sector_size(uint64_t size)
{
    return is_power_of_two(size) && size >= SECTOR_SIZE && size <= LARGEST_SECTOR;
}

static int open_disk(struct host_disk *host, const struct host_image *image, struct log *log)
{
    struct disk *disk = &host->disk;
    int error = open_image(host, image, log);
    if (error != 0) {
        return error;
    }
    uint64_t sector_size = image->sector_size != 0 ? image->sector_size : disk->sector_size;
    if (!can_be_sector_size(sector_size)) {
        return fail(log, ERR_INVALID, "%s: sectors have 512, 1024, 2048 or 4096 bytes",
                    image->path);
    }
    disk->sector_size = (uint32_t)sector_size;
    disk->size = align_down(disk->size, sector_size); /* half a sector cannot be read */
    return 0;
}

int host_disk_open(struct host_disk *host, const struct host_image *image, unsigned index,
                   struct waiter *waiter, struct log *log)
{
    const char *name = strrchr(image->path, '/');
    host->file = -1;
    host->nbd = NULL;
    host->disk = (struct disk){
        .number = index,
        .max_request = MAX_REQUEST,
        .queue_depth = QUEUE_DEPTH,
        .read_only = true,
        .submit = submit,
        .give_up = give_up,
        .waiter = waiter,
        .bounce = host->bounce,
    };
    int error = open_disk(host, image, log);
    if (error != 0) {
        host_disk_close(host);
        return error;
    }
    (void)snprintf(host->disk.name, sizeof host->disk.name, "hd%u", index);
    (void)snprintf(host->disk.device, sizeof host->disk.device, "%.15s",
                   name != NULL ? name + 1 : image->path); /* cut */
    return 0;
}

void host_disk_close(struct host_disk *host)
{
    if (host->file >= 0) {
        (void)close(host->file); /* it was only read */
    }
    nbd_disk_close(host->nbd);
}
