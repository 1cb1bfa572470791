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
    for (size_t done = 0; done < request->length;) {
        ssize_t count = pread(host->file, buffer + done, request->length - done,
                              (off_t)(request->offset + done));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            request->status = ERR_IO;
            request->done = true;
            return 0;
        }
        done += (size_t)count;
    }
    request->status = 0;
    request->done = true;
    return 0;
}

/* Nothing is ever in flight. */
static void give_up(struct disk *disk, int status)
{
    (void)disk;
    (void)status;
}

/* Opens it; host->disk gets its size and its sectors'. Returns NULL, or why not. */
static const char *open_file(struct host_disk *host, const char *path)
{
    struct stat status;
    int sector_size = SECTOR_SIZE;
    host->file = open(path, O_RDONLY | O_CLOEXEC);
    if (host->file < 0 || fstat(host->file, &status) != 0) {
        return strerror(errno);
    }
    if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode)) {
        return S_ISDIR(status.st_mode) ? "it is a directory" : "it is no file and no block device";
    }
    host->disk.size = (uint64_t)status.st_size;
    if (S_ISBLK(status.st_mode) && (ioctl(host->file, BLKGETSIZE64, &host->disk.size) != 0 ||
                                    ioctl(host->file, BLKSSZGET, &sector_size) != 0)) {
        return strerror(errno);
    }
    host->disk.sector_size = (uint32_t)sector_size;
    return NULL;
}

void host_disk_close(struct host_disk *host)
{
    if (host->file >= 0) {
        (void)close(host->file); /* it was only read */
    }
}

static bool can_be_sector_size(uint64_t size)
{
    return is_power_of_two(size) && size >= SECTOR_SIZE && size <= LARGEST_SECTOR;
}

static int open_disk(struct host_disk *host, const char *path, uint64_t sector_size,
                     struct log *log)
{
    struct disk *disk = &host->disk;
    const char *why_not = open_file(host, path);
    if (why_not != NULL) {
        return fail(log, ERR_NOT_FOUND, "%s: cannot be opened as a disk: %s", path, why_not);
    }
    sector_size = sector_size != 0 ? sector_size : disk->sector_size;
    if (!can_be_sector_size(sector_size)) {
        return fail(log, ERR_INVALID, "%s: sectors have 512, 1024, 2048 or 4096 bytes", path);
    }
    disk->sector_size = (uint32_t)sector_size;
    disk->size = align_down(disk->size, sector_size); /* half a sector cannot be read */
    return 0;
}

int host_disk_open(struct host_disk *host, const char *path, unsigned index, uint64_t sector_size,
                   struct waiter *waiter, struct log *log)
{
    const char *name = strrchr(path, '/');
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
    int error = open_disk(host, path, sector_size, log);
    if (error != 0) {
        host_disk_close(host);
        return error;
    }
    (void)snprintf(host->disk.name, sizeof host->disk.name, "hd%u", index);
    (void)snprintf(host->disk.device, sizeof host->disk.device, "%.15s",
                   name != NULL ? name + 1 : path); /* cut */
    return 0;
}
