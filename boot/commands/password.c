/* SPDX-License-Identifier: BSD-2-Clause */
/* password, password_pbkdf2, authenticate: the users of a grub.cfg. */
#include <string.h>

#include "boot/commands/context.h"
#include "boot/grub/grub.h"
#include "lib/error.h"

/* `password USER PASSWORD`, `password_pbkdf2 USER HASH` */
int script_password(struct context *context, const struct script_call *call)
{
    bool hashed = strcmp(call->words[0], "password_pbkdf2") == 0;
    if (call->count != 3) {
        return context_fail(context, ERR_INVALID, "expected a user's name and a password");
    }
    return grub_add_user((struct grub *)call->script->host, call->words[1], call->words[2], hashed);
}

/* `authenticate [USERS]`: only these, and superusers, get past it. */
int script_authenticate(struct context *context, const struct script_call *call)
{
    return context->user == NULL /* nothing is booted, only tried */
               ? 0
               : grub_authorize((struct grub *)call->script->host, context,
                                call->count > 1 ? call->words[1] : NULL, "authenticate");
}
