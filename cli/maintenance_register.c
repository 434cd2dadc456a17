/* SPDX-License-Identifier: MIT */
/* Which repositories maintenance is for (maintenance.repo). */
#include "cli/maintenance.h"
#include "config/config_edit.h"
#include "config/config_files.h"
#include "os/file.h"

#include <string.h>

/* The name it is registered under: its work tree, or itself. */
static void own_path(struct cli *cli, struct qn_buf *out)
{
    const char *path = qn_repo_work_tree(cli->repo);
    const char *common = qn_repo_common_directory(cli->repo);

    if (strcmp(common, qn_repo_git_directory(cli->repo)) != 0 &&
        qn_bytes_has_suffix(qn_bytes_from_string(common), "/.git")) {
        /* a linked work tree: the main one */
        cli_check(cli, qn_buf_append(cli->ctx, out, common,
                                     strlen(common) - strlen("/.git")));
        return;
    }
    cli_check(cli, qn_file_real_path(cli->ctx, path ? path : common, out));
}

static void global_file(struct cli *cli, const char *given, struct qn_buf *out)
{
    if (given)
        cli_check(cli, cli_absolute_path(cli, given, out));
    else
        cli_check(cli, qn_config_files_global_path(cli->ctx, out));
}

static bool is_registered(struct cli *cli, const char *file, const char *path)
{
    struct qn_config *config = NULL;
    const struct qn_config_entry *entry;
    bool answer = false, was_there;

    cli_check(cli, qn_config_new(cli->ctx, &config));
    cli_check(cli,
              qn_config_add_file(cli->ctx, config, file, QN_CONFIG_SCOPE_GLOBAL,
                                 NULL, &was_there));
    for (entry = qn_config_find(config, "maintenance.repo"); entry && !answer;
         entry = qn_config_previous(config, entry))
        answer = entry->value && strcmp(entry->value, path) == 0;
    qn_config_free(config);
    return answer;
}

/* maintenance by a schedule takes the place of that after each command */
static void set_own(struct cli *cli)
{
    struct qn_buf path = QN_BUF_INIT;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "config", &path));
    cli_check(cli, qn_config_edit_set(cli->ctx, qn_buf_string(&path),
                                      "maintenance.auto", "false"));
    if (!cli_config_string(cli, "maintenance.strategy", NULL))
        cli_check(cli,
                  qn_config_edit_set(cli->ctx, qn_buf_string(&path),
                                     "maintenance.strategy", "incremental"));
    qn_buf_dispose(&path);
}

int cli_maintenance_register(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git maintenance register [--config-file <path>]", NULL};
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
    struct qn_buf path = QN_BUF_INIT, file = QN_BUF_INIT;
    const char *given = NULL;
    const struct cli_option options[] = {
        CLI_STRING(0, "config-file", &given, "file",
                   "the file that lists repositories"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    cli_open_repo(cli, 0);
    set_own(cli);
    own_path(cli, &path);
    global_file(cli, given, &file);
    if (!is_registered(cli, qn_buf_string(&file), qn_buf_string(&path))) {
        edit.key = "maintenance.repo";
        edit.value = qn_buf_string(&path);
        edit.appends = true;
        cli_check(cli,
                  qn_config_edit_file(cli->ctx, qn_buf_string(&file), &edit));
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&file);
    return 0;
}

int cli_maintenance_unregister(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git maintenance unregister [--config-file <path>] [--force]", NULL};
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
    struct qn_buf path = QN_BUF_INIT, file = QN_BUF_INIT;
    const char *given = NULL;
    bool is_forced = false;
    const struct cli_option options[] = {
        CLI_STRING(0, "config-file", &given, "file",
                   "the file that lists repositories"),
        CLI_FLAG('f', "force", &is_forced, "it need not be there"), CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    cli_open_repo(cli, 0);
    own_path(cli, &path);
    global_file(cli, given, &file);
    if (is_registered(cli, qn_buf_string(&file), qn_buf_string(&path))) {
        edit.key = "maintenance.repo";
        edit.value_pattern = qn_buf_string(&path);
        edit.pattern_is_fixed = true;
        edit.all = true;
        cli_check(cli,
                  qn_config_edit_file(cli->ctx, qn_buf_string(&file), &edit));
    } else if (!is_forced) {
        cli_die_with(cli, "repository '%s' is not registered",
                     qn_buf_string(&path));
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&file);
    return 0;
}
