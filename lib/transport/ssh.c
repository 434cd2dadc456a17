/* SPDX-License-Identifier: MIT */
/* ssh: the person's own program, by its arguments.
 *
 *   GIT_SSH_COMMAND, core.sshCommand   through the shell
 *   GIT_SSH                            as it is
 *   "ssh"
 *
 * What it understands (its variant) is said by GIT_SSH_VARIANT or ssh.variant,
 * else told by its name, else by whether it takes "-G" as OpenSSH's does.
 * git-config(1) "ssh.variant", git(1) "GIT_SSH".
 */
#include "base/env.h"
#include "program/shell_command.h"
#include "text/quote.h"
#include "transport/opener.h"

#include <stdio.h>
#include <string.h>

enum variant { AUTO, SIMPLE, OPENSSH, PLINK, TORTOISEPLINK };

#define ARGUMENTS 10

struct ssh {
    const struct qn_connection_options *options;
    const struct qn_address *address;
    const char *program;
    bool is_direct; /* no shell */
    enum variant variant;
    uint32_t version;
    const char *arguments[ARGUMENTS]; /* NULL terminated */
    size_t count;
    char protocol[32]; /* GIT_PROTOCOL=... */
    const char *variables[QN_OPENER_VARIABLES];
};

static void choose_program(struct qn_ctx *ctx, struct ssh *ssh)
{
    struct qn_env *env = qn_ctx_env(ctx);

    ssh->program = qn_env_variable(env, "GIT_SSH_COMMAND");
    if (!ssh->program && ssh->options->config)
        ssh->program =
            qn_config_string(ssh->options->config, "core.sshcommand", NULL);
    if (ssh->program)
        return;
    ssh->program = qn_env_variable(env, "GIT_SSH");
    ssh->is_direct = ssh->program != NULL;
    if (!ssh->program)
        ssh->program = "ssh";
}

static enum variant variant_of_word(const char *word)
{
    static const struct {
        const char *word;
        enum variant variant;
    } words[] = {{"auto", AUTO},
                 {"plink", PLINK},
                 {"putty", PLINK},
                 {"tortoiseplink", TORTOISEPLINK},
                 {"simple", SIMPLE}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(words); i++)
        if (strcmp(word, words[i].word) == 0)
            return words[i].variant;
    return OPENSSH;
}

/* The first word of a command, quotes taken off, appended. */
static enum qn_status first_word(struct qn_ctx *ctx, const char *command,
                                 struct qn_buf *out)
{
    char quote = 0;
    enum qn_status status = QN_OK;

    while (*command == ' ' || *command == '\t' || *command == '\n')
        command++;
    for (; *command && !status; command++) {
        if (!quote && (*command == ' ' || *command == '\t' || *command == '\n'))
            break;
        if (quote ? *command == quote : *command == '\'' || *command == '"') {
            quote = quote ? 0 : *command;
            continue;
        }
        if (*command == '\\' && quote != '\'' && command[1])
            command++;
        status = qn_buf_append_byte(ctx, out, (uint8_t)*command);
    }
    return status;
}

static enum qn_status variant_of_name(struct qn_ctx *ctx, struct ssh *ssh)
{
    static const struct {
        const char *name;
        enum variant variant;
    } names[] = {{"ssh", OPENSSH},
                 {"ssh.exe", OPENSSH},
                 {"plink", PLINK},
                 {"plink.exe", PLINK},
                 {"tortoiseplink", TORTOISEPLINK},
                 {"tortoiseplink.exe", TORTOISEPLINK}};
    struct qn_buf word = QN_BUF_INIT;
    struct qn_bytes name;
    enum qn_status status;
    size_t slash;
    size_t i;

    status = ssh->is_direct ? qn_buf_append_string(ctx, &word, ssh->program)
                            : first_word(ctx, ssh->program, &word);
    name = qn_buf_bytes(&word);
    slash = qn_bytes_find_last(name, '/');
    if (slash < name.size)
        name = qn_bytes_from(name, slash + 1);
    for (i = 0; i < QN_COUNT_OF(names) && !status; i++)
        if (qn_bytes_is_equal_fold(name, qn_bytes_from_string(names[i].name)))
            ssh->variant = names[i].variant;
    qn_buf_dispose(&word);
    return status;
}

static void add(struct ssh *ssh, const char *word)
{
    ssh->arguments[ssh->count++] = word;
    ssh->arguments[ssh->count] = NULL;
}

static enum qn_status fail_simple(struct qn_ctx *ctx, const char *what)
{
    return qn_ctx_fail_reason(ctx, QN_UNSUPPORTED, "transport.ssh-variant",
                              NULL, "ssh variant 'simple' does not support %s",
                              what);
}

/* The options that the variant has. */
static enum qn_status add_options(struct qn_ctx *ctx, struct ssh *ssh,
                                  enum variant variant)
{
    int family = ssh->options->family;

    qn_opener_variables(variant == OPENSSH && ssh->version ? ssh->protocol
                                                           : NULL,
                        ssh->variables);
    if (variant == OPENSSH && ssh->version) {
        add(ssh, "-o");
        add(ssh, "SendEnv=GIT_PROTOCOL");
    }
    if (family && variant == SIMPLE)
        return fail_simple(ctx, family == 4 ? "-4" : "-6");
    if (family)
        add(ssh, family == 4 ? "-4" : "-6");
    if (variant == TORTOISEPLINK)
        add(ssh, "-batch");
    if (ssh->address->port) {
        if (variant == SIMPLE)
            return fail_simple(ctx, "setting port");
        add(ssh, variant == OPENSSH ? "-p" : "-P");
        add(ssh, ssh->address->port);
    }
    add(ssh, ssh->address->host);
    return QN_OK;
}

static enum qn_status make_command(struct qn_ctx *ctx, const struct ssh *ssh,
                                   struct qn_shell_command *command,
                                   struct qn_process_options *process,
                                   const char **argv)
{
    enum qn_status status;

    process->variables = ssh->variables;
    process->directory = ssh->options->directory;
    process->hides_directory = true;
    if (ssh->is_direct) {
        argv[0] = ssh->program;
        memcpy(argv + 1, ssh->arguments,
               (ssh->count + 1) * sizeof(*ssh->arguments));
        process->argv = argv;
        return QN_OK;
    }
    status = qn_shell_command_make(ctx, ssh->program, ssh->arguments, command);
    if (!status)
        qn_shell_command_fill(command, process);
    return status;
}

/* OpenSSH's takes "-G" and does nothing then. */
static enum qn_status try_variant(struct qn_ctx *ctx, struct ssh *ssh)
{
    struct qn_shell_command command = QN_SHELL_COMMAND_INIT;
    struct qn_process_options process = {
        .in = QN_PROCESS_NULL, .out = QN_PROCESS_NULL, .err = QN_PROCESS_NULL};
    const char *argv[ARGUMENTS + 1];
    struct qn_process *started = NULL;
    enum qn_status status;
    int code = 1;

    add(ssh, "-G");
    status = add_options(ctx, ssh, OPENSSH);
    if (!status)
        status = make_command(ctx, ssh, &command, &process, argv);
    if (!status && qn_process_start(ctx, &process, &started) == QN_OK)
        status = qn_process_wait(ctx, started, &code);
    else if (!status)
        qn_shell_command_tell(ctx, ssh->program);
    ssh->variant = code == 0 ? OPENSSH : SIMPLE;
    ssh->count = 0;
    qn_shell_command_dispose(&command);
    return status;
}

static enum qn_status choose_variant(struct qn_ctx *ctx, struct ssh *ssh)
{
    const char *said = qn_env_variable(qn_ctx_env(ctx), "GIT_SSH_VARIANT");
    enum qn_status status;

    if (!said && ssh->options->config)
        said = qn_config_string(ssh->options->config, "ssh.variant", NULL);
    ssh->variant = said ? variant_of_word(said) : AUTO;
    if (ssh->variant != AUTO)
        return QN_OK;
    status = variant_of_name(ctx, ssh);
    if (!status && ssh->variant == AUTO)
        status = try_variant(ctx, ssh);
    return status;
}

static enum qn_status start(struct qn_ctx *ctx, struct ssh *ssh,
                            struct qn_link **out)
{
    struct qn_shell_command command = QN_SHELL_COMMAND_INIT;
    struct qn_process_options process = {.argv = NULL};
    const char *argv[ARGUMENTS + 1];
    enum qn_status status;

    status = make_command(ctx, ssh, &command, &process, argv);
    if (!status) {
        status = qn_link_start(ctx, &process, out);
        if (status == QN_NOT_FOUND || status == QN_DENIED) {
            qn_shell_command_tell(ctx, ssh->program);
            status =
                qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "transport.not-started",
                                   ssh->program, "unable to fork");
        }
    }
    qn_shell_command_dispose(&command);
    return status;
}

enum qn_status qn_ssh_open(struct qn_ctx *ctx,
                           const struct qn_connection_options *options,
                           const struct qn_address *address,
                           struct qn_link **out)
{
    struct ssh ssh = {.options = options,
                      .address = address,
                      .version = qn_opener_version(options)};
    struct qn_buf line = QN_BUF_INIT;
    enum qn_status status;

    (void)snprintf(ssh.protocol, sizeof(ssh.protocol),
                   "GIT_PROTOCOL=version=%u", (unsigned)ssh.version);
    choose_program(ctx, &ssh);
    status = choose_variant(ctx, &ssh);
    if (!status)
        status = add_options(ctx, &ssh, ssh.variant);
    if (!status)
        status = qn_buf_printf(ctx, &line, "%s ", qn_opener_program(options));
    if (!status)
        status =
            qn_quote_shell(ctx, &line, qn_bytes_from_string(address->path));
    if (!status) {
        add(&ssh, qn_buf_string(&line));
        status = start(ctx, &ssh, out);
    }
    qn_buf_dispose(&line);
    return status;
}
