/* SPDX-License-Identifier: MIT */
/* The layers that go to small platforms, tried there: hash, deflate, inflate, a
 * delta, an object's id.  Prints "ok". */
#include "base/buf.h"
#include "base/ctx.h"
#include "base/env.h"
#include "codec/deflate.h"
#include "codec/delta.h"
#include "codec/inflate.h"
#include "hash/crc32.h"
#include "hash/hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int is_true, const char *what)
{
    if (!is_true) {
        printf("failed: %s\n", what);
        exit(1);
    }
}

static void try_hashes(struct qn_ctx *ctx)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;

    must(!qn_hash_buffer(ctx, QN_HASH_SHA1, QN_BYTES("abc"), &id), "sha1");
    must(!strcmp(qn_id_to_hex(&id, hex),
                 "a9993e364706816aba3e25717850c26c9cd0d89d"),
         "sha1 of abc");
    must(!qn_hash_object(ctx, QN_HASH_SHA256, "tree", QN_BYTES_NONE, &id),
         "sha256");
    must(qn_id_is_equal(&id, qn_id_empty_tree(QN_HASH_SHA256)),
         "sha256 of the empty tree");
    must(qn_crc32(0, "123456789", 9) == 0xcbf43926, "crc32");
}

static void try_codecs(struct qn_ctx *ctx, struct qn_bytes text)
{
    struct qn_buf packed = QN_BUF_INIT, delta = QN_BUF_INIT, back = QN_BUF_INIT;
    struct qn_delta_index *index = NULL;
    struct qn_bytes part = qn_bytes_from(text, text.size / 3);
    bool found = false;
    size_t used;

    must(!qn_deflate_append(ctx, 6, text, &packed), "deflate");
    must(packed.size < text.size / 2, "deflate makes it smaller");
    must(!qn_buf_reserve(ctx, &back, text.size), "reserve");
    must(!qn_inflate_exact(ctx, qn_buf_bytes(&packed), back.data, text.size,
                           &used),
         "inflate");
    must(!memcmp(back.data, text.data, text.size), "inflated text");
    must(!qn_delta_index_new(ctx, text, &index), "index");
    must(!qn_delta_create(ctx, index, part, 0, &delta, &found) && found,
         "delta");
    must(!qn_delta_apply(ctx, text, qn_buf_bytes(&delta), &back), "apply");
    must(qn_bytes_is_equal(qn_buf_bytes(&back), part), "result of the delta");
    qn_delta_index_free(index);
    qn_buf_dispose(&packed);
    qn_buf_dispose(&delta);
    qn_buf_dispose(&back);
}

int main(void)
{
    struct qn_env_options options = QN_ENV_OPTIONS_INIT;
    struct qn_env *env = qn_env_new(&options);
    struct qn_ctx *ctx = env ? qn_ctx_new(env) : NULL;
    struct qn_buf text = QN_BUF_INIT;
    int i;

    must(ctx != NULL, "context");
    for (i = 0; i < 2000; i++)
        must(!qn_buf_printf(ctx, &text, "line %d of a text\n", i * 7 % 1000),
             "text");
    try_hashes(ctx);
    try_codecs(ctx, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    qn_ctx_free(ctx);
    qn_env_release(env);
    puts("ok");
    return 0;
}
