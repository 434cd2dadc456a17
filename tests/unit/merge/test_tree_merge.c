/* SPDX-License-Identifier: MIT */
#include "unit.h"

#include "index/index.h"
#include "merge/tree_merge.h"
#include "object/tree.h"
#include "os/directory.h"

#include <stdio.h>
#include <string.h>

int test_tree_merge(void);

/* Trees as words: "path=text" (a file of the one line), "path*text" (it is
 * executable), "path@text" (a symbolic link). */
struct row {
    const char *what;
    const char *base, *ours, *theirs;
    const char *merged;   /* paths, in order */
    const char *stages;   /* "path:123 " */
    const char *messages; /* each ended by LF */
};

#define LONG "1|2|3|4|5|6|7|8"

static const struct row rows[] = {
    {"nothing", "", "", "", "", "", ""},
    {"one side", "a=1", "a=1", "a=2 d/b=3", "a d/b ", "", ""},
    {"both alike", "a=1", "a=2", "a=2", "a ", "", ""},
    {"both, apart", "a=1 b=1", "a=2 b=1", "a=1 b=2", "a b ", "", ""},
    {"content", "a=1", "a=2", "a=3", "a ", "a:123 ",
     "Auto-merging a\nCONFLICT (content): Merge conflict in a\n"},
    {"added twice", "", "a=2", "a=3", "a ", "a:23 ",
     "Auto-merging a\nCONFLICT (add/add): Merge conflict in a\n"},
    {"removed there", "a=1", "a=2", "", "a ", "a:12 ",
     "CONFLICT (modify/delete): a deleted in theirs and modified in HEAD.  "
     "Version HEAD of a left in tree.\n"},
    {"removed, untouched", "a=1 b=1", "a=1 b=1", "b=1", "b ", "", ""},
    {"mode and content", "a=1", "a*1", "a=2", "a ", "", ""},
    {"renamed here, changed there", "a=" LONG, "b=" LONG, "a=" LONG "|9", "b ",
     "", ""},
    {"renamed twice", "a=" LONG, "b=" LONG, "c=" LONG, "b c ", "a:1 b:2 c:3 ",
     "CONFLICT (rename/rename): a renamed to b in HEAD and to c in theirs.\n"},
    {"renamed onto what both have", "a=" LONG, "a=" LONG "|9 b=" LONG,
     "b=" LONG, "b ", "", ""},
    {"renamed and removed", "a=" LONG, "b=" LONG, "", "b ", "b:12 ",
     "CONFLICT (rename/delete): a renamed to b in HEAD, but deleted in "
     "theirs.\n"},
    {"file and directory", "x=1", "x=1 d=2", "x=1 d/a=1", "d/a d~HEAD x ",
     "d~HEAD:2 ",
     "CONFLICT (file/directory): directory in the way of d from HEAD; moving "
     "it to d~HEAD instead.\n"},
    {"file and link", "x=1", "x=1 l=2", "x=1 l@2", "l l~HEAD x ",
     "l:3 l~HEAD:2 ",
     "CONFLICT (distinct types): l had different types on each side; renamed "
     "one of them so each can be recorded somewhere.\n"},
    {"links", "l@1", "l@2", "l@3", "l ", "l:123 ",
     "CONFLICT (content): Merge conflict in l\n"},
    {"directory renamed, file added", "d/a=" LONG " d/b=" LONG "|9",
     "e/a=" LONG " e/b=" LONG "|9", "d/a=" LONG " d/b=" LONG "|9 d/c=new",
     "e/a e/b e/c ", "e/c:3 ",
     "CONFLICT (file location): d/c added in theirs inside a directory that "
     "was renamed in HEAD, suggesting it should perhaps be moved to e/c.\n"},
};

struct fixture {
    char objects[4200];
    struct qn_odb_store *store;
    struct qn_odb *odb;
    uint32_t algorithm;
};

static void begin(struct qn_ctx *ctx, struct fixture *f, uint32_t algorithm)
{
    struct qn_odb_store_options options = {.directory = f->objects,
                                           .algorithm = algorithm,
                                           .loose_compression = 1};

    f->algorithm = algorithm;
    snprintf(f->objects, sizeof(f->objects), "%s/objects%u", unit_directory(),
             algorithm);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, f->objects, 0777));
    unit_assert_ok(ctx, qn_odb_store_open(ctx, &options, &f->store));
    unit_assert_ok(ctx, qn_odb_new(ctx, f->store, QN_ODB_IN_MEMORY, &f->odb));
}

static void end(struct fixture *f)
{
    qn_odb_free(f->odb);
    qn_odb_store_release(f->store);
}

static void add_file(struct qn_ctx *ctx, struct fixture *f,
                     struct qn_index *index, struct qn_bytes word)
{
    struct qn_index_entry entry = {.mode = QN_MODE_FILE};
    struct qn_buf text = QN_BUF_INIT;
    size_t at = 0;

    while (at < word.size && !strchr("=*@", word.data[at]))
        at++;
    assert_true(at < word.size);
    entry.path = qn_bytes_first(word, at);
    if (word.data[at] == '*')
        entry.mode = QN_MODE_EXECUTABLE;
    if (word.data[at] == '@')
        entry.mode = QN_MODE_SYMLINK;
    unit_assert_ok(
        ctx, qn_buf_append_bytes(ctx, &text, qn_bytes_from(word, at + 1)));
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '|')
            text.data[i] = '\n';
    if (word.data[at] != '@')
        unit_assert_ok(ctx, qn_buf_append_byte(ctx, &text, '\n'));
    unit_assert_ok(ctx, qn_odb_write(ctx, f->odb, QN_OBJECT_BLOB,
                                     qn_buf_bytes(&text), &entry.id));
    unit_assert_ok(ctx, qn_index_add(ctx, index, &entry, false));
    qn_buf_dispose(&text);
}

static struct qn_id make_tree(struct qn_ctx *ctx, struct fixture *f,
                              const char *words)
{
    struct qn_bytes rest = qn_bytes_from_string(words), word;
    struct qn_index *index = NULL;
    struct qn_id id;

    unit_assert_ok(ctx, qn_index_new(ctx, f->algorithm, &index));
    while (qn_bytes_next(&rest, ' ', &word))
        add_file(ctx, f, index, word);
    unit_assert_ok(ctx, qn_index_write_tree(ctx, index, f->odb, false, &id));
    qn_index_free(index);
    return id;
}

static void check_tree(struct qn_ctx *ctx, struct fixture *f,
                       const struct row *row, const struct qn_id *tree)
{
    struct qn_index *index = NULL;
    struct qn_buf paths = QN_BUF_INIT;

    unit_assert_ok(ctx, qn_index_new(ctx, f->algorithm, &index));
    unit_assert_ok(ctx, qn_index_read_tree(ctx, index, f->odb, tree));
    for (size_t i = 0; i < qn_index_count(index); i++)
        unit_assert_ok(
            ctx, qn_buf_printf(ctx, &paths, "%.*s ",
                               QN_BYTES_ARG(qn_index_peek(index, i)->path)));
    if (strcmp(qn_buf_string(&paths), row->merged) != 0)
        fail_msg("%s: tree has %s", row->what, qn_buf_string(&paths));
    qn_buf_dispose(&paths);
    qn_index_free(index);
}

static void check_result(struct qn_ctx *ctx, const struct row *row,
                         const struct qn_tree_merge_result *result)
{
    struct qn_buf stages = QN_BUF_INIT, messages = QN_BUF_INIT;

    for (size_t i = 0; i < result->conflict_count; i++) {
        const struct qn_tree_merge_conflict *c = &result->conflicts[i];

        unit_assert_ok(
            ctx, qn_buf_printf(ctx, &stages, "%.*s:%s%s%s ",
                               QN_BYTES_ARG(c->path), c->modes[0] ? "1" : "",
                               c->modes[1] ? "2" : "", c->modes[2] ? "3" : ""));
    }
    for (size_t i = 0; i < result->message_count; i++)
        unit_assert_ok(ctx,
                       qn_buf_printf(ctx, &messages, "%.*s\n",
                                     QN_BYTES_ARG(result->messages[i].text)));
    if (strcmp(qn_buf_string(&stages), row->stages) != 0)
        fail_msg("%s: stages %s", row->what, qn_buf_string(&stages));
    if (strcmp(qn_buf_string(&messages), row->messages) != 0 &&
        !(row->messages[0] == '\0' &&
          qn_bytes_has_prefix(qn_buf_bytes(&messages), "Auto-merging")))
        fail_msg("%s: messages\n%s", row->what, qn_buf_string(&messages));
    if (result->is_clean != (row->stages[0] == '\0'))
        fail_msg("%s: is it clean?", row->what);
    qn_buf_dispose(&stages);
    qn_buf_dispose(&messages);
}

static void merges_trees(void **state)
{
    (void)state;
    for (uint32_t algorithm = QN_HASH_SHA1; algorithm <= QN_HASH_SHA256;
         algorithm++) {
        struct qn_ctx *ctx = unit_begin();
        struct fixture f;

        begin(ctx, &f, algorithm);
        for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
            struct qn_tree_merge_result result;
            struct qn_tree_merge_options options;
            struct qn_id base = make_tree(ctx, &f, rows[i].base);
            struct qn_id ours = make_tree(ctx, &f, rows[i].ours);
            struct qn_id theirs = make_tree(ctx, &f, rows[i].theirs);

            unit_assert_ok(ctx,
                           qn_tree_merge_options_init(ctx, &options, NULL));
            options.our_label = "HEAD";
            options.their_label = "theirs";
            options.base_label = "base";
            unit_assert_ok(ctx,
                           qn_tree_merge_trees(ctx, f.odb, &base, &ours,
                                               &theirs, &options, &result));
            check_tree(ctx, &f, &rows[i], &result.tree);
            check_result(ctx, &rows[i], &result);
            qn_tree_merge_result_dispose(&result);
        }
        end(&f);
        unit_end(ctx);
    }
}

/* A merge with itself, and with its base, is what it was. */
static void merges_with_itself(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct fixture f;

    (void)state;
    begin(ctx, &f, QN_HASH_SHA1);
    for (size_t i = 0; i < QN_COUNT_OF(rows); i++) {
        struct qn_id base = make_tree(ctx, &f, rows[i].base);
        struct qn_id ours = make_tree(ctx, &f, rows[i].ours);
        struct qn_tree_merge_options options;
        struct qn_tree_merge_result result;

        unit_assert_ok(ctx, qn_tree_merge_options_init(ctx, &options, NULL));
        options.our_label = options.their_label = options.base_label = "x";
        unit_assert_ok(ctx, qn_tree_merge_trees(ctx, f.odb, &base, &ours, &ours,
                                                &options, &result));
        assert_true(result.is_clean);
        assert_true(qn_id_is_equal(&result.tree, &ours));
        qn_tree_merge_result_dispose(&result);
        unit_assert_ok(ctx, qn_tree_merge_trees(ctx, f.odb, &base, &base, &ours,
                                                &options, &result));
        assert_true(result.is_clean);
        assert_true(qn_id_is_equal(&result.tree, &ours));
        qn_tree_merge_result_dispose(&result);
    }
    end(&f);
    unit_end(ctx);
}

int test_tree_merge(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges_trees),
        cmocka_unit_test(merges_with_itself),
    };

    return cmocka_run_group_tests_name("tree_merge", tests, NULL, NULL);
}
