/* SPDX-License-Identifier: MIT */
/* Advice: hints that advice.<key> and GIT_ADVICE switch off. */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>

static const struct qn_config_entry *find_key(struct cli *cli, const char *key)
{
    char name[128];

    snprintf(name, sizeof(name), "advice.%s", key);
    return qn_config_find(cli_config(cli), name);
}

/* GIT_ADVICE=0 and --no-advice silence everything. */
static bool is_silent(struct cli *cli)
{
    const char *value = getenv("GIT_ADVICE");
    bool wanted = true;

    return cli->no_advice ||
           (value && qn_config_parse_bool(value, &wanted) && !wanted);
}

bool cli_advice_is_on(struct cli *cli, const char *key)
{
    const struct qn_config_entry *entry;
    bool wanted = true;

    if (is_silent(cli))
        return false;
    entry = find_key(cli, key);
    if (entry && qn_config_parse_bool(entry->value, &wanted))
        return wanted;
    return true;
}

bool cli_stderr_color(struct cli *cli, const char *key, const char *slot,
                      const char *fallback, struct qn_buf *out)
{
    const struct qn_config_entry *entry;

    if (!cli_wants_stderr_color(cli, key))
        return false;
    entry = qn_config_find(cli_config(cli), slot);
    if (entry && entry->value)
        cli_config_color(cli, entry, out);
    else
        cli_check(cli, qn_buf_append_string(cli->ctx, out, fallback));
    return true;
}

void cli_advise(struct cli *cli, const char *key, const char *text)
{
    struct qn_buf color = QN_BUF_INIT;
    const char *reset = "";
    struct qn_bytes rest = qn_bytes_from_string(text);
    struct qn_bytes line;

    if (is_silent(cli) || (key && !cli_advice_is_on(cli, key)))
        return;
    (void)cli_stderr_color(cli, "color.advice", "color.advice.hint", "\033[33m",
                           &color);
    if (color.size)
        reset = "\033[m";
    while (qn_bytes_next(&rest, '\n', &line))
        cli_stderr(cli, line.size ? "%shint: %.*s%s\n" : "%shint:%.*s%s\n",
                   qn_buf_string(&color), QN_BYTES_ARG(line), reset);
    if (key && !find_key(cli, key))
        cli_stderr(cli,
                   "%shint: Disable this message with \"git config set "
                   "advice.%s false\"%s\n",
                   qn_buf_string(&color), key, reset);
    qn_buf_dispose(&color);
}

void cli_advise_default_branch(struct cli *cli)
{
    static const char advice[] =
        "Using 'master' as the name for the initial branch. This default "
        "branch "
        "name\n"
        "will change to \"main\" in Git 3.0. To configure the initial branch "
        "name\n"
        "to use in all of your new repositories, which will suppress this "
        "warning,\n"
        "call:\n"
        "\n"
        "\tgit config --global init.defaultBranch <name>\n"
        "\n"
        "Names commonly chosen instead of 'master' are 'main', 'trunk' and\n"
        "'development'. The just-created branch can be renamed via this "
        "command:\n"
        "\n"
        "\tgit branch -m <name>\n"
        "\n";

    cli_advise(cli, "defaultBranchName", advice);
}

void cli_advise_forward_only(struct cli *cli)
{
    cli_advise(cli, "diverging",
               "Diverging branches can't be fast-forwarded, you need to "
               "either:\n\n\tgit merge --no-ff\n\nor:\n\n\tgit rebase\n\n");
}
