/* SPDX-License-Identifier: MIT */
/* Which notes are shown: --notes and kin, core.notesRef, notes.displayRef. */
#include "base/memory.h"
#include "cli/log_option_parts.h"
#include "text/wildmatch.h"

#include <stdlib.h>
#include <string.h>

/* number: 0 --notes, 1 --show-notes, 2 --standard-notes, 3
 * --show-notes-by-default */
int cli_log_set_notes(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct cli_log *log = option->value;

    switch (option->number) {
    case 2:
        log->notes_are_chosen = true;
        log->notes_default = !is_negated;
        return 0;
    case 3:
        log->notes_by_default = true;
        return 0;
    default:
        break;
    }
    log->notes_are_chosen = true;
    log->shows_notes = !is_negated;
    if (is_negated) {
        log->notes_default = -1;
        log->notes_refs.count = 0;
        return 0;
    }
    if (argument)
        cli_list_add(cli, &log->notes_refs, argument);
    if (!argument || (option->number == 1 && log->notes_default < 0))
        log->notes_default = 1;
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The full names of what was wanted, globs filled in. */
struct wanted {
    struct cli_log *log;
    struct cli_list names; /* allocated */
};

static void want(struct wanted *w, const char *name)
{
    char *copy;
    size_t i;

    for (i = 0; i < w->names.count; i++)
        if (!strcmp(w->names.items[i], name))
            return;
    copy = qn_memory_string(w->log->cli->ctx, qn_bytes_from_string(name));
    if (!copy)
        cli_die(w->log->cli);
    cli_list_add(w->log->cli, &w->names, copy);
}

struct match {
    struct wanted *wanted;
    const char *pattern;
};

static enum qn_status want_match(struct qn_ctx *ctx, void *data,
                                 const struct qn_ref *ref)
{
    struct match *match = data;

    (void)ctx;
    if (qn_wildmatch_matches(qn_bytes_from_string(match->pattern),
                             qn_buf_bytes(&ref->name), 0))
        want(match->wanted, qn_buf_string(&ref->name));
    return QN_OK;
}

static void want_text(struct wanted *w, const char *text)
{
    struct cli *cli = w->log->cli;
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;

    if (strpbrk(text, "*?[")) {
        struct match match = {w, text};

        cli_check(cli,
                  qn_refs_walk(cli->ctx, cli->refs, "", 0, want_match, &match));
        return;
    }
    cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, text, &ref, &found));
    if (found)
        want(w, text);
    else
        cli_warning(cli, "notes ref %s is invalid", text);
    qn_ref_dispose(&ref);
}

/* notes.displayRef, or what stands in its place in the environment. */
static void want_configured(struct wanted *w)
{
    struct cli *cli = w->log->cli;
    const char *variable = getenv("GIT_NOTES_DISPLAY_REF");
    const struct qn_config *config = cli_config(cli);
    size_t i;

    if (variable) {
        struct qn_bytes rest = qn_bytes_from_string(variable);
        struct qn_bytes word;

        while (qn_bytes_next(&rest, ':', &word)) {
            struct qn_buf name = QN_BUF_INIT;

            cli_check(cli, qn_buf_append_bytes(cli->ctx, &name, word));
            if (word.size)
                want_text(w, qn_buf_string(&name));
            qn_buf_dispose(&name);
        }
        return;
    }
    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (!strcmp(entry->key, "notes.displayref") && entry->value)
            want_text(w, entry->value);
    }
}

static void want_given(struct wanted *w, const char *text)
{
    struct cli *cli = w->log->cli;
    struct qn_buf name = QN_BUF_INIT;

    if (!strncmp(text, "notes/", 6))
        cli_check(cli, qn_buf_append_string(cli->ctx, &name, "refs/"));
    else if (strncmp(text, "refs/notes/", 11))
        cli_check(cli, qn_buf_append_string(cli->ctx, &name, "refs/notes/"));
    cli_check(cli, qn_buf_append_string(cli->ctx, &name, text));
    want_text(w, qn_buf_string(&name));
    qn_buf_dispose(&name);
}

static void add_notes(struct cli_log *log, const char *name)
{
    struct qn_notes *notes = NULL;

    cli_check(log->cli,
              qn_notes_new(log->cli->ctx, &log->cli->scope, name,
                           !strcmp(name, "refs/notes/commits"), &notes));
    if (!notes)
        return;
    cli_check(log->cli,
              qn_memory_grow(log->cli->ctx, (void *)&log->notes,
                             &log->notes_capacity, log->notes_count + 1,
                             sizeof(*log->notes)));
    log->notes[log->notes_count++] = notes;
}

/* Notes follow the message unless a form was asked for. */
void cli_log_finish_notes(struct cli_log *log, bool has_form)
{
    struct cli *cli = log->cli;
    struct qn_pretty_options *pretty = &log->pretty;
    const char *variable = getenv("GIT_NOTES_REF");
    const char *ref = variable ? variable
                               : cli_config_string(cli, "core.notesRef",
                                                   "refs/notes/commits");
    struct wanted w = {.log = log};
    bool by_default = !log->notes_are_chosen &&
                      (!has_form || cli_log_format_uses(pretty, "N"));
    size_t i;

    pretty->shows_notes =
        log->shows_notes || (!log->notes_are_chosen && !has_form);
    if (!log->shows_notes && !by_default)
        return;
    if (log->notes_default > 0 ||
        (log->notes_default < 0 && !log->notes_refs.count)) {
        add_notes(log, ref);
        want_configured(&w);
    }
    for (i = 0; i < log->notes_refs.count; i++)
        want_given(&w, log->notes_refs.items[i]);
    if (w.names.count)
        qsort((void *)w.names.items, w.names.count, sizeof(*w.names.items),
              compare_names);
    for (i = 0; i < w.names.count; i++) {
        if (!log->notes_count || strcmp(w.names.items[i], ref))
            add_notes(log, w.names.items[i]);
        qn_memory_free((void *)w.names.items[i]);
    }
    qn_memory_free((void *)w.names.items);
    pretty->notes = (const struct qn_notes *const *)log->notes;
    pretty->notes_count = log->notes_count;
}

void cli_log_free_notes(struct cli_log *log)
{
    size_t i;

    for (i = 0; i < log->notes_count; i++)
        qn_notes_free(log->notes[i]);
    qn_memory_free((void *)log->notes);
    qn_memory_free((void *)log->notes_refs.items);
}
