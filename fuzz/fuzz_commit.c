/* SPDX-License-Identifier: MIT */
/* Commits: parsed, their parents, idents and headers looked at; checked. */
#include "fuzz.h"

#include "object/check.h"
#include "object/commit.h"

static bool found(struct qn_ctx *ctx, void *data, const char *name,
                  enum qn_check_severity severity, const char *message)
{
    (void)ctx;
    (void)data;
    fuzz_check(name[0] && message[0]);
    return severity >= QN_CHECK_ERROR;
}

static void parse(struct qn_ctx *ctx, struct qn_bytes text, uint32_t algorithm)
{
    struct qn_buf value = QN_BUF_INIT;
    struct qn_commit commit;
    struct qn_ident ident;
    struct qn_id parent;
    bool is_there;
    uint32_t i;

    if (qn_commit_parse(ctx, text, algorithm, &commit) == QN_OK) {
        for (i = 0; i < commit.parent_count; i++)
            qn_commit_parent(&commit, i, &parent);
        fuzz_check(commit.headers.size + commit.message.size <= text.size);
        (void)qn_ident_parse(commit.author, &ident);
        (void)qn_ident_parse(commit.committer, &ident);
        fuzz_ignore(
            qn_commit_header(ctx, &commit, "gpgsig", &value, &is_there));
    }
    qn_ctx_clear(ctx);
    qn_buf_dispose(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_check check = {.algorithm = QN_HASH_SHA1, .found = found};
    struct qn_bytes text = qn_bytes_make(data, size);
    struct qn_ctx *ctx = fuzz_begin();
    bool is_sound;

    parse(ctx, text, QN_HASH_SHA1);
    parse(ctx, text, QN_HASH_SHA256);
    fuzz_check(qn_check_object(ctx, &check, QN_OBJECT_COMMIT, text,
                               &is_sound) == QN_OK);
    fuzz_end(ctx);
    return 0;
}
