/* SPDX-License-Identifier: MIT */
/* A repository of its own for each input, in memory where that is possible;
 * with a little history in it, if it is asked for: two files in two trees, two
 * commits, refs/heads/main. */
#ifndef QN_FUZZ_REPOSITORY_H
#define QN_FUZZ_REPOSITORY_H

#include "fuzz.h"

#include "object/tree.h"
#include "os/directory.h"
#include "os/file.h"
#include "walk/revision.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct fuzz_repository {
    char path[96];
    struct qn_repo *repo;
    struct qn_odb *odb;
    struct qn_refs *refs;
    struct qn_revision_scope scope;
    struct qn_id blobs[2], trees[2], commits[2];
};

static inline const char *fuzz_place(void)
{
    return access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
}

static inline void fuzz_write_file(const char *path, const uint8_t *data,
                                   size_t size)
{
    FILE *file = fopen(path, "wb");

    if (!file)
        return;
    fwrite(data, 1, size, file);
    fclose(file);
}

/* The bytes behind a descriptor that has no name. */
static inline int fuzz_descriptor(const uint8_t *data, size_t size)
{
    char path[96];
    int fd;

    snprintf(path, sizeof(path), "%s/quoin-fuzz-in-%ld", fuzz_place(),
             (long)getpid());
    fuzz_write_file(path, data, size);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    unlink(path);
    fuzz_check(fd >= 0);
    return fd;
}

static inline void fuzz_repository_history(struct qn_ctx *ctx,
                                           struct fuzz_repository *r)
{
    static const char *const texts[] = {"one\ntwo\nthree\n",
                                        "one\ntwo\nthree\nfour\n"};
    struct qn_ref_transaction *transaction = NULL;
    const struct qn_refs_writer writer = {.ident = "A <a> 1 +0000"};
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    int i;

    for (i = 0; i < 2; i++) {
        fuzz_check(qn_odb_write(ctx, r->odb, QN_OBJECT_BLOB,
                                qn_bytes_from_string(texts[i]),
                                &r->blobs[i]) == QN_OK);
        qn_buf_clear(&text);
        if (i == 1)
            fuzz_check(qn_tree_append(ctx, &text, QN_MODE_TREE, QN_BYTES("d"),
                                      &r->trees[0]) == QN_OK);
        fuzz_check(qn_tree_append(ctx, &text, QN_MODE_FILE, QN_BYTES("f"),
                                  &r->blobs[i]) == QN_OK);
        fuzz_check(qn_odb_write(ctx, r->odb, QN_OBJECT_TREE,
                                qn_buf_bytes(&text), &r->trees[i]) == QN_OK);
        qn_buf_clear(&text);
        fuzz_check(qn_buf_printf(ctx, &text, "tree %s\n",
                                 qn_id_to_hex(&r->trees[i], hex)) == QN_OK);
        if (i == 1)
            fuzz_check(qn_buf_printf(ctx, &text, "parent %s\n",
                                     qn_id_to_hex(&r->commits[0], hex)) ==
                       QN_OK);
        fuzz_check(qn_buf_append_string(ctx, &text,
                                        "author A <a> 1 +0000\n"
                                        "committer A <a> 1 +0000\n\nm\n") ==
                   QN_OK);
        fuzz_check(qn_odb_write(ctx, r->odb, QN_OBJECT_COMMIT,
                                qn_buf_bytes(&text), &r->commits[i]) == QN_OK);
    }
    fuzz_check(qn_ref_transaction_new(ctx, r->refs, &transaction) == QN_OK);
    fuzz_check(qn_ref_transaction_update(ctx, transaction, "refs/heads/main",
                                         &r->commits[1], NULL, 0,
                                         NULL) == QN_OK);
    fuzz_check(qn_ref_transaction_commit(ctx, transaction, &writer) == QN_OK);
    qn_ref_transaction_free(transaction);
    qn_buf_dispose(&text);
}

static inline void fuzz_repository_open(struct qn_ctx *ctx,
                                        struct fuzz_repository *r,
                                        bool has_history)
{
    struct qn_repo_create_options create = {.initial_branch = "main",
                                            .algorithm = QN_HASH_SHA1,
                                            .refs_format = QN_REFS_FILES,
                                            .bare = true};
    struct qn_repo_open_options how = {.ignores_variables = true};
    bool was_there;

    memset(r, 0, sizeof(*r));
    snprintf(r->path, sizeof(r->path), "%s/quoin-fuzz-%ld", fuzz_place(),
             (long)getpid());
    fuzz_check(qn_directory_remove_all(ctx, r->path) == QN_OK ||
               !qn_file_exists(r->path));
    qn_ctx_clear(ctx);
    create.git_directory = how.git_directory = r->path;
    fuzz_check(qn_repo_create(ctx, &create, &was_there) == QN_OK);
    fuzz_check(qn_repo_open(ctx, &how, &r->repo) == QN_OK);
    fuzz_check(qn_repo_odb_raw(ctx, r->repo, &r->odb) == QN_OK);
    fuzz_check(qn_repo_refs(ctx, r->repo, &r->refs) == QN_OK);
    r->scope.repo = r->repo;
    r->scope.odb = r->odb;
    r->scope.refs = r->refs;
    if (has_history)
        fuzz_repository_history(ctx, r);
}

static inline void fuzz_repository_close(struct qn_ctx *ctx,
                                         struct fuzz_repository *r)
{
    qn_odb_free(r->odb);
    qn_refs_free(r->refs);
    qn_repo_release(r->repo);
    qn_ctx_clear(ctx);
    fuzz_ignore(qn_directory_remove_all(ctx, r->path));
    qn_ctx_clear(ctx);
}

#endif
