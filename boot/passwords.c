/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/passwords.h"

#include <stdbool.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

/*
 * libxcrypt's: hashes `phrase` as `setting` says, into `data` of CRYPT_DATA_SIZE bytes; NULL when
 * it cannot. Its header is not to be had beside that of another C library; the loader has a function
 * of this name in libc/crypt.c.
 */
char *crypt_rn(const char *phrase, const char *setting, void *data, int size);

enum { CRYPT_DATA_SIZE = 32768 };

static bool is_known_kind(const char *hash)
{
    static const char *const kinds[] = {"$1$", "$5$", "$6$"}; /* MD5, SHA-256, SHA-512 */
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strncmp(hash, kinds[i], strlen(kinds[i])) == 0) {
            return true;
        }
    }
    return false;
}

static int check_hash(const char *hash, const char *answer, struct arena *arena)
{
    void *data = arena_alloc(arena, CRYPT_DATA_SIZE);
    if (data == NULL) {
        return ERR_NO_MEMORY;
    }
    const char *made = crypt_rn(answer, hash, data, CRYPT_DATA_SIZE);
    return made != NULL && strcmp(made, hash) == 0 ? 0 : ERR_DENIED;
}

int password_check(const char *password, const char *answer, struct arena *arena, struct log *log)
{
    if (password[0] != '$') {
        return strcmp(password, answer) == 0 ? 0 : ERR_DENIED;
    }
    if (!is_known_kind(password)) {
        return fail(log, ERR_UNSUPPORTED,
                    "the password's hash \"%.3s...\" is of none of the kinds that are known: $1$, "
                    "$5$, $6$",
                    password);
    }
    size_t mark = arena_mark(arena);
    int error = check_hash(password, answer, arena);
    arena_release(arena, mark);
    return error;
}
