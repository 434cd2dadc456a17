/* SPDX-License-Identifier: MIT */
#include "trace/trace_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void qn_trace_line_init(struct qn_trace_line *line)
{
    line->data = line->room;
    line->size = 0;
    line->capacity = sizeof(line->room);
    line->hides_passwords = false;
    line->room[0] = '\0';
}

void qn_trace_line_dispose(struct qn_trace_line *line)
{
    bool hides_passwords = line->hides_passwords;

    if (line->data != line->room)
        free(line->data);
    qn_trace_line_init(line);
    line->hides_passwords = hides_passwords;
}

/* How many of `size` bytes fit now, behind what is there. */
static size_t make_room(struct qn_trace_line *line, size_t size)
{
    size_t wanted = line->size + size + 1;
    char *data;

    if (wanted > line->capacity) {
        wanted += wanted / 2;
        data = malloc(wanted);
        if (data) {
            memcpy(data, line->data, line->size + 1);
            if (line->data != line->room)
                free(line->data);
            line->data = data;
            line->capacity = wanted;
        }
    }
    wanted = line->capacity - line->size - 1;
    return size < wanted ? size : wanted;
}

static void put_bytes(struct qn_trace_line *line, const char *data, size_t size)
{
    size = make_room(line, size);
    memcpy(line->data + line->size, data, size);
    line->size += size;
    line->data[line->size] = '\0';
}

void qn_trace_line_put(struct qn_trace_line *line, const char *text)
{
    put_bytes(line, text, strlen(text));
}

void qn_trace_line_printf(struct qn_trace_line *line, const char *format, ...)
{
    va_list arguments;
    va_list again;
    int size;

    va_start(arguments, format);
    va_copy(again, arguments);
    size = vsnprintf(NULL, 0, format, arguments);
    if (size > 0) {
        size_t room = make_room(line, (size_t)size);

        vsnprintf(line->data + line->size, room + 1, format, again);
        line->size += room;
    }
    va_end(again);
    va_end(arguments);
}

void qn_trace_line_pad(struct qn_trace_line *line, size_t column)
{
    while (line->size < column && make_room(line, 1))
        put_bytes(line, " ", 1);
}

/* Where the password of "http://user:password@host" begins, and its size. */
static const char *find_password(const char *text, size_t *size)
{
    const char *place, *colon;

    if (strncmp(text, "http://", 7) != 0 && strncmp(text, "https://", 8) != 0)
        return NULL;
    place = strstr(text, "://") + 3;
    colon = place + strcspn(place, ":@/");
    if (*colon != ':')
        return NULL;
    *size = strcspn(colon + 1, "@/");
    return colon[1 + *size] == '@' ? colon + 1 : NULL;
}

/* Its text is another's then; false: there is no password to hide. */
static bool hide_password(const struct qn_trace_line *line, const char *text,
                          struct qn_trace_line *out)
{
    size_t size = 0;
    const char *password =
        line->hides_passwords ? find_password(text, &size) : NULL;

    if (!password)
        return false;
    qn_trace_line_init(out);
    put_bytes(out, text, (size_t)(password - text));
    qn_trace_line_put(out, "<REDACTED>");
    qn_trace_line_put(out, password + size);
    return true;
}

void qn_trace_line_value(struct qn_trace_line *line, const char *text)
{
    struct qn_trace_line shown;
    bool is_hidden = hide_password(line, text, &shown);

    qn_trace_line_put(line, is_hidden ? shown.data : text);
    if (is_hidden)
        qn_trace_line_dispose(&shown);
}

static bool is_plain_word(const char *word)
{
    size_t size = strlen(word);

    return size > 0 &&
           strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                        "0123456789+,-./:=@_^") == size;
}

static void put_word(struct qn_trace_line *line, const char *word)
{
    if (is_plain_word(word)) {
        qn_trace_line_put(line, word);
        return;
    }
    put_bytes(line, "'", 1);
    while (*word) {
        size_t plain = strcspn(word, "'!");

        put_bytes(line, word, plain);
        word += plain;
        if (*word)
            qn_trace_line_printf(line, "'\\%c'", *word++);
    }
    put_bytes(line, "'", 1);
}

void qn_trace_line_words(struct qn_trace_line *line, int count,
                         const char *const *words)
{
    int i;

    for (i = 0; i < count; i++) {
        struct qn_trace_line shown;
        bool is_hidden = hide_password(line, words[i], &shown);

        if (i > 0)
            put_bytes(line, " ", 1);
        put_word(line, is_hidden ? shown.data : words[i]);
        if (is_hidden)
            qn_trace_line_dispose(&shown);
    }
}

static void put_json(struct qn_trace_line *line, const char *text)
{
    static const char letters[] = "\"\"\\\\\nn\rr\tt\bb\ff";
    const char *at;

    put_bytes(line, "\"", 1);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        at = NULL;
        if (c == '"' || c == '\\' || c < 0x20)
            for (at = letters; *at && *at != (char)c; at += 2)
                ;
        if (!at)
            put_bytes(line, text, 1);
        else if (*at)
            qn_trace_line_printf(line, "\\%c", at[1]);
        else
            qn_trace_line_printf(line, "\\u%04x", c);
    }
    put_bytes(line, "\"", 1);
}

void qn_trace_line_json(struct qn_trace_line *line, const char *text)
{
    struct qn_trace_line shown;
    bool is_hidden = hide_password(line, text, &shown);

    put_json(line, is_hidden ? shown.data : text);
    if (is_hidden)
        qn_trace_line_dispose(&shown);
}

void qn_trace_line_json_words(struct qn_trace_line *line, int count,
                              const char *const *words)
{
    int i;

    put_bytes(line, "[", 1);
    for (i = 0; i < count; i++) {
        if (i > 0)
            put_bytes(line, ",", 1);
        qn_trace_line_json(line, words[i]);
    }
    put_bytes(line, "]", 1);
}
