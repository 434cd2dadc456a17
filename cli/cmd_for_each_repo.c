/* SPDX-License-Identifier: MIT */
/* for-each-repo: a command in each repository that a multi-valued key lists;
 * in a process each, since each has its own environment. */
#include "cli/cli.h"
#include "os/file.h"
#include "os/process.h"

#include <string.h>

static const char *const usage[] = {
    "git for-each-repo --config=<config> [--keep-going] [--] <arguments>",
    NULL};

static int run_in(struct cli *cli, const char *path, int argc, char **argv)
{
    struct qn_buf program = QN_BUF_INIT, full = QN_BUF_INIT;
    struct qn_process *process = NULL;
    struct qn_process_options how = {0};
    const char **words;
    int code = 1, i;
    bool found = false;

    cli_check(cli,
              qn_config_expand_path(cli->ctx, path,
                                    qn_env_variable(cli->env, "HOME"), &full));
    (void)found;
    cli_check(cli,
              qn_buf_printf(cli->ctx, &program, "%s/git", cli_exec_path()));
    words = qn_memory_calloc(cli->ctx, (size_t)argc + 4, sizeof(*words));
    cli_check(cli, words ? QN_OK : QN_NO_MEMORY);
    words[0] = qn_file_exists(qn_buf_string(&program)) ? qn_buf_string(&program)
                                                       : "git";
    words[1] = "-C";
    words[2] = qn_buf_string(&full);
    for (i = 0; i < argc; i++)
        words[i + 3] = argv[i];
    how.argv = words;
    cli_flush(cli);
    if (qn_process_start(cli->ctx, &how, &process) ||
        qn_process_wait(cli->ctx, process, &code)) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        qn_ctx_clear(cli->ctx);
    }
    qn_memory_free(words);
    qn_buf_dispose(&program);
    qn_buf_dispose(&full);
    return code;
}

int cmd_for_each_repo(struct cli *cli, int argc, char **argv)
{
    const char *key = NULL;
    bool keeps_going = false;
    const struct cli_option options[] = {
        CLI_STRING(0, "config", &key, "config",
                   "the key that lists repositories"),
        CLI_FLAG(0, "keep-going", &keeps_going, "even after a failure"),
        CLI_END};
    const struct qn_config *config;
    struct qn_buf name = QN_BUF_INIT;
    int code = 0, one;
    size_t i;

    argc =
        cli_parse(cli, argc, argv, options, usage, CLI_PARSE_STOP_AT_ARGUMENT);
    if (!key)
        cli_die_with(cli, "missing --config=<config>");
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    config = cli_config(cli);
    if (qn_config_normalise_key(cli->ctx, key, &name)) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_forget(cli);
        cli_stderr(cli, "fatal: got bad config --config=%s\n\n", key);
        cli_usage(cli, usage, options);
    }
    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (strcmp(entry->key, qn_buf_string(&name)) != 0)
            continue;
        if (!entry->value)
            cli_die_with(cli, "missing value for '%s'", entry->key);
        one = run_in(cli, entry->value, argc, argv);
        if (one && !keeps_going) {
            code = one;
            break;
        }
        code = one ? 1 : code;
    }
    qn_buf_dispose(&name);
    return code;
}
