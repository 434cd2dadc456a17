/* SPDX-License-Identifier: MIT */
/* Objects checked as fsck does, under what was configured.
 *
 *   type (2 bits), strict (4), what it is called in a tree (bits 3, 4)
 *   length of the configuration (1): "name=severity ..." and a skip list behind
 *   a NUL;  the object */
#include "fuzz_repository.h"

#include "hash/hash.h"
#include "operation/part/object_checker.h"

static void found(struct qn_ctx *ctx, void *data,
                  const struct qn_object_finding *finding)
{
    struct qn_buf text = QN_BUF_INIT;

    fuzz_check(finding->severity != QN_CHECK_IGNORE);
    fuzz_check(qn_check_ordinal(finding->name) < QN_CHECK_POLICY_COUNT);
    fuzz_check(qn_object_checker_text(ctx, finding, &text) == QN_OK);
    qn_buf_dispose(&text);
    ++*(size_t *)data;
}

static void broken(struct qn_ctx *ctx, void *data, uint64_t order,
                   const char *message)
{
    (void)ctx;
    (void)order;
    fuzz_check(*message != '\0');
    ++*(size_t *)data;
}

static void configure(struct qn_ctx *ctx, struct qn_check_policy *policy,
                      struct qn_bytes text)
{
    struct qn_buf words = QN_BUF_INIT;
    const uint8_t *end = text.size ? memchr(text.data, 0, text.size) : NULL;
    size_t size = end ? (size_t)(end - text.data) : text.size;

    fuzz_check(qn_buf_append_bytes(ctx, &words, qn_bytes_first(text, size)) ==
               QN_OK);
    /* A skip list is a file: none is read. */
    if (!strstr(qn_buf_string(&words), "kip"))
        fuzz_ignore(
            qn_object_checker_parse(ctx, policy, qn_buf_string(&words)));
    qn_ctx_clear(ctx);
    fuzz_ignore(qn_check_policy_skip(ctx, policy, qn_bytes_from(text, size)));
    qn_ctx_clear(ctx);
    qn_buf_dispose(&words);
}

static void check(struct qn_ctx *ctx, const struct fuzz_repository *r,
                  const struct qn_object_checker_options *options,
                  uint8_t flags, struct qn_bytes content)
{
    static const char *const names[] = {"file", ".gitmodules", ".gitattributes",
                                        ".GITMOD~1"};
    struct qn_object_checker *checker = NULL;
    struct qn_buf tree = QN_BUF_INIT;
    struct qn_id id, root;
    bool is_sound;

    fuzz_check(qn_object_checker_new(ctx, options, &checker) == QN_OK);
    if (qn_hash_object(ctx, QN_HASH_SHA1, qn_object_type_name(flags % 4 + 1),
                       content, &id) == QN_OK &&
        qn_odb_write(ctx, r->odb, (enum qn_object_type)(flags % 4 + 1), content,
                     &id) == QN_OK) {
        fuzz_check(qn_tree_append(ctx, &tree, QN_MODE_FILE,
                                  qn_bytes_from_string(names[flags >> 3 & 3]),
                                  &id) == QN_OK);
        fuzz_check(qn_hash_object(ctx, QN_HASH_SHA1,
                                  qn_object_type_name(QN_OBJECT_TREE),
                                  qn_buf_bytes(&tree), &root) == QN_OK);
        fuzz_ignore(qn_object_checker_look(ctx, checker, &root, QN_OBJECT_TREE,
                                           qn_buf_bytes(&tree), 1, &is_sound));
        fuzz_ignore(qn_object_checker_look(ctx, checker, &id,
                                           (enum qn_object_type)(flags % 4 + 1),
                                           content, 2, &is_sound));
        qn_ctx_clear(ctx);
        fuzz_ignore(qn_object_checker_finish(ctx, checker, r->odb, &is_sound));
    }
    qn_ctx_clear(ctx);
    qn_buf_dispose(&tree);
    qn_object_checker_free(checker);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_object_checker_options options = {
        .algorithm = QN_HASH_SHA1, .found = found, .broken = broken};
    struct qn_check_policy policy;
    struct fuzz_repository r;
    struct qn_bytes in = qn_bytes_make(data, size);
    struct qn_ctx *ctx;
    size_t told = 0, length;

    if (size < 2)
        return 0;
    ctx = fuzz_begin();
    fuzz_repository_open(ctx, &r, false);
    qn_check_policy_init(&policy, QN_HASH_SHA1);
    policy.is_strict = data[0] & 4;
    length = data[1];
    in = qn_bytes_from(in, 2);
    if (length > in.size)
        length = in.size;
    configure(ctx, &policy, qn_bytes_first(in, length));
    options.policy = &policy;
    options.data = &told;
    check(ctx, &r, &options, data[0], qn_bytes_from(in, length));
    qn_check_policy_dispose(&policy);
    fuzz_repository_close(ctx, &r);
    fuzz_end(ctx);
    return 0;
}
