/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/store.h"

#include "pvops/store.h"
#include "pvops/xen/xenstore.h"

static int store_read(struct store *store, const char *path, char *value, size_t size)
{
    (void)store;
    return xenstore_read(path, value, size);
}

static int store_write(struct store *store, const char *path, const char *value)
{
    (void)store;
    return xenstore_write(path, value);
}

static int store_remove(struct store *store, const char *path)
{
    (void)store;
    return xenstore_remove(path);
}

struct store *xen_store(void)
{
    static struct store store = {.read = store_read, .write = store_write, .remove = store_remove};
    return &store;
}
