/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests to a xenstore that answers late, in pieces, or nonsense. */
#include "pvops/xen/xenstore_wire.h"
#include "tests/unit/testing.h"

enum { ROOM = 8192 };

/*
 * The store's side: what has come from us, and what it has sent. A wait is in vain, unless the store
 * has `more` to do then.
 */
struct store {
    struct xenstore_stream stream; /* first: a stream is a struct store */
    char requests[ROOM], answers[ROOM];
    size_t requested, room; /* bytes of requests, and how many there may be */
    size_t answered, taken; /* bytes of answers, and how many we have taken */
    size_t piece;           /* bytes of answers that one wait brings; 0: all are there */
    size_t visible;         /* bytes of answers that have come so far */
    unsigned waits;
};

static size_t fake_put(struct xenstore_stream *stream, const void *bytes, size_t length)
{
    struct store *store = (struct store *)stream;
    size_t room = store->room - store->requested;
    size_t count = length < room ? length : room;
    memcpy(store->requests + store->requested, bytes, count);
    store->requested += count;
    return count;
}

static size_t fake_take(struct xenstore_stream *stream, void *bytes, size_t length)
{
    struct store *store = (struct store *)stream;
    size_t there = (store->piece == 0 ? store->answered : store->visible) - store->taken;
    size_t count = length < there ? length : there;
    memcpy(bytes, store->answers + store->taken, count);
    store->taken += count;
    return count;
}

/* Time passes here alone: a wait to a deadline of 0 is in vain. */
static bool fake_wait(struct xenstore_stream *stream, uint64_t deadline)
{
    struct store *store = (struct store *)stream;
    store->waits++;
    if (deadline == 0 || store->piece == 0 || store->visible == store->answered) {
        return false;
    }
    size_t left = store->answered - store->visible;
    store->visible += left < store->piece ? left : store->piece;
    return true;
}

static struct store store;
static struct xenstore_wire wire;

static int open_wire(void **state)
{
    (void)state;
    store = (struct store){.stream = {.put = fake_put, .take = fake_take, .wait = fake_wait},
                           .room = ROOM};
    wire = (struct xenstore_wire){.stream = &store.stream};
    return 0;
}

enum { LATER = 1 }; /* a deadline */

static uint32_t post(const char *path)
{
    uint32_t number;
    assert_int_equal(xenstore_wire_post(&wire, XS_READ, path, NULL, LATER, &number), 0);
    return number;
}

static void answer_as(uint32_t type, uint32_t number, const char *body)
{
    struct xsd_sockmsg header = {.type = type, .req_id = number, .len = (uint32_t)strlen(body)};
    memcpy(store.answers + store.answered, &header, sizeof header);
    memcpy(store.answers + store.answered + sizeof header, body, strlen(body));
    store.answered += sizeof header + strlen(body);
}

static void answer(uint32_t number, const char *body)
{
    answer_as(XS_READ, number, body);
}

static void expect_answer(uint32_t number, const char *body)
{
    assert_int_equal(xenstore_wire_await(&wire, number, LATER), (int)strlen(body));
    assert_string_equal(wire.answer.body, body);
}

/* What the store has received: one request after the other, whole. */
static void expect_requests(const char *const *paths, size_t count)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        struct xsd_sockmsg header;
        memcpy(&header, store.requests + at, sizeof header);
        assert_int_equal(header.req_id, i + 1);
        assert_int_equal(header.len, strlen(paths[i]) + 1);
        assert_string_equal(store.requests + at + sizeof header, paths[i]);
        at += sizeof header + header.len;
    }
    assert_int_equal(at, store.requested);
}

static void test_question_and_answer(void **state)
{
    (void)state;
    uint32_t number = post("name");
    expect_requests((const char *const[]){"name"}, 1);
    answer(number, "guest");
    expect_answer(number, "guest");
    assert_false(xenstore_wire_is_late(&wire));
}

static void test_errors_have_names(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int error;
    } errors[] = {{"ENOENT", ERR_NOT_FOUND},
                  {"EACCES", ERR_DENIED},
                  {"E2BIG", ERR_TOO_LARGE},
                  {"EIO", ERR_IO}};
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        uint32_t number = post("name");
        answer_as(XS_ERROR, number, errors[i].name);
        assert_int_equal(xenstore_wire_await(&wire, number, LATER), errors[i].error);
    }
}

static void test_late_answer_is_skipped(void **state)
{
    (void)state;
    uint32_t first = post("first");
    assert_int_equal(xenstore_wire_await(&wire, first, LATER), ERR_TIMEOUT);
    assert_true(xenstore_wire_is_late(&wire));
    uint32_t second = post("second");
    answer(first, "late");
    answer(second, "in time");
    expect_answer(second, "in time");
    assert_false(xenstore_wire_is_late(&wire));
}

/* Cut off after each of its bytes, header and body. */
static void test_answer_that_is_cut_off_is_gone_on_with(void **state)
{
    for (size_t cut = 1; cut < sizeof(struct xsd_sockmsg) + 4; cut++) {
        (void)open_wire(state);
        uint32_t first = post("first");
        answer(first, "late");
        size_t whole = store.answered;
        store.answered = cut;
        assert_int_equal(xenstore_wire_await(&wire, first, LATER), ERR_TIMEOUT);
        store.answered = whole;
        uint32_t second = post("second");
        answer(second, "in time");
        expect_answer(second, "in time");
    }
}

static void test_answer_comes_in_pieces(void **state)
{
    (void)state;
    store.piece = 3;
    uint32_t number = post("name");
    answer(number, "a value of some length");
    expect_answer(number, "a value of some length");
    assert_true(store.waits > 10);
}

/* Without room for it a request is cut off; its rest is sent before the next one. */
static void test_request_that_is_cut_off_is_gone_on_with(void **state)
{
    size_t size = sizeof(struct xsd_sockmsg) + sizeof "first";
    for (size_t cut = 0; cut < size; cut++) {
        (void)open_wire(state);
        uint32_t number;
        store.room = cut;
        assert_int_equal(xenstore_wire_post(&wire, XS_READ, "first", NULL, LATER, &number),
                         ERR_TIMEOUT);
        assert_int_equal(xenstore_wire_post(&wire, XS_READ, "lost", NULL, LATER, &number),
                         ERR_TIMEOUT);
        assert_true(xenstore_wire_is_late(&wire));
        store.room = ROOM;
        uint32_t second = post("second");
        expect_requests((const char *const[]){"first", "second"}, 2);
        answer(1, "late");
        answer(second, "in time");
        expect_answer(second, "in time");
    }
}

static void test_flush_waits_for_all(void **state)
{
    (void)state;
    uint32_t first = post("first"), second = post("second");
    answer(first, "one");
    assert_int_equal(xenstore_wire_flush(&wire, LATER), ERR_TIMEOUT);
    answer(second, "two");
    assert_int_equal(xenstore_wire_flush(&wire, LATER), 0);
    assert_int_equal(store.taken, store.answered);
    assert_false(xenstore_wire_is_late(&wire));
}

/* Who only looks whether it is late receives what has come, and does not wait for more. */
static void test_late_store_is_not_waited_for(void **state)
{
    (void)state;
    uint32_t number = post("name");
    assert_int_equal(xenstore_wire_await(&wire, number, LATER), ERR_TIMEOUT);
    store.piece = 1;
    answer(number, "late");
    assert_true(xenstore_wire_is_late(&wire));
    assert_int_equal(store.taken, 0);
    store.visible = store.answered;
    assert_false(xenstore_wire_is_late(&wire));
    assert_int_equal(store.taken, store.answered);
}

/* Somebody's who was here before us, or an event that nobody has asked for. */
static void test_messages_to_others_are_skipped(void **state)
{
    (void)state;
    uint32_t number = post("name");
    answer(number + 7, "whose?");
    answer_as(XS_WATCH_EVENT, number, "path");
    answer(0, "whose?");
    answer(number, "guest");
    expect_answer(number, "guest");
}

static void test_message_that_cannot_be_ends_it(void **state)
{
    (void)state;
    uint32_t number = post("name");
    struct xsd_sockmsg header = {
        .type = XS_READ, .req_id = number, .len = XENSTORE_PAYLOAD_MAX + 1};
    memcpy(store.answers, &header, sizeof header);
    store.answered = sizeof header;
    assert_int_equal(xenstore_wire_await(&wire, number, LATER), ERR_IO);
    assert_int_equal(xenstore_wire_post(&wire, XS_READ, "name", NULL, LATER, &number), ERR_IO);
    assert_int_equal(xenstore_wire_flush(&wire, LATER), ERR_IO);
}

static void test_request_that_is_too_large_is_not_sent(void **state)
{
    (void)state;
    char value[XENSTORE_PAYLOAD_MAX];
    uint32_t number;
    memset(value, 'x', sizeof value);
    value[sizeof value - 1] = '\0';
    assert_int_equal(xenstore_wire_post(&wire, XS_WRITE, "p", value, LATER, &number),
                     ERR_TOO_LARGE);
    assert_int_equal(store.requested, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_question_and_answer, open_wire),
        cmocka_unit_test_setup(test_errors_have_names, open_wire),
        cmocka_unit_test_setup(test_late_answer_is_skipped, open_wire),
        cmocka_unit_test_setup(test_answer_that_is_cut_off_is_gone_on_with, open_wire),
        cmocka_unit_test_setup(test_answer_comes_in_pieces, open_wire),
        cmocka_unit_test_setup(test_request_that_is_cut_off_is_gone_on_with, open_wire),
        cmocka_unit_test_setup(test_flush_waits_for_all, open_wire),
        cmocka_unit_test_setup(test_late_store_is_not_waited_for, open_wire),
        cmocka_unit_test_setup(test_messages_to_others_are_skipped, open_wire),
        cmocka_unit_test_setup(test_message_that_cannot_be_ends_it, open_wire),
        cmocka_unit_test_setup(test_request_that_is_too_large_is_not_sent, open_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
