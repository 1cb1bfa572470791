/* SPDX-License-Identifier: BSD-2-Clause */
/* Arrays of Linux's md: where layouts put things, what is worked out, and damaged superblocks. */
#include "fs/volume/copies.h"
#include "fs/volume/leg.h"
#include "fs/volume/parity.h"
#include "lib/galois.h"
#include "tests/unit/fake_disk.h"
#include "tests/unit/label_maker.h"
#include "tests/unit/md_maker.h"

/* ---- arithmetic ----------------------------------------------------------------------------- */

/* Shift and subtract, as at school. */
static unsigned multiply(unsigned one, unsigned other)
{
    unsigned product = 0;
    for (unsigned bit = 0; bit < 8; bit++) {
        product ^= (other >> bit & 1) != 0 ? one << bit : 0;
    }
    for (unsigned bit = 14; bit >= 8; bit--) {
        product ^= (product >> bit & 1) != 0 ? 0x11DU << (bit - 8) : 0;
    }
    return product;
}

static void field(void **state)
{
    (void)state;
    for (unsigned one = 0; one < 256; one++) {
        for (unsigned other = 0; other < 256; other++) {
            assert_int_equal(galois_multiply((uint8_t)one, (uint8_t)other), multiply(one, other));
        }
        if (one > 0) {
            assert_int_equal(multiply(one, galois_inverse((uint8_t)one)), 1);
        }
    }
    for (unsigned power = 0, element = 1; power < 255; power++) {
        assert_int_equal(galois_power(power), element);
        element = multiply(element, 2);
        assert_true(power == 254 ? element == 1 : element != 1);
    }
}

/* One word is a stripe of 4 or 5 legs: data by their numbers in the stripe. */
static const struct {
    unsigned parities, algorithm;
    const char *stripes;
} layouts[] = {
    {1, PARITY_LEFT_ASYMMETRIC, "012P 01P2 0P12 P012"},
    {1, PARITY_RIGHT_ASYMMETRIC, "P012 0P12 01P2 012P"},
    {1, PARITY_LEFT_SYMMETRIC, "012P 12P0 2P01 P012"},
    {1, PARITY_RIGHT_SYMMETRIC, "P012 2P01 12P0 012P"},
    {1, PARITY_FIRST, "P012 P012 P012 P012"},
    {1, PARITY_LAST, "012P 012P 012P 012P"},
    {2, PARITY_LEFT_ASYMMETRIC, "Q012P 012PQ 01PQ2 0PQ12 PQ012"},
    {2, PARITY_RIGHT_ASYMMETRIC, "PQ012 0PQ12 01PQ2 012PQ Q012P"},
    {2, PARITY_LEFT_SYMMETRIC, "Q012P 012PQ 12PQ0 2PQ01 PQ012"},
    {2, PARITY_RIGHT_SYMMETRIC, "PQ012 2PQ01 12PQ0 012PQ Q012P"},
    {2, PARITY_FIRST, "PQ012 PQ012 PQ012 PQ012 PQ012"},
    {2, PARITY_LAST, "012PQ 012PQ 012PQ 012PQ 012PQ"},
    {2, PARITY_ROTATING_ZERO_RESTART, "PQ012 0PQ12 01PQ2 012PQ Q012P"},
    {2, PARITY_ROTATING_N_RESTART, "012PQ 01PQ2 0PQ12 PQ012 Q012P"},
    {2, PARITY_ROTATING_N_CONTINUE, "012QP 12QP0 2QP01 QP012 P012Q"},
    {2, PARITY_WITH_LAST_Q + PARITY_LEFT_ASYMMETRIC, "012PQ 01P2Q 0P12Q P012Q 012PQ"},
    {2, PARITY_WITH_LAST_Q + PARITY_RIGHT_ASYMMETRIC, "P012Q 0P12Q 01P2Q 012PQ P012Q"},
    {2, PARITY_WITH_LAST_Q + PARITY_LEFT_SYMMETRIC, "012PQ 12P0Q 2P01Q P012Q 012PQ"},
    {2, PARITY_WITH_LAST_Q + PARITY_RIGHT_SYMMETRIC, "P012Q 2P01Q 12P0Q 012PQ P012Q"},
    {2, PARITY_WITH_LAST_Q + PARITY_FIRST, "P012Q P012Q P012Q P012Q P012Q"},
    {2, PARITY_WITH_LAST_Q + PARITY_LAST, "012PQ 012PQ 012PQ 012PQ 012PQ"},
};

static void parity_layouts(void **state)
{
    (void)state;
    enum { CHUNK = 4096 };
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        struct parity_layout layout = {.columns = 3 + layouts[i].parities,
                                       .parities = layouts[i].parities,
                                       .algorithm = layouts[i].algorithm,
                                       .chunk = CHUNK};
        assert_true(parity_layout_valid(&layout));
        for (unsigned number = 0; number < 3 * layout.columns; number++) {
            struct parity_place place = parity_find(&layout, (uint64_t)number * CHUNK + 7);
            const char *stripe = layouts[i].stripes + (size_t)(number / 3) * (layout.columns + 1);
            assert_int_equal(stripe[place.column], '0' + (int)number % 3);
            assert_int_equal(stripe[place.p], 'P');
            assert_true(layout.parities == 1 || stripe[place.q] == 'Q');
            assert_int_equal(place.offset, number / 3 * CHUNK + 7);
        }
    }
}

static void layouts_that_cannot_be(void **state)
{
    (void)state;
    static const struct parity_layout table[] = {
        {.columns = 4, .parities = 1, .algorithm = 6, .chunk = 4096},
        {.columns = 4, .parities = 1, .algorithm = PARITY_ROTATING_N_RESTART, .chunk = 4096},
        {.columns = 4, .parities = 2, .algorithm = 22, .chunk = 4096},
        {.columns = 4, .parities = 2, .algorithm = UINT32_MAX, .chunk = 4096},
        {.columns = 2, .parities = 2, .algorithm = 0, .chunk = 4096},
        {.columns = 256, .parities = 2, .algorithm = 0, .chunk = 4096},
        {.columns = 4, .parities = 2, .algorithm = 0, .chunk = 0},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_false(parity_layout_valid(&table[i]));
    }
    static const uint32_t numbers[] = {0, 0x101 << 8, 1, 0x100, 0x505, 0x60101, 0x80102, 0x20101};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct copies_layout layout;
        uint64_t size;
        bool valid = copies_layout_parse(&layout, numbers[i], 4, 4096, 1 << 20, &size);
        assert_int_equal(valid, numbers[i] == 0x20101);
    }
}

/* ---- disks that fail here and there ----------------------------------------------------------- */

enum { LEGS = 5, LEG_SIZE = 65536, CHUNK = 16384 };

static uint8_t contents[LEGS][LEG_SIZE], wanted[LEGS * LEG_SIZE];
static uint8_t buffer[LEGS * LEG_SIZE] __attribute__((aligned(4096)));

struct fixture {
    struct fake_disk fakes[LEGS];
    struct disk_source disks[LEGS];
    struct leg legs[LEGS];
    struct parity parity;
    struct arena arena;
    struct capture capture;
};

/* RAID 6, left symmetric: data anywhere, parities after them. */
static void open_fixture(struct fixture *fixture)
{
    struct parity_layout layout = {
        .columns = LEGS, .parities = 2, .algorithm = PARITY_LEFT_SYMMETRIC, .chunk = CHUNK};
    uint64_t size = (LEGS - 2) * LEG_SIZE;
    unsigned seed = 3;
    memset(contents, 0, sizeof contents);
    memset(fixture, 0, sizeof *fixture);
    for (uint64_t i = 0; i < size; i++) {
        struct parity_place place = parity_find(&layout, i);
        wanted[i] = (uint8_t)rand_r(&seed);
        contents[place.column][place.offset] = wanted[i];
        contents[place.p][place.offset] ^= wanted[i];
        unsigned data = (unsigned)(i / CHUNK % (LEGS - 2));
        contents[place.q][place.offset] ^= (uint8_t)multiply(wanted[i], 1U << data);
    }
    capture_open(&fixture->capture);
    testing_arena(&fixture->arena, 2 << 20);
    for (size_t i = 0; i < LEGS; i++) {
        fake_open(&fixture->fakes[i], contents[i], LEG_SIZE, 512);
        disk_source_open(&fixture->disks[i], &fixture->fakes[i].disk, &fixture->capture.log);
        fixture->legs[i].below = &fixture->disks[i].source;
    }
    fixture->parity.source =
        (struct source){.name = "md/x", .size = size, .log = &fixture->capture.log};
    assert_int_equal(parity_open(&fixture->parity, &layout, fixture->legs, &fixture->arena), 0);
}

static int read_all(struct fixture *fixture)
{
    uint64_t size = fixture->parity.source.size;
    memset(buffer, 0, sizeof buffer);
    int error = source_read(&fixture->parity.source, 0, buffer, size);
    assert_true(error != 0 || memcmp(buffer, wanted, size) == 0);
    return error;
}

/* One leg is missing and another one has a bad sector, wherever it is; a third one is too much. */
static void missing_and_unreadable(void **state)
{
    (void)state;
    for (unsigned missing = 0; missing < LEGS; missing++) {
        struct fixture fixture;
        open_fixture(&fixture);
        fixture.legs[missing].below = NULL;
        assert_int_equal(read_all(&fixture), 0);
        assert_string_equal(fixture.capture.lines, "");
        fixture.fakes[(missing + 1) % LEGS].bad_offset = 20000;
        assert_int_equal(read_all(&fixture), 0);
        if (missing != 3) { /* these two are the stripe's parities */
            expect_logged(&fixture.capture, "bad", "cannot read hd0 (fake) at sector");
        }
        fixture.fakes[(missing + 2) % LEGS].bad_offset = 20001;
        assert_int_equal(read_all(&fixture), ERR_IO);
        assert_int_equal(source_read(&fixture.parity.source, 0, buffer, CHUNK), 0);
        testing_arena_close(&fixture.arena);
    }
}

/* ---- damaged superblocks ---------------------------------------------------------------------- */

static const struct md_maker arrays[] = {
    {4096, 8192, 131072, 0, 0, 4096, 4},      {4096, 8192, 131072, 1, 0, 0, 4},
    {4096, 8192, 131072, 5, 2, 4096, 4},      {4096, 8192, 131072, 6, 2, 4096, 4},
    {4096, 8192, 131072, 10, 258, 4096, 4},   {4096, 8192, 131072, 10, 513, 4096, 4},
    {4096, 8192, 131072, 10, 66049, 4096, 4}, {4096, 8192, 131072, -1, 0, 4096, 4},
};

static void make_members(const struct md_maker *md)
{
    struct label_maker label = open_label(disk + 512, false);
    for (unsigned i = 0; i < md->disks; i++) {
        put_part(&label, (char)('a' + i), 7, 16 + 300 * i, 300);
        md_put(disk + (size_t)(16 + 300 * i) * 512, md, i);
    }
    seal_label(&label, 8);
}

/* Checksums are set right, so that what they cover is read; whatever is found lies on the disk. */
static void damaged_superblocks(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (unsigned round = 0; round < 1600; round++) {
        const struct md_maker *md = &arrays[round % (sizeof arrays / sizeof arrays[0])];
        (void)clear(NULL);
        make_members(md);
        size_t super = (size_t)(16 + 300 * (round / 8 % 4)) * 512 + md->place;
        damage(super + 8, 260, &seed);
        md_seal(disk + super);
        expect_all_within(512);
    }
}

static void whole_arrays(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
        struct found found;
        (void)clear(NULL);
        make_members(&arrays[i]);
        find(&found, 512);
        assert_non_null(named(&found, "(md/x)"));
        close_found(&found, "", 5);
        expect_all_within(512);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(field),
        cmocka_unit_test(parity_layouts),
        cmocka_unit_test(layouts_that_cannot_be),
        cmocka_unit_test(missing_and_unreadable),
        cmocka_unit_test(whole_arrays),
        cmocka_unit_test(damaged_superblocks),
    };
    return cmocka_run_group_tests_name("md", tests, NULL, NULL);
}
