/* SPDX-License-Identifier: MIT */
/* Opening the repository on demand, and the configuration. */
#include "cli/cli.h"
#include "cli/connecting.h"
#include "cli/trace.h"
#include "odb/odb_lease.h"
#include "operation/part/ref_hook.h"
#include "os/file.h"
#include "text/color.h"
#include "text/pathname.h"

#include <stdio.h>
#include <string.h>

/* The reference-transaction hook, behind what was printed so far. */
static enum qn_status run_ref_hook(struct qn_ctx *ctx, void *data,
                                   const char *state, struct qn_bytes lines)
{
    struct cli *cli = data;

    cli_flush(cli);
    return qn_ref_hook_run(ctx, cli->repo, state, lines);
}

/* --attr-source and GIT_ATTR_SOURCE have to name a tree; attr.tree may name
 * what is missing. */
static enum qn_status find_attribute_source(struct qn_ctx *ctx, void *data,
                                            struct qn_id *tree, bool *found)
{
    struct cli *cli = data;
    const char *asked = qn_env_variable(cli->env, "GIT_ATTR_SOURCE");
    const char *name = asked;
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_revision_scope scope = {.repo = cli->repo};
    enum qn_status status;

    if (!name)
        name = cli_config_string(cli, "attr.tree", NULL);
    if (!name)
        return QN_OK;
    /* Any thread may ask: with views of its own. */
    revision.is_quiet = true;
    status = qn_repo_odb(ctx, cli->repo, &scope.odb);
    if (!status)
        status = qn_repo_refs(ctx, cli->repo, &scope.refs);
    if (!status)
        status = qn_revision_parse(ctx, &scope, name, &revision);
    if (!status)
        status = qn_revision_peel(ctx, scope.odb, &revision.id, QN_OBJECT_TREE,
                                  tree);
    qn_revision_dispose(&revision);
    qn_refs_free(scope.refs);
    qn_odb_free(scope.odb);
    *found = !status;
    if (status && asked)
        return qn_ctx_fail(ctx, QN_NOT_FOUND,
                           "bad --attr-source or GIT_ATTR_SOURCE");
    if (status)
        qn_ctx_clear(ctx);
    return QN_OK;
}

/* One that is named and does not contain where we are must be there. */
static bool has_work_tree(struct cli *cli)
{
    const char *tree = qn_repo_work_tree(cli->repo);

    return tree && (qn_pathname_is_below(qn_bytes_from_string(cli->directory),
                                         qn_bytes_from_string(tree), NULL) ||
                    qn_file_is_directory(tree));
}

/* A format that we do not know; `config` helps to look at what is wrong. */
static bool is_too_new(const struct cli *cli)
{
    const char *reason = qn_ctx_reason(cli->ctx);

    return cli->command && strcmp(cli->command, "config") == 0 &&
           (strcmp(reason, "repo.version") == 0 ||
            strcmp(reason, "repo.extension") == 0);
}

/* What is not to be believed is none to those who need none. */
static bool is_none(const struct cli *cli, enum qn_status status)
{
    const char *reason = qn_ctx_reason(cli->ctx);

    return (status == QN_NOT_FOUND && strcmp(reason, "repo.not-found") == 0) ||
           strcmp(reason, "repo.dubious-ownership") == 0 ||
           strcmp(reason, "repo.bare-refused") == 0;
}

void cli_open_repo(struct cli *cli, unsigned flags)
{
    struct qn_repo_open_options options = {0};
    enum qn_status status;

    if (!cli->repo) {
        status = qn_repo_open(cli->ctx, &options, &cli->repo);
        if (status) {
            cli->repo = NULL;
            if ((flags & CLI_OPEN_GENTLY || cli->has_help) &&
                is_none(cli, status)) {
                qn_ctx_clear(cli->ctx);
                return;
            }
            if (!(flags & CLI_OPEN_GENTLY) || !is_too_new(cli))
                cli_die(cli);
            cli_warning(cli, "%s", qn_ctx_message(cli->ctx));
            cli_warning(cli, "ignoring git dir '.git': %s",
                        qn_ctx_message(cli->ctx));
            qn_ctx_clear(cli->ctx);
            return;
        }
        qn_repo_set_refs_observer(cli->repo, run_ref_hook, cli);
        qn_repo_set_attribute_source(cli->repo, find_attribute_source, cli);
        if (cli->began_in || cli->directory)
            cli_check(cli, qn_repo_keep_directory(
                               cli->ctx, cli->repo,
                               cli->began_in ? cli->began_in : cli->directory));
        cli_trace_repository(cli);
        cli_check_config(cli);
        cli_fetch_promised(cli, cli->repo);
    }
    if ((flags & CLI_OPEN_NEEDS_WORK_TREE) && !has_work_tree(cli))
        cli_die_with(cli, "this operation must be run in a work tree");
    if (flags & CLI_OPEN_VIEWS)
        cli_open_views(cli);
}

void cli_hold_objects(struct cli *cli)
{
    if (cli->odb)
        cli_check(cli, qn_odb_lease_take(cli->ctx, cli->odb));
}

void cli_open_views(struct cli *cli)
{
    if (!cli->odb)
        cli_check(cli, qn_repo_odb(cli->ctx, cli->repo, &cli->odb));
    if (!cli->refs)
        cli_check(cli, qn_repo_refs(cli->ctx, cli->repo, &cli->refs));
    cli->scope.repo = cli->repo;
    cli->scope.odb = cli->odb;
    cli->scope.refs = cli->refs;
    cli->scope.grafts = &cli->grafts;
}

const struct qn_config *cli_config(struct cli *cli)
{
    if (cli->repo)
        return qn_repo_config(cli->repo);
    if (!cli->own_config && qn_repo_outside_config(cli->ctx, &cli->own_config))
        cli_die(cli);
    return cli->own_config;
}

void cli_forget_config(struct cli *cli)
{
    /* Nothing of it is freed: names of aliases and the like are borrowed. */
    cli->repo = NULL;
    cli->own_config = NULL;
    cli->odb = NULL;
    cli->refs = NULL;
}

const char *cli_config_string(struct cli *cli, const char *key,
                              const char *fallback)
{
    return qn_config_string(cli_config(cli), key, fallback);
}

void cli_die_bad_key(struct cli *cli, const struct qn_config_entry *entry)
{
    if (strcmp(entry->origin_type, "file") == 0)
        cli_die_with(cli, "bad config variable '%s' in file '%s' at line %llu",
                     entry->key, entry->origin,
                     (unsigned long long)entry->line);
    cli_die_with(cli, "unable to parse '%s' from command-line config",
                 entry->key);
}

const char *cli_comment_string(struct cli *cli)
{
    const struct qn_config *config = cli_config(cli);
    const char *comment = "#";
    size_t i;

    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (strcmp(entry->key, "core.commentchar") != 0 &&
            strcmp(entry->key, "core.commentstring") != 0)
            continue;
        if (!entry->value) {
            cli_error(cli, "missing value for '%s'", entry->key);
            cli_die_bad_key(cli, entry);
        } else if (strcmp(entry->value, "auto") == 0) {
            comment = "#";
        } else if (!*entry->value) {
            cli_error(cli, "%s must have at least one character", entry->key);
            cli_die_bad_key(cli, entry);
        } else if (strchr(entry->value, '\n')) {
            cli_error(cli, "%s cannot contain newline", entry->key);
            cli_die_bad_key(cli, entry);
        } else {
            comment = entry->value;
        }
    }
    return comment;
}

bool cli_config_bool(struct cli *cli, const char *key, bool fallback)
{
    bool value = fallback;

    cli_check(cli,
              qn_config_bool(cli->ctx, cli_config(cli), key, fallback, &value));
    return value;
}

void cli_config_color(struct cli *cli, const struct qn_config_entry *entry,
                      struct qn_buf *out)
{
    if (!qn_color_parse(cli->ctx, qn_bytes_from_string(entry->value), out))
        return;
    qn_ctx_clear(cli->ctx);
    (void)cli_error(cli, "invalid color value: %s", entry->value);
    cli_check(cli, qn_config_fail_entry(cli->ctx, entry));
}

int64_t cli_config_int(struct cli *cli, const char *key, int64_t fallback)
{
    int64_t value = fallback;

    cli_check(
        cli, qn_config_int64(cli->ctx, cli_config(cli), key, fallback, &value));
    return value;
}

const char *cli_prefix(const struct cli *cli)
{
    return cli->repo ? qn_repo_prefix(cli->repo) : "";
}

enum qn_status cli_absolute_path(struct cli *cli, const char *path,
                                 struct qn_buf *out)
{
    enum qn_status status;

    if (path[0] != '/') {
        status = qn_buf_append_string(cli->ctx, out, cli->directory);
        if (!status && !(out->size == 1 && out->data[0] == '/'))
            status = qn_buf_append_byte(cli->ctx, out, '/');
        if (status)
            return status;
    }
    return qn_buf_append_string(cli->ctx, out, path);
}

#define DEFAULT_TEMPLATE "/usr/share/git-core/templates"

const char *cli_template_directory(struct cli *cli, const char *option,
                                   struct qn_buf *room)
{
    const char *path = option;
    bool found = false;

    if (!path)
        path = qn_env_variable(cli->env, "GIT_TEMPLATE_DIR");
    if (!path) {
        cli_check(cli, qn_config_path(cli->ctx, cli_config(cli),
                                      "init.templatedir", room, &found));
        path = found ? qn_buf_string(room) : NULL;
    }
    if (!path)
        return qn_file_is_directory(DEFAULT_TEMPLATE) ? DEFAULT_TEMPLATE : NULL;
    if (!*path || (!option && !qn_file_is_directory(path)))
        return NULL;
    if (!found && path[0] != '/') {
        qn_buf_clear(room);
        cli_check(cli, cli_absolute_path(cli, path, room));
        path = qn_buf_string(room);
    }
    return path;
}

const struct qn_grafts *cli_grafts(struct cli *cli)
{
    const struct qn_grafts *grafts;

    cli_check(cli, qn_grafts_of(cli->ctx, &cli->scope, &grafts));
    return grafts;
}
