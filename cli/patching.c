/* SPDX-License-Identifier: MIT */
#include "cli/patching.h"

#include "cli/diff_options.h"
#include "os/file.h"
#include "os/process.h"
#include "program/pager.h"
#include "program/shell_command.h"
#include "text/color.h"
#include "worktree/refresh.h"
#include "worktree/status.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

int cli_patch_set_advance(struct cli *cli, const struct cli_option *option,
                          const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(bool *)option->value = is_negated;
    return 0;
}

void cli_patch_check(struct cli *cli, const struct cli_patch_args *args,
                     const char *needed)
{
    const char *option = args->context >= 0      ? "--unified"
                         : args->inter_hunk >= 0 ? "--inter-hunk-context"
                         : args->stays           ? "--no-auto-advance"
                                                 : NULL;

    if (option)
        cli_die_with(cli, "the option '%s' requires '%s'", option, needed);
}

/* ---- the user */

static const char *slot_color(struct cli *cli, const char *key,
                              const char *fallback, struct qn_buf *room)
{
    const char *value = cli_config_string(cli, key, NULL);

    if (value && qn_color_parse(cli->ctx, qn_bytes_from_string(value), room)) {
        (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        qn_ctx_clear(cli->ctx);
        value = NULL;
    }
    if (!value)
        cli_check(cli, qn_color_parse(cli->ctx, qn_bytes_from_string(fallback),
                                      room));
    return qn_buf_string(room);
}

void cli_dialogue_open(struct cli *cli, struct cli_dialogue *out)
{
    struct cli_dialogue dialogue = {.cli = cli, .colors = {"", "", "", "", ""}};

    if (cli_wants_color(cli, NULL, "color.interactive")) {
        slot_color(cli, "color.interactive.prompt", "bold blue",
                   &dialogue.slots[0]);
        slot_color(cli, "color.interactive.header", "bold", &dialogue.slots[1]);
        slot_color(cli, "color.interactive.help", "bold red",
                   &dialogue.slots[2]);
        slot_color(cli, "color.interactive.error", "bold red",
                   &dialogue.slots[3]);
        dialogue.colors = (struct qn_patch_colors){
            qn_buf_string(&dialogue.slots[0]),
            qn_buf_string(&dialogue.slots[1]),
            qn_buf_string(&dialogue.slots[2]),
            qn_buf_string(&dialogue.slots[3]), QN_COLOR_RESET};
    }
    *out = dialogue;
}

void cli_dialogue_close(struct cli_dialogue *dialogue)
{
    for (size_t i = 0; i < QN_COUNT_OF(dialogue->slots); i++)
        qn_buf_dispose(&dialogue->slots[i]);
}

bool cli_dialogue_line(struct cli *cli, struct qn_buf *out)
{
    struct qn_bytes line;
    struct qn_buf copy = QN_BUF_INIT;

    cli_flush(cli);
    if (!cli_read_record(cli, '\n', out))
        return false;
    line = qn_bytes_trim(qn_buf_bytes(out));
    cli_check(cli, qn_buf_append_bytes(cli->ctx, &copy, line));
    qn_buf_swap(out, &copy);
    qn_buf_dispose(&copy);
    return true;
}

/* A key as it is pressed, and what comes with it at once (an escape sequence).
 * False: stdin is no terminal. */
static bool read_key(struct cli *cli, struct qn_buf *out, bool *is_end)
{
    struct termios before, raw;
    char keys[32];
    ssize_t got;

    if (!isatty(0) || tcgetattr(0, &before))
        return false;
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    cli_flush(cli);
    cli_signals_restore(&before);
    if (tcsetattr(0, TCSAFLUSH, &raw))
        return false;
    do {
        got = read(0, keys, 1);
    } while (got < 0 && errno == EINTR);
    if (got == 1 && keys[0] == '\033') {
        raw.c_cc[VMIN] = 0;
        raw.c_cc[VTIME] = 5; /* half a second */
        (void)tcsetattr(0, TCSANOW, &raw);
    }
    /* The rest of an escape sequence: to its last byte, if it has any. */
    while (got > 0 && got < (ssize_t)sizeof(keys) && keys[0] == '\033' &&
           !(got > 2 && keys[got - 1] >= '@') &&
           !(got == 2 && keys[1] != '[' && keys[1] != 'O') &&
           read(0, keys + got, 1) == 1)
        got++;
    (void)tcsetattr(0, TCSAFLUSH, &before);
    cli_signals_restore(NULL);
    *is_end = got <= 0 || keys[0] == 4;
    if (!*is_end) {
        if (keys[0] == '\033') /* as a terminal would echo it */
            cli_check(cli, qn_buf_printf(cli->ctx, out, "^[%.*s", (int)got - 1,
                                         keys + 1));
        else
            cli_check(cli, qn_buf_append(cli->ctx, out, keys, (size_t)got));
        cli_printf(cli, "%s\n", qn_buf_string(out));
        cli_flush(cli);
    }
    return true;
}

/* ---- what the operation calls */

struct call {
    struct cli *cli;
    bool by_key;
    bool has_warned; /* that there are no keys, only lines */
    const char *filter;
};

static enum qn_status call_print(struct qn_ctx *ctx, void *data,
                                 struct qn_bytes text)
{
    struct call *call = data;

    (void)ctx;
    cli_write(call->cli, text.data, text.size);
    return QN_OK;
}

static enum qn_status call_ask(struct qn_ctx *ctx, void *data, bool by_key,
                               struct qn_buf *answer, bool *is_end)
{
    struct call *call = data;

    (void)ctx;
    qn_buf_clear(answer);
    *is_end = false;
    if (by_key && call->by_key && read_key(call->cli, answer, is_end))
        return QN_OK;
    if (by_key && call->by_key && !call->has_warned) {
        call->has_warned = true;
        cli_flush(call->cli);
        cli_warning(call->cli, "reading single keystrokes not supported on "
                               "this platform; reading line instead");
    }
    *is_end = !cli_dialogue_line(call->cli, answer);
    if (by_key && call->by_key)
        cli_printf(call->cli, "%s\n", qn_buf_string(answer));
    return QN_OK;
}

static enum qn_status call_page(struct qn_ctx *ctx, void *data,
                                struct qn_bytes text)
{
    struct call *call = data;
    struct cli *cli = call->cli;
    const char *program = qn_pager_name(ctx, cli_config(cli));
    struct qn_process_options options = {0};
    struct qn_buf none = QN_BUF_INIT;
    struct qn_shell_command command = QN_SHELL_COMMAND_INIT;
    struct qn_process *process = NULL;
    enum qn_status status;
    int code;

    if (!cli_out_is_terminal(cli) || cli->pager == 0 || !program || !*program ||
        strcmp(program, "cat") == 0)
        return call_print(ctx, data, text);
    cli_flush(cli);
    status = qn_shell_command_make(ctx, program, NULL, &command);
    options.argv = (const char *const *)command.argv;
    options.in = QN_PROCESS_PIPE;
    if (!status)
        status = qn_process_start(ctx, &options, &process);
    if (!status)
        status = qn_process_exchange(ctx, process, text, &none);
    if (process && status)
        qn_process_free(process);
    else if (process)
        status = qn_process_wait(ctx, process, &code);
    qn_buf_dispose(&none);
    qn_shell_command_dispose(&command);
    return status;
}

static bool edit_file(struct cli *cli, const char *path, struct qn_buf *text)
{
    struct qn_ctx *ctx = cli->ctx;
    enum qn_status status;
    int fd = -1;

    status = qn_file_open(ctx, path,
                          QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                          0666, &fd);
    if (!status)
        status = qn_file_write(ctx, fd, text->data, text->size);
    if (fd >= 0)
        qn_file_close(fd);
    if (!status)
        status = cli_edit(cli, path, NULL);
    qn_buf_clear(text);
    if (!status)
        status = qn_file_read_all(ctx, path, text);
    if (!status)
        return true;
    (void)cli_error(cli, "%s", qn_ctx_message(ctx));
    qn_ctx_clear(ctx);
    return false;
}

static bool call_edit(struct qn_ctx *ctx, void *data, struct qn_buf *text)
{
    struct call *call = data;
    struct cli *cli = call->cli;
    struct qn_buf path = QN_BUF_INIT;
    bool is_edited;

    cli_check(cli, qn_repo_path(ctx, cli->repo, "addp-hunk-edit.diff", &path));
    is_edited = edit_file(cli, qn_buf_string(&path), text);
    if (!is_edited)
        (void)cli_error(cli, "could not edit '%s': Success",
                        ".git/addp-hunk-edit.diff");
    if (qn_file_unlink_if_exists(ctx, qn_buf_string(&path)))
        qn_ctx_clear(ctx);
    qn_buf_dispose(&path);
    return is_edited;
}

/* What the command does not read or answers does not matter; that its output
 * has as many lines does. */
static enum qn_status call_filter(struct qn_ctx *ctx, void *data,
                                  struct qn_buf *text)
{
    struct call *call = data;
    struct qn_process_options options = {0};
    struct qn_buf made = QN_BUF_INIT;
    enum qn_status status;
    int code;

    status = qn_shell_command_filter(ctx, call->filter, NULL, &options,
                                     qn_buf_bytes(text), &made, &code);
    if (status == QN_NOT_FOUND || status == QN_DENIED) {
        qn_shell_command_tell(ctx, call->filter);
        status =
            qn_ctx_fail_reason(ctx, QN_INVALID, "patch.filter", call->filter,
                               "failed to run '%s'", call->filter);
    }
    if (!status)
        qn_buf_swap(text, &made);
    qn_buf_dispose(&made);
    return status;
}

/* ---- the command */

void cli_list_unmerged(struct cli *cli, const struct qn_index *index)
{
    size_t count = qn_index_count(index);

    for (size_t i = 0; i < count; i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);

        if (entry->stage == 0)
            continue;
        if (i + 1 < count &&
            qn_bytes_is_equal(entry->path, qn_index_peek(index, i + 1)->path))
            continue;
        cli_printf(cli, "%.*s: needs merge\n", QN_BYTES_ARG(entry->path));
    }
}

static void refresh(struct cli *cli, struct cli_work *work)
{
    size_t count = qn_index_count(work->index);
    uint8_t *answers = qn_memory_calloc(cli->ctx, count + 1, 1);

    if (!answers)
        cli_die(cli);
    cli_check(cli, qn_refresh_run(cli->ctx, &work->tree, work->index, NULL, 0,
                                  answers));
    qn_work_tree_write_index_if_free(cli->ctx, cli->repo, work->index);
    qn_memory_free(answers);
}

/* The tree; false: HEAD is not born. */
static bool find_tree(struct cli *cli, const char *revision, struct qn_id *tree)
{
    bool found = true;

    if (revision && strcmp(revision, "HEAD") != 0)
        cli_tree_id(cli, revision, NULL, tree);
    else
        cli_check(cli, qn_status_head(cli->ctx, cli->odb, cli->refs, NULL, tree,
                                      &found));
    return found;
}

static int finish(struct cli *cli, const struct cli_dialogue *dialogue,
                  const struct qn_op_patch_options *options,
                  enum qn_status status)
{
    const char *line = options->was_empty    ? "No changes."
                       : options->was_binary ? "Only binary files changed."
                                             : NULL;

    if (status && strcmp(qn_ctx_reason(cli->ctx), "patch.filter") == 0)
        return cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    if (status && strcmp(qn_ctx_reason(cli->ctx), "patch.mismatched") == 0) {
        (void)cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_advise(cli, NULL,
                   "Your filter must maintain a one-to-one correspondence\n"
                   "between its input and output lines.");
        return 1;
    }
    if (status)
        return cli_fail(cli);
    if (line)
        cli_printf(cli, "%s%s%s\n", dialogue->colors.error, line,
                   dialogue->colors.reset);
    return 0;
}

int cli_patch_run(struct cli *cli, struct cli_patch *patch,
                  const struct cli_patch_args *args)
{
    struct cli_work work;
    struct cli_dialogue dialogue;
    struct call call = {.cli = cli};
    struct qn_pathspec *pathspec = NULL;
    struct cli_diff diff = {.cli = cli};
    struct qn_id tree;
    struct qn_op_patch_options options = {
        .mode = patch->mode,
        .target = patch->target,
        .context = args->context,
        .inter_hunk = args->inter_hunk,
        .select = {.stays = args->stays,
                   .calls = {.data = &call,
                             .print = call_print,
                             .ask = call_ask,
                             .page = call_page,
                             .edit = call_edit}}};
    int code;

    cli_work_open(cli, &work, 0);
    call.by_key = cli_config_bool(cli, "interactive.singlekey", false);
    call.filter = cli_config_string(cli, "interactive.difffilter", NULL);
    cli_dialogue_open(cli, &dialogue);
    options.select.colors = dialogue.colors;
    options.select.comment = cli_comment_string(cli);
    qn_diff_options_init(&diff.options);
    cli_diff_read_colors(cli, &diff);
    options.colors = diff.options.colors;
    options.has_color = cli_wants_color(cli, NULL, "color.diff");
    options.filter = call.filter ? call_filter : NULL;
    options.index = patch->target ? patch->target : work.index;
    if (!patch->pathspec && patch->patterns && patch->patterns->count)
        pathspec = cli_pathspec(cli, patch->patterns->items,
                                patch->patterns->count, 0);
    options.pathspec = patch->pathspec ? patch->pathspec : pathspec;
    if (find_tree(cli, patch->revision, &tree))
        options.tree = &tree;
    if (!patch->target)
        refresh(cli, &work);
    if (!patch->is_quiet)
        cli_list_unmerged(cli, options.index);
    code = finish(cli, &dialogue, &options,
                  qn_op_patch(cli->ctx, &work.tree, cli->odb, &options));
    patch->was_changed = options.was_changed;
    qn_pathspec_free(pathspec);
    for (size_t i = 0; i < QN_DIFF_COLOR_COUNT; i++)
        qn_buf_dispose(&diff.colors[i]);
    cli_dialogue_close(&dialogue);
    cli_work_close(&work);
    return code;
}
