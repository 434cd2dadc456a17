/* SPDX-License-Identifier: MIT */
#include "show/signature.h"

#include <stdlib.h>

void qn_signature_dispose(struct qn_signature *signature)
{
    qn_buf_dispose(&signature->payload);
    qn_buf_dispose(&signature->text);
}

/* The seconds of "who <mail> seconds zone". */
static int64_t read_seconds(struct qn_bytes line)
{
    size_t end = qn_bytes_find_last(line, '>');
    int64_t seconds = 0;

    for (end += 2; end < line.size; end++) {
        if (line.data[end] < '0' || line.data[end] > '9' ||
            seconds > INT64_MAX / 10 - 9)
            break;
        seconds = seconds * 10 + (line.data[end] - '0');
    }
    return seconds;
}

static enum qn_status add_line(struct qn_ctx *ctx, struct qn_buf *out,
                               struct qn_bytes line)
{
    enum qn_status status = qn_buf_append_bytes(ctx, out, line);

    return status ? status : qn_buf_append_byte(ctx, out, '\n');
}

/* All signatures leave the header; the one of our algorithm is it. */
static enum qn_status split_headers(struct qn_ctx *ctx, struct qn_bytes text,
                                    uint32_t algorithm,
                                    struct qn_signature *out)
{
    const char *own =
        algorithm == QN_HASH_SHA256 ? "gpgsig-sha256 " : "gpgsig ";
    enum { OTHER, OURS, THEIRS } kind = OTHER;
    struct qn_bytes rest = text;
    enum qn_status status = QN_OK;
    struct qn_bytes line;

    while (!status && qn_bytes_next(&rest, '\n', &line) && line.size) {
        if (line.data[0] != ' ') {
            if (qn_bytes_has_prefix(line, own))
                kind = OURS;
            else if (qn_bytes_has_prefix(line, "gpgsig ") ||
                     qn_bytes_has_prefix(line, "gpgsig-sha256 "))
                kind = THEIRS;
            else
                kind = OTHER;
            if (kind == OURS)
                line = qn_bytes_from(line, strlen(own));
            else if (qn_bytes_has_prefix(line, "committer ") ||
                     qn_bytes_has_prefix(line, "tagger "))
                out->seconds = read_seconds(line);
        } else if (kind == OURS) {
            line = qn_bytes_from(line, 1);
        }
        if (kind == OURS) {
            out->found = true;
            status = add_line(ctx, &out->text, line);
        } else if (kind == OTHER) {
            status = add_line(ctx, &out->payload, line);
        }
    }
    if (!status && rest.data)
        status = qn_buf_append_byte(ctx, &out->payload, '\n');
    return status ? status : qn_buf_append_bytes(ctx, &out->payload, rest);
}

enum qn_status qn_signature_split(struct qn_ctx *ctx, struct qn_bytes text,
                                  enum qn_object_type type, uint32_t algorithm,
                                  struct qn_signature *out)
{
    enum qn_status status;
    size_t at;

    out->found = false;
    out->seconds = 0;
    qn_buf_clear(&out->payload);
    qn_buf_clear(&out->text);
    status = split_headers(ctx, text, algorithm, out);
    if (status || type != QN_OBJECT_TAG)
        return status;
    /* A header of a tag is of the other algorithm. */
    at = qn_verifier_find_signature(qn_buf_bytes(&out->payload));
    out->found = at < out->payload.size;
    qn_buf_clear(&out->text);
    if (out->found)
        status = qn_buf_append(ctx, &out->text, out->payload.data + at,
                               out->payload.size - at);
    qn_buf_truncate(&out->payload, at);
    return status;
}

enum qn_status qn_signature_check(struct qn_ctx *ctx,
                                  const struct qn_config *config,
                                  struct qn_bytes text,
                                  enum qn_object_type type, uint32_t algorithm,
                                  bool *found, struct qn_verification *out)
{
    struct qn_signature signature = QN_SIGNATURE_INIT;
    enum qn_status status =
        qn_signature_split(ctx, text, type, algorithm, &signature);

    *found = signature.found;
    if (!status && signature.found)
        status = qn_verifier_check(
            ctx, config, qn_buf_bytes(&signature.payload),
            qn_buf_bytes(&signature.text), signature.seconds, out);
    qn_signature_dispose(&signature);
    return status;
}
