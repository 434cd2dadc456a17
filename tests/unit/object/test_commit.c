/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "object/commit.h"

int test_commit(void);

#define TREE   "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
#define PARENT "parent 1234567890123456789012345678901234567890\n"
#define WHO    "A U Thor <a@example.com> 1112911993 -0700\n"

static void parses_every_part(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_buf value = QN_BUF_INIT;
    struct qn_commit commit;
    struct qn_id id;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    bool found;

    (void)state;
    unit_assert_ok(
        ctx, qn_commit_parse(ctx,
                             QN_BYTES(TREE PARENT PARENT
                                      "author " WHO "committer " WHO
                                      "gpgsig one\n two\n \n"
                                      " three\nencoding latin1\n\nsubject\n"),
                             QN_HASH_SHA1, &commit));
    assert_int_equal(commit.parent_count, 2);
    qn_commit_parent(&commit, 1, &id);
    assert_string_equal(qn_id_to_hex(&id, hex),
                        "1234567890123456789012345678901234567890");
    assert_true(qn_bytes_has_suffix(commit.author, "-0700"));
    assert_int_equal(commit.committer_time, 1112911993);
    assert_true(qn_bytes_is_string(commit.encoding, "latin1"));
    assert_true(qn_bytes_is_string(commit.message, "subject\n"));
    unit_assert_ok(ctx,
                   qn_commit_header(ctx, &commit, "gpgsig", &value, &found));
    assert_true(found);
    assert_string_equal(qn_buf_string(&value), "one\ntwo\n\nthree");
    unit_assert_ok(ctx, qn_commit_header(ctx, &commit, "gpg", &value, &found));
    assert_false(found);
    qn_buf_dispose(&value);
    unit_end(ctx);
}

static void is_strict_and_lenient_as_git(void **state)
{
    static const struct {
        struct qn_bytes text;
        enum qn_status status;
        int64_t seconds;
    } rows[] = {
        {{(const uint8_t *)"", 0}, QN_CORRUPT, 0},
        {{(const uint8_t *)"tree 4b825dc6\n", 14}, QN_CORRUPT, 0},
        {{(const uint8_t *)TREE "parent 12\n", 56}, QN_CORRUPT, 0},
        {{(const uint8_t *)TREE, 46}, QN_OK, 0},
        {{(const uint8_t *)TREE "author x\ncommitter y\n", 67}, QN_OK, 0},
        {{(const uint8_t *)TREE "author x\ncommitter y> 12\n\n", 72},
         QN_OK,
         12},
    };
    size_t i;

    (void)state;
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_ctx *ctx = unit_begin();
        struct qn_commit commit;

        unit_assert_status(
            ctx, qn_commit_parse(ctx, rows[i].text, QN_HASH_SHA1, &commit),
            rows[i].status);
        if (rows[i].status == QN_OK)
            assert_int_equal(commit.committer_time, rows[i].seconds);
        else
            assert_string_not_equal(qn_ctx_message(ctx), "");
        unit_end(ctx);
    }
}

static void splits_idents(void **state)
{
    struct qn_ident ident;

    (void)state;
    assert_true(qn_ident_parse(QN_BYTES("A B <c@d> 12 +0130"), &ident));
    assert_true(qn_bytes_is_string(ident.name, "A B"));
    assert_true(qn_bytes_is_string(ident.mail, "c@d"));
    assert_true(ident.has_date);
    assert_int_equal(ident.seconds, 12);
    assert_int_equal(ident.zone, 130);
    assert_true(qn_ident_parse(QN_BYTES("<> 7 -0000"), &ident));
    assert_int_equal(ident.name.size, 0);
    assert_int_equal(ident.mail.size, 0);
    assert_true(ident.has_date);
    assert_true(qn_ident_parse(QN_BYTES("A <b>"), &ident));
    assert_false(ident.has_date);
    assert_true(qn_ident_parse(QN_BYTES("A <b> 12"), &ident));
    assert_false(ident.has_date);
    assert_false(qn_ident_parse(QN_BYTES("A b 12 +0000"), &ident));
    assert_false(qn_ident_parse(QN_BYTES("A <b"), &ident));
}

static void parses_tags(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_tag tag;

    (void)state;
    unit_assert_ok(
        ctx, qn_tag_parse(
                 ctx,
                 QN_BYTES("object 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
                          "type tree\ntag v1\ntagger " WHO "\nhello\n"),
                 QN_HASH_SHA1, &tag));
    assert_true(qn_bytes_is_string(tag.type, "tree"));
    assert_true(qn_bytes_is_string(tag.name, "v1"));
    assert_true(qn_bytes_is_string(tag.message, "hello\n"));
    assert_true(qn_bytes_has_prefix(tag.tagger, "A U Thor"));
    unit_assert_status(
        ctx,
        qn_tag_parse(
            ctx,
            QN_BYTES("object 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
                     "type horse\ntag v1\n\n"),
            QN_HASH_SHA1, &tag),
        QN_CORRUPT);
    assert_string_equal(qn_ctx_message(ctx), "unknown tag type 'horse'");
    unit_assert_status(
        ctx, qn_tag_parse(ctx, QN_BYTES("object 12"), QN_HASH_SHA1, &tag),
        QN_CORRUPT);
    unit_end(ctx);
}

int test_commit(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses_every_part),
        cmocka_unit_test(is_strict_and_lenient_as_git),
        cmocka_unit_test(splits_idents),
        cmocka_unit_test(parses_tags),
    };

    return cmocka_run_group_tests_name("commit", tests, NULL, NULL);
}
