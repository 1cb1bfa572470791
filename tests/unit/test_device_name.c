/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of partitions in tables of every kind; tests/unit/test_boot.c has those of disks. */
#include <stdbool.h>

#include "boot/device_name.h"
#include "boot/devices.h"
#include "fs/volume/assemble.h"
#include "fs/volume/member.h"
#include "tests/unit/fake_disk.h"

enum { DISKS = 5, PLACES = 20 };

/*
 * hd0: no table; hd1: MBR with a slice that has a disklabel with a and e; hd2: GPT, of which the
 * entries 0 ("root") and 2 are used; hd3: MBR with primaries 0 and 1 and two logical ones; hd4: a
 * label with a component of the mirror raid3 in e, and in that a label with a.
 */
struct fixture {
    struct disk disks[DISKS];
    struct partition partitions[PLACES];
    char names[PLACES][16];
    struct place places[PLACES];
    struct devices devices;
    struct source raid3;
    struct logical_disk mirror;
    struct member member;
};

static struct partition *add(struct fixture *fixture, unsigned disk, const char *name,
                             struct partition *parent, struct partition what)
{
    size_t index = fixture->devices.count++;
    struct partition *partition = &fixture->partitions[index];
    *partition = what;
    (void)snprintf(fixture->names[index], sizeof fixture->names[index], "%s", name);
    partition->slice.source.name = fixture->names[index];
    partition->parent = parent;
    partition->table = partition->table != NULL ? partition->table : "";
    fixture->places[index] = (struct place){.partition = partition, .disk = &fixture->disks[disk]};
    return partition;
}

static void fill(struct fixture *fixture)
{
    struct partition *disks[DISKS];
    *fixture = (struct fixture){.devices = {.places = fixture->places}};
    for (unsigned i = 0; i < DISKS; i++) {
        char name[16];
        fixture->disks[i].number = i;
        fixture->disks[i].kind = i == 3 ? DISK_CDROM : DISK_HARD;
        (void)snprintf(fixture->disks[i].name, sizeof fixture->disks[i].name, "hd%u", i);
        (void)snprintf(fixture->disks[i].device, sizeof fixture->disks[i].device, "xvd%c",
                       'a' + (int)i);
        (void)snprintf(name, sizeof name, "(hd%u)", i);
        disks[i] = add(fixture, i, name, NULL, (struct partition){.table = i > 0 ? "one" : ""});
    }
    struct partition *slice = add(fixture, 1, "(hd1,0)", disks[1],
                                  (struct partition){.kind = PARTITION_MBR, .table = "label"});
    add(fixture, 1, "(hd1,0,a)", slice, (struct partition){.kind = PARTITION_BSD});
    add(fixture, 1, "(hd1,0,e)", slice, (struct partition){.kind = PARTITION_BSD, .index = 4});
    add(fixture, 2, "(hd2,0)", disks[2],
        (struct partition){.kind = PARTITION_GPT, .label = "root"});
    add(fixture, 2, "(hd2,2)", disks[2],
        (struct partition){.kind = PARTITION_GPT, .index = 2, .order = 1});
    for (unsigned i = 0; i < 4; i++) {
        static const char *const names[] = {"(hd3,0)", "(hd3,1)", "(hd3,4)", "(hd3,5)"};
        add(fixture, 3, names[i], disks[3],
            (struct partition){.kind = PARTITION_MBR, .index = i < 2 ? i : i + 2});
    }
    fixture->raid3.name = "raid3";
    fixture->mirror =
        (struct logical_disk){.number = 3, .is_raidframe = true, .contents = &fixture->raid3};
    fixture->member = (struct member){.disk = &fixture->mirror};
    add(fixture, 4, "(hd4,e)", disks[4],
        (struct partition){.kind = PARTITION_BSD, .index = 4, .member = &fixture->member});
    struct partition *mirror =
        add(fixture, 0, "(raid3)", NULL, (struct partition){.table = "label"});
    add(fixture, 0, "(raid3,a)", mirror, (struct partition){.kind = PARTITION_BSD});
    for (size_t i = fixture->devices.count - 2; i < fixture->devices.count; i++) {
        fixture->places[i].disk = NULL;
        fixture->places[i].logical = &fixture->mirror;
    }
}

static const struct {
    const char *name, *found; /* NULL: there is none */
} named[] = {
    {"(hd1,0)", "(hd1,0)"},
    {"(hd1,0,a)", "(hd1,0,a)"},
    {"(hd1,0,e)", "(hd1,0,e)"},
    {"(hd1,msdos1,bsd5)", "(hd1,0,e)"},
    {"(xvdb,msdos1,netbsd1)", "(hd1,0,a)"},
    {"(hd1,a)", "(hd1,0,a)"},
    {"(hd1,e)", "(hd1,0,e)"},
    {"(hd1,1,e)", NULL},
    {"(hd1,0,b)", NULL},
    {"(hd1,0,A)", NULL},
    {"(hd1,0,0)", NULL},
    {"(hd1,b)", NULL},
    {"(hd1,gpt1)", NULL},
    {"(hd1,,a)", NULL},
    {"(hd1,0,)", NULL},
    {"(hd2,0)", "(hd2,0)"},
    {"(hd2,gpt1)", "(hd2,0)"},
    {"(hd2,gpt3)", "(hd2,2)"},
    {"(hd2,gpt0)", NULL},
    {"(hd2,gpt2)", NULL},
    {"(hd2,a)", NULL},
    {"(hd3,msdos5)", "(hd3,4)"},
    {"(hd3,5)", "(hd3,5)"},
    {"(cd)", "(hd3)"},
    {"(cd,1)", "(hd3,1)"},
    {"(hd4,e)", "(raid3)"},
    {"(hd4,e,a)", "(raid3,a)"},
    {"(xvde,bsd5,bsd1)", "(raid3,a)"},
    {"(raid3)", "(raid3)"},
    {"(raid3,a)", "(raid3,a)"},
    {"(raid3,b)", NULL},
    {"(raid4)", NULL},
    {"(hd4,a)", NULL},
    {"hd0a:", "(hd0)"},
    {"hd:", "(hd0)"},
    {"hd0:", "(hd0)"},
    {"hda:", "(hd0)"},
    {"hd0e:", NULL},
    {"hd1e:", "(hd1,0,e)"},
    {"xbd1e:", "(hd1,0,e)"},
    {"hd1:", "(hd1,0,a)"},
    {"hd1b:", NULL},
    {"hd2a:", "(hd2,0)"},
    {"hd2b:", "(hd2,2)"},
    {"hd2c:", NULL},
    {"hd3b:", "(hd3,1)"},
    {"hd3f:", "(hd3,1)"},
    {"hd3i:", "(hd3,4)"},
    {"hd3j:", "(hd3,5)"},
    {"hd3c:", NULL},
    {"hd4e:", "(raid3)"},
    {"hd4a:", NULL},
    {"raid3a:", "(raid3,a)"},
    {"raid3e:", NULL},
    {"raid0a:", NULL},
    {"NAME=root:", "(hd2,0)"},
    {"NAME=roo:", NULL},
    {"NAME=:", NULL},
    {"hd1e", NULL},
    {"hd99999999999e:", NULL},
    {"hd1ee:", NULL},
    {"cd0a:", NULL},
    {":", NULL},
    {"", NULL},
};

static void names(void **state)
{
    (void)state;
    static struct fixture fixture;
    fill(&fixture);
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        const struct place *place =
            device_name_find(&fixture.devices, named[i].name, strlen(named[i].name));
        const char *found = place != NULL ? place->partition->slice.source.name : "nothing";
        const char *expected = named[i].found != NULL ? named[i].found : "nothing";
        if (strcmp(found, expected) != 0) {
            fail_msg("%s is %s, not %s", named[i].name, found, expected);
        }
    }
}

/* In a grub.cfg numbers count from 1; letters and prefixes mean the same. */
static void numbers_of_grub_2(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"(hd1,1)", "(hd1,0)"},
                                           {"(hd1,1,bsd5)", "(hd1,0,e)"},
                                           {"(hd2,3)", "(hd2,2)"},
                                           {"(hd2,gpt3)", "(hd2,2)"},
                                           {"(hd3,msdos5)", "(hd3,4)"}};
    static struct fixture fixture;
    fill(&fixture);
    fixture.devices.counts_from_one = true;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct place *place =
            device_name_find(&fixture.devices, cases[i][0], strlen(cases[i][0]));
        assert_non_null(place);
        assert_string_equal(place->partition->slice.source.name, cases[i][1]);
    }
    assert_null(device_name_find(&fixture.devices, "(hd1,0)", 7));
}

/* Each place is found by the name that it is given, whatever counts. */
static void names_lead_back(void **state)
{
    (void)state;
    static struct fixture fixture;
    fill(&fixture);
    for (size_t i = 0; i < 2 * fixture.devices.count; i++) {
        struct place *place = &fixture.devices.places[i / 2];
        char name[DEVICE_NAME_SIZE], whole[DEVICE_NAME_SIZE + 2];
        fixture.devices.counts_from_one = i % 2 == 1;
        device_name_of(place, name);
        int length = snprintf(whole, sizeof whole, "(%s)", name);
        const struct place *found = device_name_find(&fixture.devices, whole, (size_t)length);
        bool is_member = place->partition->member != NULL; /* whose name means the array */
        if (found != place && !is_member) {
            fail_msg("%s is not found", whole);
        }
    }
}

static void lengths(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        size_t length;
    } cases[] = {
        {"(hd0,1)/x", 7},    {"(hd0,1", 0},     {"/x", 0},         {"x", 0},
        {"hd0a:/netbsd", 5}, {"hd1:netbsd", 4}, {"NAME=a b:x", 9}, {"NAME=a/b:x", 0},
        {"netbsd:1", 0},     {"/hd0a:x", 0},    {"raid0a:", 7},    {"hd0a", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (device_name_length(cases[i].path) != cases[i].length) {
            fail_msg("%s", cases[i].path);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(numbers_of_grub_2),
        cmocka_unit_test(names_lead_back),
        cmocka_unit_test(lengths),
    };
    return cmocka_run_group_tests_name("device_name", tests, NULL, NULL);
}
