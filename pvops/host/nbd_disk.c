/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/host/nbd_disk.h"

#include <fcntl.h>
#include <libnbd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/error.h"
#include "lib/log.h"
#include "pvops/host/library.h"

struct nbd_disk {
    void *library;
    struct nbd_handle *handle;
    __typeof__(nbd_create) *create;
    __typeof__(nbd_close) *close;
    __typeof__(nbd_get_error) *get_error;
    __typeof__(nbd_set_request_structured_replies) *set_structured;
    __typeof__(nbd_connect_uri) *connect_uri;
    __typeof__(nbd_connect_systemd_socket_activation) *connect_program;
    __typeof__(nbd_get_size) *get_size;
    __typeof__(nbd_pread) *pread;
};

bool nbd_disk_is_address(const char *path)
{
    static const char *const schemes[] = {"nbd://", "nbds://", "nbd+unix://", "nbds+unix://"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (strncmp(path, schemes[i], strlen(schemes[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- libnbd --------------------------------------------------------------------------------- */

static int find_functions(struct nbd_disk *nbd, struct log *log)
{
    const struct {
        const char *name;
        void *pointer;
    } functions[] = {
        {"nbd_create", &nbd->create},
        {"nbd_close", &nbd->close},
        {"nbd_get_error", &nbd->get_error},
        {"nbd_set_request_structured_replies", &nbd->set_structured},
        {"nbd_connect_uri", &nbd->connect_uri},
        {"nbd_connect_systemd_socket_activation", &nbd->connect_program},
        {"nbd_get_size", &nbd->get_size},
        {"nbd_pread", &nbd->pread},
    };
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        int error = library_find(nbd->library, functions[i].name, functions[i].pointer, log);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* A handle that is not connected. NULL, logged: there is none. */
static struct nbd_disk *make(const char *who, struct log *log)
{
    struct nbd_disk *nbd = calloc(1, sizeof *nbd);
    if (nbd == NULL) {
        log_line(log, "%s: %s", who, error_text(ERR_NO_MEMORY));
        return NULL;
    }
    nbd->library = library_open("libnbd.so.0", "libnbd0", who, log);
    if (nbd->library != NULL && find_functions(nbd, log) == 0) {
        nbd->handle = nbd->create();
    }
    /* qemu-nbd ends the connection when something cannot be read of which it has sent a piece already */
    if (nbd->handle == NULL || nbd->set_structured(nbd->handle, false) != 0) {
        nbd_disk_close(nbd);
        return NULL;
    }
    return nbd;
}

void nbd_disk_close(struct nbd_disk *nbd)
{
    if (nbd != NULL) {
        if (nbd->handle != NULL) {
            nbd->close(nbd->handle);
        }
        library_close(nbd->library);
        free(nbd);
    }
}

struct nbd_disk *nbd_disk_at(const char *address, struct log *log)
{
    struct nbd_disk *nbd = make(address, log);
    if (nbd != NULL && nbd->connect_uri(nbd->handle, address) != 0) {
        log_line(log, "%s: cannot be opened as a disk: %s", address, nbd->get_error());
        nbd_disk_close(nbd);
        return NULL;
    }
    return nbd;
}

/* ---- qemu-nbd ------------------------------------------------------------------------------- */

enum { OPTIONS_SIZE = 8192, REASON_SIZE = 512 };

/* A path in qemu's options has its commas doubled. Returns whether there was room. */
static bool put_path(char options[OPTIONS_SIZE], const char *path)
{
    size_t used = strlen(options);
    for (; *path != '\0' && used + 3 < OPTIONS_SIZE; path++) {
        options[used++] = *path;
        if (*path == ',') {
            options[used++] = ',';
        }
    }
    options[used] = '\0';
    return *path == '\0';
}

/* What the program said before it ended: "qemu-nbd: Failed to blk_new_open 'driver=...': REASON", or that it is not there. */
static void read_reason(int pipe, char reason[REASON_SIZE])
{
    char said[OPTIONS_SIZE];
    ssize_t count = read(pipe, said, sizeof said - 1);
    said[count > 0 ? count : 0] = '\0';
    said[strcspn(said, "\n")] = '\0';
    const char *quoted = strstr(said, "': ");
    if (strstr(said, "not found") != NULL) {
        (void)snprintf(reason, REASON_SIZE, "qemu-nbd is missing (Debian's package qemu-utils)");
    } else if (quoted != NULL) {
        (void)snprintf(reason, REASON_SIZE, "%s", quoted + 3); /* cut */
    } else {
        (void)snprintf(reason, REASON_SIZE, "qemu-nbd has ended: %.400s", said);
    }
}

/* Its standard error is a pipe's end, which the shell puts there. Returns 0, or -1, and the reason. */
static int start(struct nbd_disk *nbd, char *options, char reason[REASON_SIZE])
{
    int pipe[2];
    char shell[] = "sh", command[] = "-c", script[96];
    if (pipe2(pipe, O_CLOEXEC) != 0 || fcntl(pipe[1], F_SETFD, 0) != 0) {
        (void)snprintf(reason, REASON_SIZE, "no pipe to qemu-nbd");
        return -1;
    }
    (void)snprintf(script, sizeof script, "exec qemu-nbd --read-only --image-opts \"$0\" 2>&%d",
                   pipe[1]); /* it fits */
    char *words[] = {shell, command, script, options, NULL};
    int error = nbd->connect_program(nbd->handle, words);
    (void)close(pipe[1]); /* it is not ours */
    if (error != 0) {
        read_reason(pipe[0], reason);
    }
    (void)close(pipe[0]); /* what it says later nobody hears: a read that fails is enough */
    return error;
}

struct nbd_disk *nbd_disk_of_image(const char *path, const char *driver, struct log *log)
{
    char options[OPTIONS_SIZE], reason[REASON_SIZE] = "its path is too long";
    struct nbd_disk *nbd = make(path, log);
    if (nbd == NULL) {
        return NULL;
    }
    (void)snprintf(options, sizeof options,
                   "driver=%s,read-only=on,force-share=on,file.driver=file,file.filename=", driver);
    if (!put_path(options, path) || start(nbd, options, reason) != 0) {
        log_line(log, "%s: cannot be opened as a disk: %s", path, reason);
        nbd_disk_close(nbd);
        return NULL;
    }
    return nbd;
}

/* ---- reading -------------------------------------------------------------------------------- */

int64_t nbd_disk_size(struct nbd_disk *nbd)
{
    int64_t size = nbd->get_size(nbd->handle);
    return size >= 0 ? size : ERR_IO;
}

int nbd_disk_read(struct nbd_disk *nbd, uint64_t offset, void *buffer, size_t length)
{
    return nbd->pread(nbd->handle, buffer, length, offset, 0) == 0 ? 0 : ERR_IO;
}
