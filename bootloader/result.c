/* SPDX-License-Identifier: BSD-2-Clause */
#include "bootloader/result.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bootloader/request.h"
#include "lib/error.h"
#include "lib/log.h"

/* ---- files ---------------------------------------------------------------------------------- */

static int make_file(const struct request *request, const char *kind, char path[PATH_MAX],
                     bool *made, struct log *log)
{
    int length = snprintf(path, PATH_MAX, "%s/boot_%s.XXXXXX", request->directory, kind);
    errno = ENAMETOOLONG;
    int file = length < PATH_MAX ? mkstemp(path) : -1;
    *made = file >= 0;
    return file >= 0 ? file : fail(log, ERR_IO, "%s: %s", path, strerror(errno));
}

static int receive_file(int pipe, uint64_t size, const struct request *request, const char *kind,
                        char path[PATH_MAX], bool *made, struct log *log)
{
    if (request->dry) {
        (void)snprintf(path, PATH_MAX, "<%s:%lu>", kind, size); /* it fits */
        return handover_receive_file(pipe, size, -1, path, log);
    }
    int file = make_file(request, kind, path, made, log);
    if (file < 0) {
        return file;
    }
    int error = handover_receive_file(pipe, size, file, path, log);
    if (close(file) != 0 && error == 0) {
        return fail(log, ERR_IO, "%s: %s", path, strerror(errno));
    }
    return error;
}

int result_receive(struct result *result, const struct request *request, int pipe, struct log *log)
{
    const struct handover_head *head = &result->head;
    *result = (struct result){.has_kernel = false};
    int error = handover_receive(&result->head, pipe, request->memory, log);
    if (error != 0) {
        return error;
    }
    error = receive_file(pipe, head->kernel_size, request, "kernel", result->kernel,
                         &result->has_kernel, log);
    if (error != 0 || head->ramdisk_size == 0) {
        return error;
    }
    return receive_file(pipe, head->ramdisk_size, request, "ramdisk", result->ramdisk,
                        &result->has_ramdisk, log);
}

void result_remove(const struct result *result)
{
    if (result->has_kernel) {
        (void)unlink(result->kernel); /* ours; somebody may have been quicker */
    }
    if (result->has_ramdisk) {
        (void)unlink(result->ramdisk); /* likewise */
    }
}

/* ---- the text ------------------------------------------------------------------------------- */

/* As Python writes a string: in single quotes, or in double ones where only the former are in it. */
static void put_quoted(FILE *out, const char *text)
{
    char quote = strchr(text, '\'') != NULL && strchr(text, '"') == NULL ? '"' : '\'';
    (void)fputc(quote, out);
    for (; *text != '\0'; text++) {
        if (*text == quote || *text == '\\') {
            (void)fputc('\\', out);
        }
        if (*text == '\t') {
            (void)fputs("\\t", out);
        } else {
            (void)fputc(*text, out);
        }
    }
    (void)fputc(quote, out);
}

static void put_sxp(FILE *out, const char *name, const char *value)
{
    (void)fprintf(out, "(%s ", name);
    put_quoted(out, value);
    (void)fputc(')', out);
}

static void put_line(FILE *out, const char *name, const char *value, char end)
{
    (void)fprintf(out, "%s %s%c", name, value, end);
}

/* What cannot be written is seen at the end. */
static void put(FILE *out, const struct result *result, enum result_format format)
{
    const struct {
        const char *name, *value;
    } parts[] = {
        {"kernel", result->kernel}, {"ramdisk", result->ramdisk}, {"args", result->head.line}};
    char end = format == RESULT_SIMPLE0 ? '\0' : '\n';
    (void)fputs(format == RESULT_SXP ? "linux " : "", out);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].value[0] != '\0' && format == RESULT_SXP) {
            put_sxp(out, parts[i].name, parts[i].value);
        } else if (parts[i].value[0] != '\0') {
            put_line(out, parts[i].name, parts[i].value, end);
        }
    }
    if (format != RESULT_SXP) {
        (void)fputc(end, out);
    }
}

static int complain(const struct request *request, struct log *log)
{
    return fail(log, ERR_IO, "%s: %s",
                request->output != NULL ? request->output : "standard output", strerror(errno));
}

/* Half a text would name what is not there: where it cannot be written, there is none. */
int result_publish(const struct result *result, const struct request *request, struct log *log)
{
    FILE *out = request->output == NULL ? stdout : fopen(request->output, "we");
    if (out == NULL) {
        return complain(request, log);
    }
    put(out, result, request->format);
    int error = fflush(out) != 0 ? complain(request, log) : 0;
    if (error != 0 && request->output != NULL) {
        (void)ftruncate(fileno(out), 0); /* nothing of it has got there, or it shrinks */
    }
    if (request->output != NULL) {
        (void)fclose(out); /* flushed */
    }
    return error;
}
