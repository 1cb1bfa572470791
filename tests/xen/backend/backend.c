/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * backend DOMID VBD IMAGE MANNERS: a block backend of a program in dom0, for a domain that is still
 * paused. It serves one disk, read-only, over the protocol's oldest form, and has the manners that it is told:
 *
 *      plain      a ring page, 11 pages a request: what every backend can do
 *      indirect   the same, with indirect pages
 *      reverse    answers what has come in the order last to first
 *      error      fails whatever lies after the first MiB
 *      liar       offers indirect pages and refuses them
 *      stranger   answers a request that was not made
 *      flood      claims to have answered more than was asked
 *      silent     answers nothing after the first MiB
 *      holding    maps the pages of what is asked, and keeps them when it closes, while it is held
 *      lazy       does not begin to close while it is held
 *      keeper     never lets go of a page
 *      nonsense   says in xenstore what cannot be
 *      shrink     offers indirect pages, and none to a frontend that comes back
 *      smaller    has half as many sectors for a frontend that comes back
 *
 * Its keys lie where no backend of the kernel's looks: /local/domain/0/backend-test. It is held while the
 * key `hold` there is 1: so no test depends on how quick anything is.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xenevtchn.h>
#include <xengnttab.h>
#include <xenstore.h>

#define xen_mb()  __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#include <xen/io/blkif.h>
#include <xen/io/xenbus.h>

enum {
    PAGE = 4096,
    SECTOR = 512,
    FIRST_MIB = 2048 /* sectors */,
    PATIENCE = 10, /* milliseconds */
    HELD_LIMIT = 32,
    GARBAGE = 0xEE,
};

/* A request that has its pages, and no answer yet. */
struct held {
    blkif_request_t request;
    uint8_t *pages[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};

struct backend {
    uint32_t domain, vbd;
    const char *manners;
    int image;
    char front[128], back[128]; /* paths in xenstore */
    struct xs_handle *store;
    xengnttab_handle *grants;
    xenevtchn_handle *events;
    xenevtchn_port_or_error_t port;
    blkif_back_ring_t ring;
    unsigned connected; /* so often */
    bool closed;        /* by the frontend, though something is held */
    struct held held[HELD_LIMIT];
    unsigned held_count;
};

static bool has(const struct backend *backend, const char *manners)
{
    return strcmp(backend->manners, manners) == 0;
}

/* Does it take requests with indirect pages? */
static bool takes_indirect(const struct backend *backend)
{
    return has(backend, "indirect") || (has(backend, "shrink") && backend->connected < 2);
}

static _Noreturn void give_up(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* ---- xenstore ------------------------------------------------------------------------------- */

static void write_key(const struct backend *backend, const char *directory, const char *key,
                      const char *format, ...)
{
    char path[256], value[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    (void)snprintf(path, sizeof path, "%s/%s", directory, key);
    if (!xs_write(backend->store, XBT_NULL, path, value, (unsigned)strlen(value))) {
        give_up(path);
    }
}

/* -1: there is none. */
static long read_key(const struct backend *backend, const char *directory, const char *key)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", directory, key);
    char *value = xs_read(backend->store, XBT_NULL, path, NULL);
    long number = value == NULL ? -1 : strtol(value, NULL, 10);
    free(value);
    return number;
}

static bool is_held(const struct backend *backend)
{
    return read_key(backend, backend->back, "hold") == 1;
}

static void set_state(const struct backend *backend, enum xenbus_state state)
{
    write_key(backend, backend->back, "state", "%d", (int)state);
}

static void allow(const struct backend *backend, const char *path, uint32_t owner, uint32_t other)
{
    struct xs_permissions permissions[] = {{.id = owner, .perms = XS_PERM_NONE},
                                           {.id = other, .perms = XS_PERM_READ}};
    if (!xs_set_permissions(backend->store, XBT_NULL, path, permissions, 2)) {
        give_up(path);
    }
}

static void announce(struct backend *backend)
{
    (void)snprintf(backend->front, sizeof backend->front, "/local/domain/%u/device/vbd/%u",
                   backend->domain, backend->vbd);
    (void)snprintf(backend->back, sizeof backend->back, "/local/domain/0/backend-test/%u/%u",
                   backend->domain, backend->vbd);
    (void)xs_mkdir(backend->store, XBT_NULL, backend->back);
    allow(backend, backend->back, 0, backend->domain); /* its keys will inherit that */
    write_key(backend, backend->back, "dev", "xvdt");
    set_state(backend, XenbusStateInitWait);
    write_key(backend, backend->front, "backend-id", "0");
    allow(backend, backend->front, backend->domain, 0);
    write_key(backend, backend->front, "state", "%d", XenbusStateInitialising);
    write_key(backend, backend->front, "backend", "%s", backend->back);
}

/* ---- connecting ----------------------------------------------------------------------------- */

static void describe(const struct backend *backend)
{
    struct stat status;
    (void)fstat(backend->image, &status);
    bool nonsense = has(backend, "nonsense");
    unsigned long sectors = (unsigned long)status.st_size / SECTOR;
    bool again = backend->connected > 1;
    sectors /= again && has(backend, "smaller") ? 2 : 1;
    write_key(backend, backend->back, "sectors", "%lu", sectors);
    write_key(backend, backend->back, "sector-size", nonsense ? "511" : "512");
    write_key(backend, backend->back, "info", "4");
    if (has(backend, "liar") || takes_indirect(backend)) {
        write_key(backend, backend->back, "feature-max-indirect-segments", "256");
    } else {
        write_key(backend, backend->back, "feature-max-indirect-segments", "0");
    }
}

static void connect_ring(struct backend *backend)
{
    uint32_t grant = (uint32_t)read_key(backend, backend->front, "ring-ref");
    uint32_t port = (uint32_t)read_key(backend, backend->front, "event-channel");
    void *page =
        xengnttab_map_grant_ref(backend->grants, backend->domain, grant, PROT_READ | PROT_WRITE);
    backend->port = xenevtchn_bind_interdomain(backend->events, backend->domain, port);
    if (page == NULL || backend->port < 0) {
        give_up("ring");
    }
    backend->connected++;
    BACK_RING_INIT(&backend->ring, (blkif_sring_t *)page, PAGE);
    describe(backend);
    set_state(backend, XenbusStateConnected);
}

static void disconnect(struct backend *backend)
{
    backend->closed = backend->held_count > 0;
    if (backend->ring.sring != NULL && !has(backend, "keeper") && !backend->closed) {
        (void)xengnttab_unmap(backend->grants, backend->ring.sring, 1);
        (void)xenevtchn_unbind(backend->events, (evtchn_port_t)backend->port);
        backend->ring.sring = NULL;
    }
}

/* ---- requests ------------------------------------------------------------------------------- */

/* Reads into one page of the other domain's. */
static bool serve_segment(struct backend *backend, const struct blkif_request_segment *segment,
                          uint64_t *sector)
{
    size_t count = segment->last_sect - segment->first_sect + 1U;
    uint8_t *page = xengnttab_map_grant_ref(backend->grants, backend->domain, segment->gref,
                                            PROT_READ | PROT_WRITE);
    if (page == NULL) {
        return false;
    }
    ssize_t got = pread(backend->image, page + segment->first_sect * SECTOR, count * SECTOR,
                        (off_t)(*sector * SECTOR));
    *sector += count;
    (void)xengnttab_unmap(backend->grants, page, 1);
    return got == (ssize_t)(count * SECTOR);
}

static bool serve_segments(struct backend *backend, const struct blkif_request_segment *segments,
                           unsigned count, uint64_t sector)
{
    bool good = true;
    for (unsigned i = 0; good && i < count; i++) {
        good = serve_segment(backend, &segments[i], &sector);
    }
    return good;
}

static bool serve_indirect(struct backend *backend, const blkif_request_t *bytes)
{
    blkif_request_indirect_t request;
    memcpy(&request, bytes, sizeof request); /* the same bytes of the ring, seen otherwise */
    struct blkif_request_segment *segments = xengnttab_map_grant_ref(
        backend->grants, backend->domain, request.indirect_grefs[0], PROT_READ);
    bool good = segments != NULL &&
                serve_segments(backend, segments, request.nr_segments, request.sector_number);
    if (segments != NULL) {
        (void)xengnttab_unmap(backend->grants, segments, 1);
    }
    return good;
}

static int16_t serve(struct backend *backend, const blkif_request_t *request)
{
    bool is_indirect = request->operation == BLKIF_OP_INDIRECT;
    bool good;
    if (has(backend, "error") && request->sector_number >= FIRST_MIB) {
        return BLKIF_RSP_ERROR;
    }
    if (is_indirect) {
        good = takes_indirect(backend) && serve_indirect(backend, request);
    } else {
        good = serve_segments(backend, request->seg, request->nr_segments, request->sector_number);
    }
    return good ? BLKIF_RSP_OKAY : BLKIF_RSP_ERROR;
}

/* Maps the pages of a request, and leaves it at that. */
static void hold(struct backend *backend, const blkif_request_t *request)
{
    struct held *held = &backend->held[backend->held_count++];
    held->request = *request;
    for (unsigned i = 0; i < request->nr_segments; i++) {
        held->pages[i] = xengnttab_map_grant_ref(backend->grants, backend->domain,
                                                 request->seg[i].gref, PROT_READ | PROT_WRITE);
    }
}

static bool holds(const struct backend *backend, const blkif_request_t *request)
{
    return has(backend, "holding") && request->operation == BLKIF_OP_READ &&
           backend->held_count < HELD_LIMIT && is_held(backend);
}

/* Writes into the pages that are held, which may have been given up, and lets them go. */
static void let_go(const struct backend *backend, const struct held *held)
{
    for (unsigned i = 0; i < held->request.nr_segments; i++) {
        memset(held->pages[i], GARBAGE, PAGE);
        (void)xengnttab_unmap(backend->grants, held->pages[i], 1);
    }
}

static void answer(struct backend *backend, const blkif_request_t *request)
{
    if (holds(backend, request)) {
        hold(backend, request);
        return;
    }
    if (has(backend, "silent") && request->sector_number >= FIRST_MIB) {
        return;
    }
    blkif_response_t *response = RING_GET_RESPONSE(&backend->ring, backend->ring.rsp_prod_pvt++);
    int16_t status = serve(backend, request);
    *response =
        (blkif_response_t){.id = request->id, .operation = request->operation, .status = status};
    if (has(backend, "stranger") && request->sector_number >= FIRST_MIB) {
        response->id = 77;
    }
    if (has(backend, "flood") && request->sector_number >= FIRST_MIB) {
        backend->ring.rsp_prod_pvt += 1000;
    }
}

/* The requests there are now, from the first to the last or the other way round. */
static void serve_requests(struct backend *backend)
{
    blkif_request_t requests[32];
    size_t count = 0;
    RING_IDX end = backend->ring.sring->req_prod;
    xen_rmb();
    for (; backend->ring.req_cons != end && count < 32; backend->ring.req_cons++) {
        RING_COPY_REQUEST(&backend->ring, backend->ring.req_cons, &requests[count++]);
    }
    for (size_t i = 0; i < count; i++) {
        answer(backend, &requests[has(backend, "reverse") ? count - 1 - i : i]);
    }
    RING_PUSH_RESPONSES(&backend->ring);
    (void)xenevtchn_notify(backend->events, (evtchn_port_t)backend->port);
}

/* Until there is none: one that comes before the wish to be woken for it would wait for ever. */
static void serve_ring(struct backend *backend)
{
    int more = 1;
    while (more) {
        serve_requests(backend);
        RING_FINAL_CHECK_FOR_REQUESTS(&backend->ring, more);
    }
}

/* What was held gets its answer; when the frontend has closed meanwhile, only its pages back. */
static void release_held(struct backend *backend)
{
    unsigned count = backend->held_count;
    backend->held_count = 0;
    for (unsigned i = 0; i < count; i++) {
        let_go(backend, &backend->held[i]);
        if (!backend->closed) {
            answer(backend, &backend->held[i].request);
        }
    }
    if (backend->closed) {
        disconnect(backend);
        return;
    }
    RING_PUSH_RESPONSES(&backend->ring);
    (void)xenevtchn_notify(backend->events, (evtchn_port_t)backend->port);
}

/* ---- the frontend's states ------------------------------------------------------------------ */

static void follow(struct backend *backend, long state)
{
    switch (state) {
    case XenbusStateInitialising:
        set_state(backend, XenbusStateInitWait);
        break;
    case XenbusStateInitialised:
        connect_ring(backend);
        break;
    case XenbusStateClosing:
        set_state(backend, XenbusStateClosing);
        break;
    case XenbusStateClosed:
        disconnect(backend);
        set_state(backend, XenbusStateClosed);
        break;
    default:
        break;
    }
}

static void serve_events(struct backend *backend)
{
    struct pollfd waiting = {.fd = xenevtchn_fd(backend->events), .events = POLLIN};
    if (poll(&waiting, 1, PATIENCE) > 0) {
        xenevtchn_port_or_error_t port = xenevtchn_pending(backend->events);
        (void)xenevtchn_unmask(backend->events, (evtchn_port_t)port);
        if (backend->ring.sring != NULL) {
            serve_ring(backend);
        }
    }
}

int main(int count, char **words)
{
    struct backend backend = {0};
    if (count != 5) {
        (void)fprintf(stderr, "usage: backend DOMID VBD IMAGE MANNERS\n");
        return EXIT_FAILURE;
    }
    backend.domain = (uint32_t)strtoul(words[1], NULL, 10);
    backend.vbd = (uint32_t)strtoul(words[2], NULL, 10);
    backend.image = open(words[3], O_RDONLY);
    backend.manners = words[4];
    backend.store = xs_open(0);
    backend.grants = xengnttab_open(NULL, 0);
    backend.events = xenevtchn_open(NULL, 0);
    if (backend.image < 0 || backend.store == NULL || backend.grants == NULL ||
        backend.events == NULL) {
        give_up("backend");
    }
    announce(&backend);
    if (fork() > 0) {
        return EXIT_SUCCESS; /* the keys are there: the domain can run */
    }
    long last = XenbusStateInitialising, state;
    while ((state = read_key(&backend, backend.front, "state")) >=
           0) { /* until the domain is gone */
        bool waits = has(&backend, "lazy") && state == XenbusStateClosing && is_held(&backend);
        if (state != last && !waits) {
            follow(&backend, state);
            last = state;
        }
        if (backend.held_count > 0 && !is_held(&backend)) {
            release_held(&backend);
        }
        serve_events(&backend);
    }
    return EXIT_SUCCESS;
}
