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

enum { MAX_REQUEST = 4 << 20, QUEUE_DEPTH = 32 };

/* The page cache of the host is quick enough: a read is done as soon as it is submitted. */
static int submit(struct disk *disk, struct disk_request *request)
{
    const struct host_disk *host = (const struct host_disk *)disk;
    uint8_t *buffer = request->buffer;
    request->done = true;
    request->status = 0;
    for (size_t done = 0; done < request->length;) {
        ssize_t count = pread(host->file, buffer + done, request->length - done,
                              (off_t)(request->offset + done));
        if (count == 0 || (count < 0 && errno != EINTR)) {
            request->status = ERR_IO;
            return 0;
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return 0;
}

/* Nothing is ever in flight. */
static void give_up(struct disk *disk, int status)
{
    (void)disk;
    (void)status;
}

void host_disk_begin(struct host_disk *host, const char *path, unsigned index,
                     struct waiter *waiter)
{
    const char *name = strrchr(path, '/');
    host->file = -1;
    host->nbd = NULL;
    host->is_file = false;
    host->format = "raw";
    host->disk = (struct disk){
        .number = index,
        .sector_size = SECTOR_SIZE,
        .max_request = MAX_REQUEST,
        .queue_depth = QUEUE_DEPTH,
        .read_only = true,
        .submit = submit,
        .give_up = give_up,
        .waiter = waiter,
        .bounce = host->bounce,
    };
    (void)snprintf(host->disk.name, sizeof host->disk.name, "hd%u", index);
    (void)snprintf(host->disk.device, sizeof host->disk.device, "%.15s",
                   name != NULL ? name + 1 : path); /* cut */
}

static bool can_be_sector_size(uint64_t size)
{
    return is_power_of_two(size) && size >= SECTOR_SIZE && size <= LARGEST_SECTOR;
}

int host_disk_measure(struct host_disk *host, const char *path, uint64_t size, uint64_t sector_size,
                      struct log *log)
{
    sector_size = sector_size != 0 ? sector_size : host->disk.sector_size;
    if (!can_be_sector_size(sector_size)) {
        return fail(log, ERR_INVALID, "%s: sectors have 512, 1024, 2048 or 4096 bytes", path);
    }
    host->disk.sector_size = (uint32_t)sector_size;
    host->disk.size = align_down(size, sector_size); /* half a sector cannot be read */
    return 0;
}

/*
 * A device has a cache of its own, which does not hear of what a file system that is mounted writes to its files, nor
 * of what a guest writes: without the last line, what was read once would be read for ever.
 */
static const char *open_device(struct host_disk *host, uint64_t *size)
{
    int sector_size;
    if (ioctl(host->file, BLKGETSIZE64, size) != 0 ||
        ioctl(host->file, BLKSSZGET, &sector_size) != 0) {
        return strerror(errno);
    }
    host->disk.sector_size = (uint32_t)sector_size;
    (void)posix_fadvise(host->file, 0, 0, POSIX_FADV_DONTNEED); /* as far as the system likes to */
    return NULL;
}

/* Opens it; *size becomes its, in bytes, and the disk's sectors a device's. Returns NULL, or why not. */
static const char *open_file(struct host_disk *host, const char *path, uint64_t *size)
{
    struct stat status;
    host->file = open(path, O_RDONLY | O_CLOEXEC);
    if (host->file < 0 || fstat(host->file, &status) != 0) {
        return strerror(errno);
    }
    host->is_file = S_ISREG(status.st_mode);
    if (S_ISBLK(status.st_mode)) {
        return open_device(host, size);
    }
    *size = (uint64_t)status.st_size;
    return host->is_file             ? NULL
           : S_ISDIR(status.st_mode) ? "it is a directory"
                                     : "it is no file and no block device";
}

int host_disk_open(struct host_disk *host, const char *path, unsigned index, uint64_t sector_size,
                   struct waiter *waiter, struct log *log)
{
    uint64_t size = 0;
    host_disk_begin(host, path, index, waiter);
    const char *why_not = open_file(host, path, &size);
    int error = why_not != NULL
                    ? fail(log, ERR_NOT_FOUND, "%s: cannot be opened as a disk: %s", path, why_not)
                    : host_disk_measure(host, path, size, sector_size, log);
    if (error != 0) {
        host_disk_close(host);
    }
    return error;
}

void host_disk_close(struct host_disk *host)
{
    if (host->file >= 0) {
        (void)close(host->file); /* it was only read */
        host->file = -1;
    }
}
