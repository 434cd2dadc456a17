/* SPDX-License-Identifier: MIT */
#include "api/api.h"
#include "base/memory.h"
#include "text/pathname.h"

static enum qn_status make_views(struct qn_ctx *ctx,
                                 struct qn_repository *repository)
{
    enum qn_status status =
        qn_repo_odb(ctx, repository->repo, &repository->odb);

    if (!status)
        status = qn_repo_refs(ctx, repository->repo, &repository->refs);
    repository->scope.repo = repository->repo;
    repository->scope.odb = repository->odb;
    repository->scope.refs = repository->refs;
    return status;
}

enum qn_status qn_repository_open(struct qn_ctx *ctx,
                                  const struct qn_repository_options *options,
                                  struct qn_repository **out)
{
    struct qn_repository_options known = QN_REPOSITORY_OPTIONS_INIT;
    struct qn_repo_open_options open = {0};
    struct qn_repository *repository = NULL;
    enum qn_status status =
        qn_content_options(ctx, options, &known, sizeof(known));

    if (status)
        return status;
    open.start = known.start;
    open.git_directory = known.git_directory;
    open.work_tree = known.work_tree;
    open.ignores_variables = known.flags & QN_REPOSITORY_IGNORES_VARIABLES;
    repository = qn_memory_calloc(ctx, 1, sizeof(*repository));
    if (!repository)
        return QN_NO_MEMORY;
    status = qn_repo_open(ctx, &open, &repository->repo);
    if (!status)
        status = make_views(ctx, repository);
    if (status)
        qn_repository_free(repository);
    else
        *out = repository;
    return status;
}

enum qn_status qn_repository_fork(struct qn_ctx *ctx,
                                  const struct qn_repository *repository,
                                  struct qn_repository **out)
{
    struct qn_repository *fork = qn_memory_calloc(ctx, 1, sizeof(*fork));
    enum qn_status status;

    if (!fork)
        return QN_NO_MEMORY;
    fork->repo = qn_repo_retain(repository->repo);
    status = make_views(ctx, fork);
    if (status)
        qn_repository_free(fork);
    else
        *out = fork;
    return status;
}

void qn_repository_free(struct qn_repository *repository)
{
    if (!repository)
        return;
    qn_refs_free(repository->refs);
    qn_odb_free(repository->odb);
    qn_repo_release(repository->repo);
    qn_memory_free(repository);
}

enum qn_status
qn_repository_init(struct qn_ctx *ctx, const char *path,
                   const struct qn_repository_init_options *options)
{
    struct qn_repository_init_options known = QN_REPOSITORY_INIT_OPTIONS_INIT;
    struct qn_repo_create_options create = {0};
    struct qn_buf git = QN_BUF_INIT;
    bool was_there = false;
    enum qn_status status =
        qn_content_options(ctx, options, &known, sizeof(known));

    if (status)
        return status;
    create.bare = known.flags & QN_REPOSITORY_BARE;
    status = create.bare ? qn_buf_append_string(ctx, &git, path)
                         : qn_pathname_join(ctx, qn_bytes_from_string(path),
                                            QN_BYTES(".git"), &git);
    if (!status) {
        create.git_directory = qn_buf_string(&git);
        create.work_tree = create.bare ? NULL : path;
        create.initial_branch =
            known.initial_branch ? known.initial_branch : "main";
        create.algorithm = known.algorithm ? known.algorithm : QN_HASH_SHA1;
        create.refs_format =
            known.uses_reftable ? QN_REFS_REFTABLE : QN_REFS_FILES;
        status = qn_repo_create(ctx, &create, &was_there);
    }
    qn_buf_dispose(&git);
    return status;
}

const char *qn_repository_git_directory(const struct qn_repository *repository)
{
    return qn_repo_git_directory(repository->repo);
}

const char *qn_repository_work_tree(const struct qn_repository *repository)
{
    return qn_repo_work_tree(repository->repo);
}

uint32_t qn_repository_algorithm(const struct qn_repository *repository)
{
    return qn_repo_algorithm(repository->repo);
}

enum qn_status qn_repository_resolve(struct qn_ctx *ctx,
                                     struct qn_repository *repository,
                                     const char *revision, struct qn_id *out)
{
    struct qn_revision parsed = QN_REVISION_INIT;
    enum qn_status status =
        qn_revision_parse(ctx, &repository->scope, revision, &parsed);

    if (!status)
        *out = parsed.id;
    qn_revision_dispose(&parsed);
    return status;
}

const char *qn_repository_setting(const struct qn_repository *repository,
                                  const char *key)
{
    const struct qn_config_entry *entry =
        qn_config_find(qn_repo_config(repository->repo), key);

    if (!entry)
        return NULL;
    return entry->value ? entry->value : "true";
}

enum qn_status
qn_repository_setting_bool(struct qn_ctx *ctx,
                           const struct qn_repository *repository,
                           const char *key, int fallback, int *out)
{
    bool value = fallback != 0;
    enum qn_status status = qn_config_bool(
        ctx, qn_repo_config(repository->repo), key, value, &value);

    if (!status)
        *out = value;
    return status;
}

enum qn_status qn_repository_setting_int(struct qn_ctx *ctx,
                                         const struct qn_repository *repository,
                                         const char *key, int64_t fallback,
                                         int64_t *out)
{
    return qn_config_int64(ctx, qn_repo_config(repository->repo), key, fallback,
                           out);
}

void qn_repository_each_setting(const struct qn_repository *repository,
                                qn_repository_setting_fn *each, void *data)
{
    const struct qn_config *config = qn_repo_config(repository->repo);
    size_t count = qn_config_count(config);
    size_t i;

    for (i = 0; i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (each(data, entry->key, entry->value))
            return;
    }
}
