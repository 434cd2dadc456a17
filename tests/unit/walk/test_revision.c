/* SPDX-License-Identifier: MIT */
/* The revision grammar and its arguments, on a small history:
 *
 *   one -- two -- three (main, HEAD)     v1: a tag of two
 *      \-- side
 */
#include "unit.h"

#include "object/tree.h"
#include "repo/repo.h"
#include "walk/revision.h"
#include "walk/revision_args.h"

#include <stdio.h>
#include <string.h>

int test_revision(void);

static const char *const quiet[] = {"GIT_CONFIG_NOSYSTEM", "1",
                                    "GIT_CONFIG_GLOBAL", "", NULL};

enum { TREE, BLOB, ONE, TWO, THREE, SIDE, TAG, COUNT };

struct small {
    struct qn_repo *repo;
    struct qn_revision_scope scope;
    struct qn_id ids[COUNT];
};

static void write_object(struct qn_ctx *ctx, struct small *s, int which,
                         enum qn_object_type type, const char *text)
{
    unit_assert_ok(ctx,
                   qn_odb_write(ctx, s->scope.odb, type,
                                qn_bytes_from_string(text), &s->ids[which]));
}

static void write_commit(struct qn_ctx *ctx, struct small *s, int which,
                         int parent, const char *title, int time)
{
    char tree[QN_ID_MAX_HEX_SIZE + 1];
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    char line[128] = "";
    char text[1024];

    qn_id_to_hex(&s->ids[TREE], tree);
    if (parent >= 0)
        snprintf(line, sizeof(line), "parent %s\n",
                 qn_id_to_hex(&s->ids[parent], hex));
    snprintf(text, sizeof(text),
             "tree %s\n%sauthor A <a@b> %d +0000\n"
             "committer A <a@b> %d +0000\n\n%s\n",
             tree, line, time, time, title);
    write_object(ctx, s, which, QN_OBJECT_COMMIT, text);
}

static void set_ref(struct qn_ctx *ctx, struct small *s, const char *name,
                    int which)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_refs_writer writer = {"A <a@b> 1700000000 +0000"};

    unit_assert_ok(ctx,
                   qn_ref_transaction_new(ctx, s->scope.refs, &transaction));
    unit_assert_ok(ctx,
                   qn_ref_transaction_update(ctx, transaction, name,
                                             &s->ids[which], NULL, 0, "made"));
    unit_assert_ok(ctx, qn_ref_transaction_commit(ctx, transaction, &writer));
    qn_ref_transaction_free(transaction);
}

static void begin(struct qn_ctx *ctx, struct small *s, uint32_t algorithm,
                  enum qn_refs_format format)
{
    struct qn_repo_create_options options = {0};
    struct qn_repo_open_options where = {0};
    struct qn_buf tree = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    char text[512];
    char top[300];
    char git[320];
    bool was_there;

    memset(s, 0, sizeof(*s));
    snprintf(top, sizeof(top), "%.200s/%u-%u", unit_directory(),
             (unsigned)algorithm, (unsigned)format);
    snprintf(git, sizeof(git), "%s/.git", top);
    options.git_directory = git;
    options.work_tree = top;
    options.algorithm = algorithm;
    options.refs_format = format;
    options.initial_branch = "main";
    unit_assert_ok(ctx, qn_repo_create(ctx, &options, &was_there));
    where.start = top;
    unit_assert_ok(ctx, qn_repo_open(ctx, &where, &s->repo));
    s->scope.repo = s->repo;
    unit_assert_ok(ctx, qn_repo_odb(ctx, s->repo, &s->scope.odb));
    unit_assert_ok(ctx, qn_repo_refs(ctx, s->repo, &s->scope.refs));
    write_object(ctx, s, BLOB, QN_OBJECT_BLOB, "content\n");
    unit_assert_ok(ctx, qn_tree_append(ctx, &tree, QN_MODE_FILE,
                                       QN_BYTES("file"), &s->ids[BLOB]));
    unit_assert_ok(ctx, qn_odb_write(ctx, s->scope.odb, QN_OBJECT_TREE,
                                     qn_buf_bytes(&tree), &s->ids[TREE]));
    qn_buf_dispose(&tree);
    write_commit(ctx, s, ONE, -1, "one", 1000);
    write_commit(ctx, s, TWO, ONE, "two", 2000);
    write_commit(ctx, s, THREE, TWO, "three", 3000);
    write_commit(ctx, s, SIDE, ONE, "side", 2500);
    snprintf(text, sizeof(text),
             "object %s\ntype commit\ntag v1\ntagger A <a@b> 2000 +0000\n\n"
             "A tag\n",
             qn_id_to_hex(&s->ids[TWO], hex));
    write_object(ctx, s, TAG, QN_OBJECT_TAG, text);
    set_ref(ctx, s, "refs/heads/main", TWO);
    set_ref(ctx, s, "refs/heads/main", THREE);
    set_ref(ctx, s, "refs/heads/side", SIDE);
    set_ref(ctx, s, "refs/tags/v1", TAG);
}

static void end(struct small *s)
{
    qn_refs_free(s->scope.refs);
    qn_odb_free(s->scope.odb);
    qn_repo_release(s->repo);
}

#define UNKNOWN (-1)

static void check_names(uint32_t algorithm, enum qn_refs_format format)
{
    static const struct {
        const char *text;
        int wanted;
    } rows[] = {{"HEAD", THREE},
                {"@", THREE},
                {"main", THREE},
                {"heads/main", THREE},
                {"refs/heads/side", SIDE},
                {"v1", TAG},
                {"v1^{}", TWO},
                {"v1^0", TWO},
                {"v1^{commit}", TWO},
                {"v1^{tree}", TREE},
                {"v1^{tag}", TAG},
                {"HEAD~", TWO},
                {"HEAD~2", ONE},
                {"HEAD^^", ONE},
                {"HEAD^1~1", ONE},
                {"HEAD~3", UNKNOWN},
                {"HEAD^2", UNKNOWN},
                {"HEAD^{tree}", TREE},
                {"HEAD^{nonsense}", UNKNOWN},
                {"HEAD:file", BLOB},
                {"HEAD:", TREE},
                {"HEAD:nothing", UNKNOWN},
                {":/two", TWO},
                {":/t[wx]o", TWO},
                {":/!-three", SIDE},
                {":/nothing", UNKNOWN},
                {"HEAD^{/one}", ONE},
                {"main@{0}", THREE},
                {"main@{1}", TWO},
                {"@{1}", TWO},
                {"nothing", UNKNOWN},
                {"", UNKNOWN},
                {"HEAD^{", UNKNOWN},
                {"^", UNKNOWN},
                {"HEAD~99999999999999999999", UNKNOWN}};
    struct qn_ctx *ctx = unit_begin_with(quiet);
    struct small s;
    size_t i;

    begin(ctx, &s, algorithm, format);
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_revision revision = QN_REVISION_INIT;
        enum qn_status status =
            qn_revision_parse(ctx, &s.scope, rows[i].text, &revision);

        if (rows[i].wanted == UNKNOWN) {
            if (status != QN_NOT_FOUND)
                print_error("%s: status %d\n", rows[i].text, (int)status);
            assert_int_equal(status, QN_NOT_FOUND);
            assert_string_not_equal(qn_ctx_message(ctx), "");
            qn_ctx_clear(ctx);
        } else {
            unit_assert_ok(ctx, status);
            if (!qn_id_is_equal(&revision.id, &s.ids[rows[i].wanted]))
                print_error("%s is something else\n", rows[i].text);
            assert_true(qn_id_is_equal(&revision.id, &s.ids[rows[i].wanted]));
        }
        qn_revision_dispose(&revision);
    }
    end(&s);
    unit_end(ctx);
}

static void names_are_found(void **state)
{
    (void)state;
    check_names(QN_HASH_SHA1, QN_REFS_FILES);
    check_names(QN_HASH_SHA256, QN_REFS_FILES);
    check_names(QN_HASH_SHA1, QN_REFS_REFTABLE);
    check_names(QN_HASH_SHA256, QN_REFS_REFTABLE);
}

static void short_ids(void **state)
{
    struct qn_ctx *ctx = unit_begin_with(quiet);
    struct small s;
    int i;

    (void)state;
    begin(ctx, &s, QN_HASH_SHA1, QN_REFS_FILES);
    for (i = 0; i < COUNT; i++) {
        struct qn_revision revision = QN_REVISION_INIT;
        char hex[QN_ID_MAX_HEX_SIZE + 1];
        char described[64];

        qn_id_to_hex(&s.ids[i], hex);
        hex[12] = '\0';
        unit_assert_ok(ctx, qn_revision_parse(ctx, &s.scope, hex, &revision));
        assert_true(qn_id_is_equal(&revision.id, &s.ids[i]));
        hex[3] = '\0';
        unit_assert_status(ctx,
                           qn_revision_parse(ctx, &s.scope, hex, &revision),
                           QN_NOT_FOUND);
        qn_ctx_clear(ctx);
        qn_id_to_hex(&s.ids[THREE], hex);
        snprintf(described, sizeof(described), "v1-1-g%.10s", hex);
        unit_assert_ok(ctx,
                       qn_revision_parse(ctx, &s.scope, described, &revision));
        assert_true(qn_id_is_equal(&revision.id, &s.ids[THREE]));
        qn_revision_dispose(&revision);
    }
    end(&s);
    unit_end(ctx);
}

struct tip {
    int which;
    unsigned flags;
};

static void ranges_become_tips(void **state)
{
    static const struct {
        const char *words[4];
        struct tip tips[4];
        size_t count;
    } rows[] = {
        {{"main..side"},
         {{THREE, QN_WALK_UNINTERESTING | QN_WALK_BOTTOM}, {SIDE, 0}},
         2},
        {{"..side"},
         {{THREE, QN_WALK_UNINTERESTING | QN_WALK_BOTTOM}, {SIDE, 0}},
         2},
        {{"main...side"},
         {{ONE, QN_WALK_UNINTERESTING | QN_WALK_BOTTOM},
          {THREE, QN_WALK_LEFT},
          {SIDE, 0}},
         3},
        {{"^v1", "main"},
         {{TAG, QN_WALK_UNINTERESTING | QN_WALK_BOTTOM}, {THREE, 0}},
         2},
        {{"main^@"}, {{TWO, 0}}, 1},
        {{"main^!"},
         {{TWO, QN_WALK_UNINTERESTING | QN_WALK_BOTTOM}, {THREE, 0}},
         2},
        {{"main^-"},
         {{TWO, QN_WALK_UNINTERESTING | QN_WALK_BOTTOM}, {THREE, 0}},
         2},
        {{"--branches"}, {{THREE, 0}, {SIDE, 0}}, 2},
        {{"--exclude=s*", "--branches"}, {{THREE, 0}}, 1},
        {{"--glob=heads/s*"}, {{SIDE, 0}}, 1},
        {{"side", "--not", "--tags"},
         {{SIDE, 0}, {TAG, QN_WALK_UNINTERESTING | QN_WALK_BOTTOM}},
         2},
        {{"-n", "3"}, {{THREE, 0}}, 1}, /* the default */
    };
    struct qn_ctx *ctx = unit_begin_with(quiet);
    struct small s;
    size_t i;
    size_t j;

    (void)state;
    begin(ctx, &s, QN_HASH_SHA1, QN_REFS_FILES);
    for (i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_revision_args args;
        size_t count = 0;

        while (count < 4 && rows[i].words[count])
            count++;
        qn_revision_args_init(&args);
        args.default_name = "HEAD";
        args.has_dashdash = true;
        unit_assert_ok(ctx, qn_revision_args_parse(ctx, &s.scope, &args,
                                                   rows[i].words, count, NULL,
                                                   NULL));
        if (args.count != rows[i].count)
            print_error("%s\n", rows[i].words[0]);
        assert_int_equal(args.count, rows[i].count);
        for (j = 0; j < args.count; j++) {
            assert_true(qn_id_is_equal(&args.tips[j].id,
                                       &s.ids[rows[i].tips[j].which]));
            assert_int_equal(args.tips[j].flags, rows[i].tips[j].flags);
        }
        qn_revision_args_dispose(&args);
    }
    end(&s);
    unit_end(ctx);
}

static void options_are_read(void **state)
{
    static const char *const words[] = {
        "--topo-order", "--reverse", "-5",   "--skip=2", "--grep", "x",
        "--author=y",   "--merges",  "main", "--",       "file"};
    static const char *const wrong[] = {"--nonsense"};
    struct qn_ctx *ctx = unit_begin_with(quiet);
    struct qn_revision_args args;
    struct small s;

    (void)state;
    begin(ctx, &s, QN_HASH_SHA1, QN_REFS_FILES);
    qn_revision_args_init(&args);
    unit_assert_ok(ctx, qn_revision_args_parse(ctx, &s.scope, &args, words,
                                               QN_COUNT_OF(words), NULL, NULL));
    assert_int_equal(args.walk.order, QN_WALK_TOPO);
    assert_true(args.walk.is_reversed);
    assert_int_equal(args.walk.max_count, 5);
    assert_int_equal(args.walk.skip, 2);
    assert_int_equal(args.walk.min_parents, 2);
    assert_int_equal(args.pattern_count, 2);
    assert_int_equal(args.path_count, 1);
    assert_string_equal(args.paths[0], "file");
    assert_int_equal(args.count, 1);
    qn_revision_args_dispose(&args);
    qn_revision_args_init(&args);
    unit_assert_status(
        ctx, qn_revision_args_parse(ctx, &s.scope, &args, wrong, 1, NULL, NULL),
        QN_INVALID);
    assert_string_equal(qn_ctx_message(ctx),
                        "unrecognized argument: --nonsense");
    qn_revision_args_dispose(&args);
    end(&s);
    unit_end(ctx);
}

int test_revision(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(short_ids),
        cmocka_unit_test(ranges_become_tips),
        cmocka_unit_test(options_are_read),
    };

    return cmocka_run_group_tests_name("revision", tests, NULL, NULL);
}
