/* SPDX-License-Identifier: MIT */
/* What both formats and both hashes must answer alike. */
#include "store.h"

#include <stdio.h>
#include <string.h>

int test_refs(void);

typedef void body_fn(struct qn_ctx *ctx, const struct cell *cell,
                     struct qn_refs *refs);

static void in_each_cell(body_fn *body)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(cells); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_refs *refs =
            open_store(ctx, &cells[i], unit_directory(), true);

        print_message("  %s\n", cells[i].name);
        body(ctx, &cells[i], refs);
        qn_refs_free(refs);
        unit_end(ctx);
    }
}

static void check_value(struct qn_ctx *ctx, const struct cell *cell,
                        struct qn_refs *refs, const char *name, uint32_t number)
{
    struct qn_id id = number_id(cell, number);
    struct qn_ref ref = QN_REF_INIT;
    bool found;

    unit_assert_ok(ctx, qn_refs_resolve(ctx, refs, name, &ref, &found));
    assert_int_equal(found, number != 0);
    if (number)
        assert_true(qn_id_is_equal(&ref.id, &id));
    qn_ref_dispose(&ref);
}

static enum qn_status append_name(struct qn_ctx *ctx, void *data,
                                  const struct qn_ref *ref)
{
    return qn_buf_printf(ctx, data, "%s%s%s\n", qn_buf_string(&ref->name),
                         ref->is_symbolic ? " -> " : "",
                         qn_buf_string(&ref->target));
}

static void check_names(struct qn_ctx *ctx, struct qn_refs *refs,
                        const char *prefix, const char *names)
{
    struct qn_buf text = QN_BUF_INIT;

    unit_assert_ok(ctx, qn_refs_walk(ctx, refs, prefix, 0, append_name, &text));
    assert_string_equal(qn_buf_string(&text), names);
    qn_buf_dispose(&text);
}

static void check_failure(struct qn_ctx *ctx, enum qn_status got,
                          enum qn_status wanted, const char *part)
{
    unit_assert_status(ctx, got, wanted);
    if (!strstr(qn_ctx_message(ctx), part))
        fail_msg("'%s' has no '%s' in it", qn_ctx_message(ctx), part);
    qn_ctx_clear(ctx);
}

static void updates(struct qn_ctx *ctx, const struct cell *cell,
                    struct qn_refs *refs)
{
    struct qn_id none = number_id(cell, 0), one = number_id(cell, 1),
                 two = number_id(cell, 2);

    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/heads/a", &one, &none, "m"));
    check_value(ctx, cell, refs, "refs/heads/a", 1);
    check_failure(ctx, set_ref(ctx, refs, "refs/heads/a", &two, &none, ""),
                  QN_EXISTS, "reference already exists");
    check_failure(ctx, set_ref(ctx, refs, "refs/heads/a", &one, &two, ""),
                  QN_CHANGED, "but expected");
    check_failure(ctx, set_ref(ctx, refs, "refs/heads/b", &one, &two, ""),
                  QN_CHANGED, "unable to resolve reference");
    check_failure(ctx, set_ref(ctx, refs, "refs/heads/a..b", &one, NULL, ""),
                  QN_INVALID, "bad name");
    check_failure(ctx, set_ref(ctx, refs, "refs/heads/a/b", &one, NULL, ""),
                  QN_CONFLICT, "'refs/heads/a' exists");
    check_failure(ctx, set_ref(ctx, refs, "refs/heads", &one, NULL, ""),
                  QN_CONFLICT, "'refs/heads/a' exists");
    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/heads/a", &two, &one, ""));
    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/heads/a", &none, &two, ""));
    check_value(ctx, cell, refs, "refs/heads/a", 0);
    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/heads/a/b", &one, NULL, ""));
    check_names(ctx, refs, "", "refs/heads/a/b\n");
}

static enum qn_status append_entry(struct qn_ctx *ctx, void *data,
                                   const struct qn_reflog_entry *entry)
{
    return qn_buf_printf(ctx, data, "%d>%d %.*s|%.*s\n",
                         entry->old_id.bytes[17], entry->new_id.bytes[17],
                         QN_BYTES_ARG(entry->ident),
                         QN_BYTES_ARG(entry->message));
}

static void check_log(struct qn_ctx *ctx, struct qn_refs *refs,
                      const char *name, bool newest_first, const char *lines)
{
    struct qn_buf text = QN_BUF_INIT;

    unit_assert_ok(ctx, qn_reflog_walk(ctx, refs, name, newest_first,
                                       append_entry, &text));
    assert_string_equal(qn_buf_string(&text), lines);
    qn_buf_dispose(&text);
}

static bool keep_second(void *data, const struct qn_reflog_entry *entry)
{
    (void)entry;
    return ++*(int *)data == 2;
}

static void logs(struct qn_ctx *ctx, const struct cell *cell,
                 struct qn_refs *refs)
{
    struct qn_id one = number_id(cell, 1), two = number_id(cell, 2);
    struct qn_ref_transaction *transaction = NULL;
    bool exists;
    int seen = 0;

    unit_assert_ok(ctx, qn_ref_transaction_new(ctx, refs, &transaction));
    unit_assert_ok(ctx, qn_ref_transaction_symbolic(
                            ctx, transaction, "HEAD", "refs/heads/main", NULL,
                            NULL, QN_REF_NO_DEREF, "start"));
    unit_assert_ok(ctx, qn_ref_transaction_commit(ctx, transaction, &writer));
    qn_ref_transaction_free(transaction);
    unit_assert_ok(ctx, set_ref(ctx, refs, "HEAD", &one, NULL, " one \n two"));
    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/heads/main", &two, &one, ""));
    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/heads/main", &two, &two, "n"));
    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/tags/t", &one, NULL, "t"));
    check_log(ctx, refs, "refs/heads/main", false,
              "0>1 C O Mitter <c@x>|one two\n1>2 C O Mitter <c@x>|\n");
    check_log(ctx, refs, "HEAD", true,
              "2>2 C O Mitter <c@x>|n\n1>2 C O Mitter <c@x>|\n"
              "0>1 C O Mitter <c@x>|one two\n");
    unit_assert_ok(ctx, qn_reflog_exists(ctx, refs, "refs/tags/t", &exists));
    assert_false(exists);
    unit_assert_ok(ctx, qn_reflog_expire(ctx, refs, "refs/heads/main",
                                         QN_REFLOG_EXPIRE_REWRITE, keep_second,
                                         &seen));
    check_log(ctx, refs, "refs/heads/main", false, "0>2 C O Mitter <c@x>|\n");
    seen = 5;
    unit_assert_ok(ctx, qn_reflog_expire(ctx, refs, "refs/heads/main", 0,
                                         keep_second, &seen));
    check_log(ctx, refs, "refs/heads/main", false, "");
    unit_assert_ok(ctx,
                   qn_reflog_exists(ctx, refs, "refs/heads/main", &exists));
    assert_true(exists);
    unit_assert_ok(ctx, qn_reflog_delete(ctx, refs, "refs/heads/main"));
    unit_assert_ok(ctx,
                   qn_reflog_exists(ctx, refs, "refs/heads/main", &exists));
    assert_false(exists);
}

static enum qn_status move(struct qn_ctx *ctx, struct qn_refs *refs,
                           const char *from, const char *to, bool is_copy,
                           const char *message)
{
    const struct qn_refs_rename_options options = {.from = from,
                                                   .to = to,
                                                   .is_copy = is_copy,
                                                   .writer = &writer,
                                                   .message = message};

    return qn_refs_rename(ctx, refs, &options);
}

static void packs_and_renames(struct qn_ctx *ctx, const struct cell *cell,
                              struct qn_refs *refs)
{
    struct qn_id one = number_id(cell, 1), none = number_id(cell, 0);
    char name[32];
    const struct qn_refs_pack_options pack = {.all = true, .prune = true};
    int i;

    for (i = 0; i < 40; i++) {
        snprintf(name, sizeof(name), "refs/heads/b%02d", i);
        unit_assert_ok(ctx, set_ref(ctx, refs, name, &one, NULL, "made"));
    }
    unit_assert_ok(ctx, qn_refs_pack(ctx, refs, &pack));
    check_value(ctx, cell, refs, "refs/heads/b39", 1);
    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/heads/b07", &none, &one, ""));
    check_value(ctx, cell, refs, "refs/heads/b07", 0);
    check_value(ctx, cell, refs, "refs/heads/b08", 1);
    unit_assert_ok(ctx, move(ctx, refs, "refs/heads/b08", "refs/heads/b08/x",
                             false, "moved"));
    unit_assert_ok(ctx, move(ctx, refs, "refs/heads/b08/x", "refs/heads/z",
                             true, "copied"));
    check_names(ctx, refs, "refs/heads/b0",
                "refs/heads/b00\nrefs/heads/b01\nrefs/heads/b02\n"
                "refs/heads/b03\nrefs/heads/b04\nrefs/heads/b05\n"
                "refs/heads/b06\nrefs/heads/b08/x\nrefs/heads/b09\n");
    check_value(ctx, cell, refs, "refs/heads/z", 1);
    check_failure(
        ctx, move(ctx, refs, "refs/heads/nope", "refs/heads/y", false, "no"),
        QN_NOT_FOUND, "not found");
}

static void transactions(struct qn_ctx *ctx, const struct cell *cell,
                         struct qn_refs *refs)
{
    struct qn_id one = number_id(cell, 1), two = number_id(cell, 2);
    struct qn_ref_transaction *transaction = NULL;

    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/heads/m", &one, NULL, ""));
    /* All or nothing, as long as nothing was committed. */
    unit_assert_ok(ctx, qn_ref_transaction_new(ctx, refs, &transaction));
    unit_assert_ok(ctx,
                   qn_ref_transaction_update(ctx, transaction, "refs/heads/n",
                                             &one, NULL, 0, ""));
    unit_assert_ok(ctx,
                   qn_ref_transaction_update(ctx, transaction, "refs/heads/m",
                                             &two, &two, 0, ""));
    check_failure(ctx, qn_ref_transaction_commit(ctx, transaction, &writer),
                  QN_CHANGED, "but expected");
    qn_ref_transaction_free(transaction);
    check_names(ctx, refs, "", "refs/heads/m\n");
    /* With rejections the good ones go through. */
    unit_assert_ok(ctx, qn_ref_transaction_new(ctx, refs, &transaction));
    qn_ref_transaction_allow_rejections(transaction);
    unit_assert_ok(ctx,
                   qn_ref_transaction_update(ctx, transaction, "refs/heads/n",
                                             &one, NULL, 0, ""));
    unit_assert_ok(ctx,
                   qn_ref_transaction_update(ctx, transaction, "refs/heads/m",
                                             &two, &two, 0, ""));
    unit_assert_ok(ctx, qn_ref_transaction_commit(ctx, transaction, &writer));
    assert_int_equal(qn_ref_transaction_rejection_count(transaction), 1);
    assert_string_equal(qn_ref_transaction_rejection(transaction, 0)->reason,
                        "incorrect old value provided");
    qn_ref_transaction_free(transaction);
    check_names(ctx, refs, "", "refs/heads/m\nrefs/heads/n\n");
    /* A prepared one that is given up leaves no locks. */
    unit_assert_ok(ctx, qn_ref_transaction_new(ctx, refs, &transaction));
    unit_assert_ok(ctx,
                   qn_ref_transaction_update(ctx, transaction, "refs/heads/m",
                                             &two, &one, 0, ""));
    unit_assert_ok(ctx, qn_ref_transaction_prepare(ctx, transaction));
    qn_ref_transaction_free(transaction);
    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/heads/m", &two, &one, ""));
}

static void follows(struct qn_ctx *ctx, const struct cell *cell,
                    struct qn_refs *refs)
{
    struct qn_id one = number_id(cell, 1), two = number_id(cell, 2);
    struct qn_ref_transaction *transaction = NULL;
    struct qn_ref ref = QN_REF_INIT;
    char name[32], target[32] = "refs/heads/end";
    bool found;
    int i;

    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/heads/end", &one, NULL, ""));
    for (i = 1; i <= 6; i++) {
        snprintf(name, sizeof(name), "refs/s/%d", i);
        unit_assert_ok(ctx, qn_ref_transaction_new(ctx, refs, &transaction));
        unit_assert_ok(ctx, qn_ref_transaction_symbolic(ctx, transaction, name,
                                                        target, NULL, NULL,
                                                        QN_REF_NO_DEREF, NULL));
        unit_assert_ok(ctx,
                       qn_ref_transaction_commit(ctx, transaction, &writer));
        qn_ref_transaction_free(transaction);
        memcpy(target, name, sizeof(name));
    }
    unit_assert_ok(ctx, qn_refs_resolve(ctx, refs, "refs/s/4", &ref, &found));
    assert_true(found);
    assert_string_equal(qn_buf_string(&ref.name), "refs/heads/end");
    unit_assert_ok(ctx, qn_refs_resolve(ctx, refs, "refs/s/5", &ref, &found));
    assert_true(ref.is_broken);
    qn_ref_dispose(&ref);
    unit_assert_ok(ctx, set_ref(ctx, refs, "refs/s/4", &two, &one, ""));
    check_value(ctx, cell, refs, "refs/heads/end", 2);
    check_names(ctx, refs, "refs/s/1", "refs/s/1 -> refs/heads/end\n");
}

#define IN_EACH_CELL(body)                                                     \
    static void body##_in_each_cell(void **state)                              \
    {                                                                          \
        (void)state;                                                           \
        in_each_cell(body);                                                    \
    }
IN_EACH_CELL(updates)
IN_EACH_CELL(logs)
IN_EACH_CELL(packs_and_renames)
IN_EACH_CELL(transactions)
IN_EACH_CELL(follows)

int test_refs(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(updates_in_each_cell),
        cmocka_unit_test(logs_in_each_cell),
        cmocka_unit_test(packs_and_renames_in_each_cell),
        cmocka_unit_test(transactions_in_each_cell),
        cmocka_unit_test(follows_in_each_cell),
    };

    return cmocka_run_group_tests_name("refs", tests, NULL, NULL);
}
