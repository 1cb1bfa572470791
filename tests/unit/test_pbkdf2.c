/* SPDX-License-Identifier: BSD-2-Clause */
/* Passwords' hashes, as grub-mkpasswd-pbkdf2 makes them; and one of RFC 6070's kind. */
#include "boot/pbkdf2.h"
#include "tests/unit/testing.h"

static struct capture capture;

static int check(const char *hash, const char *answer)
{
    capture_open(&capture);
    return pbkdf2_check(hash, answer, &capture.log);
}

/* PBKDF2-HMAC-SHA-512 of "password" with the salt "salt". */
#define ONCE                                                                                      \
    "grub.pbkdf2.sha512.1.73616C74."                                                              \
    "867F70CF1ADE02CFF3752599A3A53DC4AF34C7A669815AE5D513554E1C8CF252C02D470A285A0501BAD999BFE94" \
    "3C08F050235D7D68B1DA55E63F73B60A57FCE"

static void the_right_password(void **state)
{
    (void)state;
    assert_int_equal(check(ONCE, "password"), 0);
    assert_int_equal(check(ONCE, "Password"), ERR_DENIED);
    assert_int_equal(check(ONCE, ""), ERR_DENIED);
    assert_string_equal(capture.lines, "");
}

/* The same as grub-mkpasswd-pbkdf2 -c 1000 -s 8 -l 100 has made: more than one block. */
static void as_grub_makes_them(void **state)
{
    (void)state;
    FILE *program = popen("printf 'pass w\xC3\xB6rd\\npass w\xC3\xB6rd\\n' | grub-mkpasswd-pbkdf2 "
                          "-c 1000 -s 8 -l 100",
                          "r");
    char output[1000] = "";
    assert_non_null(program);
    assert_true(fread(output, 1, sizeof output - 1, program) > 0);
    pclose(program);
    char *hash = strstr(output, "grub.pbkdf2");
    assert_non_null(hash);
    hash[strcspn(hash, "\n")] = '\0';
    assert_int_equal(check(hash, "pass w\xC3\xB6rd"), 0);
    assert_int_equal(check(hash, "pass word"), ERR_DENIED);
}

static void what_is_no_hash_is_said(void **state)
{
    (void)state;
    static const char *const hashes[] = {
        "",
        "secret",
        "grub.pbkdf2.sha256.1.00.00",
        "grub.pbkdf2.sha512.",
        "grub.pbkdf2.sha512.0.00.00",
        "grub.pbkdf2.sha512.1000001.00.00",
        "grub.pbkdf2.sha512.99999999999999999999.00.00",
        "grub.pbkdf2.sha512.1.0.00",
        "grub.pbkdf2.sha512.1.00",
        "grub.pbkdf2.sha512.1.00.",
        "grub.pbkdf2.sha512.1.00.0",
        "grub.pbkdf2.sha512.1.00.0g",
        "grub.pbkdf2.sha512.1.00.00.",
    };
    for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
        assert_int_equal(check(hashes[i], "x"), ERR_UNSUPPORTED);
        expect_logged(&capture, hashes[i], "the password's hash \"");
    }
}

static void long_ones_are_refused(void **state)
{
    (void)state;
    char hash[1200] = "grub.pbkdf2.sha512.1.";
    memset(hash + strlen(hash), 'a', 514);
    strcat(hash, ".00");
    assert_int_equal(check(hash, "x"), ERR_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_password),
        cmocka_unit_test(as_grub_makes_them),
        cmocka_unit_test(what_is_no_hash_is_said),
        cmocka_unit_test(long_ones_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
