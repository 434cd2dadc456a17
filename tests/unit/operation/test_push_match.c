/* SPDX-License-Identifier: MIT */
/* Which of their refs a push changes, and what is refused before it is sent. */
#include "unit.h"

#include "object/tree.h"
#include "operation/part/push_match.h"
#include "os/directory.h"
#include "os/file.h"

#include <stdio.h>
#include <string.h>

int test_push_match(void);

struct place {
    char git[4200];
    struct qn_repo *repo;
    struct qn_revision_scope scope;
    struct qn_id commits[4]; /* a line of three, and one beside the last */
    struct qn_id tag, blob;
};

static void write_text(struct qn_ctx *ctx, const char *path, const char *text)
{
    int fd = -1;

    unit_assert_ok(
        ctx, qn_file_open(ctx, path,
                          QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                          0666, &fd));
    unit_assert_ok(ctx, qn_file_write(ctx, fd, text, strlen(text)));
    unit_assert_ok(ctx, qn_file_close_written(ctx, fd, path));
}

static void make_commit(struct qn_ctx *ctx, struct place *place,
                        const struct qn_id *parent, const char *message,
                        struct qn_id *out)
{
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id tree;

    unit_assert_ok(ctx, qn_odb_write(ctx, place->scope.odb, QN_OBJECT_TREE,
                                     QN_BYTES_NONE, &tree));
    unit_assert_ok(
        ctx, qn_buf_printf(ctx, &text, "tree %s\n", qn_id_to_hex(&tree, hex)));
    if (parent)
        unit_assert_ok(ctx, qn_buf_printf(ctx, &text, "parent %s\n",
                                          qn_id_to_hex(parent, hex)));
    unit_assert_ok(ctx, qn_buf_printf(ctx, &text,
                                      "author A <a@b> 1 +0000\n"
                                      "committer A <a@b> 1 +0000\n\n%s\n",
                                      message));
    unit_assert_ok(ctx, qn_odb_write(ctx, place->scope.odb, QN_OBJECT_COMMIT,
                                     qn_buf_bytes(&text), out));
    qn_buf_dispose(&text);
}

static void set_ref(struct qn_ctx *ctx, struct place *place, const char *name,
                    const struct qn_id *id)
{
    struct qn_ref_transaction *transaction = NULL;
    struct qn_refs_writer writer = {"A <a@b> 1 +0000"};

    unit_assert_ok(
        ctx, qn_ref_transaction_new(ctx, place->scope.refs, &transaction));
    unit_assert_ok(ctx, qn_ref_transaction_update(ctx, transaction, name, id,
                                                  NULL, 0, NULL));
    unit_assert_ok(ctx, qn_ref_transaction_commit(ctx, transaction, &writer));
    qn_ref_transaction_free(transaction);
}

static void open_place(struct qn_ctx *ctx, struct place *place)
{
    struct qn_repo_open_options how = {.ignores_variables = true};
    struct qn_buf text = QN_BUF_INIT;
    char path[4300], hex[QN_ID_MAX_HEX_SIZE + 1];

    memset(place, 0, sizeof(*place));
    snprintf(place->git, sizeof(place->git), "%s", unit_directory());
    snprintf(path, sizeof(path), "%s/objects", place->git);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, path, 0777));
    snprintf(path, sizeof(path), "%s/refs", place->git);
    unit_assert_ok(ctx, qn_directory_make_all(ctx, path, 0777));
    snprintf(path, sizeof(path), "%s/HEAD", place->git);
    write_text(ctx, path, "ref: refs/heads/main\n");
    snprintf(path, sizeof(path), "%s/config", place->git);
    write_text(ctx, path,
               "[core]\nrepositoryformatversion = 0\nbare = true\n"
               "[remote \"o\"]\nurl = /nowhere\n"
               "fetch = +refs/heads/*:refs/remotes/o/*\n");
    how.git_directory = place->git;
    unit_assert_ok(ctx, qn_repo_open(ctx, &how, &place->repo));
    place->scope.repo = place->repo;
    unit_assert_ok(ctx, qn_repo_odb(ctx, place->repo, &place->scope.odb));
    unit_assert_ok(ctx, qn_repo_refs(ctx, place->repo, &place->scope.refs));
    make_commit(ctx, place, NULL, "one", &place->commits[0]);
    make_commit(ctx, place, &place->commits[0], "two", &place->commits[1]);
    make_commit(ctx, place, &place->commits[1], "three", &place->commits[2]);
    make_commit(ctx, place, &place->commits[0], "beside", &place->commits[3]);
    unit_assert_ok(ctx, qn_buf_printf(ctx, &text,
                                      "object %s\ntype commit\ntag v\n"
                                      "tagger A <a@b> 1 +0000\n\nm\n",
                                      qn_id_to_hex(&place->commits[1], hex)));
    unit_assert_ok(ctx, qn_odb_write(ctx, place->scope.odb, QN_OBJECT_TAG,
                                     qn_buf_bytes(&text), &place->tag));
    unit_assert_ok(ctx, qn_odb_write(ctx, place->scope.odb, QN_OBJECT_BLOB,
                                     QN_BYTES("text"), &place->blob));
    qn_buf_dispose(&text);
    set_ref(ctx, place, "refs/heads/main", &place->commits[2]);
    set_ref(ctx, place, "refs/heads/old", &place->commits[0]);
    set_ref(ctx, place, "refs/heads/both", &place->commits[1]);
    set_ref(ctx, place, "refs/tags/both", &place->commits[1]);
    set_ref(ctx, place, "refs/tags/noted", &place->tag);
    set_ref(ctx, place, "refs/tags/plain", &place->commits[0]);
    set_ref(ctx, place, "refs/other/text", &place->blob);
    set_ref(ctx, place, "refs/remotes/o/far", &place->commits[0]);
}

static void close_place(struct place *place)
{
    qn_refs_free(place->scope.refs);
    qn_odb_free(place->scope.odb);
    qn_repo_release(place->repo);
}

/* What they have: far at the first commit, side at the one beside, main at the
 * second, gone, x as a branch and a tag, tags/noted at something else. */
static void tell_theirs(struct qn_ctx *ctx, const struct place *place,
                        struct qn_remote_refs *out)
{
    const struct {
        const char *name;
        int commit;
    } rows[] = {{"refs/heads/far", 0},  {"refs/heads/gone", 0},
                {"refs/heads/main", 1}, {"refs/heads/side", 3},
                {"refs/heads/x", 0},    {"refs/tags/noted", 0},
                {"refs/tags/x", 0}};
    struct qn_id strange;
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        unit_assert_ok(
            ctx, qn_remote_refs_add(ctx, out, &place->commits[rows[i].commit],
                                    qn_bytes_from_string(rows[i].name), NULL));
    qn_id_clear(&strange, QN_HASH_SHA1);
    memset(strange.bytes, 0x77, 20);
    unit_assert_ok(ctx,
                   qn_remote_refs_add(ctx, out, &strange,
                                      QN_BYTES("refs/heads/strange"), NULL));
}

enum { ALL = 1, MIRROR = 2, PRUNE = 4, FOLLOW = 8, FORCE = 16, LEASES = 32 };

struct row {
    const char *refspecs; /* blanks between */
    int flags;
    const char *wanted; /* "<ref><-<source> <status>[!];"...: ! was forced */
    const char *error;  /* reported; NULL: none */
};

static const char *status_name(enum qn_push_status status)
{
    static const char *const names[] = {
        "none",  "ok",      "behind", "exists",   "no-delete", "fetch", "force",
        "stale", "updated", "same",   "rejected", "waiting",   "atomic"};

    return names[status];
}

struct said {
    char text[1000];
};

static void take_report(void *data, int kind, const char *reason,
                        const char *message)
{
    struct said *said = data;

    (void)reason;
    if (kind == QN_REPORT_ERROR && !said->text[0])
        snprintf(said->text, sizeof(said->text), "%s", message);
}

static void check_row(const struct row *row)
{
    struct qn_ctx *ctx = unit_begin();
    struct place place;
    struct said said = {""};
    struct qn_remote *remote = NULL;
    struct qn_remote_refs theirs = QN_REMOTE_REFS_INIT;
    struct qn_remote_refspecs refspecs = {0};
    struct qn_push_rows rows = {0};
    struct qn_push_match match = {0};
    struct qn_buf told = QN_BUF_INIT;
    struct qn_bytes rest = qn_bytes_from_string(row->refspecs), word;
    bool is_fine = false;
    size_t i;

    open_place(ctx, &place);
    tell_theirs(ctx, &place, &theirs);
    unit_assert_ok(ctx,
                   qn_remote_of(ctx, place.repo, "o", "main", true, &remote));
    while (qn_bytes_next(&rest, ' ', &word)) {
        char text[200];

        snprintf(text, sizeof(text), "%.*s", QN_BYTES_ARG(word));
        unit_assert_ok(
            ctx, qn_remote_refspecs_add(ctx, &refspecs, text, QN_REFSPEC_PUSH));
    }
    match = (struct qn_push_match){.scope = &place.scope,
                                   .remote = remote,
                                   .refspecs = &refspecs,
                                   .theirs = &theirs,
                                   .all = row->flags & ALL,
                                   .mirrors = row->flags & MIRROR,
                                   .prunes = row->flags & PRUNE,
                                   .follows_tags = row->flags & FOLLOW,
                                   .is_forced = row->flags & FORCE,
                                   .leases_all = row->flags & LEASES};
    (void)qn_ctx_swap_sinks(ctx, (struct qn_ctx_sinks){.report = take_report,
                                                       .report_data = &said});
    unit_assert_ok(ctx, qn_push_match_find(ctx, &match, &rows, &is_fine));
    assert_int_equal(is_fine, row->error == NULL);
    if (is_fine)
        unit_assert_ok(ctx, qn_push_match_judge(ctx, &match, &rows));
    for (i = 0; is_fine && i < rows.count; i++) {
        const struct qn_push_row *one = &rows.items[i];

        if (one->has_source)
            unit_assert_ok(ctx,
                           qn_buf_printf(ctx, &told, "%s<-%s %s%s;", one->name,
                                         one->source ? one->source : "",
                                         status_name(one->status),
                                         one->was_forced ? "!" : ""));
    }
    if (row->error)
        assert_string_equal(said.text, row->error);
    else
        assert_string_equal(qn_buf_string(&told), row->wanted);
    (void)qn_ctx_swap_sinks(ctx, (struct qn_ctx_sinks){.report = NULL});
    qn_buf_dispose(&told);
    qn_push_rows_dispose(&rows);
    for (i = 0; i < refspecs.count; i++)
        qn_refspec_dispose(&refspecs.items[i]);
    qn_memory_free(refspecs.items);
    qn_remote_refs_dispose(&theirs);
    qn_remote_free(remote);
    close_place(&place);
    unit_end(ctx);
}

static void finds_and_judges(void **state)
{
    static const struct row rows[] = {
        /* by name: a branch, HEAD, "@", a tag, an id, what is up to date */
        {"main", 0, "refs/heads/main<-refs/heads/main ok;", NULL},
        {"HEAD", 0, "refs/heads/main<-HEAD ok;", NULL},
        {"@:refs/heads/at", 0, "refs/heads/at<-HEAD ok;", NULL},
        {"plain", 0, "refs/tags/plain<-refs/tags/plain ok;", NULL},
        {"refs/heads/old:far", 0, "refs/heads/far<-refs/heads/old same;", NULL},
        {"main~1:refs/heads/main", 0, "refs/heads/main<-main~1 same;", NULL},
        /* guesses of a destination */
        {"main:new", 0, "refs/heads/new<-refs/heads/main ok;", NULL},
        {"plain:new", 0, "refs/tags/new<-refs/tags/plain ok;", NULL},
        {"HEAD:new", 0, "refs/heads/new<-HEAD ok;", NULL},
        {"main:heads/new", 0, "refs/heads/heads/new<-refs/heads/main ok;",
         NULL},
        {"main:refs/odd", 0, "refs/odd<-refs/heads/main ok;", NULL},
        {"main~1:new", 0, NULL,
         "The destination you provided is not a full refname (i.e.,\n"
         "starting with \"refs/\"). We tried to guess what you meant by:\n"
         "\n"
         "- Looking for a ref that matches 'new' on the remote side.\n"
         "- Checking if the <src> being pushed ('main~1')\n"
         "  is a ref in \"refs/{heads,tags}/\". If so we add a corresponding\n"
         "  refs/{heads,tags}/ prefix on the remote side.\n"
         "\n"
         "Neither worked, so we gave up. You must fully qualify the ref."},
        /* what could be two */
        {"both", 0, NULL, "src refspec both matches more than one"},
        {"main:x", 0, NULL, "dst refspec x matches more than one"},
        {"refs/heads/both", 0, "refs/heads/both<-refs/heads/both ok;", NULL},
        {"nothing", 0, NULL, "src refspec nothing does not match any"},
        {"main:refs/heads/n old:refs/heads/n", 0, NULL,
         "dst ref refs/heads/n receives from more than one src"},
        /* deletions */
        {":gone", 0, "refs/heads/gone<- ok;", NULL},
        {":refs/heads/gone", 0, "refs/heads/gone<- ok;", NULL},
        {":nothing", 0, NULL,
         "unable to delete 'nothing': remote ref does not exist"},
        {":refs/heads/nothing", 0, "refs/heads/nothing<- ok;", NULL},
        /* patterns, and what they leave out */
        {"refs/heads/*:refs/copy/*", 0,
         "refs/copy/both<-refs/heads/both ok;"
         "refs/copy/main<-refs/heads/main ok;"
         "refs/copy/old<-refs/heads/old ok;",
         NULL},
        {"refs/heads/* ^refs/heads/both", 0,
         "refs/heads/main<-refs/heads/main ok;"
         "refs/heads/old<-refs/heads/old ok;",
         NULL},
        {"refs/heads/m*n:refs/heads/s*e", 0,
         "refs/heads/saie<-refs/heads/main ok;", NULL},
        {"old:refs/heads/main refs/heads/*", 0,
         "refs/heads/main<-refs/heads/old behind;"
         "refs/heads/both<-refs/heads/both ok;"
         "refs/heads/old<-refs/heads/old ok;",
         NULL},
        /* what both have */
        {":", 0, "refs/heads/main<-refs/heads/main ok;", NULL},
        {"+:", 0, "refs/heads/main<-refs/heads/main ok;", NULL},
        {"", ALL,
         "refs/heads/main<-refs/heads/main ok;"
         "refs/heads/both<-refs/heads/both ok;"
         "refs/heads/old<-refs/heads/old ok;",
         NULL},
        {"refs/heads/*", PRUNE,
         "refs/heads/far<- ok;refs/heads/gone<- ok;"
         "refs/heads/main<-refs/heads/main ok;refs/heads/side<- ok;"
         "refs/heads/x<- ok;refs/heads/strange<- ok;"
         "refs/heads/both<-refs/heads/both ok;"
         "refs/heads/old<-refs/heads/old ok;",
         NULL},
        {"main", FOLLOW, "refs/heads/main<-refs/heads/main ok;", NULL},
        /* what is refused, and what force does to it */
        {"old:main", 0, "refs/heads/main<-refs/heads/old behind;", NULL},
        {"+old:main", 0, "refs/heads/main<-refs/heads/old ok!;", NULL},
        {"old:main", FORCE, "refs/heads/main<-refs/heads/old ok!;", NULL},
        {"main:side", 0, "refs/heads/side<-refs/heads/main behind;", NULL},
        {"main:strange", 0, "refs/heads/strange<-refs/heads/main fetch;", NULL},
        {"noted", 0, "refs/tags/noted<-refs/tags/noted exists;", NULL},
        {"refs/other/text:refs/heads/main", 0,
         "refs/heads/main<-refs/other/text force;", NULL},
        {"refs/other/text:refs/heads/new", 0,
         "refs/heads/new<-refs/other/text ok;", NULL},
        /* leases: far was seen as it is, main never */
        {"main:far", LEASES, "refs/heads/far<-refs/heads/main ok;", NULL},
        {"main", LEASES, "refs/heads/main<-refs/heads/main stale;", NULL},
        {"main:refs/heads/new", LEASES, "refs/heads/new<-refs/heads/main ok;",
         NULL},
        {":far", LEASES, "refs/heads/far<- ok;", NULL},
        {":gone", LEASES, "refs/heads/gone<- stale;", NULL},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        print_message("%s\n", rows[i].refspecs);
        check_row(&rows[i]);
    }
}

int test_push_match(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_and_judges),
    };

    return cmocka_run_group_tests_name("push_match", tests, NULL, NULL);
}
