/* SPDX-License-Identifier: MIT */
/* Signatures in the output of log: %G placeholders, --show-signature. */
#include "object/commit.h"
#include "show/pretty_internal.h"

#include <string.h>

void qn_pretty_signature_dispose(struct qn_pretty *pretty)
{
    if (pretty->has_answer)
        qn_verification_dispose(&pretty->answer);
    pretty->has_answer = false;
}

/* Each commit is verified once, whatever is asked of it. */
static enum qn_status verify(struct qn_ctx *ctx, struct qn_pretty *pretty,
                             const struct qn_pretty_item *item)
{
    if (pretty->has_answer && qn_id_is_equal(&pretty->answer_id, item->id))
        return QN_OK;
    qn_pretty_signature_dispose(pretty);
    pretty->answer = (struct qn_verification)QN_VERIFICATION_INIT;
    pretty->has_answer = true;
    pretty->answer_id = *item->id;
    return qn_signature_check(ctx, pretty->options->config, item->commit->text,
                              QN_OBJECT_COMMIT, item->id->algorithm,
                              &pretty->is_signed, &pretty->answer);
}

enum qn_status qn_pretty_signature_field(struct qn_ctx *ctx,
                                         struct qn_pretty *pretty,
                                         const struct qn_pretty_item *item,
                                         char which, struct qn_buf *out)
{
    const struct qn_verification *answer = &pretty->answer;
    enum qn_status status = verify(ctx, pretty, item);

    if (status)
        return status;
    switch (which) {
    case '?':
        return qn_buf_append_byte(ctx, out,
                                  (uint8_t)qn_verification_letter(answer));
    case 'G':
        return qn_buf_append_bytes(ctx, out, qn_buf_bytes(&answer->said));
    case 'S':
        return qn_buf_append_bytes(ctx, out, qn_buf_bytes(&answer->signer));
    case 'K':
        return qn_buf_append_bytes(ctx, out, qn_buf_bytes(&answer->key));
    case 'F':
        return qn_buf_append_bytes(ctx, out,
                                   qn_buf_bytes(&answer->fingerprint));
    case 'P':
        return qn_buf_append_bytes(ctx, out, qn_buf_bytes(&answer->primary));
    default:
        return qn_buf_append_string(ctx, out,
                                    qn_verification_trust_name(answer->trust));
    }
}

/* Lines, each in the colour of good or bad. */
static enum qn_status append_lines(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                   bool is_good, struct qn_bytes text,
                                   struct qn_buf *out)
{
    bool has_color = pretty->options->has_color;
    struct qn_bytes line;
    enum qn_status status = QN_OK;

    while (!status && qn_bytes_next(&text, '\n', &line)) {
        if (has_color)
            status = qn_buf_append_string(ctx, out,
                                          is_good ? "\033[36m" : "\033[41m");
        if (!status)
            status = qn_buf_append_bytes(ctx, out, line);
        if (!status && has_color)
            status = qn_buf_append_string(ctx, out, "\033[m");
        if (!status)
            status = qn_buf_append_byte(ctx, out, '\n');
    }
    return status;
}

/* What a merged tag is to the commit. */
static enum qn_status describe_tag(struct qn_ctx *ctx,
                                   const struct qn_commit *commit,
                                   const struct qn_tag *tag, struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id parent;
    uint32_t i;

    for (i = 0; i < commit->parent_count; i++) {
        qn_commit_parent(commit, i, &parent);
        if (!qn_id_is_equal(&parent, &tag->object))
            continue;
        if (i == 1 && commit->parent_count == 2)
            return qn_buf_printf(ctx, out, "merged tag '%.*s'\n",
                                 QN_BYTES_ARG(tag->name));
        return qn_buf_printf(ctx, out, "parent #%u, tagged '%.*s'\n", i + 1,
                             QN_BYTES_ARG(tag->name));
    }
    return qn_buf_printf(ctx, out, "tag %.*s names a non-parent %s\n",
                         QN_BYTES_ARG(tag->name),
                         qn_id_to_hex(&tag->object, hex));
}

static enum qn_status append_tag(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                 const struct qn_commit *commit,
                                 struct qn_bytes text, struct qn_buf *out)
{
    struct qn_verification answer = QN_VERIFICATION_INIT;
    struct qn_buf lines = QN_BUF_INIT;
    struct qn_tag tag;
    bool found = false, is_good = false;
    enum qn_status status = qn_tag_parse(ctx, text, commit->algorithm, &tag);

    if (status) {
        qn_ctx_clear(ctx);
        return append_lines(ctx, pretty, false,
                            QN_BYTES("malformed mergetag\n"), out);
    }
    status = describe_tag(ctx, commit, &tag, &lines);
    if (!status)
        status = qn_signature_check(ctx, pretty->options->config, text,
                                    QN_OBJECT_TAG, commit->algorithm, &found,
                                    &answer);
    if (!status && !found)
        status = qn_buf_append_string(ctx, &lines, "No signature\n");
    else if (!status)
        status = qn_buf_append_bytes(ctx, &lines, qn_buf_bytes(&answer.said));
    is_good = qn_verification_is_good(&answer);
    if (!status)
        status = append_lines(ctx, pretty, is_good, qn_buf_bytes(&lines), out);
    qn_verification_dispose(&answer);
    qn_buf_dispose(&lines);
    return status;
}

static enum qn_status append_tags(struct qn_ctx *ctx, struct qn_pretty *pretty,
                                  const struct qn_commit *commit,
                                  struct qn_buf *out)
{
    struct qn_bytes rest = commit->headers;
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    bool is_tag = false;
    struct qn_bytes line;

    while (!status && (rest.size || is_tag)) {
        bool has_line = qn_bytes_next(&rest, '\n', &line);

        if (is_tag && (!has_line || !line.size || line.data[0] != ' ')) {
            status = append_tag(ctx, pretty, commit, qn_buf_bytes(&text), out);
            is_tag = false;
        }
        if (!has_line)
            break;
        if (qn_bytes_has_prefix(line, "mergetag ")) {
            is_tag = true;
            qn_buf_clear(&text);
            line = qn_bytes_from(line, 9);
        } else if (is_tag) {
            line = qn_bytes_from(line, 1);
        }
        if (!status && is_tag)
            status = qn_buf_printf(ctx, &text, "%.*s\n", QN_BYTES_ARG(line));
    }
    qn_buf_dispose(&text);
    return status;
}

enum qn_status qn_pretty_signature_append(struct qn_ctx *ctx,
                                          struct qn_pretty *pretty,
                                          const struct qn_pretty_item *item,
                                          struct qn_buf *out)
{
    enum qn_status status;

    if (!pretty->options->shows_signature)
        return QN_OK;
    status = verify(ctx, pretty, item);
    if (!status && pretty->is_signed && !pretty->answer.said.size)
        status =
            append_lines(ctx, pretty, false, QN_BYTES("No signature\n"), out);
    else if (!status && pretty->is_signed)
        status =
            append_lines(ctx, pretty, qn_verification_is_good(&pretty->answer),
                         qn_buf_bytes(&pretty->answer.said), out);
    return status ? status : append_tags(ctx, pretty, item->commit, out);
}
