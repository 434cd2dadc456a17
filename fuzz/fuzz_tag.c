/* SPDX-License-Identifier: MIT */
/* Tags: parsed and checked. */
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
    struct qn_ident ident;
    struct qn_tag tag;

    if (qn_tag_parse(ctx, text, algorithm, &tag) == QN_OK) {
        fuzz_check(tag.headers.size + tag.message.size <= text.size);
        (void)qn_ident_parse(tag.tagger, &ident);
    }
    qn_ctx_clear(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_check check = {.algorithm = QN_HASH_SHA1, .found = found};
    struct qn_bytes text = qn_bytes_make(data, size);
    struct qn_ctx *ctx = fuzz_begin();
    bool is_sound;

    parse(ctx, text, QN_HASH_SHA1);
    parse(ctx, text, QN_HASH_SHA256);
    fuzz_check(qn_check_object(ctx, &check, QN_OBJECT_TAG, text, &is_sound) ==
               QN_OK);
    fuzz_end(ctx);
    return 0;
}
