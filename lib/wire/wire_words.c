/* SPDX-License-Identifier: MIT */
#include "wire/wire_words.h"

void qn_wire_words_dispose(struct qn_wire_words *words)
{
    qn_buf_dispose(&words->text);
    words->count = 0;
}

enum qn_status qn_wire_words_add(struct qn_ctx *ctx,
                                 struct qn_wire_words *words,
                                 struct qn_bytes word)
{
    size_t before = words->text.size;
    enum qn_status status = qn_buf_append_bytes(
        ctx, &words->text, qn_bytes_first(word, qn_bytes_find(word, 0)));

    if (!status)
        status = qn_buf_append_byte(ctx, &words->text, 0);
    if (status)
        qn_buf_truncate(&words->text, before);
    else
        words->count++;
    return status;
}

const char *qn_wire_words_next(const struct qn_wire_words *words,
                               size_t *position)
{
    const char *word;

    if (*position >= words->text.size)
        return NULL;
    word = (const char *)words->text.data + *position;
    *position += strlen(word) + 1;
    return word;
}

bool qn_wire_words_has(const struct qn_wire_words *words, struct qn_bytes word)
{
    size_t position = 0;
    const char *one;

    while ((one = qn_wire_words_next(words, &position)))
        if (qn_bytes_is_string(word, one))
            return true;
    return false;
}
