/* SPDX-License-Identifier: MIT */
#include "cli/asking.h"
#include "program/credential_file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const usage[] = {"git credential-store [<options>] <action>",
                                    NULL};

/* ~/.git-credentials, then $XDG_CONFIG_HOME/git/credentials. */
static void find_files(struct cli *cli, const char *paths[3])
{
    static struct qn_buf own, xdg;
    const char *home = getenv("HOME"), *config = getenv("XDG_CONFIG_HOME");
    size_t count = 0;

    if (home) {
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &own, "%s/.git-credentials", home));
        paths[count++] = qn_buf_string(&own);
    }
    if (config && *config)
        cli_check(cli,
                  qn_buf_printf(cli->ctx, &xdg, "%s/git/credentials", config));
    else if (home)
        cli_check(cli, qn_buf_printf(cli->ctx, &xdg,
                                     "%s/.config/git/credentials", home));
    if (xdg.size)
        paths[count++] = qn_buf_string(&xdg);
    paths[count] = NULL;
    if (!count)
        cli_die_with(cli, "unable to set up default path; use --file");
}

static void get(struct cli *cli, const struct qn_credential_files *files,
                struct qn_credential *credential)
{
    bool found = false;

    cli_check(cli, qn_credential_file_get(cli->ctx, files, credential, &found));
    if (found)
        cli_printf(cli, "username=%s\npassword=%s\n", credential->username,
                   credential->password);
}

int cmd_credential_store(struct cli *cli, int argc, char **argv)
{
    const char *file = NULL;
    const struct cli_option options[] = {
        CLI_STRING(0, "file", &file, "path",
                   "keep credentials in <path>, and look for them there"),
        CLI_END};
    const char *paths[3] = {NULL, NULL, NULL};
    struct qn_credential_files files = {.paths = paths};
    struct qn_credential credential;
    struct qn_buf path = QN_BUF_INIT;
    const char *action;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc != 1)
        cli_usage(cli, usage, options);
    action = argv[0];
    (void)umask(077);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (file) {
        cli_check(cli, cli_absolute_path(cli, file, &path));
        paths[0] = qn_buf_string(&path);
    } else {
        find_files(cli, paths);
    }
    files.lock_timeout_ms =
        cli_config_int(cli, "credentialstore.locktimeoutms", 1000);
    cli_read_credential(cli, &credential, QN_CREDENTIAL_HELPERS,
                        "unable to read credential");
    if (strcmp(action, "get") == 0)
        get(cli, &files, &credential);
    else if (strcmp(action, "erase") == 0)
        cli_check(cli, qn_credential_file_erase(cli->ctx, &files, &credential));
    else if (strcmp(action, "store") == 0)
        cli_check(cli, qn_credential_file_store(cli->ctx, &files, &credential));
    /* Others are for helpers that are newer than this one. */
    qn_credential_dispose(&credential);
    qn_buf_dispose(&path);
    return 0;
}
