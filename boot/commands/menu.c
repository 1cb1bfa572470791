/* SPDX-License-Identifier: BSD-2-Clause */
/* menu, prompt, configfile, password, lock, savedefault: what concerns the menu. */
#include "menu/view/menu.h"

#include <string.h>

#include "boot/commands/context.h"
#include "boot/passwords.h"
#include "boot/saved.h"
#include "boot/user.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "menu/grammar/lines.h"

int run_menu_again(struct context *context, const char *arguments)
{
    (void)context;
    (void)arguments;
    return COMMAND_MENU;
}

int run_prompt(struct context *context, const char *arguments)
{
    (void)context;
    (void)arguments;
    return COMMAND_PROMPT;
}

int run_configfile(struct context *context, const char *arguments)
{
    if (arguments[0] == '\0') {
        return context_fail(context, ERR_INVALID, "which file?");
    }
    context->next_config = arguments;
    return COMMAND_CONFIG;
}

/* ---- passwords ------------------------------------------------------------------------------ */

static int ask(struct context *context, const struct password *password)
{
    char answer[PASSWORD_SIZE];
    struct user *user = context->user;
    if (user == NULL) {
        return 0; /* nothing is booted, only tried */
    }
    int error = user->ask(user, "Password: ", answer, sizeof answer);
    if (error == ERR_NOT_FOUND) {
        return context_fail(context, ERR_DENIED, "the entry needs a password, and nobody is there");
    }
    error =
        error != 0 ? error : password_check(password->text, answer, context->arena, context->log);
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

/* ---- the default of the next time ----------------------------------------------------------- */

/* The entry that is tried when this one fails, or this one itself. */
static size_t next_fallback(const struct config *config, size_t number)
{
    size_t next = 0;
    for (size_t i = 0; i < config->fallback_count; i++) {
        next = config->fallbacks[i] == number ? i + 1 : next;
    }
    return next < config->fallback_count ? config->fallbacks[next] : number;
}

int run_savedefault(struct context *context, const char *arguments)
{
    const struct config *config = context->config;
    if (config == NULL || context->entry == NULL) {
        return context_fail(context, ERR_INVALID, "there is no menu");
    }
    int number = (int)context->entry->number;
    if (strcmp(arguments, "fallback") == 0) {
        number = (int)next_fallback(config, context->entry->number);
    } else if (arguments[0] != '\0' && !parse_decimal(arguments, &number)) {
        return context_fail(context, ERR_INVALID, "the number of an entry, or \"fallback\"?");
    }
    /* A boot does not fail because its number could not be kept: why is in the log. */
    (void)saved_write(context->devices, config->name, number, context->arena, context->log);
    return 0;
}
