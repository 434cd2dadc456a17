/* SPDX-License-Identifier: MIT */
/* Texts that say what is where: refspecs, FETCH_HEAD, shallow, grafts, kept
 * passwords. The first byte says which; some came from the other side. */
#include "fuzz_repository.h"

#include "base/memory.h"
#include "operation/part/fetch_pack.h"
#include "operation/part/merge_message.h"
#include "program/credential_file.h"
#include "text/ref_name.h"
#include "text/refspec.h"
#include "walk/grafts.h"

/* Both stars stand for all below a directory. */
static bool is_of_parts(const struct qn_refspec *spec)
{
    return spec->source && spec->destination &&
           qn_bytes_has_suffix(qn_bytes_from_string(spec->source), "/*") &&
           qn_bytes_has_suffix(qn_bytes_from_string(spec->destination), "/*");
}

static void refspecs(struct qn_ctx *ctx, struct qn_bytes text,
                     enum qn_refspec_use use)
{
    static const char *const names[] = {"refs/heads/main", "HEAD", "refs/x/y-z",
                                        "refs/tags/v1", ""};
    struct qn_buf out = QN_BUF_INIT;
    struct qn_bytes line;
    size_t i;

    while (qn_bytes_next(&text, '\n', &line)) {
        struct qn_refspec spec = QN_REFSPEC_INIT;
        char *word = qn_memory_string(ctx, line);

        fuzz_check(word != NULL);
        if (qn_refspec_parse(ctx, word, use, &spec) == QN_OK) {
            fuzz_check(strcmp(spec.text, word) == 0);
            fuzz_check(!spec.is_negative || !spec.destination);
            for (i = 0; i < QN_COUNT_OF(names); i++) {
                bool matched = false;

                qn_buf_clear(&out);
                fuzz_ignore(qn_refspec_map(ctx, &spec,
                                           qn_bytes_from_string(names[i]), &out,
                                           &matched));
                qn_ctx_clear(ctx);
                /* A pattern of whole parts makes good names of good names. */
                fuzz_check(!matched || !is_of_parts(&spec) ||
                           !spec.is_pattern || spec.is_negative || i == 4 ||
                           use != QN_REFSPEC_FETCH || out.size == 0 ||
                           qn_ref_name_is_valid(qn_buf_bytes(&out),
                                                QN_REF_NAME_ONE_LEVEL));
                qn_buf_clear(&out);
                fuzz_ignore(qn_refspec_map_back(ctx, &spec,
                                                qn_bytes_from_string(names[i]),
                                                &out, &matched));
                qn_ctx_clear(ctx);
            }
        }
        qn_refspec_dispose(&spec);
        qn_memory_free(word);
        qn_ctx_clear(ctx);
    }
    qn_buf_dispose(&out);
}

static void fetch_head(struct qn_ctx *ctx, struct qn_bytes text)
{
    struct qn_merge_message_options options = {.log_size = 5,
                                               .has_title = true,
                                               .into = "main",
                                               .credits = true,
                                               .comment = "#"};
    struct qn_merge_heads heads = {NULL, 0, 0};
    struct qn_buf out = QN_BUF_INIT;
    struct fuzz_repository r;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_buf whole = QN_BUF_INIT;

    fuzz_repository_open(ctx, &r, true);
    options.head = &r.commits[0];
    /* What is there is named, so that lines mean something. */
    fuzz_check(qn_buf_printf(ctx, &whole, "%s\t",
                             qn_id_to_hex(&r.commits[1], hex)) == QN_OK);
    fuzz_check(qn_buf_append_bytes(ctx, &whole, text) == QN_OK);
    if (qn_merge_heads_add_list(ctx, &r.scope, &heads, qn_buf_bytes(&whole)) ==
            QN_OK &&
        heads.count > 0)
        fuzz_ignore(
            qn_merge_message_append(ctx, &r.scope, &heads, &options, &out));
    qn_merge_heads_dispose(&heads);
    qn_buf_dispose(&whole);
    qn_buf_dispose(&out);
    fuzz_repository_close(ctx, &r);
}

static void shallow(struct qn_ctx *ctx, struct qn_bytes text)
{
    struct qn_id_list ids = {NULL, 0, 0}, again = ids, none = ids;
    struct fuzz_repository r;
    char path[128];
    bool changed;

    fuzz_repository_open(ctx, &r, true);
    snprintf(path, sizeof(path), "%s/shallow", r.path);
    fuzz_write_file(path, text.data, text.size);
    if (qn_shallow_file_read(ctx, r.repo, &ids) == QN_OK) {
        fuzz_check(ids.count <= text.size / 40 + 1);
        fuzz_check(qn_shallow_file_update(ctx, r.repo, &ids, &none, &changed) ==
                   QN_OK);
        fuzz_check(qn_shallow_file_read(ctx, r.repo, &again) == QN_OK);
        fuzz_check(again.count <= ids.count);
        fuzz_check(qn_shallow_file_update(ctx, r.repo, &none, &again,
                                          &changed) == QN_OK);
        fuzz_check(ids.count == 0 || !qn_file_exists(path));
    }
    qn_id_list_dispose(&ids);
    qn_id_list_dispose(&again);
    qn_id_list_dispose(&none);
    fuzz_repository_close(ctx, &r);
}

static void grafts(struct qn_ctx *ctx, struct qn_bytes text)
{
    struct qn_grafts all;

    qn_grafts_init(&all, QN_HASH_SHA1);
    fuzz_ignore(qn_grafts_add_text(ctx, &all, text));
    qn_grafts_dispose(&all);
}

static void passwords(struct qn_ctx *ctx, struct qn_bytes text)
{
    char path[96];
    const char *paths[2] = {path, NULL};
    struct qn_credential_files files = {paths, 0};
    struct qn_credential want, found;
    bool is_there = false;

    snprintf(path, sizeof(path), "%s/quoin-fuzz-kept-%ld", fuzz_place(),
             (long)getpid());
    fuzz_write_file(path, text.data, text.size);
    qn_credential_init(&want);
    qn_credential_init(&found);
    fuzz_check(qn_credential_from_url(ctx, &want, "https://u:p@h/x") == QN_OK);
    fuzz_check(qn_credential_from_url(ctx, &found, "https://h/x") == QN_OK);
    fuzz_ignore(qn_credential_file_get(ctx, &files, &found, &is_there));
    qn_ctx_clear(ctx);
    fuzz_ignore(qn_credential_file_store(ctx, &files, &want));
    qn_ctx_clear(ctx);
    fuzz_ignore(qn_credential_file_erase(ctx, &files, &want));
    qn_credential_dispose(&want);
    qn_credential_dispose(&found);
    unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_bytes rest =
        size > 0 ? qn_bytes_make(data + 1, size - 1) : QN_BYTES_NONE;

    switch (size > 0 ? data[0] % 6 : 0) {
    case 0:
        refspecs(ctx, rest, QN_REFSPEC_FETCH);
        break;
    case 1:
        refspecs(ctx, rest, QN_REFSPEC_PUSH);
        break;
    case 2:
        fetch_head(ctx, rest);
        break;
    case 3:
        shallow(ctx, rest);
        break;
    case 4:
        grafts(ctx, rest);
        break;
    default:
        passwords(ctx, rest);
    }
    fuzz_end(ctx);
    return 0;
}
