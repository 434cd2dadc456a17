/* SPDX-License-Identifier: MIT */
/* What objects are made of, with each allocation failing in turn. */
#include "unit.h"

#include "object/check.h"
#include "object/commit.h"
#include "object/tree.h"

int test_object_no_memory(void);

#define TREE "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
#define WHO  "A U Thor <a@example.com> 1112911993 -0700\n"
#define TEXT                                                                   \
    TREE "author " WHO "committer " WHO                                        \
         "gpgsig one\n two\n \n three\nencoding latin1\n\nsubject\n"

static bool accept(struct qn_ctx *ctx, void *data, const char *name,
                   enum qn_check_severity severity, const char *message)
{
    (void)ctx;
    (void)data;
    (void)name;
    (void)message;
    return severity >= QN_CHECK_ERROR;
}

static enum qn_status make_and_check(struct qn_ctx *ctx, void *data)
{
    const struct qn_check check = {
        .algorithm = QN_HASH_SHA1, .is_strict = true, .found = accept};
    struct qn_buf value = QN_BUF_INIT, tree = QN_BUF_INIT;
    struct qn_commit commit;
    struct qn_id id;
    bool found, is_sound;
    enum qn_status status;

    (void)data;
    qn_id_clear(&id, QN_HASH_SHA1);
    id.bytes[0] = 1;
    status = qn_commit_parse(ctx, QN_BYTES(TEXT), QN_HASH_SHA1, &commit);
    if (!status)
        status = qn_commit_header(ctx, &commit, "gpgsig", &value, &found);
    if (!status)
        status =
            qn_tree_append(ctx, &tree, QN_MODE_FILE, QN_BYTES("a file"), &id);
    if (!status)
        status =
            qn_tree_append(ctx, &tree, QN_MODE_TREE, QN_BYTES(".GIT"), &id);
    if (!status)
        status = qn_check_object(ctx, &check, QN_OBJECT_COMMIT, QN_BYTES(TEXT),
                                 &is_sound);
    if (!status)
        status = qn_check_object(ctx, &check, QN_OBJECT_TREE,
                                 qn_buf_bytes(&tree), &is_sound);
    qn_buf_dispose(&value);
    qn_buf_dispose(&tree);
    return status;
}

static void makes_and_checks(void **state)
{
    (void)state;
    unit_each_allocation(make_and_check, NULL);
}

int test_object_no_memory(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_and_checks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
