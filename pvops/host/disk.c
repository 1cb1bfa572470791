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
#include "pvops/host/waiter.h"

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

static int find_size(int file, uint64_t *size, int *sector_size)
{
    struct stat status;
    if (fstat(file, &status) != 0) {
        return -1;
    }
    if (S_ISBLK(status.st_mode)) {
        return ioctl(file, BLKGETSIZE64, size) != 0 ? -1 : ioctl(file, BLKSSZGET, sector_size);
    }
    *size = (uint64_t)status.st_size;
    *sector_size = SECTOR_SIZE;
    errno = EISDIR;
    return S_ISREG(status.st_mode) ? 0 : -1;
}

static bool can_be_sector_size(uint64_t size)
{
    return is_power_of_two(size) && size >= SECTOR_SIZE && size <= LARGEST_SECTOR;
}

int host_disk_open(struct host_disk *host, const char *path, unsigned index, uint64_t sector_size,
                   struct log *log)
{
    const char *name = strrchr(path, '/');
    uint64_t size = 0;
    int found = 0;
    host->file = open(path, O_RDONLY | O_CLOEXEC);
    if (host->file < 0 || find_size(host->file, &size, &found) != 0) {
        return fail(log, ERR_NOT_FOUND, "%s: cannot be opened as a disk: %s", path,
                    strerror(errno));
    }
    sector_size = sector_size != 0 ? sector_size : (uint64_t)found;
    if (!can_be_sector_size(sector_size)) {
        return fail(log, ERR_INVALID, "%s: sectors have 512, 1024, 2048 or 4096 bytes", path);
    }
    host->disk = (struct disk){
        .number = index,
        .size = align_down(size, sector_size), /* half a sector cannot be read */
        .sector_size = (uint32_t)sector_size,
        .max_request = MAX_REQUEST,
        .queue_depth = QUEUE_DEPTH,
        .read_only = true,
        .submit = submit,
        .give_up = give_up,
        .waiter = host_waiter(),
        .bounce = host->bounce,
    };
    (void)snprintf(host->disk.name, sizeof host->disk.name, "hd%u", index);
    (void)snprintf(host->disk.device, sizeof host->disk.device, "%.15s",
                   name != NULL ? name + 1 : path); /* cut */
    return 0;
}
