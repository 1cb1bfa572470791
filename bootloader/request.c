/* SPDX-License-Identifier: BSD-2-Clause */
#include "bootloader/request.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decimal.h"

enum { DEFAULT_MEMORY = 512, MEMORY_LIMIT = 64 << 10 /* MiB */ };

static const char default_directory[] = "/run/xen";

static const char help[] =
    "usage: pvboot-bootloader [OPTION...] IMAGE\n\n"
    "What xl and libvirt start as bootloader=, in place of pygrub: shows the menu of the guest's "
    "disk\n"
    "IMAGE, and takes the kernel and the initrd that it names out of there.\n\n"
    "  -q, --quiet               no menu: the default entry\n"
    "      --entry=ENTRY         this entry, by number (from 0) or title; no menu\n"
    "  -i, --interactive         the menu, for all that\n"
    "  -l, --list-entries        only list the entries\n"
    "  -n, --not-really          write no files, only the result\n"
    "      --kernel=PATH         this file of the disk, whatever its menu says; --ramdisk=PATH "
    "with it\n"
    "      --args=WORDS          more words for the kernel's line\n"
    "      --extra=WORDS         words for pvboot, as in extra= of a domain that it starts in\n"
    "      --offset=BYTES        the file system begins there\n"
    "      --isconfig            IMAGE is the text of a menu: say what it would boot\n"
    "      --output=FILE         the result goes there, - or nothing: to standard output\n"
    "      --output-format=KIND  sxp, simple or simple0\n"
    "      --output-directory=DIR  the files go there (/run/xen)\n"
    "      --runas=UID           the user that reads the disk (nobody, if root starts it)\n"
    "      --memory=MIB          that reading may take, files and all (512)\n"
    "      --debug               nothing: what is wrong is said anyway\n\n"
    "Exit status: 0 a kernel was taken; 1 none was, and why not has been said; 2 wrong words.\n";

enum {
    KERNEL = 256, /* above any letter */
    RAMDISK,
    ARGUMENTS,
    EXTRA,
    ENTRY,
    OFFSET,
    OUTPUT,
    FORMAT,
    DIRECTORY,
    USER,
    MEMORY,
    IS_CONFIG,
    DEBUG,
};

static const struct option options[] = {
    {"quiet", no_argument, NULL, 'q'},
    {"interactive", no_argument, NULL, 'i'},
    {"list-entries", no_argument, NULL, 'l'},
    {"not-really", no_argument, NULL, 'n'},
    {"help", no_argument, NULL, 'h'},
    {"kernel", required_argument, NULL, KERNEL},
    {"ramdisk", required_argument, NULL, RAMDISK},
    {"args", required_argument, NULL, ARGUMENTS},
    {"extra", required_argument, NULL, EXTRA},
    {"entry", required_argument, NULL, ENTRY},
    {"offset", required_argument, NULL, OFFSET},
    {"output", required_argument, NULL, OUTPUT},
    {"output-format", required_argument, NULL, FORMAT},
    {"output-directory", required_argument, NULL, DIRECTORY},
    {"runas", required_argument, NULL, USER},
    {"memory", required_argument, NULL, MEMORY},
    {"isconfig", no_argument, NULL, IS_CONFIG},
    {"debug", no_argument, NULL, DEBUG},
    {0},
};

static int wrong(const char *what, const char *value)
{
    (void)fprintf(stderr, "pvboot-bootloader: %s \"%s\"; --help says more\n", what, value);
    return EXIT_USAGE;
}

static int take_number(const char *text, uint64_t limit, uint64_t *number)
{
    return decimal_parse(text, limit, number) ? -1 : wrong("no number, or too large:", text);
}

static int take_memory(struct request *request, const char *text)
{
    uint64_t mib = 0;
    int status = take_number(text, MEMORY_LIMIT, &mib);
    request->memory = mib << 20;
    return status;
}

static int take_user(struct request *request, const char *text)
{
    uint64_t user = 0;
    int status = take_number(text, UINT32_MAX - 1, &user);
    request->has_user = user != 0; /* as pygrub takes it */
    request->user = (uid_t)user;
    return status;
}

static int take_format(struct request *request, const char *text)
{
    static const char *const names[] = {
        [RESULT_SXP] = "sxp", [RESULT_SIMPLE] = "simple", [RESULT_SIMPLE0] = "simple0"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], text) == 0) {
            request->format = (enum result_format)i;
            return -1;
        }
    }
    return wrong("unknown output format", text);
}

/* What has a value. */
static int take_value(struct request *request, int option, const char *value)
{
    switch (option) {
    case KERNEL:
        request->kernel = value;
        break;
    case RAMDISK:
        request->ramdisk = value;
        break;
    case ARGUMENTS:
        request->arguments = value;
        break;
    case EXTRA:
        request->extra = value;
        break;
    case ENTRY:
        request->entry = value;
        request->quiet = true;
        break;
    case OUTPUT:
        request->output = strcmp(value, "-") == 0 ? NULL : value;
        break;
    case DIRECTORY:
        request->directory = value;
        break;
    case OFFSET:
        return take_number(value, INT64_MAX, &request->offset);
    case FORMAT:
        return take_format(request, value);
    case USER:
        return take_user(request, value);
    case MEMORY:
        return take_memory(request, value);
    default:
        return EXIT_USAGE; /* getopt has said what it does not know */
    }
    return -1;
}

static int take_option(struct request *request, int option, const char *value)
{
    switch (option) {
    case 'q':
        request->quiet = true;
        break;
    case 'i':
        request->quiet = false;
        break;
    case 'l':
        request->lists = true;
        break;
    case 'n':
        request->dry = true;
        break;
    case IS_CONFIG:
        request->is_config = true;
        break;
    case DEBUG:
        break;
    case 'h':
        (void)fputs(help, stdout); /* a help that cannot be read helps nobody */
        return EXIT_SUCCESS;
    default:
        return take_value(request, option, value);
    }
    return -1;
}

int request_read(struct request *request, int count, char **words)
{
    int option, status = -1;
    *request = (struct request){.arguments = "",
                                .extra = "",
                                .directory = default_directory,
                                .memory = (uint64_t)DEFAULT_MEMORY << 20};
    while (status < 0 && (option = getopt_long(count, words, "qilnh", options, NULL)) != -1) {
        status = take_option(request, option, optarg);
    }
    if (status >= 0) {
        return status;
    }
    if (optind != count - 1) {
        return wrong("expected one disk image after the options, not",
                     optind < count ? words[optind + 1] : "");
    }
    request->image = words[optind];
    return -1;
}
