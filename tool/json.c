/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/utf.h"

/* What cannot be written is seen by print_flush(). */
static void put(const char *text)
{
    (void)fputs(text, stdout);
}

static void put_character(uint32_t code)
{
    char bytes[5] = {0};
    if (code == '"' || code == '\\') {
        (void)printf("\\%c", (char)code);
    } else if (code < ' ' || code == 0x7F) {
        (void)printf("\\u%04x", code);
    } else {
        (void)utf8_put(bytes, code > 0x10FFFF ? 0xFFFD : code); /* a byte of no character */
        put(bytes);
    }
}

static void put_string(const char *text)
{
    put("\"");
    while (*text != '\0') {
        uint32_t code;
        text = utf8_get(text, &code);
        put_character(code);
    }
    put("\"");
}

/* What stands before a value. */
static void begin(struct json *json, const char *name)
{
    if (json->more) {
        put(", ");
    }
    json->more = true;
    if (name != NULL) {
        put_string(name);
        put(": ");
    }
}

void json_open(struct json *json, const char *name, char bracket)
{
    begin(json, name);
    (void)putchar(bracket);
    json->more = false;
}

void json_close(struct json *json, char bracket)
{
    (void)putchar(bracket);
    json->more = true;
}

void json_text(struct json *json, const char *name, const char *text)
{
    begin(json, name);
    if (text != NULL) {
        put_string(text);
    } else {
        put("null");
    }
}

void json_begin_text(struct json *json, const char *name)
{
    begin(json, name);
    put("\"");
}

void json_end_text(void)
{
    put("\"");
}

void json_number(struct json *json, const char *name, int64_t number)
{
    begin(json, name);
    (void)printf("%" PRId64, number);
}

void json_bool(struct json *json, const char *name, bool value)
{
    begin(json, name);
    put(value ? "true" : "false");
}

void json_end(void)
{
    put("\n");
}
