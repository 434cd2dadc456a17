/* SPDX-License-Identifier: MIT */
#include "cli/config_source.h"

#include "config/config_files.h"
#include "os/file.h"
#include "text/color.h"
#include "text/date.h"

void cli_config_source_dispose(struct cli_config_source *source)
{
    qn_config_free(source->own);
    qn_buf_dispose(&source->path);
    qn_buf_dispose(&source->user_path);
}

bool cli_config_source_is_given(const struct cli_config_source *source)
{
    return source->is_system || source->is_global || source->is_local ||
           source->is_worktree || source->file || source->blob;
}

static void local_path(struct cli *cli, const char *name, struct qn_buf *out)
{
    const char *shown = qn_repo_git_directory_shown(cli->repo);

    if (strcmp(qn_repo_git_directory(cli->repo),
               qn_repo_common_directory(cli->repo)) != 0 &&
        strcmp(name, "config") == 0)
        cli_check(cli, qn_repo_path(cli->ctx, cli->repo, name, out));
    else
        cli_check(cli, qn_buf_printf(cli->ctx, out, "%s/%s", shown, name));
}

void cli_config_source_choose(struct cli *cli, struct cli_config_source *source)
{
    int count = source->is_system + source->is_global + source->is_local +
                source->is_worktree + (source->file != NULL) +
                (source->blob != NULL);
    struct qn_ctx *ctx = cli->ctx;

    if (count > 1) {
        (void)cli_error(cli, "only one config file at a time");
        cli_exit(cli, CLI_EXIT_USAGE);
    }
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (source->is_local && !cli->repo)
        cli_die_with(cli, "--local can only be used inside a git repository");
    if (source->is_worktree && !cli->repo)
        cli_die_with(cli,
                     "--worktree can only be used inside a git repository");
    if (source->blob && !cli->repo)
        cli_die_with(cli, "--blob can only be used inside a git repository");
    if (source->is_system)
        cli_check(cli, qn_config_files_system_path(ctx, &source->path));
    else if (source->is_global)
        cli_check(cli, qn_config_files_global(ctx, &source->path,
                                              &source->user_path));
    else if (source->is_local)
        local_path(cli, "config", &source->path);
    else if (source->is_worktree)
        local_path(cli,
                   qn_config_find(qn_repo_config(cli->repo),
                                  "extensions.worktreeconfig")
                       ? "config.worktree"
                       : "config",
                   &source->path);
    else if (source->file && strcmp(source->file, "-") != 0)
        cli_check(cli, qn_buf_append_string(ctx, &source->path, source->file));
}

const char *cli_config_source_target(struct cli *cli,
                                     struct cli_config_source *source)
{
    if (source->file && strcmp(source->file, "-") == 0)
        cli_die_with(cli, "writing to stdin is not supported");
    if (source->blob)
        cli_die_with(cli, "writing config blobs is not supported");
    if (source->is_global) {
        qn_buf_clear(&source->path);
        cli_check(cli, qn_config_files_global_path(cli->ctx, &source->path));
    } else if (!cli_config_source_is_given(source)) {
        if (!cli->repo)
            cli_die_with(cli, "not in a git directory");
        local_path(cli, "config", &source->path);
    }
    return qn_buf_string(&source->path);
}

static void add_blob(struct cli *cli, struct cli_config_source *source)
{
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf origin = QN_BUF_INIT;

    cli_open_views(cli);
    if (qn_revision_parse(cli->ctx, &cli->scope, source->blob, &revision)) {
        (void)cli_error(cli, "unable to resolve config blob '%s'",
                        source->blob);
        cli_die_with(cli, "error processing config file(s)");
    }
    if (qn_odb_read_typed(cli->ctx, cli->odb, &revision.id, QN_OBJECT_BLOB,
                          &object)) {
        (void)cli_error(cli, "reference '%s' does not point to a blob",
                        source->blob);
        cli_die_with(cli, "error processing config file(s)");
    }
    cli_check(cli, qn_config_add_bytes(
                       cli->ctx, source->own, qn_object_bytes(&object),
                       QN_CONFIG_SCOPE_COMMAND, "blob", source->blob, NULL));
    qn_object_dispose(&object);
    qn_revision_dispose(&revision);
    qn_buf_dispose(&origin);
}

static void add_file(struct cli *cli, struct cli_config_source *source,
                     const struct qn_buf *path, bool must_exist)
{
    struct qn_config_conditions conditions = {
        .home = qn_env_variable(cli->env, "HOME")};
    enum qn_config_scope scope = source->is_system   ? QN_CONFIG_SCOPE_SYSTEM
                                 : source->is_global ? QN_CONFIG_SCOPE_GLOBAL
                                 : source->is_local  ? QN_CONFIG_SCOPE_LOCAL
                                 : source->is_worktree
                                     ? QN_CONFIG_SCOPE_WORKTREE
                                     : QN_CONFIG_SCOPE_COMMAND;
    bool was_there = false;

    if (path->size == 0)
        return;
    if (cli->repo)
        conditions.git_directory = qn_repo_git_directory(cli->repo);
    cli_check(cli, qn_config_add_file(
                       cli->ctx, source->own, qn_buf_string(path), scope,
                       source->includes > 0 ? &conditions : NULL, &was_there));
    if (!was_there && must_exist)
        cli_die_with(cli, "unable to read config file '%s': %s",
                     qn_buf_string(path), "No such file or directory");
}

const struct qn_config *cli_config_source_read(struct cli *cli,
                                               struct cli_config_source *source,
                                               bool must_exist)
{
    struct qn_buf text = QN_BUF_INIT;

    if (!cli_config_source_is_given(source))
        return cli_config(cli);
    cli_check(cli, qn_config_new(cli->ctx, &source->own));
    if (source->blob) {
        add_blob(cli, source);
    } else if (source->file && strcmp(source->file, "-") == 0) {
        cli_check(cli, qn_file_read_rest(cli->ctx, 0, &text));
        cli_check(cli, qn_config_add_bytes(cli->ctx, source->own,
                                           qn_buf_bytes(&text),
                                           QN_CONFIG_SCOPE_COMMAND,
                                           "standard input", "", NULL));
    } else {
        bool has_both = source->path.size && source->user_path.size;

        if (source->is_global && has_both &&
            !qn_file_exists(qn_buf_string(&source->path)))
            qn_buf_clear(&source->path);
        add_file(cli, source, &source->path, must_exist && !source->is_global);
        add_file(cli, source, &source->user_path,
                 must_exist && source->path.size == 0);
    }
    qn_buf_dispose(&text);
    return source->own;
}

enum cli_config_type cli_config_type_parse(struct cli *cli, const char *name)
{
    static const struct {
        const char *name;
        enum cli_config_type type;
    } types[] = {{"bool", CLI_CONFIG_BOOL},
                 {"int", CLI_CONFIG_INT},
                 {"bool-or-int", CLI_CONFIG_BOOL_OR_INT},
                 {"bool-or-str", CLI_CONFIG_BOOL_OR_STRING},
                 {"path", CLI_CONFIG_PATH},
                 {"expiry-date", CLI_CONFIG_EXPIRY},
                 {"color", CLI_CONFIG_COLOR}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(types); i++)
        if (strcmp(name, types[i].name) == 0)
            return types[i].type;
    cli_die_with(cli, "unrecognized --type argument, %s", name);
    return CLI_CONFIG_ANY;
}

static void append_bool_or_int(struct cli *cli,
                               const struct qn_config_entry *entry,
                               struct qn_buf *out)
{
    int64_t number = 0;
    bool is_bool = false;

    cli_check(cli,
              qn_config_entry_bool_or_int(cli->ctx, entry, &number, &is_bool));
    if (is_bool)
        cli_check(cli, qn_buf_append_string(cli->ctx, out,
                                            number ? "true" : "false"));
    else
        cli_check(cli, qn_buf_printf(cli->ctx, out, "%lld", (long long)number));
}

static void append_expiry(struct cli *cli, const struct qn_config_entry *entry,
                          struct qn_buf *out)
{
    int64_t seconds;

    if (!entry->value || qn_date_expiry(cli->ctx, entry->value, &seconds)) {
        (void)cli_error(cli, "'%s' for '%s' is not a valid timestamp",
                        entry->value ? entry->value : "", entry->key);
        cli_exit(cli, CLI_EXIT_FATAL);
    }
    cli_check(cli,
              seconds == INT64_MAX
                  ? qn_buf_append_string(cli->ctx, out, "18446744073709551615")
                  : qn_buf_printf(cli->ctx, out, "%lld", (long long)seconds));
}

bool cli_config_type_format(struct cli *cli, enum cli_config_type type,
                            const struct qn_config_entry *entry,
                            struct qn_buf *out)
{
    const char *value = entry->value ? entry->value : "";
    struct qn_ctx *ctx = cli->ctx;
    int64_t number;
    bool flag = true;

    switch (type) {
    case CLI_CONFIG_BOOL:
        cli_check(cli, qn_config_entry_bool(ctx, entry, &flag));
        value = flag ? "true" : "false";
        break;
    case CLI_CONFIG_INT:
        cli_check(cli, qn_config_entry_int(ctx, entry, 64, &number));
        cli_check(cli, qn_buf_printf(ctx, out, "%lld", (long long)number));
        return true;
    case CLI_CONFIG_BOOL_OR_INT:
        append_bool_or_int(cli, entry, out);
        return true;
    case CLI_CONFIG_BOOL_OR_STRING:
        if (qn_config_parse_bool(entry->value, &flag))
            value = flag ? "true" : "false";
        break;
    case CLI_CONFIG_PATH:
        cli_check(cli, qn_config_entry_path(ctx, entry, out, &flag));
        return flag;
    case CLI_CONFIG_EXPIRY:
        append_expiry(cli, entry, out);
        return true;
    case CLI_CONFIG_COLOR:
        cli_check(cli, qn_color_parse(ctx, qn_bytes_from_string(value), out));
        return true;
    case CLI_CONFIG_ANY:
        break;
    }
    cli_check(cli, qn_buf_append_string(ctx, out, value));
    return true;
}

void cli_config_type_store(struct cli *cli, enum cli_config_type type,
                           const char *key, const char *value,
                           struct qn_buf *out)
{
    const struct qn_config_entry entry = {.key = key,
                                          .value = value,
                                          .origin_type = "command line",
                                          .origin = ""};
    struct qn_buf ignored = QN_BUF_INIT;

    if (type == CLI_CONFIG_COLOR) {
        if (qn_color_parse(cli->ctx, qn_bytes_from_string(value), &ignored))
            cli_die_with(cli, "cannot parse color '%s'", value);
        type = CLI_CONFIG_ANY;
    }
    if (type == CLI_CONFIG_PATH || type == CLI_CONFIG_EXPIRY)
        type = CLI_CONFIG_ANY;
    if (type == CLI_CONFIG_ANY)
        cli_check(cli, qn_buf_append_string(cli->ctx, out, value));
    else
        (void)cli_config_type_format(cli, type, &entry, out);
    qn_buf_dispose(&ignored);
}
