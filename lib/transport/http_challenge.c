/* SPDX-License-Identifier: MIT */
#include "transport/http_challenge.h"

#include <string.h>

/* A head that says more than this is not listened to any more. */
#define CHALLENGES_MAX 64
#define VALUE_MAX      ((size_t)16384)

static const char *const name = "www-authenticate:";

void qn_http_challenge_dispose(struct qn_http_challenge *challenge)
{
    qn_buf_dispose(&challenge->value);
    challenge->is_open = false;
}

static enum qn_status close_value(struct qn_ctx *ctx,
                                  struct qn_http_challenge *challenge,
                                  struct qn_credential_list *list)
{
    enum qn_status status = QN_OK;

    if (challenge->is_open && list->count < CHALLENGES_MAX)
        status = qn_credential_add(ctx, list, qn_buf_bytes(&challenge->value));
    challenge->is_open = false;
    return status;
}

/* Bytes that would make two lines of one, or end it, are left out. */
static enum qn_status add_text(struct qn_ctx *ctx,
                               struct qn_http_challenge *challenge,
                               struct qn_bytes text)
{
    enum qn_status status = QN_OK;
    size_t i;

    text = qn_bytes_trim(text);
    if (challenge->value.size + text.size > VALUE_MAX)
        text = QN_BYTES_NONE;
    for (i = 0; i < text.size && !status; i++)
        if (text.data[i] && text.data[i] != '\n' && text.data[i] != '\r')
            status = qn_buf_append_byte(ctx, &challenge->value, text.data[i]);
    return status;
}

enum qn_status qn_http_challenge_take(struct qn_ctx *ctx,
                                      struct qn_http_challenge *challenge,
                                      struct qn_bytes line,
                                      struct qn_credential_list *list)
{
    enum qn_status status;

    if (challenge->is_open && line.size &&
        (line.data[0] == ' ' || line.data[0] == '\t')) {
        status = challenge->value.size
                     ? qn_buf_append_byte(ctx, &challenge->value, ' ')
                     : QN_OK;
        return status ? status : add_text(ctx, challenge, line);
    }
    status = close_value(ctx, challenge, list);
    if (status)
        return status;
    if (qn_bytes_is_equal_fold(qn_bytes_first(line, 5), QN_BYTES("HTTP/")))
        qn_credential_empty(list);
    if (!qn_bytes_is_equal_fold(qn_bytes_first(line, strlen(name)),
                                qn_bytes_from_string(name)))
        return QN_OK;
    qn_buf_clear(&challenge->value);
    challenge->is_open = true;
    return add_text(ctx, challenge, qn_bytes_from(line, strlen(name)));
}
