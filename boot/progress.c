/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/progress.h"

#include <stdio.h>
#include <string.h>

#include "fs/source.h"
#include "lib/checked.h"
#include "pvops/clock.h"
#include "pvops/console.h"
#include "pvops/machine.h"

enum {
    LINE_SIZE = 192,
    INTERVAL = 500,   /* milliseconds between two looks of the line */
    PIECE = 16 << 20, /* bytes: the queues run empty at the end of each */
};

static uint64_t now(const struct machine *machine)
{
    return machine->clock->milliseconds(machine->clock);
}

static void write_line(const struct machine *machine, const char *text)
{
    machine->console->write(machine->console, text, strlen(text));
}

static void advanced(struct progress *progress, uint64_t bytes)
{
    struct load_progress *load = (struct load_progress *)progress;
    struct progress *listener = load->machine->loading;
    if (listener != NULL) {
        listener->advanced(listener, bytes);
    }
    uint64_t moment = now(load->machine);
    char text[LINE_SIZE];
    if (!load->verbose || moment - load->last < INTERVAL) {
        return;
    }
    load->last = moment;
    load->shown = true;
    (void)snprintf(text, sizeof text, "\r%.100s: %lu MiB", load->name,
                   bytes >> 20); /* cut, where it is long */
    write_line(load->machine, text);
}

struct load_progress progress_start(const struct machine *machine, const char *name, bool verbose)
{
    uint64_t moment = now(machine);
    return (struct load_progress){.progress = {.advanced = advanced},
                                  .machine = machine,
                                  .name = name,
                                  .verbose = verbose,
                                  .started = moment,
                                  .last = moment};
}

void progress_finish(const struct load_progress *load, uint64_t bytes)
{
    char text[LINE_SIZE];
    uint64_t tenths = (now(load->machine) - load->started) / 100;
    if (load->verbose) {
        (void)snprintf(text, sizeof text, "\r%.80s: %lu KiB in %lu.%lu s\r\n", load->name,
                       bytes >> 10, tenths / 10, tenths % 10); /* cut, where it is long */
        write_line(load->machine, text);
    } else if (load->shown) {
        write_line(load->machine, "\r\n");
    }
}

int progress_read(struct progress *progress, const struct source *source, uint8_t *bytes)
{
    for (uint64_t done = 0; done < source->size; done += PIECE) {
        int error = source_read(source, done, bytes + done, min_u64(PIECE, source->size - done));
        if (error != 0) {
            return error;
        }
        progress->advanced(progress, done);
    }
    return 0;
}
