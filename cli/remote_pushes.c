/* SPDX-License-Identifier: MIT */
/* remote show: what a push would do. */
#include "cli/remote_query.h"
#include "operation/part/push_match.h"
#include "walk/merge_base.h"

#include <stdlib.h>
#include <string.h>

struct line {
    const char *source;
    const char *destination;
    const char *state; /* NULL: not asked */
    bool is_forced;
};

struct lines {
    struct cli *cli;
    const struct cli_remote_query *query;
    struct line *items;
    size_t count;
    size_t capacity;
    struct qn_arena arena;
};

static const char *copy(struct lines *lines, const char *text)
{
    const char *out = qn_arena_copy(lines->cli->ctx, &lines->arena,
                                    qn_bytes_from_string(text));

    if (!out)
        cli_die(lines->cli);
    return out;
}

static void add(struct lines *lines, const struct line *line)
{
    cli_check(lines->cli,
              qn_memory_grow(lines->cli->ctx, &lines->items, &lines->capacity,
                             lines->count + 1, sizeof(*lines->items)));
    lines->items[lines->count++] = *line;
}

/* Not asked: the refspecs as they stand. */
static void add_refspecs(struct lines *lines,
                         const struct qn_remote_refspecs *push)
{
    static const struct line matching = {"(matching)", "(matching)", NULL,
                                         false};
    size_t i;

    if (!push->count)
        add(lines, &matching);
    for (i = 0; i < push->count; i++) {
        const struct qn_refspec *refspec = &push->items[i];
        struct line line = matching;

        if (!refspec->is_matching) {
            line.source = refspec->source && *refspec->source ? refspec->source
                                                              : "(delete)";
            line.destination = refspec->destination && *refspec->destination
                                   ? refspec->destination
                                   : refspec->source;
        }
        line.is_forced = refspec->is_forced;
        add(lines, &line);
    }
}

/* What becomes of a ref of theirs when ours is pushed to it. */
static const char *state_of(struct lines *lines, const struct qn_id *ours,
                            const struct qn_remote_ref *theirs)
{
    struct cli *cli = lines->cli;
    bool is_here = false, is_forward = false;

    if (!theirs)
        return "create";
    if (qn_id_is_equal(ours, &theirs->id))
        return "up to date";
    cli_check(cli, qn_odb_exists(cli->ctx, cli->odb, &theirs->id, &is_here));
    if (is_here && qn_merge_base_is_ancestor(cli->ctx, &cli->scope, &theirs->id,
                                             ours, &is_forward))
        qn_ctx_clear(cli->ctx); /* no commits: no forward */
    return is_forward ? "fast-forwardable" : "local out of date";
}

static enum qn_status add_matching(struct qn_ctx *ctx, void *data,
                                   const struct qn_ref *ref)
{
    struct lines *lines = data;
    const char *name = qn_buf_string(&ref->name);
    const struct qn_remote_ref *theirs =
        qn_remote_refs_find(lines->query->refs, name);
    struct line line = {NULL, NULL, NULL, false};

    if (!theirs)
        return QN_OK;
    line.source = qn_arena_copy(
        ctx, &lines->arena, qn_bytes_from_string(cli_remote_short_name(name)));
    if (!line.source)
        return QN_NO_MEMORY;
    line.destination = line.source;
    line.state = state_of(lines, &ref->id, theirs);
    add(lines, &line);
    return QN_OK;
}

/* By refspecs: what a push would do with each ref of theirs. */
static void add_rows(struct lines *lines)
{
    struct cli *cli = lines->cli;
    const struct qn_push_match match = {.scope = &cli->scope,
                                        .remote = lines->query->remote,
                                        .refspecs = &lines->query->remote->push,
                                        .theirs = lines->query->refs};
    struct qn_push_rows rows = {0};
    bool is_fine = true; /* what is not, was said: the rest is shown */
    size_t i;

    cli_check(cli, qn_push_match_find(cli->ctx, &match, &rows, &is_fine));
    for (i = 0; i < rows.count; i++) {
        const struct qn_push_row *row = &rows.items[i];
        const struct qn_remote_ref *theirs =
            qn_remote_refs_find(lines->query->refs, row->name);
        struct line line = {.is_forced = row->is_forced};

        if (!row->has_source)
            continue;
        line.source = copy(
            lines, row->source ? cli_remote_short_name(row->source) : "(none)");
        line.destination = copy(lines, cli_remote_short_name(row->name));
        line.state = qn_id_is_null(&row->new_id)
                         ? "delete"
                         : state_of(lines, &row->new_id, theirs);
        add(lines, &line);
    }
    qn_push_rows_dispose(&rows);
}

static int compare(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int by_source = strcmp(x->source, y->source);

    return by_source ? by_source : strcmp(x->destination, y->destination);
}

static void print(const struct lines *lines)
{
    struct cli *cli = lines->cli;
    size_t width = 0, other_width = 0, i;

    for (i = 0; i < lines->count; i++) {
        /* Git makes room for "(delete)", and writes "(none)". */
        size_t size = strcmp(lines->items[i].source, "(none)") == 0
                          ? strlen("(delete)")
                          : strlen(lines->items[i].source);
        size_t other = strlen(lines->items[i].destination);

        width = size > width ? size : width;
        other_width = other > other_width ? other : other_width;
    }
    for (i = 0; i < lines->count; i++) {
        const struct line *line = &lines->items[i];
        const char *verb = line->is_forced ? "forces to" : "pushes to";

        if (line->state)
            cli_printf(cli, "    %-*s %s %-*s (%s)\n", (int)width, line->source,
                       verb, (int)other_width, line->destination, line->state);
        else
            cli_printf(cli, "    %-*s %s %s\n", (int)width, line->source, verb,
                       line->destination);
    }
}

void cli_remote_show_pushes(struct cli_remote_query *query)
{
    struct cli *cli = query->cli;
    const struct qn_remote_refspecs *push = &query->remote->push;
    struct lines lines = {.cli = cli, .query = query, .arena = QN_ARENA_INIT};

    if (query->remote->is_mirror) {
        cli_printf(cli, "  Local refs will be mirrored by 'git push'\n");
        return;
    }
    if (!query->is_asked)
        add_refspecs(&lines, push);
    else if (!push->count)
        cli_check(cli, qn_refs_walk(cli->ctx, cli->refs, "refs/heads/", 0,
                                    add_matching, &lines));
    else
        add_rows(&lines);
    if (lines.count) {
        qsort(lines.items, lines.count, sizeof(*lines.items), compare);
        cli_printf(cli, "  Local ref%s configured for 'git push'%s:\n",
                   lines.count == 1 ? "" : "s",
                   query->is_asked ? "" : " (status not queried)");
        print(&lines);
    }
    qn_memory_free(lines.items);
    qn_arena_dispose(&lines.arena);
}
