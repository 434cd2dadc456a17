/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "program/editor.h"
#include "program/pager.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {"git var (-l | <variable>)", NULL};

/* Fill `out`, lines apart; false: it has no value. */
typedef bool read_fn(struct cli *cli, bool is_strict, struct qn_buf *out);

static bool take(struct cli *cli, struct qn_buf *out, const char *text)
{
    if (text)
        cli_check(cli, qn_buf_append_string(cli->ctx, out, text));
    return text != NULL;
}

static bool read_ident(struct cli *cli, enum qn_ident_role role, bool is_strict,
                       struct qn_buf *out)
{
    if (!cli->repo) {
        /* Outside of a repository the configuration alone has to do. */
        cli_open_repo(cli, 0);
    }
    cli_check(cli, qn_repo_ident(cli->ctx, cli->repo, role, is_strict, out));
    return true;
}

static bool read_author(struct cli *cli, bool is_strict, struct qn_buf *out)
{
    return read_ident(cli, QN_IDENT_AUTHOR, is_strict, out);
}

static bool read_committer(struct cli *cli, bool is_strict, struct qn_buf *out)
{
    return read_ident(cli, QN_IDENT_COMMITTER, is_strict, out);
}

static bool read_editor(struct cli *cli, bool is_strict, struct qn_buf *out)
{
    (void)is_strict;
    return take(cli, out, qn_editor_name(cli->ctx, cli_config(cli)));
}

static bool read_sequence_editor(struct cli *cli, bool is_strict,
                                 struct qn_buf *out)
{
    (void)is_strict;
    return take(cli, out, qn_editor_sequence_name(cli->ctx, cli_config(cli)));
}

static bool read_pager(struct cli *cli, bool is_strict, struct qn_buf *out)
{
    const char *name = qn_pager_name(cli->ctx, cli_config(cli));

    (void)is_strict;
    return take(cli, out, name ? name : "cat");
}

static bool read_branch(struct cli *cli, bool is_strict, struct qn_buf *out)
{
    (void)is_strict;
    return take(cli, out,
                cli_config_string(cli, "init.defaultbranch", "master"));
}

static bool read_shell(struct cli *cli, bool is_strict, struct qn_buf *out)
{
    (void)is_strict;
    return take(cli, out, "/bin/sh");
}

static bool is_true(const char *variable)
{
    const char *text = getenv(variable);
    bool value = false;

    return text && qn_config_parse_bool(text, &value) && value;
}

static bool read_attr_system(struct cli *cli, bool is_strict,
                             struct qn_buf *out)
{
    const char *path = getenv("GIT_ATTR_SYSTEM");

    (void)is_strict;
    if (is_true("GIT_ATTR_NOSYSTEM"))
        return false;
    return take(cli, out, path ? path : "/etc/gitattributes");
}

/* ~/.config/git/<name>, or below XDG_CONFIG_HOME. */
static bool read_user_file(struct cli *cli, const char *name,
                           struct qn_buf *out)
{
    const char *xdg = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");

    if (xdg && *xdg)
        cli_check(cli, qn_buf_printf(cli->ctx, out, "%s/git/%s", xdg, name));
    else if (home)
        cli_check(
            cli, qn_buf_printf(cli->ctx, out, "%s/.config/git/%s", home, name));
    else
        return false;
    return true;
}

static bool read_attr_global(struct cli *cli, bool is_strict,
                             struct qn_buf *out)
{
    bool found = false;

    (void)is_strict;
    cli_check(cli, qn_config_path(cli->ctx, cli_config(cli),
                                  "core.attributesfile", out, &found));
    return found || read_user_file(cli, "attributes", out);
}

static bool read_config_system(struct cli *cli, bool is_strict,
                               struct qn_buf *out)
{
    const char *path = getenv("GIT_CONFIG_SYSTEM");

    (void)is_strict;
    if (is_true("GIT_CONFIG_NOSYSTEM"))
        return false;
    return take(cli, out, path ? path : "/etc/gitconfig");
}

static bool read_config_global(struct cli *cli, bool is_strict,
                               struct qn_buf *out)
{
    const char *path = getenv("GIT_CONFIG_GLOBAL");
    const char *home = getenv("HOME");
    bool found;

    (void)is_strict;
    if (path)
        return *path && take(cli, out, path);
    found = read_user_file(cli, "config", out);
    if (home) {
        cli_check(cli, qn_buf_printf(cli->ctx, out, "%s%s/.gitconfig",
                                     found ? "\n" : "", home));
        found = true;
    }
    return found;
}

static const struct {
    const char *name;
    read_fn *read;
} variables[] = {{"GIT_COMMITTER_IDENT", read_committer},
                 {"GIT_AUTHOR_IDENT", read_author},
                 {"GIT_EDITOR", read_editor},
                 {"GIT_SEQUENCE_EDITOR", read_sequence_editor},
                 {"GIT_PAGER", read_pager},
                 {"GIT_DEFAULT_BRANCH", read_branch},
                 {"GIT_SHELL_PATH", read_shell},
                 {"GIT_ATTR_SYSTEM", read_attr_system},
                 {"GIT_ATTR_GLOBAL", read_attr_global},
                 {"GIT_CONFIG_SYSTEM", read_config_system},
                 {"GIT_CONFIG_GLOBAL", read_config_global}};

static int list_all(struct cli *cli)
{
    const struct qn_config *config = cli_config(cli);
    struct qn_buf text = QN_BUF_INIT;
    size_t count = qn_config_count(config);
    size_t i;

    for (i = 0; i < count; i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (entry->value)
            cli_printf(cli, "%s=%s\n", entry->key, entry->value);
        else
            cli_printf(cli, "%s\n", entry->key);
    }
    for (i = 0; i < QN_COUNT_OF(variables); i++) {
        struct qn_bytes rest;
        struct qn_bytes line;

        qn_buf_clear(&text);
        if (!variables[i].read(cli, false, &text))
            continue;
        rest = qn_buf_bytes(&text);
        while (qn_bytes_next(&rest, '\n', &line))
            cli_printf(cli, "%s=%.*s\n", variables[i].name, QN_BYTES_ARG(line));
    }
    qn_buf_dispose(&text);
    return 0;
}

int cmd_var(struct cli *cli, int argc, char **argv)
{
    struct qn_buf text = QN_BUF_INIT;
    int code = 1;
    size_t i;

    if (argc == 2 && strcmp(argv[1], "-h") == 0) {
        cli_puts(cli, "usage: git var (-l | <variable>)\n");
        return CLI_EXIT_USAGE;
    }
    if (argc != 2) {
        cli_stderr(cli, "usage: %s\n", usage[0]);
        return CLI_EXIT_USAGE;
    }
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (strcmp(argv[1], "-l") == 0)
        return list_all(cli);
    for (i = 0; i < QN_COUNT_OF(variables); i++)
        if (strcmp(argv[1], variables[i].name) == 0)
            break;
    if (i == QN_COUNT_OF(variables)) {
        cli_stderr(cli, "usage: %s\n", usage[0]);
        return CLI_EXIT_USAGE;
    }
    if (variables[i].read(cli, true, &text)) {
        cli_printf(cli, "%s\n", qn_buf_string(&text));
        code = 0;
    }
    qn_buf_dispose(&text);
    return code;
}
