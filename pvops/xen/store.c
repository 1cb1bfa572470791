/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/store.h"

#include "lib/error.h"
#include "pvops/store.h"
#include "pvops/xen/xenstore.h"

static int store_read(struct store *store, const char *path, char *value, size_t size)
{
    (void)store;
    return xenstore_is_late() ? ERR_TIMEOUT : xenstore_read(path, value, size);
}

static void store_write(struct store *store, const char *path, const char *value)
{
    (void)store;
    xenstore_send(path, value);
}

static void store_remove(struct store *store, const char *path)
{
    (void)store;
    xenstore_send_removal(path);
}

struct store *xen_store(void)
{
    static struct store store = {.read = store_read, .write = store_write, .remove = store_remove};
    return &store;
}
