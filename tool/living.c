/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/living.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "lib/log.h"
#include "tool/print.h"
#include "tool/tool.h"

#define BLOCK_DEVICES "/sys/block"

/* The first line of a file, or "". */
static void read_line(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "re");
    line[0] = '\0';
    if (file != NULL) {
        if (fgets(line, (int)size, file) == NULL) {
            line[0] = '\0';
        }
        (void)fclose(file); /* it was only read */
    }
    line[strcspn(line, "\n")] = '\0';
}

/* ---- disks ---------------------------------------------------------------------------------- */

static bool has_device(const char *name)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, BLOCK_DEVICES "/%s/device", name); /* it fits */
    return access(path, F_OK) == 0;
}

/* A line of /sys/block/NAME/FILE. */
static bool says(const char *name, const char *file, const char *expected)
{
    char path[PATH_MAX], line[32];
    (void)snprintf(path, sizeof path, BLOCK_DEVICES "/%s/%s", name, file); /* it fits */
    read_line(path, line, sizeof line);
    return strcmp(line, expected) == 0;
}

/*
 * What is made of other devices (loop, dm, md, zram) has no device itself; drives for CDs and floppy disks are no
 * disks, nor is one without a medium, or a path of an NVMe disk that has several.
 */
static int is_disk(const struct dirent *entry)
{
    const char *name = entry->d_name;
    return name[0] != '.' && strncmp(name, "sr", 2) != 0 && strncmp(name, "fd", 2) != 0 &&
           has_device(name) && !says(name, "size", "0") && !says(name, "hidden", "1");
}

/* sda, sdb ... sdaa: numbers, in letters. */
static int compare(const struct dirent **a, const struct dirent **b)
{
    size_t a_length = strlen((*a)->d_name), b_length = strlen((*b)->d_name);
    return a_length != b_length ? (a_length < b_length ? -1 : 1)
                                : strcmp((*a)->d_name, (*b)->d_name);
}

/* What the machine has written is to be on the disk, and not only in memory on its way there. */
static void flush(const char *path)
{
    struct stat status;
    if (stat(path, &status) == 0 && S_ISBLK(status.st_mode)) {
        sync();
    }
}

static bool add_disk(struct tool *tool, const char *name)
{
    char path[PATH_MAX];
    (void)snprintf(path, sizeof path, "/dev/%s", name); /* it fits */
    for (char *at = path; (at = strchr(at, '!')) != NULL;) {
        *at = '/'; /* cciss!c0d0 */
    }
    flush(path);
    if (!tool_add_disk(tool->pvboot, path)) {
        return false;
    }
    if (!tool->json) {
        print_line("hd%zu is %s", tool->disk_count, path);
    }
    tool->disk_count++;
    return true;
}

static bool add_disks(struct tool *tool)
{
    struct dirent **entries = NULL;
    int count = scandir(BLOCK_DEVICES, &entries, is_disk, compare);
    bool good = count > 0;
    if (!good) {
        log_line(&tool->said.log, BLOCK_DEVICES ": this machine has no disks; -d IMAGE names one");
    }
    for (int i = 0; i < count; i++) {
        good = good && add_disk(tool, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return good;
}

/* ---- the domain ----------------------------------------------------------------------------- */

static void take_memory(struct pvboot_domain *domain)
{
    struct sysinfo system;
    if (domain->memory == 0 && sysinfo(&system) == 0) {
        domain->memory = (uint64_t)system.totalram * system.mem_unit >> 20;
    }
}

/* Xen's guests know their type. */
static void take_type(struct pvboot_domain *domain)
{
    char type[16];
    read_line("/sys/hypervisor/guest_type", type, sizeof type);
    if (domain->types == 0 && strcmp(type, "PV") == 0) {
        domain->types = PVBOOT_DOMAIN_PV;
    } else if (domain->types == 0 && strcmp(type, "PVH") == 0) {
        domain->types = PVBOOT_DOMAIN_PVH;
    }
}

bool living_open(struct tool *tool)
{
    tool->is_living = true;
    take_memory(&tool->domain);
    take_type(&tool->domain);
    return add_disks(tool);
}
