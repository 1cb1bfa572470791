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

static int wait_for_any(struct disk *disk)
{
    (void)disk;
    return 0;
}

static int find_size(int file, uint64_t *size)
{
    struct stat status;
    if (fstat(file, &status) != 0) {
        return -1;
    }
    if (S_ISBLK(status.st_mode)) {
        return ioctl(file, BLKGETSIZE64, size);
    }
    *size = (uint64_t)status.st_size;
    errno = EISDIR;
    return S_ISREG(status.st_mode) ? 0 : -1;
}

int host_disk_open(struct host_disk *host, const char *path, unsigned index, struct log *log)
{
    const char *name = strrchr(path, '/');
    uint64_t size = 0;
    host->file = open(path, O_RDONLY | O_CLOEXEC);
    if (host->file < 0 || find_size(host->file, &size) != 0) {
        return fail(log, ERR_NOT_FOUND, "%s: cannot be opened as a disk: %s", path,
                    strerror(errno));
    }
    host->disk = (struct disk){
        .number = index,
        .size = align_down(size, SECTOR_SIZE), /* half a sector cannot be read */
        .sector_size = SECTOR_SIZE,
        .max_request = MAX_REQUEST,
        .queue_depth = QUEUE_DEPTH,
        .read_only = true,
        .submit = submit,
        .wait = wait_for_any,
    };
    (void)snprintf(host->disk.name, sizeof host->disk.name, "hd%u", index);
    (void)snprintf(host->disk.device, sizeof host->disk.device, "%.15s",
                   name != NULL ? name + 1 : path); /* cut */
    return 0;
}
