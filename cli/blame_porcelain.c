/* SPDX-License-Identifier: MIT */
/* What programs read: --porcelain, --incremental, --json. */
#include "cli/blame.h"

#include "text/quote.h"

static void put_person(struct cli *cli, const char *role,
                       const struct blame_person *person)
{
    cli_printf(cli, "%s %.*s\n%s-mail %.*s\n%s-time %lld\n%s-tz %+05d\n", role,
               QN_BYTES_ARG(person->name), role, QN_BYTES_ARG(person->mail),
               role, (long long)person->time, role, person->zone);
}

static void put_path(struct cli *cli, struct qn_bytes path)
{
    struct qn_buf text = QN_BUF_INIT;

    cli_check(cli, qn_quote_path(cli->ctx, &text, path,
                                 cli_config_bool(cli, "core.quotepath", true)));
    cli_write(cli, text.data, text.size);
    cli_put(cli, '\n');
    qn_buf_dispose(&text);
}

/* All that is known of the commit, unless it was told before. */
static bool put_commit(struct blame *b, const struct qn_blame *blame,
                       const struct qn_blame_source *source, bool repeats)
{
    struct blame_commit *commit = blame_commit_find(b, blame, source);
    struct cli *cli = b->cli;

    if (commit->was_shown && !repeats)
        return false;
    commit->was_shown = true;
    put_person(cli, "author", &commit->author);
    put_person(cli, "committer", &commit->committer);
    cli_printf(cli, "summary %.*s\n", QN_BYTES_ARG(commit->summary));
    if (source->is_boundary)
        cli_puts(cli, "boundary\n");
    return true;
}

static void put_origin(struct cli *cli, const struct qn_blame_source *source)
{
    if (source->previous) {
        cli_puts(cli, "previous ");
        cli_put_id(cli, &source->previous->commit);
        cli_put(cli, ' ');
        put_path(cli, source->previous->path);
    }
    cli_puts(cli, "filename ");
    put_path(cli, source->path);
}

static void put_marks(const struct blame *b, const struct qn_blame_hunk *hunk)
{
    if (hunk->is_unblamable && b->marks_unblamable)
        cli_puts(b->cli, "unblamable\n");
    if (hunk->is_ignored && b->marks_ignored)
        cli_puts(b->cli, "ignored\n");
}

void blame_show_porcelain(struct blame *b, const struct qn_blame *blame)
{
    const struct qn_text_lines *lines = qn_blame_lines(blame);
    struct cli *cli = b->cli;
    size_t i;
    uint32_t k;

    for (i = 0; i < qn_blame_count(blame); i++)
        blame_commit_find(b, blame, qn_blame_at(blame, i)->source);
    for (i = 0; i < qn_blame_count(blame); i++) {
        const struct qn_blame_hunk *hunk = qn_blame_at(blame, i);

        for (k = 0; k < hunk->count; k++) {
            struct qn_bytes text = qn_text_lines_at(lines, hunk->line + k);

            cli_put_id(cli, &hunk->source->commit);
            cli_printf(cli, " %u %u", hunk->from + k + 1, hunk->line + k + 1);
            if (k == 0)
                cli_printf(cli, " %u", hunk->count);
            cli_put(cli, '\n');
            if ((k == 0 || b->is_line_porcelain) &&
                (put_commit(b, blame, hunk->source, b->is_line_porcelain) ||
                 blame_commit_find(b, blame, hunk->source)->has_paths))
                put_origin(cli, hunk->source);
            put_marks(b, hunk);
            cli_put(cli, '\t');
            cli_write(cli, text.data, text.size);
            if (!text.size || text.data[text.size - 1] != '\n')
                cli_put(cli, '\n');
        }
    }
}

enum qn_status blame_show_found(struct qn_ctx *ctx, void *data,
                                const struct qn_blame *blame,
                                const struct qn_blame_hunk *hunk)
{
    struct blame *b = data;
    struct cli *cli = b->cli;

    (void)ctx;
    cli_put_id(cli, &hunk->source->commit);
    cli_printf(cli, " %u %u %u\n", hunk->from + 1, hunk->line + 1, hunk->count);
    (void)put_commit(b, blame, hunk->source, false);
    put_origin(cli, hunk->source);
    cli_flush(cli);
    return QN_OK;
}

void blame_show_json(struct blame *b, const struct qn_blame *blame)
{
    struct cli_json *json = &b->json;
    size_t i;

    cli_json_begin_list(json, b->cli);
    for (i = 0; i < qn_blame_count(blame); i++) {
        const struct qn_blame_hunk *hunk = qn_blame_at(blame, i);
        const struct qn_blame_source *source = hunk->source;
        const struct blame_commit *commit = blame_commit_find(b, blame, source);

        cli_json_begin(json);
        cli_json_number(json, "line", (int64_t)hunk->line + 1);
        cli_json_number(json, "count", hunk->count);
        cli_json_id(json, "commit", &source->commit);
        cli_json_text(json, "path", source->path);
        cli_json_number(json, "from", (int64_t)hunk->from + 1);
        cli_json_text(json, "author_name", commit->author.name);
        cli_json_text(json, "author_mail",
                      qn_bytes_make(commit->author.mail.data + 1,
                                    commit->author.mail.size - 2));
        cli_json_number(json, "author_time", commit->author.time);
        cli_json_text(json, "summary", commit->summary);
        if (source->is_boundary)
            cli_json_bool(json, "is_boundary", true);
        if (hunk->is_ignored)
            cli_json_bool(json, "is_ignored", true);
        if (hunk->is_unblamable)
            cli_json_bool(json, "is_unblamable", true);
        if (source->previous) {
            cli_json_id(json, "previous_commit", &source->previous->commit);
            cli_json_text(json, "previous_path", source->previous->path);
        }
        cli_json_end(json);
    }
    cli_json_end_list(json);
}
