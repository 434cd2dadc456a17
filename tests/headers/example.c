/* SPDX-License-Identifier: MIT */
/* The public API, used: built as C99 and as C++, linked with the shared
 * library.
 *
 *   example DIRECTORY: makes a repository there, writes two commits, moves a
 *   branch, walks, lists, diffs, and says what it saw.
 */
#include <quoin/difference.h>
#include <quoin/env.h>
#include <quoin/history.h>
#include <quoin/listing.h>
#include <quoin/reference.h>
#include <quoin/store.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(struct qn_ctx *ctx, enum qn_status status, const char *what)
{
    if (status == QN_OK)
        return;
    fprintf(stderr, "%s: %d %s\n", what, (int)status, qn_ctx_message(ctx));
    exit(1);
}

static const char *get_variable(void *data, const char *name)
{
    (void)data;
    return getenv(name);
}

/* A tree with one file in a directory, and a commit of it. */
static void make_commit(struct qn_ctx *ctx, struct qn_repository *repository,
                        const char *text, const struct qn_id *parent,
                        struct qn_id *out)
{
    struct qn_id blob, inner, outer;
    unsigned char tree[128];
    char hex[QN_ID_MAX_HEX_SIZE + 1], parent_line[128] = "", commit[512];
    size_t id_size =
        qn_repository_algorithm(repository) == QN_HASH_SHA256 ? 32 : 20;
    int size;

    check(ctx,
          qn_store_write(ctx, repository, QN_CONTENT_BLOB, text, strlen(text),
                         &blob),
          "write blob");
    size = sprintf((char *)tree, "100644 file.txt") + 1;
    memcpy(tree + size, blob.bytes, id_size);
    check(ctx,
          qn_store_write(ctx, repository, QN_CONTENT_TREE, tree,
                         (size_t)size + id_size, &inner),
          "write tree");
    size = sprintf((char *)tree, "40000 sub") + 1;
    memcpy(tree + size, inner.bytes, id_size);
    check(ctx,
          qn_store_write(ctx, repository, QN_CONTENT_TREE, tree,
                         (size_t)size + id_size, &outer),
          "write top");
    if (parent) {
        qn_id_format(parent, hex);
        sprintf(parent_line, "parent %s\n", hex);
    }
    qn_id_format(&outer, hex);
    size = sprintf(commit,
                   "tree %s\n%sauthor A U Thor <a@example.com> 1700000000 "
                   "+0000\ncommitter A U Thor <a@example.com> 1700000000 "
                   "+0000\n\nsaid %s",
                   hex, parent_line, text);
    check(ctx,
          qn_store_write(ctx, repository, QN_CONTENT_COMMIT, commit,
                         (size_t)size, out),
          "write commit");
}

static int print_entry(void *data, const char *path, uint32_t mode,
                       const struct qn_id *id)
{
    (void)data;
    (void)id;
    printf("entry %o %s\n", (unsigned)mode, path);
    return 0;
}

static int print_ref(void *data, const char *name, const struct qn_id *id,
                     const char *target)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    (void)data;
    qn_id_format(id, hex);
    printf("ref %s %.7s%s%s\n", name, hex, target ? " -> " : "",
           target ? target : "");
    return 0;
}

static int count_object(void *data, const struct qn_id *id)
{
    (void)id;
    ++*(int *)data;
    return 0;
}

static void show_history(struct qn_ctx *ctx, struct qn_repository *repository)
{
    struct qn_history_options options = QN_HISTORY_OPTIONS_INIT;
    struct qn_history *history = NULL;
    struct qn_id id;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    options.order = QN_HISTORY_TOPOLOGICAL;
    check(ctx, qn_history_new(ctx, repository, &options, &history), "history");
    check(ctx, qn_history_show(ctx, history, "main"), "show main");
    while (qn_history_next(ctx, history, &id) == QN_OK) {
        struct qn_content *content = NULL;

        check(ctx, qn_store_read(ctx, repository, &id, &content), "read");
        qn_id_format(&id, hex);
        printf("commit %.7s parents %u type %u: %s", hex,
               (unsigned)qn_history_parent_count(history),
               (unsigned)qn_content_type(content),
               strstr((const char *)qn_content_data(content), "\n\n") + 2);
        qn_content_free(content);
    }
    qn_history_free(history);
}

static void show_difference(struct qn_ctx *ctx,
                            struct qn_repository *repository)
{
    struct qn_difference *difference = NULL;
    struct qn_content *patch = NULL;
    struct qn_id old_id, new_id;
    size_t i;

    check(ctx, qn_repository_resolve(ctx, repository, "main~1", &old_id),
          "old");
    check(ctx, qn_repository_resolve(ctx, repository, "main^{tree}", &new_id),
          "new");
    check(
        ctx,
        qn_difference_new(ctx, repository, &old_id, &new_id, NULL, &difference),
        "difference");
    for (i = 0; i < qn_difference_count(difference); i++)
        printf("%c %s\n", qn_difference_status(difference, i),
               qn_difference_new_path(difference, i));
    check(ctx, qn_difference_patch(ctx, difference, &patch), "patch");
    fwrite(qn_content_data(patch), 1, qn_content_size(patch), stdout);
    qn_content_free(patch);
    qn_difference_free(difference);
}

static void change_refs(struct qn_ctx *ctx, struct qn_repository *repository,
                        const struct qn_id *first, const struct qn_id *second)
{
    struct qn_reference_changes *changes = NULL;
    struct qn_id none;

    memset(&none, 0, sizeof(none));
    none.algorithm = first->algorithm;
    check(ctx, qn_reference_changes_new(ctx, repository, &changes), "changes");
    check(ctx,
          qn_reference_changes_set(ctx, changes, "refs/heads/main", second,
                                   &none, "example"),
          "set");
    check(ctx,
          qn_reference_changes_set(ctx, changes, "refs/tags/old", first, NULL,
                                   NULL),
          "tag");
    check(ctx, qn_reference_changes_commit(ctx, changes), "commit");
    qn_reference_changes_free(changes);
    /* What is not as it was said to be is not changed. */
    changes = NULL;
    check(ctx, qn_reference_changes_new(ctx, repository, &changes), "again");
    check(ctx,
          qn_reference_changes_set(ctx, changes, "refs/heads/main", first,
                                   first, NULL),
          "set again");
    if (qn_reference_changes_commit(ctx, changes) != QN_CHANGED)
        exit(2);
    printf("lost: %s\n", qn_ctx_subject(ctx));
    qn_ctx_clear(ctx);
    qn_reference_changes_free(changes);
}

int main(int argc, char **argv)
{
    struct qn_env_options env_options = QN_ENV_OPTIONS_INIT;
    struct qn_repository_options open_options = QN_REPOSITORY_OPTIONS_INIT;
    struct qn_repository_init_options init = QN_REPOSITORY_INIT_OPTIONS_INIT;
    struct qn_repository *repository = NULL, *fork = NULL;
    struct qn_env *env;
    struct qn_ctx *ctx;
    struct qn_id first, second, tip;
    uint64_t size = 0;
    uint32_t type = 0;
    int count = 0, exists = 0;

    if (argc < 2)
        return 1;
    env_options.variable = get_variable;
    env_options.directory = argv[1];
    env = qn_env_new(&env_options);
    ctx = qn_ctx_new(env);
    if (!ctx)
        return 1;
    init.uses_reftable = argc > 2;
    check(ctx, qn_repository_init(ctx, argv[1], &init), "init");
    open_options.start = argv[1];
    open_options.flags = QN_REPOSITORY_IGNORES_VARIABLES;
    check(ctx, qn_repository_open(ctx, &open_options, &repository), "open");
    printf("bare: %s\n", qn_repository_setting(repository, "core.bare"));
    make_commit(ctx, repository, "one\n", NULL, &first);
    make_commit(ctx, repository, "two\n", &first, &second);
    change_refs(ctx, repository, &first, &second);
    check(ctx, qn_repository_fork(ctx, repository, &fork), "fork");
    check(ctx, qn_reference_find(ctx, fork, "HEAD", &tip), "find HEAD");
    check(ctx, qn_store_header(ctx, fork, &tip, &type, &size), "header");
    check(ctx, qn_store_exists(ctx, fork, &first, &exists), "exists");
    printf("HEAD is main: %d, type %u, first is there: %d\n",
           qn_id_same(&tip, &second), (unsigned)type, exists);
    check(ctx, qn_reference_each(ctx, fork, "", print_ref, NULL), "refs");
    check(ctx,
          qn_listing_each(ctx, fork, &tip,
                          QN_LISTING_RECURSIVE | QN_LISTING_TREES, print_entry,
                          NULL),
          "list");
    show_history(ctx, fork);
    show_difference(ctx, fork);
    check(ctx, qn_store_each(ctx, fork, count_object, &count), "each");
    printf("objects: %d\n", count);
    open_options.size = sizeof(open_options);
    qn_repository_free(fork);
    qn_repository_free(repository);
    open_options.start = "/nonexistent";
    if (qn_repository_open(ctx, &open_options, &repository) == QN_OK)
        return 3;
    qn_ctx_free(ctx);
    qn_env_release(env);
    return 0;
}
