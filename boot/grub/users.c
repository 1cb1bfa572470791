/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who may do what ("GNU GRUB manual 2.12", chapter 19.1). Where $superusers is set, only these edit
 * entries and use the command line, and only these and an entry's own users boot it, unless it is
 * unrestricted.
 */
#include <string.h>

#include "boot/commands/context.h"
#include "boot/grub/grub.h"
#include "boot/pbkdf2.h"
#include "boot/user.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/view/menu.h"

struct grub_user {
    const char *name;
    const char *password; /* or its hash */
    bool hashed;          /* by PBKDF2 */
    bool known;           /* has given it */
    struct grub_user *next;
};

/* Names have blanks between them, or one of a few other characters. */
static bool is_listed(const char *list, const char *name)
{
    static const char separators[] = " ,;|&";
    while (list != NULL && *(list += strspn(list, separators)) != '\0') {
        size_t length = strcspn(list, separators);
        if (strlen(name) == length && strncmp(list, name, length) == 0) {
            return true;
        }
        list += length;
    }
    return false;
}

static struct grub_user *find(const struct grub *grub, const char *name)
{
    struct grub_user *user = grub->users;
    while (user != NULL && strcmp(user->name, name) != 0) {
        user = user->next;
    }
    return user;
}

int grub_add_user(struct grub *grub, const char *name, const char *password, bool hashed)
{
    struct arena *arena = grub->arena;
    struct grub_user *user = find(grub, name);
    grub->user_changes++;
    if (user == NULL) {
        user = arena_alloc(arena, sizeof *user);
        if (user == NULL) {
            return ERR_NO_MEMORY;
        }
        user->name = arena_copy(arena, name, strlen(name));
        user->next = grub->users;
        grub->users = user->name != NULL ? user : grub->users;
    }
    user->password = arena_copy(arena, password, strlen(password));
    user->hashed = hashed;
    user->known = false;
    return user->name == NULL || user->password == NULL ? ERR_NO_MEMORY : 0;
}

/* ---- asking --------------------------------------------------------------------------------- */

static int check(const struct grub_user *user, const char *answer, struct context *context)
{
    return user->hashed ? pbkdf2_check(user->password, answer, context->log)
           : strcmp(user->password, answer) == 0 ? 0
                                                 : ERR_DENIED;
}

/* A name that is not known is asked for its password, too: what is wrong is nobody's business. */
static int ask(struct grub *grub, struct context *context, struct grub_user **known)
{
    struct user *person = context->user;
    char name[PASSWORD_SIZE], answer[PASSWORD_SIZE];
    int error = person->ask(person, "User: ", false, name, sizeof name);
    if (error == 0) {
        error = person->ask(person, "Password: ", true, answer, sizeof answer);
    }
    if (error != 0) {
        return error;
    }
    *known = find(grub, name);
    error = *known != NULL ? check(*known, answer, context) : ERR_DENIED;
    memset(answer, 0, sizeof answer);
    if (error == 0) {
        (*known)->known = true;
    }
    return error;
}

/* Is one of those who may be known already? */
static bool is_known(const struct grub *grub, const char *users)
{
    for (const struct grub_user *user = grub->users; user != NULL; user = user->next) {
        if (user->known &&
            (is_listed(grub->superusers, user->name) || is_listed(users, user->name))) {
            return true;
        }
    }
    return false;
}

static int refuse(const struct context *context, int error, const char *what)
{
    switch (error) {
    case ERR_NOT_FOUND:
        return fail(context->log, ERR_DENIED, "%s: it needs a password, and nobody is there", what);
    case ERR_DENIED:
        return fail(context->log, error, "%s: wrong name or password", what);
    default:
        return error;
    }
}

int grub_authorize(struct grub *grub, struct context *context, const char *users, const char *what)
{
    struct grub_user *known;
    if (grub->superusers == NULL || is_known(grub, users)) {
        return 0;
    }
    int error = ask(grub, context, &known);
    if (error != 0) {
        return refuse(context, error, what);
    }
    return is_known(grub, users)
               ? 0
               : fail(context->log, ERR_DENIED, "%s: \"%.60s\" may not do that", what, known->name);
}

int grub_authorize_entry(struct grub *grub, struct context *context, const struct entry *entry)
{
    if (context->user == NULL) {
        return 0; /* nothing is booted, only tried */
    }
    for (; entry->parent != NULL; entry = entry->parent) {
        int error =
            entry->unrestricted ? 0 : grub_authorize(grub, context, entry->users, entry->title);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}
