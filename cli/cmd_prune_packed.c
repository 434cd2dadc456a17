/* SPDX-License-Identifier: MIT */
#include "cli/housekeeping.h"
#include "cli/progress.h"
#include "operation/part/prune_packed.h"

#include <unistd.h>

static const char *const usage[] = {
    "git prune-packed [-n | --dry-run] [-q | --quiet]", NULL};

struct prune_packed {
    struct cli *cli;
    bool shows;
};

static enum qn_status put_file(struct qn_ctx *ctx, void *data, const char *path)
{
    struct prune_packed *prune = data;
    const char *name = strrchr(path, '/'), *shown;

    (void)ctx;
    if (!prune->shows)
        return QN_OK;
    shown = qn_repo_git_directory_shown(prune->cli->repo);
    cli_printf(prune->cli, "rm -f %s/objects/%.2s/%s\n", shown, name - 2,
               name + 1);
    return QN_OK;
}

int cmd_prune_packed(struct cli *cli, int argc, char **argv)
{
    struct prune_packed prune = {.cli = cli};
    bool is_dry_run = false, is_quiet = !isatty(2);
    const struct cli_option options[] = {
        CLI_FLAG('n', "dry-run", &is_dry_run, "only say what would go"),
        CLI_FLAG('q', "quiet", &is_quiet, "show no progress"), CLI_END};
    struct qn_odb *odb = NULL;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc > 0) {
        cli_stderr(cli, "fatal: too many arguments\n\n");
        cli_usage(cli, usage, options);
    }
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    prune.shows = is_dry_run;
    if (cli_has_precious_objects(cli))
        return 0; /* as Git: they stay, without a word */
    cli_show_progress(cli, !is_quiet && !is_dry_run);
    cli_check(cli, qn_repo_odb_raw(cli->ctx, cli->repo, &odb));
    cli_check(
        cli, qn_prune_packed_run(cli->ctx, odb, !is_dry_run, put_file, &prune));
    qn_odb_free(odb);
    return 0;
}
