/* SPDX-License-Identifier: MIT */
#include "cli/housekeeping.h"

#include "odb/odb_lease.h"
#include "operation/op_gc.h"
#include "os/file.h"
#include "os/temporary.h"
#include "text/date.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

void cli_step_add(struct cli *cli, struct cli_step *step, const char *word)
{
    if (step->count + 2 > CLI_STEP_WORDS)
        cli_die_with(cli, "too many words");
    step->words[step->count++] = word;
}

void cli_step_addf(struct cli *cli, struct cli_step *step, const char *format,
                   ...)
{
    struct qn_buf *room;
    va_list arguments;

    if (step->rooms == QN_COUNT_OF(step->room))
        cli_die_with(cli, "too many words");
    room = &step->room[step->rooms++];
    va_start(arguments, format);
    cli_check(cli, qn_buf_vprintf(cli->ctx, room, format, arguments));
    va_end(arguments);
    cli_step_add(cli, step, qn_buf_string(room));
}

void cli_step_forget(struct cli *cli)
{
    qn_grafts_free(cli->grafts);
    cli->grafts = NULL;
    qn_odb_free(cli->odb);
    qn_refs_free(cli->refs);
    cli->odb = NULL;
    cli->refs = NULL;
    if (qn_repo_odb_store(cli->repo)) {
        qn_odb_lease_drop(qn_repo_odb_store(cli->repo));
        cli_check(cli,
                  qn_odb_store_refresh(cli->ctx, qn_repo_odb_store(cli->repo)));
    }
}

int cli_step_run(struct cli *cli, struct cli_step *step, bool must)
{
    const struct cli_command *command = cli_find_command(step->words[0]);
    const char *before = cli->command;
    char *words[CLI_STEP_WORDS];
    size_t i;
    int code = 0;

    for (i = 0; i < step->count; i++)
        words[i] = (char *)(uintptr_t)step->words[i];
    words[step->count] = NULL;
    if (command) {
        cli_step_forget(cli);
        cli->command = command->name;
        code = command->run(cli, (int)step->count, words);
        cli->command = before;
        cli_step_forget(cli);
    }
    if (code && must)
        cli_die_with(cli, "failed to run %s", step->words[0]);
    for (i = 0; i < step->rooms; i++)
        qn_buf_dispose(&step->room[i]);
    memset(step, 0, sizeof(*step));
    return code;
}

bool cli_go_to_background(struct cli *cli)
{
    pid_t child;
    int null;

    cli_flush(cli);
    cli_step_forget(cli);
    child = fork();
    if (child < 0)
        return false;
    if (child > 0)
        _exit(0); /* what is temporary is the child's now */
    (void)setsid();
    null = open("/dev/null", O_RDWR);
    if (null >= 0) {
        (void)dup2(null, 0);
        (void)dup2(null, 1);
        (void)dup2(null, 2);
        if (null > 2)
            close(null);
    }
    return true;
}

static void log_path(struct cli *cli, const char *name, struct qn_buf *out)
{
    cli_check(cli, qn_buf_printf(cli->ctx, out, "%s/%s",
                                 qn_repo_common_directory(cli->repo), name));
}

void cli_log_begin(struct cli *cli)
{
    struct qn_buf path = QN_BUF_INIT;
    int fd;

    log_path(cli, "gc.log.lock", &path);
    fd = open(qn_buf_string(&path), O_CREAT | O_EXCL | O_WRONLY, 0666);
    if (fd >= 0) {
        cli_check(cli, qn_temporary_add(cli->ctx, qn_buf_string(&path)));
        (void)dup2(fd, 2);
        close(fd);
    }
    qn_buf_dispose(&path);
}

void cli_log_end(struct cli *cli)
{
    struct qn_buf path = QN_BUF_INIT, log = QN_BUF_INIT;
    struct qn_file_stat stat = {0};

    log_path(cli, "gc.log.lock", &path);
    log_path(cli, "gc.log", &log);
    if (!qn_file_lstat(cli->ctx, qn_buf_string(&path), &stat) &&
        stat.kind == QN_FILE_REGULAR && stat.size > 0) {
        qn_temporary_forget(qn_buf_string(&path));
        if (qn_file_rename(cli->ctx, qn_buf_string(&path), qn_buf_string(&log)))
            qn_ctx_clear(cli->ctx);
    } else {
        qn_temporary_remove(qn_buf_string(&path));
        if (qn_file_unlink_if_exists(cli->ctx, qn_buf_string(&log)))
            qn_ctx_clear(cli->ctx);
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&log);
}

const char *cli_expiry(struct cli *cli, const char *key, const char *fallback,
                       int64_t *seconds)
{
    const struct qn_config_entry *entry = qn_config_find(cli_config(cli), key);
    const char *text = entry && entry->value ? entry->value : fallback;

    if (qn_date_expiry(cli->ctx, text, seconds)) {
        qn_ctx_clear(cli->ctx);
        if (!entry)
            cli_die_with(cli, "failed to parse '%s' value '%s'", key, text);
        cli_error(cli, "Invalid %s: '%s'", key, text);
        cli_die_bad_key(cli, entry);
    }
    return text;
}

void cli_prune_work_trees(struct cli *cli)
{
    struct qn_op_gc_work_trees how = {0};

    cli_expiry(cli, "gc.worktreepruneexpire", "3.months.ago", &how.expire);
    cli_check(cli, qn_op_gc_work_trees(cli->ctx, cli->repo, &how));
}

void cli_prune_resolutions(struct cli *cli)
{
    static const char *const keys[] = {"gc.rerereresolved",
                                       "gc.rerereunresolved"};
    static const int64_t days[] = {60, 15};
    int64_t now = qn_env_clock(cli->env, true) / 1000000000;
    int64_t times[2];
    size_t i;

    for (i = 0; i < 2; i++) {
        const char *text = cli_config_string(cli, keys[i], NULL);
        int64_t number;

        times[i] = now - days[i] * 86400;
        if (!text)
            continue;
        if (qn_config_parse_int64(text, &number))
            times[i] = number > 0 ? now - number * 86400 : 0;
        else if (qn_date_expiry(cli->ctx, text, &times[i])) {
            qn_ctx_clear(cli->ctx); /* as Git: what is no time is left alone */
            times[i] = now - days[i] * 86400;
        }
    }
    cli_check(cli, qn_op_gc_rerere(cli->ctx, cli->repo, times[0], times[1]));
}

void cli_step_pack_refs(struct cli *cli, bool is_auto)
{
    struct cli_step step = {0};

    cli_step_add(cli, &step, "pack-refs");
    cli_step_add(cli, &step, "--all");
    cli_step_add(cli, &step, "--prune");
    if (is_auto)
        cli_step_add(cli, &step, "--auto");
    cli_step_run(cli, &step, true);
}

void cli_step_expire_reflogs(struct cli *cli)
{
    struct cli_step step = {0};

    cli_step_add(cli, &step, "reflog");
    cli_step_add(cli, &step, "expire");
    cli_step_add(cli, &step, "--all");
    cli_step_run(cli, &step, true);
}

bool cli_gc_is_needed(struct cli *cli, bool *packs_all)
{
    int64_t loose = cli_config_int(cli, "gc.auto", 6700);
    int64_t packs = cli_config_int(cli, "gc.autopacklimit", 50);
    struct qn_op_gc_state state = {0};
    bool is_needed;

    *packs_all = false;
    if (loose <= 0)
        return false;
    cli_open_views(cli);
    cli_check(cli, qn_op_gc_look(cli->ctx, cli->odb, 0, &state));
    *packs_all = packs > 0 && state.packs > (uint64_t)packs;
    is_needed = *packs_all || state.loose / 256 > ((uint64_t)loose + 255) / 256;
    qn_op_gc_state_dispose(&state);
    return is_needed;
}

bool cli_has_precious_objects(struct cli *cli)
{
    const struct qn_config_entry *entry =
        qn_config_find(cli_config(cli), "extensions.preciousobjects");
    bool answer = false;

    while (entry && entry->scope != QN_CONFIG_SCOPE_LOCAL)
        entry = qn_config_previous(cli_config(cli), entry);
    if (entry)
        cli_check(cli, qn_config_entry_bool(cli->ctx, entry, &answer));
    return answer;
}
