/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "libpvboot/pvboot.h"
#include "pvops/host/library.h"

/* What is used of libarchive. */
// clang-format off
#define FUNCTIONS(FUNCTION)                  \
    FUNCTION(archive_write_new)              \
    FUNCTION(archive_write_free)             \
    FUNCTION(archive_write_close)            \
    FUNCTION(archive_write_set_format_pax)   \
    FUNCTION(archive_write_open_fd)          \
    FUNCTION(archive_write_header)           \
    FUNCTION(archive_write_data)             \
    FUNCTION(archive_errno)                  \
    FUNCTION(archive_error_string)           \
    FUNCTION(archive_entry_new)              \
    FUNCTION(archive_entry_free)             \
    FUNCTION(archive_entry_clear)            \
    FUNCTION(archive_entry_copy_pathname)    \
    FUNCTION(archive_entry_copy_symlink)     \
    FUNCTION(archive_entry_copy_hardlink)    \
    FUNCTION(archive_entry_set_filetype)     \
    FUNCTION(archive_entry_set_perm)         \
    FUNCTION(archive_entry_set_uid)          \
    FUNCTION(archive_entry_set_gid)          \
    FUNCTION(archive_entry_set_mtime)        \
    FUNCTION(archive_entry_set_size)         \
    FUNCTION(archive_entry_set_rdevmajor)    \
    FUNCTION(archive_entry_set_rdevminor)    \
    FUNCTION(archive_entry_sparse_add_entry)
// clang-format on

struct functions {
#define POINTER(name) __typeof__(name) *(name);
    FUNCTIONS(POINTER)
};

struct tar {
    void *library;
    struct functions call;
    struct archive *archive;
    struct archive_entry *entry;
    const char *name;
    struct log *log;
    locale_t utf8, before; /* libarchive takes names to be in the locale's character set */
};

static int find_functions(struct tar *tar)
{
    struct functions *of = &tar->call;
    const struct {
        const char *name;
        void *pointer;
    } functions[] = {
#define PLACE(name) {#name, &of->name},
        FUNCTIONS(PLACE)};
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        int error = library_find(tar->library, functions[i].name, functions[i].pointer, tar->log);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int failed(const struct tar *tar)
{
    int number = tar->call.archive_errno(tar->archive);
    const char *reason = tar->call.archive_error_string(tar->archive);
    return fail(tar->log, ERR_IO, "%s: %s", tar->name,
                number > 0       ? strerror(number)
                : reason != NULL ? reason
                                 : "not written");
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int begin(struct tar *tar, int file)
{
    const struct functions *call = &tar->call;
    tar->archive = call->archive_write_new();
    tar->entry = call->archive_entry_new();
    if (tar->archive == NULL || tar->entry == NULL) {
        return fail(tar->log, ERR_NO_MEMORY, "%s: %s", tar->name, error_text(ERR_NO_MEMORY));
    }
    bool is_open = call->archive_write_set_format_pax(tar->archive) == ARCHIVE_OK &&
                   call->archive_write_open_fd(tar->archive, file) == ARCHIVE_OK;
    return is_open ? 0 : failed(tar);
}

struct tar *tar_create(int file, const char *name, struct log *log)
{
    struct tar *tar = calloc(1, sizeof *tar);
    if (tar == NULL) {
        log_line(log, "%s: %s", name, error_text(ERR_NO_MEMORY));
        return NULL;
    }
    tar->name = name;
    tar->log = log;
    tar->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    tar->before = uselocale(tar->utf8);
    tar->library = library_open("libarchive.so.13", "libarchive13", name, log);
    if (tar->library == NULL || find_functions(tar) != 0 || begin(tar, file) != 0) {
        tar_close(tar);
        return NULL;
    }
    return tar;
}

int tar_finish(struct tar *tar)
{
    return tar->call.archive_write_close(tar->archive) == ARCHIVE_OK ? 0 : failed(tar);
}

void tar_close(struct tar *tar)
{
    if (tar->entry != NULL) {
        tar->call.archive_entry_free(tar->entry);
    }
    if (tar->archive != NULL) {
        (void)tar->call.archive_write_free(tar->archive); /* it is finished, or no good */
    }
    library_close(tar->library);
    (void)uselocale(tar->before); /* it was that before */
    if (tar->utf8 != (locale_t)0) {
        freelocale(tar->utf8);
    }
    free(tar);
}

/* ---- nodes ---------------------------------------------------------------------------------- */

static mode_t type_of(const struct pvboot_node *node)
{
    static const mode_t types[] = {
        [PVBOOT_FILE] = S_IFREG,       [PVBOOT_DIRECTORY] = S_IFDIR, [PVBOOT_LINK] = S_IFLNK,
        [PVBOOT_PIPE] = S_IFIFO,       [PVBOOT_BLOCKS] = S_IFBLK,    [PVBOOT_SOCKET] = S_IFSOCK,
        [PVBOOT_CHARACTERS] = S_IFCHR,
    };
    return types[node->type];
}

static void fill(struct tar *tar, const struct pvboot_node *node)
{
    const struct functions *call = &tar->call;
    struct archive_entry *entry = tar->entry;
    call->archive_entry_clear(entry);
    call->archive_entry_copy_pathname(entry, node->below);
    call->archive_entry_set_filetype(entry, type_of(node));
    call->archive_entry_set_perm(entry, node->mode);
    call->archive_entry_set_uid(entry, node->owner);
    call->archive_entry_set_gid(entry, node->group);
    call->archive_entry_set_mtime(entry, node->mtime, (long)node->mtime_nanoseconds);
    call->archive_entry_set_size(entry, 0);
    if (node->type == PVBOOT_CHARACTERS || node->type == PVBOOT_BLOCKS) {
        call->archive_entry_set_rdevmajor(entry, node->major);
        call->archive_entry_set_rdevminor(entry, node->minor);
    }
}

static void add_pieces(struct tar *tar, uint64_t size, const struct tar_piece *pieces, size_t count)
{
    bool is_whole = count == 1 && pieces[0].offset == 0 && pieces[0].length == size;
    tar->call.archive_entry_set_size(tar->entry, (int64_t)size);
    for (size_t i = 0; !is_whole && i < count; i++) {
        tar->call.archive_entry_sparse_add_entry(tar->entry, (int64_t)pieces[i].offset,
                                                 (int64_t)pieces[i].length);
    }
    if (count == 0 && size > 0) {
        tar->call.archive_entry_sparse_add_entry(tar->entry, (int64_t)size, 0);
    }
}

int tar_add(struct tar *tar, const struct pvboot_node *node, const char *first,
            const struct tar_piece *pieces, size_t count)
{
    fill(tar, node);
    if (first != NULL) {
        tar->call.archive_entry_copy_hardlink(tar->entry, first);
    } else if (node->type == PVBOOT_LINK) {
        tar->call.archive_entry_copy_symlink(tar->entry, node->target);
    } else if (node->type == PVBOOT_FILE) {
        add_pieces(tar, node->size, pieces, count);
    }
    int result = tar->call.archive_write_header(tar->archive, tar->entry);
    bool is_written = result == ARCHIVE_OK || result == ARCHIVE_WARN; /* a name that is no UTF-8 */
    return is_written ? 0 : failed(tar);
}

int tar_put(struct tar *tar, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;
    for (size_t done = 0; done < length;) {
        la_ssize_t count = tar->call.archive_write_data(tar->archive, from + done, length - done);
        if (count <= 0) {
            return failed(tar);
        }
        done += (size_t)count;
    }
    return 0;
}

int tar_put_zeros(struct tar *tar, uint64_t length)
{
    static const uint8_t zeros[1 << 20];
    for (uint64_t done = 0; done < length;) {
        size_t count = min_u64(sizeof zeros, length - done);
        int error = tar_put(tar, zeros, count);
        if (error != 0) {
            return error;
        }
        done += count;
    }
    return 0;
}
