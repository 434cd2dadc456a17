/* SPDX-License-Identifier: MIT */
#include "operation/part/alternate_refs.h"

#include "base/env.h"
#include "hash/id_map.h"
#include "odb/odb_alternates.h"
#include "os/file.h"
#include "program/shell_command.h"

struct collection {
    struct qn_id_map seen;
    struct qn_id_list *out;
    const char *prefixes; /* NULL: all */
};

static enum qn_status add(struct qn_ctx *ctx, struct collection *c,
                          const struct qn_id *id)
{
    uint32_t position;
    bool is_new;
    enum qn_status status =
        qn_id_map_put(ctx, &c->seen, id, &position, &is_new);

    return status || !is_new ? status : qn_id_list_add(ctx, c->out, id);
}

/* "refs/heads refs/tags": does one of them lead to it? */
static bool is_below(const char *prefixes, struct qn_bytes name)
{
    struct qn_bytes rest = qn_bytes_from_string(prefixes), word;

    while (qn_bytes_next(&rest, ' ', &word))
        if (word.size > 0 && word.size <= name.size &&
            memcmp(name.data, word.data, word.size) == 0 &&
            (word.size == name.size || name.data[word.size] == '/' ||
             word.data[word.size - 1] == '/'))
            return true;
    return false;
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct collection *c = data;

    if (ref->is_broken || qn_id_is_null(&ref->id) ||
        (c->prefixes && !is_below(c->prefixes, qn_buf_bytes(&ref->name))))
        return QN_OK;
    return add(ctx, c, &ref->id);
}

/* An id a line. */
static enum qn_status ask_command(struct qn_ctx *ctx, struct collection *c,
                                  const char *command, const char *directory)
{
    const char *const arguments[] = {directory, NULL};
    struct qn_process_options options = {.argv = NULL};
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest, line;
    struct qn_id id;
    int code = 0;
    enum qn_status status = qn_shell_command_filter(
        ctx, command, arguments, &options, QN_BYTES_NONE, &text, &code);

    rest = qn_buf_bytes(&text);
    while (!status && qn_bytes_next(&rest, '\n', &line))
        if (qn_id_from_hex(&id, c->seen.algorithm, line))
            status = add(ctx, c, &id);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status ask_refs(struct qn_ctx *ctx, struct collection *c,
                               const char *directory)
{
    struct qn_repo_open_options open = {.git_directory = directory,
                                        .ignores_variables = true};
    struct qn_repo *repo = NULL;
    struct qn_refs *refs = NULL;
    enum qn_status status = qn_repo_open(ctx, &open, &repo);

    if (!status && qn_repo_algorithm(repo) == c->seen.algorithm)
        status = qn_repo_refs(ctx, repo, &refs);
    if (!status && refs)
        status = qn_refs_walk(ctx, refs, "", 0, add_ref, c);
    qn_refs_free(refs);
    qn_repo_release(repo);
    return status;
}

enum qn_status qn_alternate_refs_collect(struct qn_ctx *ctx,
                                         struct qn_repo *repo,
                                         struct qn_id_list *out)
{
    const struct qn_config *config = qn_repo_config(repo);
    const char *command =
        qn_config_string(config, "core.alternaterefscommand", NULL);
    struct qn_odb_alternates alternates = QN_ODB_ALTERNATES_INIT;
    struct collection c = {.out = out};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;
    size_t i;

    qn_id_map_init(&c.seen, qn_repo_algorithm(repo));
    c.prefixes = qn_config_string(config, "core.alternaterefsprefixes", NULL);
    status = qn_repo_path(ctx, repo, "objects", &path);
    if (!status)
        status = qn_odb_alternates_find(
            ctx, qn_buf_string(&path),
            qn_env_variable(qn_ctx_env(ctx),
                            "GIT_ALTERNATE_OBJECT_DIRECTORIES"),
            &alternates);
    for (i = 1; !status && i < alternates.count; i++) {
        struct qn_bytes real = qn_bytes_from_string(alternates.reals[i]);

        if (!qn_bytes_has_suffix(real, "/objects"))
            continue; /* objects of no repository */
        qn_buf_clear(&path);
        status = qn_buf_append(ctx, &path, real.data, real.size - 8);
        if (!status)
            status = command
                         ? ask_command(ctx, &c, command, qn_buf_string(&path))
                         : ask_refs(ctx, &c, qn_buf_string(&path));
        if (status && status != QN_NO_MEMORY && status != QN_CANCELLED) {
            qn_ctx_clear(ctx);
            status = QN_OK;
        }
    }
    qn_odb_alternates_dispose(&alternates);
    qn_id_map_dispose(&c.seen);
    qn_buf_dispose(&path);
    return status;
}
