/* SPDX-License-Identifier: MIT */
/* What the configuration says of blame: colours, dates, revisions that are
 * ignored. */
#include "cli/blame_setup.h"

#include "base/memory.h"
#include "os/file.h"
#include "text/color.h"

#include <errno.h>
#include <string.h>

const char *blame_setup_path(struct cli *cli, const char *path,
                             struct qn_buf *room)
{
    const char *top = qn_repo_work_tree(cli->repo);

    qn_buf_clear(room);
    cli_check(cli, qn_buf_printf(cli->ctx, room, "%s%s%s",
                                 top && *path != '/' ? top : "",
                                 top && *path != '/' ? "/" : "", path));
    return qn_buf_string(room);
}

/* ---- revisions that are ignored */

static void add_ignored(struct blame_ignored *list, struct cli *cli,
                        const struct qn_id *id)
{
    cli_check(cli, qn_memory_grow(cli->ctx, &list->ids, &list->capacity,
                                  list->count + 1, sizeof(*list->ids)));
    list->ids[list->count++] = *id;
}

static void read_ignored(struct cli *cli, struct blame_ignored *list,
                         const char *path)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_buf name = QN_BUF_INIT;
    struct qn_bytes rest;
    struct qn_bytes line;
    struct qn_id id;

    if (!*path) { /* what came before does not count */
        list->count = 0;
        return;
    }
    if (qn_file_read_all(cli->ctx, blame_setup_path(cli, path, &name), &text))
        cli_die_with(cli, "could not open object name list: %s", path);
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, '\n', &line)) {
        line = qn_bytes_trim(qn_bytes_first(line, qn_bytes_find(line, '#')));
        if (!line.size)
            continue;
        if (!qn_id_from_hex(&id, qn_odb_algorithm(cli->odb), line))
            cli_die_with(cli, "invalid object name: %.*s", QN_BYTES_ARG(line));
        if (!qn_revision_peel(cli->ctx, cli->odb, &id, QN_OBJECT_COMMIT, &id))
            add_ignored(list, cli, &id);
        else
            qn_ctx_clear(cli->ctx);
    }
    qn_buf_dispose(&text);
    qn_buf_dispose(&name);
}

static void read_ignored_config(struct cli *cli, struct blame_ignored *list)
{
    const struct qn_config *config = cli_config(cli);
    struct qn_buf path = QN_BUF_INIT;
    size_t i;

    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        bool found = false;

        if (strcmp(entry->key, "blame.ignorerevsfile") != 0)
            continue;
        qn_buf_clear(&path);
        cli_check(cli, qn_config_entry_path(cli->ctx, entry, &path, &found));
        if (found)
            read_ignored(cli, list, qn_buf_string(&path));
    }
    qn_buf_dispose(&path);
}

void blame_setup_ignored(struct cli *cli, const struct cli_list *revisions,
                         const struct cli_list *files,
                         struct blame_ignored *out)
{
    struct qn_id id;
    size_t i;

    if (!files->was_reset)
        read_ignored_config(cli, out);
    for (i = 0; i < files->count; i++)
        read_ignored(cli, out, files->items[i]);
    for (i = 0; i < revisions->count; i++) {
        struct qn_revision revision = QN_REVISION_INIT;

        revision.is_quiet = true;
        if (qn_revision_parse(cli->ctx, &cli->scope, revisions->items[i],
                              &revision) ||
            qn_revision_peel(cli->ctx, cli->odb, &revision.id, QN_OBJECT_COMMIT,
                             &id)) {
            cli_forget(cli);
            cli_die_with(cli, "cannot find revision %s to ignore",
                         revisions->items[i]);
        }
        add_ignored(out, cli, &id);
        qn_revision_dispose(&revision);
    }
}

/* ---- colours */

/* "blue,12 month ago,white,1 month ago,red" */
static void read_ages(struct blame *b, const char *text)
{
    struct cli *cli = b->cli;
    struct qn_bytes rest = qn_bytes_from_string(text);
    struct qn_bytes part;
    struct blame_age *age = NULL;
    bool is_color = true;

    b->age_count = 0;
    while (qn_bytes_next(&rest, ',', &part)) {
        part = qn_bytes_trim(part);
        if (is_color) {
            cli_check(cli, qn_memory_grow(cli->ctx, &b->ages, &b->age_capacity,
                                          b->age_count + 1, sizeof(*b->ages)));
            age = &b->ages[b->age_count++];
            memset(age, 0, sizeof(*age));
            age->until = INT64_MAX;
            if (qn_color_parse(cli->ctx, part, &age->color)) {
                cli_error(cli, "%s", qn_ctx_message(cli->ctx));
                cli_die_with(cli, "expecting a color: %.*s",
                             QN_BYTES_ARG(part));
            }
        } else {
            char *date = qn_memory_string(cli->ctx, part);

            if (!date)
                cli_die(cli);
            age->until = qn_date_approximate(cli->env, date, NULL);
            qn_memory_free(date);
        }
        is_color = !is_color;
    }
    if (is_color)
        cli_die_with(cli, "must end with a color");
}

void blame_setup_colors(struct blame *b)
{
    struct cli *cli = b->cli;
    const char *mode = cli_config_string(cli, "blame.coloring", NULL);
    const struct qn_config_entry *entry =
        qn_config_find(cli_config(cli), "color.blame.repeatedlines");
    bool is_asked = b->colors_age || b->colors_lines;

    if (entry && entry->value &&
        qn_color_parse(cli->ctx, qn_bytes_from_string(entry->value),
                       &b->repeat_color)) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        qn_ctx_clear(cli->ctx);
        cli_warning(cli, "invalid value for '%s': '%s'",
                    "color.blame.repeatedLines", entry->value);
        entry = NULL;
    }
    if (!entry || !entry->value)
        cli_check(cli,
                  qn_buf_append_string(cli->ctx, &b->repeat_color, "\033[36m"));
    read_ages(b, cli_config_string(cli, "color.blame.highlightrecent",
                                   "blue,12 month ago,white,1 month ago,red"));
    if (!mode)
        return;
    if (!strcmp(mode, "repeatedLines")) {
        b->colors_lines |= !is_asked;
    } else if (!strcmp(mode, "highlightRecent")) {
        b->colors_age |= !is_asked;
    } else if (strcmp(mode, "none") != 0) {
        cli_warning(cli, "invalid value for '%s': '%s'", "blame.coloring",
                    mode);
    }
}

/* ---- dates */

void blame_setup_dates(struct blame *b)
{
    static const size_t widths[] = {
        [QN_DATE_DEFAULT] = 30, [QN_DATE_RELATIVE] = 22,
        [QN_DATE_HUMAN] = 16,   [QN_DATE_SHORT] = 10,
        [QN_DATE_ISO] = 25,     [QN_DATE_ISO_STRICT] = 25,
        [QN_DATE_RFC2822] = 31, [QN_DATE_RAW] = 16,
        [QN_DATE_UNIX] = 10,    [QN_DATE_FORMAT] = 0};
    struct cli *cli = b->cli;
    const char *date = b->is_annotate ? "iso"
                       : b->date      ? b->date
                                 : cli_config_string(cli, "blame.date", "iso");
    struct qn_buf sample = QN_BUF_INIT;

    /* annotate has dates of its own, but wants to understand what is asked. */
    if (b->is_annotate && b->date)
        cli_check(cli,
                  qn_date_mode_parse(cli->ctx, b->date,
                                     cli_out_is_terminal(cli), &b->date_mode));
    cli_check(cli, qn_date_mode_parse(cli->ctx, date, cli_out_is_terminal(cli),
                                      &b->date_mode));
    b->date_width = widths[b->date_mode.kind];
    if (b->date_mode.kind == QN_DATE_FORMAT) {
        cli_check(cli, qn_date_format(cli->ctx, 0, 0, &b->date_mode, &sample));
        b->date_width = sample.size;
    }
    qn_buf_dispose(&sample);
}
