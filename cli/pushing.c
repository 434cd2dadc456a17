/* SPDX-License-Identifier: MIT */
#include "cli/pushing.h"

#include "operation/part/push_display.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

void cli_push_open(struct cli *cli)
{
    struct qn_odb *raw = NULL;

    cli_open_repo(cli, 0);
    cli_open_views(cli);
    cli_check(cli, qn_repo_odb_as_is(cli->ctx, cli->repo, &raw));
    qn_odb_free(cli->odb);
    cli->odb = cli->scope.odb = raw;
}

int cli_push_lease(struct cli *cli, const struct cli_option *option,
                   const char *argument, bool is_negated)
{
    struct cli_leases *leases = option->value;
    struct qn_revision revision = QN_REVISION_INIT;
    struct qn_push_lease *lease;
    const char *colon;
    char *name;

    if (is_negated) {
        leases->count = 0;
        leases->all = false;
        return 0;
    }
    if (!argument) {
        leases->all = true;
        return 0;
    }
    cli_push_open(cli);
    colon = strchr(argument, ':');
    cli_check(cli, qn_memory_grow(cli->ctx, &leases->items, &leases->capacity,
                                  leases->count + 1, sizeof(*leases->items)));
    lease = &leases->items[leases->count];
    memset(lease, 0, sizeof(*lease));
    name = qn_memory_string(
        cli->ctx,
        qn_bytes_first(qn_bytes_from_string(argument),
                       colon ? (size_t)(colon - argument) : strlen(argument)));
    if (!name)
        cli_die(cli);
    lease->name = name;
    leases->count++;
    if (!colon)
        return 0;
    lease->has_expected = true;
    qn_id_clear(&lease->expected, qn_repo_algorithm(cli->repo));
    if (!colon[1])
        return 0;
    revision.is_quiet = true;
    if (qn_revision_parse(cli->ctx, &cli->scope, colon + 1, &revision)) {
        qn_ctx_clear(cli->ctx);
        cli_error(cli, "cannot parse expected object name '%s'", colon + 1);
        cli_exit(cli, CLI_EXIT_USAGE);
    }
    lease->expected = revision.id;
    qn_revision_dispose(&revision);
    return 0;
}

int cli_push_signed(struct cli *cli, const struct cli_option *option,
                    const char *argument, bool is_negated)
{
    int *out = option->value;
    bool is_on = true;

    if (is_negated)
        *out = QN_SEND_PACK_UNSIGNED;
    else if (argument && strcasecmp(argument, "if-asked") == 0)
        *out = QN_SEND_PACK_SIGNED_IF_ASKED;
    else if (argument && !qn_config_parse_bool(argument, &is_on))
        cli_die_with(cli, "bad %s argument: %s", option->long_name, argument);
    else
        *out = is_on ? QN_SEND_PACK_SIGNED : QN_SEND_PACK_UNSIGNED;
    return 0;
}

void cli_push_words(struct cli *cli, const struct cli_list *list,
                    struct qn_wire_words *out)
{
    size_t i;

    for (i = 0; i < list->count; i++) {
        if (strchr(list->items[i], '\n'))
            cli_die_with(cli, "push options must not have new line characters");
        cli_check(cli, qn_wire_words_add(cli->ctx, out,
                                         qn_bytes_from_string(list->items[i])));
    }
}

/* ---- what is shown */

static const char *helper_word(const struct qn_push_row *row)
{
    switch (row->status) {
    case QN_PUSH_OK:
    case QN_PUSH_UP_TO_DATE:
        return NULL;
    case QN_PUSH_NONE:
        return "no match";
    case QN_PUSH_REJECT_NON_FORWARD:
        return "non-fast forward";
    case QN_PUSH_REJECT_EXISTS:
        return "already exists";
    case QN_PUSH_REJECT_FETCH_FIRST:
        return "fetch first";
    case QN_PUSH_REJECT_NEEDS_FORCE:
        return "needs force";
    case QN_PUSH_REJECT_STALE:
        return "stale info";
    case QN_PUSH_REJECT_UPDATED:
        return "remote ref updated since checkout";
    case QN_PUSH_WAITING:
        return "expecting report";
    case QN_PUSH_ATOMIC_FAILED:
        return "atomic push failed";
    default:
        return row->reason;
    }
}

static void show_for_helper(struct cli *cli, const struct qn_push_rows *rows)
{
    size_t i;

    for (i = 0; i < rows->count; i++) {
        const struct qn_push_row *row = &rows->items[i];
        const char *word = helper_word(row);

        if (!word)
            cli_printf(cli, "ok %s%s\n", row->name,
                       row->status == QN_PUSH_UP_TO_DATE ? " up to date" : "");
        else
            cli_printf(cli, "error %s %s\n", row->name, word);
    }
}

static void show(void *data, const struct qn_push_rows *rows)
{
    struct cli_pushing *p = data;
    struct cli *cli = p->cli;
    struct qn_push_display how = {.odb = cli->odb,
                                  .url = p->url,
                                  .is_porcelain = p->is_porcelain,
                                  .is_verbose = p->is_verbose};
    struct qn_buf lines = QN_BUF_INIT, color = QN_BUF_INIT;

    cli_remote_said_end(&p->said);
    cli_remote_said_begin(cli, &p->said, p->url);
    if (p->tells_helper) {
        show_for_helper(cli, rows);
        return;
    }
    if (p->is_quiet && !p->op->has_failed)
        return;
    if (!p->is_porcelain &&
        cli_stderr_color(cli, "color.transport", "color.transport.rejected",
                         "\033[31m", &color))
        how.rejected_color = qn_buf_string(&color);
    cli_check(cli, qn_push_display_rows(cli->ctx, &how, rows, &lines));
    qn_buf_dispose(&color);
    if (p->is_porcelain) {
        cli_write(cli, lines.data, lines.size);
    } else if (lines.size > 0) {
        cli_flush(cli);
        (void)!write(STDERR_FILENO, lines.data, lines.size);
    }
    qn_buf_dispose(&lines);
}

static void said(void *data, struct qn_bytes text)
{
    struct cli_pushing *p = data;

    cli_remote_said_take(&p->said, text);
}

static void said_last(void *data, struct qn_bytes text)
{
    struct cli_pushing *p = data;

    cli_remote_said_last(&p->said, text);
}

static void tell(void *data, struct qn_bytes line)
{
    struct cli_pushing *p = data;

    cli_stderr(p->cli, "%.*s", QN_BYTES_ARG(line));
}

static void tracked(void *data, const char *name)
{
    struct cli_pushing *p = data;

    if (p->is_verbose)
        cli_stderr(p->cli, "updating local tracking ref '%s'\n", name);
}

static void would_track(void *data, const char *branch, const char *there)
{
    struct cli_pushing *p = data;

    cli_printf(p->cli, "Would set upstream of '%s' to '%s' of '%s'\n", branch,
               there, p->op->remote ? p->op->remote->name : p->url);
}

static void unqualified(void *data, const char *source, const char *name,
                        enum qn_object_type type)
{
    struct cli_pushing *p = data;
    struct qn_buf text = QN_BUF_INIT;
    const char *kind = type == QN_OBJECT_COMMIT ? "commit"
                       : type == QN_OBJECT_TAG  ? "tag"
                       : type == QN_OBJECT_TREE ? "tree"
                                                : "blob";

    if (type == QN_OBJECT_NONE ||
        !cli_advice_is_on(p->cli, "pushUnqualifiedRefName"))
        return;
    cli_check(p->cli,
              qn_buf_printf(p->cli->ctx, &text,
                            "The <src> part of the refspec is a %s object.\n"
                            "Did you mean to %s by pushing to\n"
                            "'%s:refs/%s/%s'?",
                            kind,
                            type == QN_OBJECT_COMMIT ? "create a new branch"
                            : type == QN_OBJECT_TAG  ? "create a new tag"
                            : type == QN_OBJECT_TREE ? "tag a new tree"
                                                     : "tag a new blob",
                            source, type == QN_OBJECT_COMMIT ? "heads" : "tags",
                            name));
    cli_advise(p->cli, NULL, qn_buf_string(&text));
    qn_buf_dispose(&text);
}

void cli_push_calls(struct cli_pushing *pushing, struct qn_op_push_calls *calls)
{
    calls->data = pushing;
    calls->show = show;
    calls->said = said;
    calls->said_last = said_last;
    calls->tell = tell;
    calls->tracked = tracked;
    calls->would_track = would_track;
    calls->unqualified = unqualified;
}

/* ---- hints */

#define NOTE                                                                   \
    "See the 'Note about fast-forwards' in 'git push --help' for details."

void cli_push_advise(struct cli *cli, unsigned refusals)
{
    static const struct {
        unsigned refusal;
        const char *key;
        const char *text;
    } hints[] = {
        {QN_OP_PUSH_HEAD_BEHIND, "pushNonFFCurrent",
         "Updates were rejected because the tip of your current branch is "
         "behind\n"
         "its remote counterpart. If you want to integrate the remote "
         "changes,\n"
         "use 'git pull' before pushing again.\n" NOTE},
        {QN_OP_PUSH_OTHER_BEHIND, "pushNonFFMatching",
         "Updates were rejected because a pushed branch tip is behind its "
         "remote\n"
         "counterpart. If you want to integrate the remote changes, use 'git "
         "pull'\n"
         "before pushing again.\n" NOTE},
        {QN_OP_PUSH_EXISTS, "pushAlreadyExists",
         "Updates were rejected because the tag already exists in the "
         "remote."},
        {QN_OP_PUSH_FETCH_FIRST, "pushFetchFirst",
         "Updates were rejected because the remote contains work that you do "
         "not\n"
         "have locally. This is usually caused by another repository pushing "
         "to\n"
         "the same ref. If you want to integrate the remote changes, use\n"
         "'git pull' before pushing again.\n" NOTE},
        {QN_OP_PUSH_NEEDS_FORCE, "pushNeedsForce",
         "You cannot update a remote ref that points at a non-commit object,\n"
         "or update a remote ref to make it point at a non-commit object,\n"
         "without using the '--force' option."},
        {QN_OP_PUSH_UPDATED, "pushRefNeedsUpdate",
         "Updates were rejected because the tip of the remote-tracking branch "
         "has\n"
         "been updated since the last checkout. If you want to integrate the\n"
         "remote changes, use 'git pull' before pushing again.\n" NOTE}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(hints); i++) {
        if (!(refusals & hints[i].refusal))
            continue;
        if (cli_advice_is_on(cli, "pushUpdateRejected") &&
            cli_advice_is_on(cli, "pushNonFastForward") &&
            cli_advice_is_on(cli, hints[i].key))
            cli_advise(cli, NULL, hints[i].text);
        return;
    }
}

void cli_push_settle(struct cli_push_line *line)
{
    struct qn_op_push *op = &line->op;

    op->is_signed = (enum qn_send_pack_signed)line->signs;
    op->is_quiet = line->verbosity < 0;
    op->options = line->words.count ? &line->words : NULL;
    op->leases = line->leases.items;
    op->lease_count = line->leases.count;
    op->leases_all = line->leases.all;
    line->shown.cli = line->cli;
    line->shown.op = op;
    cli_push_calls(&line->shown, &op->calls);
}

void cli_push_connection(struct cli_push_line *line,
                         const struct qn_remote *remote, const char *url,
                         struct qn_connection_options *out)
{
    cli_connection_options(line->cli, remote, QN_SERVICE_RECEIVE_PACK, out);
    out->url = url;
    if (out->version == 2)
        out->version = 0; /* there is no such push */
    if (line->receive_pack)
        out->program = line->receive_pack;
    line->op.connection = out;
    line->shown.url = url;
}
