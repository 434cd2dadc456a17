/* SPDX-License-Identifier: MIT */
#include "cli/connecting.h"

#include "cli/asking.h"
#include "cli/trace.h"
#include "cli/version_text.h"
#include "index/index.h"
#include "object/filter_spec.h"
#include "operation/part/connected.h"
#include "operation/part/promised_fetch.h"
#include "os/process.h"
#include "worktree/work_tree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

const char *const *cli_own_program(struct cli *cli)
{
    static struct qn_buf path;
    static const char *words[2];

    if (!words[0]) {
        cli_check(cli, qn_process_own_path(cli->ctx, &path));
        words[0] = path.size ? qn_buf_string(&path) : NULL;
    }
    return words[0] ? words : NULL;
}

const char *cli_agent(struct cli *cli, struct qn_buf *out)
{
    const char *own = getenv("GIT_USER_AGENT");
    struct utsname system;
    size_t i;

    qn_buf_clear(out);
    if (own)
        cli_check(cli, qn_buf_append_string(cli->ctx, out, own));
    else
        cli_check(cli, qn_buf_printf(
                           cli->ctx, out, "quoin/%s-%s", QUOIN_VERSION_TEXT,
                           uname(&system) == 0 ? system.sysname : "unknown"));
    for (i = 0; i < out->size; i++) /* it is one word */
        if (out->data[i] <= ' ' || out->data[i] >= 0x7f)
            out->data[i] = '.';
    return qn_buf_string(out);
}

uint32_t cli_protocol_version(struct cli *cli)
{
    const struct qn_config_entry *entry =
        qn_config_find(cli_config(cli), "protocol.version");

    if (!entry)
        return 2;
    if (!entry->value) {
        cli_error(cli, "missing value for 'protocol.version'");
        cli_die_bad_key(cli, entry);
    } else if (strlen(entry->value) != 1 || entry->value[0] < '0' ||
               entry->value[0] > '2') {
        cli_die_with(cli, "unknown value for config 'protocol.version': %s",
                     entry->value);
    }
    return (uint32_t)(entry->value[0] - '0');
}

/* The branch that HEAD is on, short, appended; nothing when on none. */
static void append_branch(struct cli *cli, struct qn_buf *out)
{
    static const char heads[] = "refs/heads/";
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;

    cli_open_views(cli);
    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, "HEAD", &ref, &found));
    if (found && ref.is_symbolic &&
        qn_bytes_has_prefix(qn_buf_bytes(&ref.target), heads))
        cli_check(cli, qn_buf_append_string(cli->ctx, out,
                                            qn_buf_string(&ref.target) +
                                                strlen(heads)));
    qn_ref_dispose(&ref);
}

struct qn_remote *cli_remote(struct cli *cli, const char *name, bool is_push)
{
    struct qn_remote *remote = NULL;
    struct qn_arena arena = QN_ARENA_INIT;
    struct qn_buf branch = QN_BUF_INIT;
    bool is_explicit = true;

    if (cli->repo) {
        if (!name)
            append_branch(cli, &branch);
        cli_check(cli, qn_remote_of(cli->ctx, cli->repo, name,
                                    branch.size ? qn_buf_string(&branch) : NULL,
                                    is_push, &remote));
    } else {
        if (!name)
            cli_check(cli,
                      qn_remote_default(cli->ctx, cli_config(cli), NULL,
                                        is_push, &arena, &name, &is_explicit));
        cli_check(cli, qn_remote_open(cli->ctx, cli_config(cli), NULL, name,
                                      &remote));
        if (!is_explicit && remote->origin == QN_REMOTE_NOWHERE)
            remote->urls.count = 0; /* nobody named it */
    }
    qn_arena_dispose(&arena);
    qn_buf_dispose(&branch);
    return remote;
}

static enum qn_status read_ref(struct qn_ctx *ctx, void *data, const char *name,
                               struct qn_id *id, bool *found)
{
    struct cli *cli = data;
    struct qn_ref ref = QN_REF_INIT;
    enum qn_status status;

    cli_open_views(cli);
    status = qn_refs_resolve(ctx, cli->refs, name, &ref, found);
    if (!status && *found)
        *id = ref.id;
    qn_ref_dispose(&ref);
    return status;
}

static void tell(void *data, const char *text)
{
    cli_stderr(data, "%s", text);
}

/* GIT_DIR as Git tells programs, which run in the work tree. */
static const char *told_directory(struct cli *cli)
{
    const char *git = qn_repo_git_directory(cli->repo);
    const char *top = qn_repo_work_tree(cli->repo);
    size_t size = top ? strlen(top) : 0;

    if (top && strncmp(git, top, size) == 0 && strcmp(git + size, "/.git") == 0)
        return ".git";
    return qn_repo_git_directory_shown(cli->repo);
}

void cli_connection_options(struct cli *cli, const struct qn_remote *remote,
                            enum qn_service service,
                            struct qn_connection_options *out)
{
    static struct qn_buf agent;
    bool is_push = service == QN_SERVICE_RECEIVE_PACK;
    const struct qn_remote_words *urls =
        is_push ? &remote->push_urls : &remote->urls;

    memset(out, 0, sizeof(*out));
    out->config = cli_config(cli);
    out->url = urls->count ? urls->items[0] : NULL;
    out->remote_name = remote->name;
    out->helper = remote->vcs;
    out->service = service;
    out->program = is_push ? remote->receive_pack : remote->upload_pack;
    out->version = cli_protocol_version(cli);
    out->traced = service == QN_SERVICE_UPLOAD_ARCHIVE ? "git" : cli->command;
    out->agent = cli_agent(cli, &agent);
    if (cli_config_bool(cli, "transfer.advertisesid", false))
        out->session = cli_trace_session();
    out->tell = tell;
    out->tell_data = cli;
    out->own_program = cli_own_program(cli);
    out->prompt = cli_prompt_calls(cli);
    if (cli->repo) {
        out->git_directory = told_directory(cli);
        out->read_ref = read_ref;
        out->read_ref_data = cli;
        out->algorithm = qn_repo_algorithm(cli->repo);
        /* Where Git is when it starts programs. */
        if (*cli_prefix(cli))
            out->directory = qn_repo_work_tree(cli->repo);
    }
}

void cli_fetch_promised(struct cli *cli, struct qn_repo *repo)
{
    static struct qn_promised_fetch *fetch; /* as long as the process */
    static struct qn_buf agent;
    struct qn_connection_options options = {.service = QN_SERVICE_UPLOAD_PACK,
                                            .traced = "fetch",
                                            .git_directory =
                                                qn_repo_git_directory(repo)};

    if (!qn_connected_is_partial(qn_repo_config(repo)))
        return;
    options.config = qn_repo_config(repo);
    options.version = cli_protocol_version(cli);
    options.agent = cli_agent(cli, &agent);
    options.own_program = cli_own_program(cli);
    if (qn_repo_work_tree(repo))
        options.directory = qn_repo_work_tree(repo);
    cli_check(cli, qn_promised_fetch_new(cli->ctx, repo, &options, &fetch));
    qn_repo_set_missing(repo, qn_promised_fetch_run, fetch);
}

bool cli_has_submodules(struct cli *cli)
{
    struct qn_index *index = NULL;
    bool found = false;
    size_t i;

    if (!qn_repo_work_tree(cli->repo))
        return false;
    cli_check(cli,
              qn_work_tree_read_index(cli->ctx, cli->repo, cli->odb, &index));
    for (i = 0; i < qn_index_count(index) && !found; i++)
        found = (qn_index_peek(index, i)->mode & 0170000u) == 0160000u;
    qn_index_free(index);
    return found;
}

int cli_run_self(struct cli *cli, const char **words, const char *variable)
{
    const char *const variables[] = {variable, NULL};
    struct qn_process_options how = {.argv = words};
    struct qn_process *process = NULL;
    const char *const *own = cli_own_program(cli);
    int code = 1;

    if (variable)
        how.variables = variables;
    words[0] = own ? own[0] : "git";
    cli_flush(cli);
    cli_check(cli, qn_process_start(cli->ctx, &how, &process));
    cli_check(cli, qn_process_wait(cli->ctx, process, &code));
    return code;
}

void cli_add_filter(struct cli *cli, const char *argument,
                    struct qn_buf *filter)
{
    struct qn_filter_spec spec = QN_FILTER_SPEC_INIT;

    spec.allows_auto = true;
    if (filter->size > 0)
        cli_check(cli,
                  qn_filter_spec_parse(cli->ctx, &spec, qn_buf_bytes(filter)));
    cli_check(cli, qn_filter_spec_parse(cli->ctx, &spec,
                                        qn_bytes_from_string(argument)));
    qn_buf_clear(filter);
    cli_check(cli, qn_filter_spec_append(cli->ctx, &spec, filter));
    qn_filter_spec_dispose(&spec);
}
