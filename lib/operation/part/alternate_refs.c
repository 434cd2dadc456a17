/* SPDX-License-Identifier: MIT */
#include "operation/part/alternate_refs.h"

#include "base/env.h"
#include "hash/id_map.h"
#include "odb/odb_alternates.h"
#include "os/file.h"
#include "os/process.h"
#include "program/shell_command.h"
#include "text/wildmatch.h"

struct walk {
    struct qn_repo *repo;
    qn_alternate_refs_fn *each;
    void *data;
    const char *prefixes; /* or NULL */
    const char *command;  /* or NULL */
};

/* As for-each-ref takes patterns: the whole name, all below it, or a glob. */
static bool matches(struct qn_bytes pattern, const char *name)
{
    size_t size = pattern.size;

    while (size > 0 && pattern.data[size - 1] == '/')
        size--;
    if (strncmp(name, (const char *)pattern.data, size) == 0 &&
        (name[size] == '\0' || name[size] == '/'))
        return true;
    return qn_wildmatch_matches(pattern, qn_bytes_from_string(name),
                                QN_WILDMATCH_PATHNAME);
}

static bool is_asked_for(const struct walk *walk, const char *name)
{
    struct qn_bytes rest = qn_bytes_from_string(walk->prefixes), one;

    if (!walk->prefixes)
        return true;
    while (qn_bytes_next(&rest, ' ', &one))
        if (one.size > 0 && matches(one, name))
            return true;
    return false;
}

static enum qn_status take_ref(struct qn_ctx *ctx, void *data,
                               const struct qn_ref *ref)
{
    struct walk *walk = data;

    if (ref->is_broken || qn_id_is_null(&ref->id) ||
        !is_asked_for(walk, qn_buf_string(&ref->name)))
        return QN_OK;
    return walk->each(ctx, walk->data, &ref->id);
}

static enum qn_status read_refs(struct qn_ctx *ctx, struct walk *walk,
                                const char *directory)
{
    struct qn_repo_open_options options = {.git_directory = directory,
                                           .ignores_variables = true};
    struct qn_repo *repo = NULL;
    struct qn_refs *refs = NULL;
    enum qn_status status = qn_repo_open(ctx, &options, &repo);

    if (status == QN_NOT_FOUND || status == QN_REFUSED ||
        status == QN_UNSUPPORTED) {
        qn_ctx_clear(ctx);
        return QN_OK;
    }
    if (!status && qn_repo_algorithm(repo) == qn_repo_algorithm(walk->repo)) {
        status = qn_repo_refs(ctx, repo, &refs);
        if (!status)
            status = qn_refs_walk(ctx, refs, "", 0, take_ref, walk);
    }
    qn_refs_free(refs);
    qn_repo_release(repo);
    return status;
}

static enum qn_status take_lines(struct qn_ctx *ctx, struct walk *walk,
                                 const char *directory, struct qn_bytes text)
{
    struct qn_bytes line;
    enum qn_status status = QN_OK;
    struct qn_id id;

    while (!status && qn_bytes_next(&text, '\n', &line)) {
        if (!qn_id_from_hex(&id, qn_repo_algorithm(walk->repo), line)) {
            qn_ctx_report(ctx, QN_REPORT_WARNING, "alternate.bad-line",
                          "invalid line while parsing alternate refs: %.*s",
                          QN_BYTES_ARG(line));
            break;
        }
        status = walk->each(ctx, walk->data, &id);
    }
    (void)directory;
    return status;
}

/* What was set up for this repository is not meant for that one. */
static enum qn_status ask_command(struct qn_ctx *ctx, struct walk *walk,
                                  const char *directory)
{
    static const char *const variables[] = {"GIT_ALTERNATE_OBJECT_DIRECTORIES",
                                            "GIT_DIR",
                                            "GIT_OBJECT_DIRECTORY",
                                            "GIT_INDEX_FILE",
                                            "GIT_WORK_TREE",
                                            NULL};
    const char *const arguments[] = {directory, NULL};
    struct qn_shell_command made = QN_SHELL_COMMAND_INIT;
    struct qn_process_options with = {
        .variables = variables, .in = QN_PROCESS_NULL, .out = QN_PROCESS_PIPE};
    struct qn_process *process = NULL;
    struct qn_buf said = QN_BUF_INIT;
    enum qn_status status =
        qn_shell_command_make(ctx, walk->command, arguments, &made);
    int code = 0;

    qn_shell_command_fill(&made, &with);
    if (!status)
        status = qn_process_start(ctx, &with, &process);
    if (!status)
        status = qn_process_exchange(ctx, process, QN_BYTES_NONE, &said);
    if (!status) {
        status = qn_process_wait(ctx, process, &code);
        process = NULL;
    }
    if (!status)
        status = take_lines(ctx, walk, directory, qn_buf_bytes(&said));
    qn_process_free(process);
    qn_shell_command_dispose(&made);
    qn_buf_dispose(&said);
    return status;
}

/* `path`: of an object directory; what lies around it must be a repository. */
static enum qn_status look(struct qn_ctx *ctx, struct walk *walk,
                           const char *path)
{
    struct qn_bytes whole = qn_bytes_from_string(path);
    struct qn_buf directory = QN_BUF_INIT, refs = QN_BUF_INIT;
    enum qn_status status;

    while (whole.size > 1 && whole.data[whole.size - 1] == '/')
        whole.size--;
    if (!qn_bytes_has_suffix(whole, "/objects"))
        return QN_OK;
    status = qn_buf_append_bytes(ctx, &directory,
                                 qn_bytes_first(whole, whole.size - 8));
    if (!status)
        status =
            qn_buf_printf(ctx, &refs, "%s/refs", qn_buf_string(&directory));
    if (!status && qn_file_is_directory(qn_buf_string(&refs)))
        status = walk->command
                     ? ask_command(ctx, walk, qn_buf_string(&directory))
                     : read_refs(ctx, walk, qn_buf_string(&directory));
    qn_buf_dispose(&directory);
    qn_buf_dispose(&refs);
    return status;
}

enum qn_status qn_alternate_refs_walk(struct qn_ctx *ctx, struct qn_repo *repo,
                                      qn_alternate_refs_fn *each, void *data)
{
    const struct qn_config *config = qn_repo_config(repo);
    struct walk walk = {
        .repo = repo,
        .each = each,
        .data = data,
        .prefixes =
            qn_config_string(config, "core.alternaterefsprefixes", NULL),
        .command = qn_config_string(config, "core.alternaterefscommand", NULL)};
    struct qn_odb_alternates list = QN_ODB_ALTERNATES_INIT;
    struct qn_buf objects = QN_BUF_INIT;
    enum qn_status status = qn_repo_path(ctx, repo, "objects", &objects);
    size_t i;

    if (!status)
        status = qn_odb_alternates_find(
            ctx, qn_buf_string(&objects),
            qn_env_variable(qn_ctx_env(ctx),
                            "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
            &list);
    for (i = 1; !status && i < list.count; i++)
        status = look(ctx, &walk, list.paths[i]);
    qn_odb_alternates_dispose(&list);
    qn_buf_dispose(&objects);
    return status;
}

struct collection {
    struct qn_id_map seen;
    struct qn_id_list *out;
};

static enum qn_status collect_one(struct qn_ctx *ctx, void *data,
                                  const struct qn_id *id)
{
    struct collection *c = data;
    uint32_t position;
    bool is_new;
    enum qn_status status =
        qn_id_map_put(ctx, &c->seen, id, &position, &is_new);

    return status || !is_new ? status : qn_id_list_add(ctx, c->out, id);
}

enum qn_status qn_alternate_refs_collect(struct qn_ctx *ctx,
                                         struct qn_repo *repo,
                                         struct qn_id_list *out)
{
    struct collection c = {.out = out};
    enum qn_status status;

    qn_id_map_init(&c.seen, qn_repo_algorithm(repo));
    status = qn_alternate_refs_walk(ctx, repo, collect_one, &c);
    qn_id_map_dispose(&c.seen);
    return status;
}
