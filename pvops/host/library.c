/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/host/library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "lib/error.h"
#include "lib/log.h"

void *library_open(const char *file, const char *package, const char *who, struct log *log)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        log_line(log, "%s: this needs %s (Debian's package %s): %s", who, file, package, dlerror());
    }
    return library;
}

int library_find(void *library, const char *name, void *pointer, struct log *log)
{
    void *function = dlsym(library, name);
    if (function == NULL) {
        return fail(log, ERR_NOT_FOUND, "%s", dlerror());
    }
    memcpy(pointer, &function, sizeof function); /* as POSIX has it of dlsym(): of one size */
    return 0;
}

void library_close(void *library)
{
    if (library != NULL) {
        (void)dlclose(library); /* nobody has anything of it */
    }
}
