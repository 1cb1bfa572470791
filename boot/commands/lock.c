/* SPDX-License-Identifier: BSD-2-Clause */
/* password, lock: what follows is not for everyone. */
#include <string.h>

#include "boot/commands/context.h"
#include "boot/passwords.h"
#include "boot/user.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "menu/view/menu.h"

static int ask(struct context *context, const struct password *password)
{
    char answer[PASSWORD_SIZE];
    struct user *user = context->user;
    if (user == NULL) {
        return 0; /* nothing is booted, only tried */
    }
    int error = user->ask(user, "Password: ", true, answer, sizeof answer);
    if (error == ERR_NOT_FOUND) {
        return context_fail(context, ERR_DENIED, "the entry needs a password, and nobody is there");
    }
    if (error == 0) {
        error = password_check(password->text, answer, context->arena, context->log);
    }
    memset(answer, 0, sizeof answer);
    return error == ERR_DENIED ? context_fail(context, error, "wrong password") : error;
}

int run_password(struct context *context, const char *arguments)
{
    struct password password;
    char *text = arena_copy(context->arena, arguments, strlen(arguments));
    if (text == NULL) {
        return ERR_NO_MEMORY;
    }
    if (!password_parse(&password, text)) {
        return context_fail(context, ERR_INVALID, "which password?");
    }
    int error = ask(context, &password);
    context->next_config = password.file;
    return error == 0 && password.file != NULL ? COMMAND_CONFIG : error;
}

int run_lock(struct context *context, const char *arguments)
{
    (void)arguments;
    if (context->settings->unlocked || context->config == NULL ||
        context->config->password.text == NULL) {
        return 0; /* without a password, everything is open */
    }
    int error = ask(context, &context->config->password);
    context->settings->unlocked = error == 0;
    return error;
}
