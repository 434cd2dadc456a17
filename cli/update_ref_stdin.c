/* SPDX-License-Identifier: MIT */
/* update-ref --stdin: lines (or NUL-terminated fields) to transactions.
 *
 *   open --start--> started --prepare--> prepared --commit/abort--> closed
 *
 * Input that ends in `open` is committed, in the two others rolled back. */
#include "cli/update_ref.h"
#include "cli/work.h"
#include "text/quote.h"
#include "text/ref_name.h"

#include <string.h>

enum session_state { OPEN, STARTED, PREPARED, CLOSED };

struct session {
    struct cli *cli;
    const struct update_ref_options *options;
    struct qn_ref_transaction *transaction;
    enum session_state state;
    unsigned flags;      /* of the command at hand */
    unsigned base_flags; /* of all */
    size_t told;         /* rejections printed */
    struct qn_buf record;
    struct qn_buf name;
    struct qn_buf value;
    struct qn_buf second;
    bool is_cut;      /* the line has no newline */
    const char *rest; /* what is left of the line; -z: of the first field */
};

static void begin_transaction(struct session *session)
{
    struct cli *cli = session->cli;

    qn_ref_transaction_free(session->transaction);
    session->transaction = NULL;
    cli_check(cli, qn_ref_transaction_new(cli->ctx, cli->refs,
                                          &session->transaction));
    session->told = 0;
    if (session->options->is_batch)
        qn_ref_transaction_allow_rejections(session->transaction);
}

/* A word of a line, quoted as in C if it starts so. */
static void take_word(struct session *session, struct qn_buf *out)
{
    struct cli *cli = session->cli;
    const char *start = session->rest;
    size_t used = 0;

    if (*start == '"') {
        if (qn_quote_unquote_c(cli->ctx, qn_bytes_from_string(start), out,
                               &used)) {
            qn_ctx_clear(cli->ctx);
            cli_die_with(cli, "badly quoted argument: %s\n", start);
        }
        session->rest = start + used;
        if (*session->rest && *session->rest != ' ')
            cli_die_with(
                cli, "unexpected character after quoted argument: %s\n", start);
        return;
    }
    used = strcspn(start, " ");
    cli_check(cli, qn_buf_append(cli->ctx, out, start, used));
    session->rest = start + used;
}

/* The ref that a command is about. */
static const char *take_name(struct session *session, const char *command)
{
    struct cli *cli = session->cli;

    qn_buf_clear(&session->name);
    if (session->options->has_nul) {
        cli_check(
            cli, qn_buf_append_string(cli->ctx, &session->name, session->rest));
        session->rest = "";
    } else {
        take_word(session, &session->name);
    }
    if (!session->name.size)
        cli_die_with(cli, "%s: missing <ref>", command);
    if (!qn_ref_name_is_valid(qn_buf_bytes(&session->name),
                              QN_REF_NAME_ONE_LEVEL))
        cli_die_with(cli, "invalid ref format: %s",
                     qn_buf_string(&session->name));
    return qn_buf_string(&session->name);
}

/* The next argument; false when there is none.  `what` NULL: -z may end. */
static bool take_argument(struct session *session, const char *command,
                          const char *what, struct qn_buf *out)
{
    struct cli *cli = session->cli;

    qn_buf_clear(out);
    if (!session->options->has_nul) {
        if (*session->rest != ' ') {
            /* The last line has no end: Git reads on, and finds none. */
            if (session->is_cut && !*session->rest && what &&
                strcmp(what, "<old-oid>") == 0)
                cli_die_with(cli,
                             "%s %s: unexpected end of input when reading %s",
                             command, qn_buf_string(&session->name), what);
            return false;
        }
        session->rest++;
        take_word(session, out);
        return true;
    }
    {
        bool is_ended = false;

        if (!cli_read_ended_record(cli, '\0', out, &is_ended) || !is_ended) {
            if (!what)
                return false;
            cli_die_with(cli, "%s %s: unexpected end of input when reading %s",
                         command, qn_buf_string(&session->name), what);
        }
    }
    return true;
}

/* An object name; false: missing.  An empty one is zero in lines, and with -z
 * missing. */
static bool take_id(struct session *session, const char *command,
                    const char *what, struct qn_id *out)
{
    struct cli *cli = session->cli;

    qn_id_clear(out, qn_repo_algorithm(cli->repo));
    if (!take_argument(session, command, what, &session->value))
        return false;
    if (!session->value.size)
        return !session->options->has_nul;
    if (!cli_find_id(cli, qn_buf_string(&session->value), out))
        cli_die_with(cli, "%s %s: invalid %s: %s", command,
                     qn_buf_string(&session->name), what,
                     qn_buf_string(&session->value));
    return true;
}

static void expect_end(struct session *session, const char *command)
{
    if (!session->options->has_nul && (*session->rest || session->is_cut))
        cli_die_with(session->cli, "%s %s: extra input: %s\n", command,
                     qn_buf_string(&session->name), session->rest);
}

static void queue(struct session *session, const struct qn_id *new_id,
                  const struct qn_id *old_id)
{
    struct cli *cli = session->cli;

    cli_check(cli, qn_ref_transaction_update(cli->ctx, session->transaction,
                                             qn_buf_string(&session->name),
                                             new_id, old_id, session->flags,
                                             session->options->message));
}

static void run_update(struct session *session)
{
    struct qn_id new_id, old_id;
    bool has_old;

    take_name(session, "update");
    if (!take_id(session, "update", "<new-oid>", &new_id)) {
        if (!session->options->has_nul)
            cli_die_with(session->cli, "update %s: missing <new-oid>",
                         qn_buf_string(&session->name));
        cli_warning(session->cli,
                    "update %s: missing <new-oid>, treating as zero",
                    qn_buf_string(&session->name));
    }
    has_old = take_id(session, "update", "<old-oid>", &old_id);
    expect_end(session, "update");
    queue(session, &new_id, has_old ? &old_id : NULL);
}

static void run_create(struct session *session)
{
    struct qn_id new_id, none;

    take_name(session, "create");
    if (!take_id(session, "create", "<new-oid>", &new_id))
        cli_die_with(session->cli, "create %s: missing <new-oid>",
                     qn_buf_string(&session->name));
    if (qn_id_is_null(&new_id))
        cli_die_with(session->cli, "create %s: zero <new-oid>",
                     qn_buf_string(&session->name));
    expect_end(session, "create");
    qn_id_clear(&none, new_id.algorithm);
    queue(session, &new_id, &none);
}

static void run_delete(struct session *session)
{
    struct qn_id old_id, none;
    bool has_old;

    take_name(session, "delete");
    has_old = take_id(session, "delete", "<old-oid>", &old_id);
    if (has_old && qn_id_is_null(&old_id))
        cli_die_with(session->cli, "delete %s: zero <old-oid>",
                     qn_buf_string(&session->name));
    expect_end(session, "delete");
    qn_id_clear(&none, qn_repo_algorithm(session->cli->repo));
    queue(session, &none, has_old ? &old_id : NULL);
}

static void run_verify(struct session *session)
{
    struct qn_id old_id;

    take_name(session, "verify");
    (void)take_id(session, "verify", "<old-oid>", &old_id);
    expect_end(session, "verify");
    queue(session, NULL, &old_id);
}

/* A target name; NULL when there is none. */
static const char *take_target(struct session *session, const char *command,
                               const char *what, struct qn_buf *out)
{
    if (!take_argument(session, command, what, out) || !out->size)
        return NULL;
    if (!qn_ref_name_is_valid(qn_buf_bytes(out), QN_REF_NAME_ONE_LEVEL))
        cli_die_with(session->cli, "invalid ref format: %s",
                     qn_buf_string(out));
    return qn_buf_string(out);
}

static void queue_symbolic(struct session *session, const char *target,
                           const char *old_target, const struct qn_id *old_id,
                           unsigned more_flags)
{
    struct cli *cli = session->cli;

    cli_check(cli, qn_ref_transaction_symbolic(cli->ctx, session->transaction,
                                               qn_buf_string(&session->name),
                                               target, old_target, old_id,
                                               session->flags | more_flags,
                                               session->options->message));
}

/* [SP (ref SP <old-target> | oid SP <old-oid>)] */
static void run_symref_update(struct session *session)
{
    static const char command[] = "symref-update";
    struct cli *cli = session->cli;
    const char *old_target = NULL;
    struct qn_buf target = QN_BUF_INIT;
    struct qn_id old_id;
    bool has_old = false;

    take_name(session, command);
    if (!take_target(session, command, "<new-target>", &target))
        cli_die_with(cli, "%s %s: missing <new-target>", command,
                     qn_buf_string(&session->name));
    if (take_argument(session, command, NULL, &session->second) &&
        session->second.size) {
        const char *kind = qn_buf_string(&session->second);

        if (!take_argument(session, command, NULL, &session->value) ||
            !session->value.size)
            cli_die_with(cli, "%s %s: expected old value", command,
                         qn_buf_string(&session->name));
        if (strcmp(kind, "oid") == 0) {
            if (!cli_find_id(cli, qn_buf_string(&session->value), &old_id))
                cli_die_with(cli, "%s %s: invalid oid: %s", command,
                             qn_buf_string(&session->name),
                             qn_buf_string(&session->value));
            has_old = true;
        } else if (strcmp(kind, "ref") == 0) {
            old_target = qn_buf_string(&session->value);
            if (!qn_ref_name_is_valid(qn_buf_bytes(&session->value),
                                      QN_REF_NAME_ONE_LEVEL))
                cli_die_with(cli, "%s %s: invalid ref: %s", command,
                             qn_buf_string(&session->name), old_target);
        } else {
            cli_die_with(cli, "%s %s: invalid arg '%s' for old value", command,
                         qn_buf_string(&session->name), kind);
        }
    }
    expect_end(session, command);
    queue_symbolic(session, qn_buf_string(&target), old_target,
                   has_old ? &old_id : NULL, 0);
    qn_buf_dispose(&target);
}

static void run_symref_create(struct session *session)
{
    static const char command[] = "symref-create";
    struct qn_id none;

    take_name(session, command);
    if (!take_target(session, command, "<new-target>", &session->value))
        cli_die_with(session->cli, "%s %s: missing <new-target>", command,
                     qn_buf_string(&session->name));
    expect_end(session, command);
    qn_id_clear(&none, qn_repo_algorithm(session->cli->repo));
    queue_symbolic(session, qn_buf_string(&session->value), NULL, &none, 0);
}

static void run_symref_delete(struct session *session)
{
    static const char command[] = "symref-delete";
    const char *old_target;

    if (!(session->flags & QN_REF_NO_DEREF))
        cli_die_with(session->cli, "%s: cannot operate with deref mode",
                     command);
    take_name(session, command);
    old_target = take_target(session, command, "<old-target>", &session->value);
    expect_end(session, command);
    queue_symbolic(session, NULL, old_target, NULL, QN_REF_DELETE);
}

static void run_symref_verify(struct session *session)
{
    static const char command[] = "symref-verify";
    const char *old_target;
    struct qn_id none;

    if (!(session->flags & QN_REF_NO_DEREF))
        cli_die_with(session->cli, "%s: cannot operate with deref mode",
                     command);
    take_name(session, command);
    old_target = take_target(session, command, "<old-target>", &session->value);
    expect_end(session, command);
    qn_id_clear(&none, qn_repo_algorithm(session->cli->repo));
    queue_symbolic(session, NULL, old_target, old_target ? NULL : &none, 0);
}

static void run_option(struct session *session)
{
    if (strcmp(session->rest, "no-deref") != 0)
        cli_die_with(session->cli, "option unknown: %s%s", session->rest,
                     session->options->has_nul ? "" : "\n");
    session->flags |= QN_REF_NO_DEREF;
}

static void report(struct session *session, const char *command)
{
    cli_printf(session->cli, "%s: ok\n", command);
    cli_flush(session->cli);
}

/* What was left out since the last time, and why: at once what the command
 * itself shows to be wrong, the rest when it is committed. */
static void print_rejections(struct session *session)
{
    size_t count = qn_ref_transaction_rejection_count(session->transaction);
    size_t i;

    for (i = session->told; i < count; i++) {
        const struct qn_ref_rejection *rejection =
            qn_ref_transaction_rejection(session->transaction, i);

        cli_error(session->cli, "%s", rejection->message);
    }
    for (i = session->told; i < count; i++) {
        const struct qn_ref_rejection *rejection =
            qn_ref_transaction_rejection(session->transaction, i);

        cli_printf(session->cli, "rejected %s %s %s %s\n", rejection->name,
                   rejection->new_value ? rejection->new_value : "(null)",
                   rejection->old_value ? rejection->old_value : "(null)",
                   rejection->reason);
    }
    session->told = count;
}

/* `word`: the command that says it, or NULL at the end of the input. */
static void commit(struct session *session, const char *word)
{
    struct cli *cli = session->cli;

    if (qn_ref_transaction_commit(cli->ctx, session->transaction,
                                  cli_ref_writer(cli)))
        cli_die_with(cli, "%s%s%s", word ? word : "", word ? ": " : "",
                     qn_ctx_message(cli->ctx));
    if (session->options->is_batch)
        print_rejections(session);
    session->state = CLOSED;
}

static void run_start(struct session *session)
{
    begin_transaction(session);
    session->state = STARTED;
    report(session, "start");
}

static void run_prepare(struct session *session)
{
    struct cli *cli = session->cli;

    if (qn_ref_transaction_prepare(cli->ctx, session->transaction))
        cli_die_with(cli, "prepare: %s", qn_ctx_message(cli->ctx));
    session->state = PREPARED;
    report(session, "prepare");
}

static void run_commit(struct session *session)
{
    commit(session, "commit");
    report(session, "commit");
}

static void run_abort(struct session *session)
{
    struct cli *cli = session->cli;

    cli_check(cli, qn_ref_transaction_abort(cli->ctx, session->transaction));
    session->state = CLOSED;
    report(session, "abort");
}

static const struct verb {
    const char *name;
    void (*run)(struct session *session);
    bool has_arguments;
    bool closes; /* allowed when prepared */
} verbs[] = {
    {"update", run_update, true, false},
    {"create", run_create, true, false},
    {"delete", run_delete, true, false},
    {"verify", run_verify, true, false},
    {"symref-update", run_symref_update, true, false},
    {"symref-create", run_symref_create, true, false},
    {"symref-delete", run_symref_delete, true, false},
    {"symref-verify", run_symref_verify, true, false},
    {"option", run_option, true, false},
    {"start", run_start, false, false},
    {"prepare", run_prepare, false, false},
    {"abort", run_abort, false, true},
    {"commit", run_commit, false, true},
};

static const struct verb *find_verb(const char *text, bool is_ended,
                                    bool has_nul)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(verbs); i++) {
        size_t size = strlen(verbs[i].name);

        if (strncmp(text, verbs[i].name, size) != 0)
            continue;
        if (verbs[i].has_arguments
                ? text[size] == ' '
                : text[size] == '\0' && (is_ended || has_nul))
            return &verbs[i];
    }
    return NULL;
}

static void check_state(struct session *session, const struct verb *verb)
{
    switch (session->state) {
    case OPEN:
    case STARTED:
        if (verb->run == run_start && session->state == STARTED)
            cli_die_with(session->cli, "cannot restart ongoing transaction");
        break;
    case PREPARED:
        if (!verb->closes)
            cli_die_with(session->cli,
                         "prepared transactions can only be closed");
        break;
    case CLOSED:
        if (verb->run != run_start)
            cli_die_with(session->cli, "transaction is closed");
        break;
    }
}

static void run_record(struct session *session, bool is_ended)
{
    struct cli *cli = session->cli;
    const char *text = qn_buf_string(&session->record);
    const char *newline = is_ended && !session->options->has_nul ? "\n" : "";
    const struct verb *verb;

    if (!session->record.size)
        cli_die_with(cli, "empty command in input");
    if (text[0] == ' ' || text[0] == '\t')
        cli_die_with(cli, "whitespace before command: %s%s", text, newline);
    verb = find_verb(text, is_ended, session->options->has_nul);
    if (!verb)
        cli_die_with(cli, "unknown command: %s%s", text, newline);
    check_state(session, verb);
    session->rest = text + strlen(verb->name) + (verb->has_arguments ? 1 : 0);
    session->is_cut = !is_ended && verb->has_arguments;
    verb->run(session);
    if (session->options->is_batch && verb->has_arguments)
        print_rejections(session);
    if (verb->run != run_option)
        session->flags = session->base_flags;
}

void update_ref_stdin(struct cli *cli, const struct update_ref_options *options)
{
    struct session session = {.cli = cli,
                              .options = options,
                              .record = QN_BUF_INIT,
                              .name = QN_BUF_INIT,
                              .value = QN_BUF_INIT,
                              .second = QN_BUF_INIT};
    bool is_ended;

    session.base_flags = (options->no_deref ? QN_REF_NO_DEREF : 0u) |
                         (options->makes_log ? QN_REF_FORCE_REFLOG : 0u);
    session.flags = session.base_flags;
    begin_transaction(&session);
    while (cli_read_ended_record(cli, options->has_nul ? '\0' : '\n',
                                 &session.record, &is_ended))
        run_record(&session, is_ended);
    if (session.state == OPEN)
        commit(&session, NULL);
    else if (session.state != CLOSED)
        cli_check(cli, qn_ref_transaction_abort(cli->ctx, session.transaction));
    qn_ref_transaction_free(session.transaction);
    qn_buf_dispose(&session.record);
    qn_buf_dispose(&session.name);
    qn_buf_dispose(&session.value);
    qn_buf_dispose(&session.second);
}
