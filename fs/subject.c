/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/subject.h"

#include <stdio.h>
#include <string.h>

#include "fs/fs.h"
#include "lib/checked.h"

static void append(struct subject *subject, const char *text)
{
    size_t room = SUBJECT_SIZE - 1 - subject->length;
    size_t length = min_u64(strlen(text), room);
    memcpy(subject->text + subject->length, text, length);
    subject->length += length;
    subject->text[subject->length] = '\0';
}

void subject_begin(struct subject *subject, struct volume *volume, const char *path)
{
    const char *slash = strchr(path, '/');
    subject->length = 0;
    append(subject, volume->source->name);
    append(subject, slash != NULL ? slash : "/");
    subject->volume = volume;
    volume->subject = subject->text;
}

void subject_end(struct subject *subject)
{
    subject->volume->subject = NULL;
}

size_t subject_enter(struct subject *subject, const char *name)
{
    size_t before = subject->length;
    if (before > 0 && subject->text[before - 1] != '/') {
        append(subject, "/");
    }
    append(subject, name);
    return before;
}

void subject_leave(struct subject *subject, size_t before)
{
    subject->length = before;
    subject->text[before] = '\0';
}
