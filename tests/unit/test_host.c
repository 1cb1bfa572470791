/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host and the loader tell each other, through a store in memory. */
#include "boot/host.h"
#include "menu/config.h"
#include "pvops/store.h"
#include "tests/unit/testing.h"

enum { KEYS = 256 };

struct fake_store {
    struct store store; /* first */
    char paths[KEYS][64], values[KEYS][HOST_VALUE_SIZE];
    size_t count;
};

static size_t find(const struct fake_store *fake, const char *path)
{
    size_t i = 0;
    while (i < fake->count && strcmp(fake->paths[i], path) != 0) {
        i++;
    }
    return i;
}

static int fake_read(struct store *store, const char *path, char *value, size_t size)
{
    const struct fake_store *fake = (const struct fake_store *)store;
    size_t i = find(fake, path);
    if (i == fake->count) {
        return ERR_NOT_FOUND;
    }
    return snprintf(value, size, "%s", fake->values[i]);
}

static void fake_write(struct store *store, const char *path, const char *value)
{
    struct fake_store *fake = (struct fake_store *)store;
    size_t i = find(fake, path);
    assert_true(i < KEYS);
    fake->count += i == fake->count ? 1 : 0;
    (void)snprintf(fake->paths[i], sizeof fake->paths[i], "%s", path);
    (void)snprintf(fake->values[i], sizeof fake->values[i], "%s", value);
}

static void fake_remove(struct store *store, const char *path)
{
    struct fake_store *fake = (struct fake_store *)store;
    for (size_t i = 0; i < fake->count; i++) {
        if (strncmp(fake->paths[i], path, strlen(path)) == 0) {
            fake->paths[i][0] = '\0';
        }
    }
}

static void open_store(struct fake_store *fake)
{
    *fake = (struct fake_store){
        .store = {.read = fake_read, .write = fake_write, .remove = fake_remove}};
}

static const char *value(struct fake_store *fake, const char *path)
{
    size_t i = find(fake, path);
    return i == fake->count ? NULL : fake->values[i];
}

static struct entry root, entries[200];

static struct config make_config(size_t count)
{
    root = (struct entry){0};
    for (size_t i = 0; i < count; i++) {
        entries[i] = (struct entry){.title = i == 1 ? "Linux, old" : "Linux"};
        entry_add(&root, &entries[i]);
    }
    return (struct config){
        .name = "menu.lst", .root = &root, .entry_count = entry_number_all(&root)};
}

static void the_host_is_told_and_then_no_more(void **state)
{
    (void)state;
    static struct fake_store fake;
    struct host host;
    struct config config = make_config(150);
    open_store(&fake);
    host_open(&host, &fake.store);
    host_report(&host, "menu", "");
    assert_string_equal(value(&fake, "data/pvboot/state"), "menu");
    host_report(&host, "loading", "Linux, old");
    assert_string_equal(value(&fake, "data/pvboot/state"), "loading Linux, old");
    host_report_entries(&host, &config);
    assert_string_equal(value(&fake, "data/pvboot/entries"), "150");
    assert_string_equal(value(&fake, "data/pvboot/entries/1"), "Linux, old");
    assert_non_null(value(&fake, "data/pvboot/entries/99"));
    assert_null(value(&fake, "data/pvboot/entries/100")); /* the store has limits */
    host_retract(&host);
    assert_null(value(&fake, "data/pvboot/state"));
    assert_null(value(&fake, "data/pvboot/entries/1"));
    host_report_entries(&host, &config); /* the next kernel did not start */
    assert_string_equal(value(&fake, "data/pvboot/entries/1"), "Linux, old");
}

static void another_store_hears_it_all_again(void **state)
{
    (void)state;
    static struct fake_store fake;
    struct host host;
    struct config config = make_config(2);
    open_store(&fake);
    host_open(&host, &fake.store);
    host_report(&host, "menu", "");
    host_report_entries(&host, &config);
    open_store(&fake);
    host_repeat(&host, &config);
    assert_string_equal(value(&fake, "data/pvboot/state"), "menu");
    assert_string_equal(value(&fake, "data/pvboot/entries"), "2");
    assert_string_equal(value(&fake, "data/pvboot/entries/1"), "Linux, old");
}

/* A menu that gives way to another one leaves nothing; the same one is sent once. */
static void entries_are_those_of_the_open_menu(void **state)
{
    (void)state;
    static struct fake_store fake;
    struct host host;
    open_store(&fake);
    host_open(&host, &fake.store);
    struct config config = make_config(5);
    config.name = "first";
    host_report_entries(&host, &config);
    fake_write(&fake.store, "data/pvboot/entries/0", "mark");
    host_report_entries(&host, &config);
    assert_string_equal(value(&fake, "data/pvboot/entries/0"), "mark");
    config = make_config(2);
    config.name = "second";
    host_report_entries(&host, &config);
    assert_string_equal(value(&fake, "data/pvboot/entries"), "2");
    assert_string_equal(value(&fake, "data/pvboot/entries/0"), "Linux");
    assert_null(value(&fake, "data/pvboot/entries/4"));
}

static void what_the_host_says_counts_once(void **state)
{
    (void)state;
    static struct fake_store fake;
    struct host host;
    struct config config = make_config(3);
    size_t entry = 0;
    int timeout = 5;
    open_store(&fake);
    host_open(&host, &fake.store);
    assert_false(host_asks(&host, &config, &entry, &timeout));
    fake_write(&fake.store, "vm-data/pvboot/entry", "Linux, old");
    assert_true(host_asks(&host, &config, &entry, &timeout));
    assert_int_equal(entry, 1);
    assert_int_equal(timeout, 5);
    assert_false(host_asks(&host, &config, &entry, &timeout)); /* it has said so before */
    fake_write(&fake.store, "vm-data/pvboot/entry", "2");
    fake_write(&fake.store, "vm-data/pvboot/timeout", "0");
    assert_true(host_asks(&host, &config, &entry, &timeout));
    assert_int_equal(entry, 2);
    assert_int_equal(timeout, 0);
    fake_write(&fake.store, "vm-data/pvboot/timeout", "-1");
    assert_true(host_asks(&host, &config, &entry, &timeout));
    assert_int_equal(timeout, TIMEOUT_NEVER);
}

static void nonsense_changes_nothing(void **state)
{
    (void)state;
    static const char *const values[] = {"3", "99999999999999999999", "", "-2", "Windows", " 1"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        static struct fake_store fake;
        struct host host;
        struct config config = make_config(3);
        size_t entry = 1;
        int timeout = 5;
        open_store(&fake);
        host_open(&host, &fake.store);
        fake_write(&fake.store, "vm-data/pvboot/entry", values[i]);
        fake_write(&fake.store, "vm-data/pvboot/timeout", i == 0 ? "soon" : values[i]);
        assert_false(host_asks(&host, &config, &entry, &timeout));
        assert_int_equal(entry, 1);
        assert_int_equal(timeout, 5);
    }
}

static void without_a_store_nothing_happens(void **state)
{
    (void)state;
    struct host host;
    struct config config = make_config(3);
    size_t entry = 1;
    int timeout = 5;
    host_open(&host, NULL);
    host_report(&host, "menu", "");
    host_report_entries(&host, &config);
    host_retract(&host);
    assert_false(host_asks(&host, &config, &entry, &timeout));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_host_is_told_and_then_no_more),
        cmocka_unit_test(another_store_hears_it_all_again),
        cmocka_unit_test(entries_are_those_of_the_open_menu),
        cmocka_unit_test(what_the_host_says_counts_once),
        cmocka_unit_test(nonsense_changes_nothing),
        cmocka_unit_test(without_a_store_nothing_happens),
    };
    return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
