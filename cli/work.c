/* SPDX-License-Identifier: MIT */
#include "cli/work.h"

#include "os/file.h"
#include "text/pathname.h"
#include "text/quote.h"

#include <errno.h>
#include <unistd.h>

void cli_work_open(struct cli *cli, struct cli_work *work, unsigned flags)
{
    enum qn_status status;

    memset(work, 0, sizeof(*work));
    work->lock = (struct qn_lock_file)QN_LOCK_FILE_INIT;
    cli_open_repo(
        cli, CLI_OPEN_VIEWS |
                 (flags & CLI_WORK_NO_TREE ? 0 : CLI_OPEN_NEEDS_WORK_TREE));
    if (qn_repo_work_tree(cli->repo))
        cli_check(cli, qn_work_tree_open(cli->ctx, cli->repo, &work->tree));
    if (flags & CLI_WORK_LOCK)
        cli_check(cli,
                  qn_work_tree_lock_index(cli->ctx, cli->repo, &work->lock));
    cli->is_mute = (flags & CLI_WORK_NEW_IF_BAD) != 0;
    status = qn_work_tree_read_index(
        cli->ctx, cli->repo, flags & CLI_WORK_KEEP_SPARSE ? NULL : cli->odb,
        &work->index);
    cli->is_mute = false;
    if (status && flags & CLI_WORK_NEW_IF_BAD) {
        qn_ctx_clear(cli->ctx);
        status =
            qn_index_new(cli->ctx, qn_repo_algorithm(cli->repo), &work->index);
    }
    cli_check(cli, status);
}

void cli_work_commit(struct cli *cli, struct cli_work *work, bool always)
{
    if (always || qn_index_is_changed(work->index)) {
        cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
        if (qn_work_tree_write_index(cli->ctx, cli->repo, work->index,
                                     &work->lock))
            cli_die(cli);
    }
    qn_lock_file_rollback(&work->lock);
}

void cli_work_close(struct cli_work *work)
{
    qn_lock_file_rollback(&work->lock);
    qn_index_free(work->index);
    if (work->tree.repo)
        qn_work_tree_close(&work->tree);
}

struct qn_pathspec *cli_pathspec(struct cli *cli, const char *const *patterns,
                                 size_t count, unsigned flags)
{
    struct qn_pathspec *pathspec = NULL;
    const char *top = qn_repo_work_tree(cli->repo);

    if (cli->bad_variable)
        cli_die_with(cli, "bad boolean environment value '%s' for '%s'",
                     qn_env_variable(cli->env, cli->bad_variable),
                     cli->bad_variable);
    cli_check(cli, qn_pathspec_new(cli->ctx, patterns, count, cli_prefix(cli),
                                   top ? top : qn_repo_git_directory(cli->repo),
                                   cli->pathspec_flags | flags, &pathspec));
    return pathspec;
}

void cli_pathspec_from_file(struct cli *cli, const char *file, bool has_nul,
                            struct cli_list *list)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest, line;

    if (strcmp(file, "-") == 0)
        cli_check(cli, qn_file_read_rest(cli->ctx, 0, &text));
    else if (qn_file_read_all(cli->ctx, file, &text))
        cli_die_with(cli, "could not open '%s' for reading: %s", file,
                     "No such file or directory");
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, has_nul ? '\0' : '\n', &line)) {
        struct qn_buf plain = QN_BUF_INIT;

        if (!has_nul && line.size > 0 && line.data[line.size - 1] == '\r')
            line.size--;
        if (line.size == 0)
            continue;
        if (!has_nul && line.data[0] == '"') {
            if (qn_quote_unquote_c(cli->ctx, line, &plain, NULL))
                cli_die_with(cli, "line is badly quoted: %.*s",
                             QN_BYTES_ARG(line));
        } else {
            cli_check(cli, qn_buf_append_bytes(cli->ctx, &plain, line));
        }
        cli_list_add(cli, list, qn_buf_detach(cli->ctx, &plain));
    }
    qn_buf_dispose(&text);
}

static void die_outside(struct cli *cli, const char *path, bool names_it)
{
    const char *top = qn_repo_work_tree(cli->repo);

    cli_die_with(cli, "%s%s'%s' is outside repository at '%s'",
                 names_it ? path : "", names_it ? ": " : "", path,
                 top ? top : "");
}

static void from_top(struct cli *cli, const char *path, bool names_it,
                     struct qn_buf *out)
{
    const char *top = qn_repo_work_tree(cli->repo);
    struct qn_buf joined = QN_BUF_INIT;
    struct qn_bytes rest = QN_BYTES_NONE;
    enum qn_status status;

    if (path[0] == '/') {
        status = qn_pathname_normalise(cli->ctx, qn_bytes_from_string(path),
                                       &joined);
        if (status || !top ||
            !qn_pathname_is_below(qn_buf_bytes(&joined),
                                  qn_bytes_from_string(top), &rest))
            die_outside(cli, path, names_it);
        cli_check(cli, qn_buf_append_bytes(cli->ctx, out, rest));
    } else {
        cli_check(cli, qn_buf_printf(cli->ctx, &joined, "%s%s", cli_prefix(cli),
                                     path));
        if (qn_pathname_normalise(cli->ctx, qn_buf_bytes(&joined), out))
            die_outside(cli, path, names_it);
    }
    qn_buf_dispose(&joined);
}

void cli_path_from_top(struct cli *cli, const char *path, struct qn_buf *out)
{
    from_top(cli, path, false, out);
}

void cli_pathspec_from_top(struct cli *cli, const char *path,
                           struct qn_buf *out)
{
    from_top(cli, path, true, out);
}

/* core.quotePath, looked up once. */
static bool quotes_high_bytes(struct cli *cli)
{
    static int answer = -1;

    if (answer < 0)
        answer = cli_config_bool(cli, "core.quotepath", true);
    return answer == 1;
}

void cli_append_path(struct cli *cli, struct qn_buf *out, struct qn_bytes path,
                     bool is_full, bool quotes)
{
    const char *prefix = cli_prefix(cli);
    struct qn_buf relative = QN_BUF_INIT;
    bool quotes_high = quotes_high_bytes(cli);

    if (!is_full && prefix[0]) {
        size_t size = strlen(prefix);

        if (path.size >= size && memcmp(path.data, prefix, size) == 0) {
            path = qn_bytes_from(path, size);
            if (path.size == 0)
                path = QN_BYTES("./");
        } else {
            bool is_directory =
                path.size > 0 && path.data[path.size - 1] == '/';

            cli_check(cli, qn_pathname_relative(cli->ctx,
                                                qn_bytes_make(prefix, size - 1),
                                                path, &relative));
            if (is_directory && relative.size > 0 &&
                relative.data[relative.size - 1] != '/')
                cli_check(cli, qn_buf_append_byte(cli->ctx, &relative, '/'));
            path = qn_buf_bytes(&relative);
        }
    }
    if (quotes)
        cli_check(cli, qn_quote_path(cli->ctx, out, path, quotes_high));
    else
        cli_check(cli, qn_buf_append_bytes(cli->ctx, out, path));
    qn_buf_dispose(&relative);
}

void cli_put_path(struct cli *cli, struct qn_bytes path, bool is_full,
                  char terminator)
{
    struct qn_buf text = QN_BUF_INIT;

    if ((is_full || !cli_prefix(cli)[0]) &&
        (terminator == '\0' ||
         !qn_quote_is_needed(path, quotes_high_bytes(cli)))) {
        cli_write(cli, path.data, path.size);
        cli_put(cli, terminator);
        return;
    }
    cli_append_path(cli, &text, path, is_full, terminator != '\0');
    cli_write(cli, text.data, text.size);
    cli_put(cli, terminator);
    qn_buf_dispose(&text);
}

bool cli_read_record(struct cli *cli, char terminator, struct qn_buf *out)
{
    bool is_ended;

    return cli_read_ended_record(cli, terminator, out, &is_ended);
}

bool cli_read_ended_record(struct cli *cli, char terminator, struct qn_buf *out,
                           bool *is_ended)
{
    /* What was read and not yet given out; one stdin a process. */
    static struct qn_buf pending = QN_BUF_INIT;
    static size_t given;
    static bool is_over;

    qn_buf_clear(out);
    for (;;) {
        const uint8_t *start = pending.data ? pending.data + given : NULL;
        size_t left = pending.size - given;
        ssize_t got;
        const uint8_t *end = left ? memchr(start, terminator, left) : NULL;

        if (end || (is_over && left > 0)) {
            size_t size = end ? (size_t)(end - start) : left;

            cli_check(cli, qn_buf_append(cli->ctx, out, start, size));
            given += size + (end ? 1 : 0);
            *is_ended = end != NULL;
            return true;
        }
        if (is_over)
            return false;
        if (given > 0) {
            memmove(pending.data, start, left);
            pending.size = left;
            given = 0;
        }
        cli_check(cli, qn_buf_reserve(cli->ctx, &pending, 65536));
        /* As much as there is and no more: a partner may wait for answers. */
        cli_flush(cli);
        got = read(0, pending.data + pending.size, 65536);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            cli_die_with(cli, "read error on standard input");
        pending.size += (size_t)got;
        is_over = got == 0;
    }
}

void cli_tree_id(struct cli *cli, const char *text, const char *what,
                 struct qn_id *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_revision revision = QN_REVISION_INIT;

    if (qn_revision_parse(cli->ctx, &cli->scope, text, &revision)) {
        if (strncmp(qn_ctx_reason(cli->ctx), "revision.", 9) == 0)
            cli_die_with(cli, "Not a valid object name %s", text);
        cli_die(cli);
    }
    if (qn_revision_peel(cli->ctx, cli->odb, &revision.id, QN_OBJECT_TREE,
                         out)) {
        if (!what)
            cli_die_with(cli, "unable to read tree (%s)",
                         qn_id_to_hex(&revision.id, hex));
        cli_die_with(cli, "%s%s%s", what, text, strchr(what, '\'') ? "'." : "");
    }
    qn_revision_dispose(&revision);
}

void cli_die_config(struct cli *cli, const char *key)
{
    const struct qn_config_entry *entry = qn_config_find(cli_config(cli), key);

    if (entry && strcmp(entry->origin_type, "file") == 0)
        cli_die_with(cli, "bad config variable '%s' in file '%s' at line %llu",
                     key, entry->origin, (unsigned long long)entry->line);
    cli_die_with(cli, "unable to parse '%s' from command-line config", key);
}

void cli_advise_sparse(struct cli *cli, const char *lines)
{
    cli_stderr(cli,
               "The following paths and/or pathspecs matched paths that exist\n"
               "outside of your sparse-checkout definition, so will not be\n"
               "updated in the index:\n%s",
               lines);
    cli_advise(cli, "updateSparsePath",
               "If you intend to update such entries, try one of the "
               "following:\n"
               "* Use the --sparse option.\n"
               "* Disable or modify the sparsity rules.");
}
