/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/xenstore.h"

#include <stdbool.h>
#include <string.h>
#include <xen/io/xs_wire.h>

#include "hypervisor/xen-pv/events.h"
#include "hypervisor/xen-pv/start.h"
#include "hypervisor/xen-pv/time.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "pvops/xen/ring.h"

#define PATIENCE (10 * SECONDS) /* for an answer: dom0 can be busy with many guests */

static struct xenstore_domain_interface *ring(void)
{
    return initial_page(pfn_of_mfn(start_info->store_mfn));
}

static evtchn_port_t port(void)
{
    return start_info->store_evtchn;
}

/* ---- bytes ---------------------------------------------------------------------------------- */

static uint32_t put_some(const char *bytes, size_t length)
{
    uint32_t producer = ring()->req_prod;
    uint32_t used = ring_used(producer, ring_load(&ring()->req_cons), XENSTORE_RING_SIZE);
    uint32_t count = (uint32_t)min_u64(length, XENSTORE_RING_SIZE - used);
    for (uint32_t i = 0; i < count; i++) {
        ring()->req[MASK_XENSTORE_IDX(producer + i)] = bytes[i];
    }
    ring_store(&ring()->req_prod, producer + count);
    return count;
}

static uint32_t take_some(char *bytes, size_t length)
{
    uint32_t consumer = ring()->rsp_cons;
    uint32_t used = ring_used(ring_load(&ring()->rsp_prod), consumer, XENSTORE_RING_SIZE);
    uint32_t count = (uint32_t)min_u64(length, used);
    for (uint32_t i = 0; i < count; i++) {
        bytes[i] = ring()->rsp[MASK_XENSTORE_IDX(consumer + i)];
    }
    ring_store(&ring()->rsp_cons, consumer + count);
    return count;
}

static int send_bytes(const void *bytes, size_t length, uint64_t deadline)
{
    for (size_t done = 0; done < length;) {
        events_clear(port());
        uint32_t count = put_some((const char *)bytes + done, length - done);
        done += count;
        if (count > 0) {
            events_notify(port());
        } else if (!events_wait(port(), deadline)) {
            return ERR_TIMEOUT;
        }
    }
    return 0;
}

static int receive_bytes(void *bytes, size_t length, uint64_t deadline)
{
    for (size_t done = 0; done < length;) {
        events_clear(port());
        uint32_t count = take_some((char *)bytes + done, length - done);
        done += count;
        if (count > 0) {
            events_notify(port());
        } else if (!events_wait(port(), deadline)) {
            return ERR_TIMEOUT;
        }
    }
    return 0;
}

/* ---- messages ------------------------------------------------------------------------------- */

static uint32_t last_request; /* the number of the newest request */

/* A message is its header and the parts of its body, a NUL behind each part but a value. */
static int send_request(uint32_t type, const char *path, const char *value, uint64_t deadline)
{
    size_t path_size = strlen(path) + 1;
    size_t value_size = value == NULL ? 0 : strlen(value);
    if (path_size + value_size > XENSTORE_PAYLOAD_MAX) {
        return ERR_TOO_LARGE;
    }
    struct xsd_sockmsg header = {
        .type = type,
        .req_id = ++last_request,
        .len = (uint32_t)(path_size + value_size),
    };
    int error = send_bytes(&header, sizeof header, deadline);
    error = error != 0 ? error : send_bytes(path, path_size, deadline);
    return error != 0 ? error : send_bytes(value, value_size, deadline);
}

/* The next message into body[XENSTORE_PAYLOAD_MAX + 1], with a NUL behind it. */
static int receive_message(struct xsd_sockmsg *header, char *body, uint64_t deadline)
{
    int error = receive_bytes(header, sizeof *header, deadline);
    if (error != 0) {
        return error;
    }
    if (header->len > XENSTORE_PAYLOAD_MAX) {
        return ERR_IO;
    }
    body[header->len] = '\0';
    return receive_bytes(body, header->len, deadline);
}

static int error_of(const char *name)
{
    static const struct {
        const char *name;
        int error;
    } errors[] = {{"ENOENT", ERR_NOT_FOUND},
                  {"EACCES", ERR_DENIED},
                  {"EPERM", ERR_DENIED},
                  {"E2BIG", ERR_TOO_LARGE}};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (strcmp(name, errors[i].name) == 0) {
            return errors[i].error;
        }
    }
    return ERR_IO;
}

/*
 * Sends a request and waits for its answer, past answers that came too late for theirs. Returns the
 * length of the body.
 */
static int ask(uint32_t type, const char *path, const char *value, char *body)
{
    static bool silent; /* a message was cut off: the ring is of no more use */
    uint64_t deadline = time_now() + PATIENCE;
    struct xsd_sockmsg header = {0};
    int error = silent ? ERR_TIMEOUT : send_request(type, path, value, deadline);
    while (error == 0 && header.req_id != last_request) {
        error = receive_message(&header, body, deadline);
    }
    if (error != 0) {
        silent = silent || error != ERR_TOO_LARGE;
        return error;
    }
    return header.type == XS_ERROR ? error_of(body) : (int)header.len;
}

/* ---- operations ----------------------------------------------------------------------------- */

static char answer[XENSTORE_PAYLOAD_MAX + 1];

static int ask_for_body(uint32_t type, const char *path, char *body, size_t size)
{
    int length = ask(type, path, NULL, answer);
    if (length < 0) {
        return length;
    }
    if ((size_t)length + 1 > size) {
        return ERR_TOO_LARGE;
    }
    memcpy(body, answer, (size_t)length + 1);
    return length;
}

int xenstore_read(const char *path, char *value, size_t size)
{
    return ask_for_body(XS_READ, path, value, size);
}

int xenstore_read_number(const char *path, uint64_t *value)
{
    char text[24];
    int length = xenstore_read(path, text, sizeof text);
    if (length < 0) {
        return length;
    }
    *value = 0;
    for (int i = 0; i < length; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (!is_digit || !checked_mul(*value, 10, value) ||
            !checked_add(*value, (uint64_t)(text[i] - '0'), value)) {
            return ERR_INVALID;
        }
    }
    return length > 0 ? 0 : ERR_INVALID;
}

int xenstore_directory(const char *path, char *names, size_t size)
{
    return ask_for_body(XS_DIRECTORY, path, names, size);
}

int xenstore_write(const char *path, const char *value)
{
    int length = ask(XS_WRITE, path, value, answer);
    return length < 0 ? length : 0;
}

int xenstore_remove(const char *path)
{
    int length = ask(XS_RM, path, NULL, answer);
    return length < 0 ? length : 0;
}
