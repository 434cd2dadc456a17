/* SPDX-License-Identifier: MIT */
/* What a remote helper may say.  The first byte: what it was asked. */
#include "fuzz.h"

#include "base/memory.h"
#include "transport/helper_private.h"

static enum qn_status result(struct qn_ctx *ctx, void *data, const char *name,
                             bool is_ok, const char *message)
{
    (void)ctx, (void)data, (void)message;
    fuzz_check(name != NULL);
    return QN_OK;
}

static enum qn_status option(struct qn_ctx *ctx, void *data, const char *key,
                             const char *value)
{
    (void)ctx, (void)data;
    fuzz_check(key && value);
    return QN_OK;
}

/* Answers in packets: no more comes out than went in, and it ends. */
static void read_framed(struct qn_ctx *ctx, struct qn_helper *helper,
                        size_t size)
{
    char room[64];
    size_t total = 0;
    int ends = 0;

    helper->is_framed = true;
    while (ends < 1000) {
        size_t used = 0;

        if (qn_helper_read(ctx, helper, room, sizeof(room), &used))
            break;
        fuzz_check(used <= sizeof(room));
        total += used;
        ends = used ? 0 : ends + 1;
        fuzz_check(total <= size + 8);
    }
}

static void ask(struct qn_ctx *ctx, struct qn_helper *helper, int kind,
                size_t size)
{
    struct qn_connection_options options = {.service = QN_SERVICE_UPLOAD_PACK};
    struct qn_helper_results results = {.result = result, .option = option};
    struct qn_remote_refs refs = QN_REMOTE_REFS_INIT;
    struct qn_wire_words words = QN_WIRE_WORDS_INIT;
    uint32_t algorithm = 0;
    bool is_connected = false;

    switch (kind % 6) {
    case 0:
        fuzz_ignore(qn_helper_ask(ctx, helper));
        break;
    case 1:
        fuzz_ignore(qn_helper_list(ctx, helper, &options, &algorithm, &refs));
        break;
    case 2:
        fuzz_ignore(qn_helper_fetch(ctx, helper, NULL, 0, kind & 8, &words,
                                    &is_connected));
        break;
    case 3:
        fuzz_ignore(qn_helper_push(ctx, helper, &words, &results));
        break;
    case 4:
        helper->abilities.has_options = true;
        fuzz_ignore(qn_helper_set(ctx, helper, "depth", "1", &is_connected));
        break;
    default:
        read_framed(ctx, helper, size);
    }
    qn_remote_refs_dispose(&refs);
    qn_wire_words_dispose(&words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_helper *helper = qn_memory_calloc(ctx, 1, sizeof(*helper));

    fuzz_check(helper != NULL);
    fuzz_check(qn_link_of(ctx, -1, -1, false, &helper->link) == QN_OK);
    helper->name = qn_memory_string(ctx, QN_BYTES("name"));
    fuzz_check(helper->name != NULL);
    helper->algorithm = QN_HASH_SHA1;
    if (size > 1)
        fuzz_check(qn_buf_append(ctx, &helper->held, data + 1, size - 1) ==
                   QN_OK);
    ask(ctx, helper, size > 0 ? data[0] : 0, size);
    qn_helper_free(helper);
    fuzz_end(ctx);
    return 0;
}
