/* SPDX-License-Identifier: BSD-2-Clause */
/* probe, cpuid: questions that a script asks. */
#include <string.h>

#include "boot/commands/context.h"
#include "boot/device_name.h"
#include "lib/arena.h"
#include "lib/error.h"

/* What `probe` is asked, by the option's letter. */
static const char *answer_to(char letter, const struct place *place, const struct volume *volume)
{
    switch (letter) {
    case 'u':
        return volume != NULL ? volume->uuid : "";
    case 'l':
        return volume != NULL ? volume->label : "";
    case 'f':
        return volume == NULL                               ? ""
               : strncmp(volume->type->name, "ext", 3) == 0 ? "ext2"
                                                            : volume->type->name;
    case 'd':
        return "xen";
    case 'p': {
        const struct partition *device = partition_device(place->partition);
        return strstr(device->table, "GPT") != NULL   ? "gpt"
               : strstr(device->table, "MBR") != NULL ? "msdos"
                                                      : "";
    }
    default:
        return "";
    }
}

/* The letter of an option, or 0. */
static char letter_of(const char *word)
{
    static const char *const names[] = {"--fs-uuid", "--label", "--fs", "--driver", "--partmap"};
    static const char letters[] = "ulfdp";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(word, names[i]) == 0) {
            return letters[i];
        }
    }
    return word[1] != '\0' && word[2] == '\0' && strchr(letters, word[1]) != NULL ? word[1] : '\0';
}

static struct place *find(const struct context *context, const char *word)
{
    bool is_whole = word[0] == '(';
    const char *name = is_whole ? word : arena_format(context->arena, "(%s)", word);
    return name != NULL ? devices_find(context->devices, name, device_name_length(name)) : NULL;
}

/* probe [--set=VAR] --fs-uuid|--label|--fs|--driver|--partmap DEVICE */
int script_probe(struct context *context, const struct script_call *call)
{
    const char *variable = NULL, *device = NULL;
    char letter = '\0';
    for (size_t i = 1; i < call->count; i++) {
        const char *word = call->words[i];
        bool is_set = strcmp(word, "-s") == 0 || strcmp(word, "--set") == 0;
        if (strncmp(word, "--set=", 6) == 0) {
            variable = word + 6;
        } else if (is_set && i + 1 < call->count) {
            variable = call->words[++i];
        } else if (word[0] == '-') {
            letter = letter_of(word);
        } else {
            device = word;
        }
    }
    if (device == NULL || letter == '\0') {
        return context_fail(
            context, ERR_INVALID,
            "expected --fs-uuid, --label, --fs, --driver or --partmap, and a device");
    }
    struct place *place = find(context, device);
    if (place == NULL) {
        return ERR_NOT_FOUND;
    }
    const char *answer = answer_to(letter, place, devices_volume(context->devices, place));
    if (variable != NULL) {
        return variables_set(&call->script->variables, variable, answer);
    }
    (void)context_print(context, "%s", answer);
    return 0;
}

/* cpuid -l: has the processor 64 bits? Other questions have no answer here. */
int script_cpuid(struct context *context, const struct script_call *call)
{
    (void)context;
    bool is_long = call->count == 2 && (strcmp(call->words[1], "-l") == 0 ||
                                        strcmp(call->words[1], "--long-mode") == 0);
    return is_long ? 0 : SCRIPT_FALSE;
}

/* smbios, hwmatch, keystatus: there is nothing that it could find. */
int script_false(struct context *context, const struct script_call *call)
{
    (void)context;
    (void)call;
    return SCRIPT_FALSE;
}
