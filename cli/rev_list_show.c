/* SPDX-License-Identifier: MIT */
/* What rev-list prints of a commit. */
#include "cli/rev_list.h"
#include "object/commit.h"
#include "show/commit_json.h"

#include <string.h>

static void put_short_id(struct rev_list *list, const struct qn_id *id)
{
    struct cli *cli = list->cli;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits = qn_id_hex_size(id->algorithm);

    if (list->abbreviates && list->abbrev != 0)
        cli_check(cli,
                  qn_odb_abbreviate(cli->ctx, cli->odb, id,
                                    list->abbrev > 0 ? (size_t)list->abbrev : 0,
                                    &digits));
    cli_write(cli, qn_id_to_hex(id, hex), digits);
}

static void put_mark(struct rev_list *list, const struct qn_walk_commit *commit)
{
    if (commit->flags & QN_WALK_BOUNDARY) {
        if (!list->nul)
            cli_put(list->cli, '-');
    } else if (commit->flags & QN_WALK_PATCH_SAME)
        cli_put(list->cli, '=');
    else if (list->args.walk.left_right)
        cli_put(list->cli, commit->flags & QN_WALK_LEFT ? '<' : '>');
    else if (list->args.walk.cherry_mark)
        cli_put(list->cli, '+');
}

static struct qn_bytes trim_end(struct qn_bytes line)
{
    while (line.size > 0 && strchr(" \t\r\v\f", line.data[line.size - 1]))
        line.size--;
    return line;
}

static void put_message(struct cli *cli, struct qn_bytes rest)
{
    struct qn_bytes line;
    size_t blank = 0;
    bool has_begun = false;

    while (qn_bytes_next(&rest, '\n', &line)) {
        line = trim_end(line);
        if (line.size == 0) { /* not in front, not at the end */
            blank += has_begun;
            continue;
        }
        has_begun = true;
        for (; blank > 0; blank--)
            cli_puts(cli, "    \n");
        cli_puts(cli, "    ");
        cli_write(cli, line.data, line.size);
        cli_put(cli, '\n');
    }
}

static void read_commit(struct rev_list *list, const struct qn_id *id,
                        struct qn_commit *out)
{
    struct cli *cli = list->cli;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, id, QN_OBJECT_COMMIT,
                                     &list->object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&list->object),
                                   id->algorithm, out));
}

/* --oneline and --header: the commit's own words. */
static void put_text(struct rev_list *list, const struct qn_id *id)
{
    struct cli *cli = list->cli;
    struct qn_commit commit;

    read_commit(list, id, &commit);
    if (list->oneline) {
        qn_buf_clear(&list->text);
        cli_check(cli, qn_pretty_subject(cli->ctx, commit.message, " ",
                                         &list->text, NULL));
        cli_put(cli, ' ');
        cli_write(cli, list->text.data, list->text.size);
        cli_put(cli, '\n');
    } else {
        cli_put(cli, '\n');
        cli_write(cli, commit.headers.data, commit.headers.size);
        cli_put(cli, '\n');
        put_message(cli, commit.message);
        cli_put(cli, '\0');
    }
}

static char mark_of(const struct rev_list *list,
                    const struct qn_walk_commit *commit)
{
    if (commit->flags & QN_WALK_BOUNDARY)
        return '-';
    if (commit->flags & QN_WALK_PATCH_SAME)
        return '=';
    return commit->flags & QN_WALK_LEFT ? '<' : '>';
}

/* --pretty and --format: what stands below the line of the commit's id. */
static void put_pretty(struct rev_list *list,
                       const struct qn_walk_commit *commit)
{
    struct cli *cli = list->cli;
    struct qn_commit parsed;
    struct qn_pretty_item item = {.id = &commit->id,
                                  .commit = &parsed,
                                  .parents = commit->parents,
                                  .parent_count = commit->parent_count,
                                  .mark = mark_of(list, commit)};
    struct qn_bytes text;

    read_commit(list, &commit->id, &parsed);
    qn_grafts_apply(cli_grafts(cli), &commit->id, &parsed);
    qn_buf_clear(&list->text);
    cli_check(cli,
              qn_pretty_append(cli->ctx, list->pretty, &item, &list->text));
    text = qn_buf_bytes(&list->text);
    if (list->pretty_options.kind != QN_PRETTY_USER &&
        list->pretty_options.kind != QN_PRETTY_REFERENCE) /* our own line */
        text = qn_bytes_from(text, qn_bytes_find(text, '\n') + 1);
    cli_write(cli, text.data, text.size);
    if (text.size > 0 || list->pretty_options.kind != QN_PRETTY_USER)
        cli_put(cli, list->nul ? '\0' : '\n');
}

void rev_list_start_pretty(struct rev_list *list)
{
    struct cli *cli = list->cli;
    static const struct qn_pretty_options defaults = QN_PRETTY_OPTIONS_INIT;

    if (!list->format)
        return;
    list->pretty_options = defaults;
    cli_check(cli, qn_pretty_parse(cli->ctx, list->format, cli_config(cli),
                                   &list->pretty_options));
    if (list->date) {
        cli_check(cli, qn_date_mode_parse(cli->ctx, list->date, false,
                                          &list->pretty_options.date));
        list->pretty_options.date_is_given = true;
    }
    list->pretty_options.abbrev = list->abbrev;
    list->pretty_options.abbreviates =
        list->args.is_graph && list->abbreviates && list->abbrev != 0;
    list->pretty_options.subject_prefix = "";
    list->pretty_options.tab_width = 0;
    cli_check(cli, qn_pretty_new(cli->ctx, cli->odb, &list->pretty_options,
                                 &list->pretty));
}

void rev_list_put_commit(struct rev_list *list,
                         const struct qn_walk_commit *commit)
{
    struct cli *cli = list->cli;
    uint32_t i;

    if (list->counts) {
        if (commit->flags & QN_WALK_PATCH_SAME)
            list->same_count++;
        else if (commit->flags & QN_WALK_LEFT)
            list->left_count++;
        else
            list->right_count++;
        return;
    }
    if (list->timestamp)
        cli_printf(cli, "%lld ", (long long)commit->time);
    if (list->pretty && list->no_commit_header &&
        list->pretty_options.kind == QN_PRETTY_USER)
        return;
    if (list->pretty)
        cli_puts(cli, "commit ");
    put_mark(list, commit);
    put_short_id(list, &commit->id);
    for (i = 0; list->args.shows_parents && i < commit->parent_count; i++) {
        cli_put(cli, ' ');
        cli_put_id(cli, &commit->parents[i]);
    }
}

/* With --pretty, --header or --oneline all that the commit says. */
void rev_list_put_record(struct rev_list *list,
                         const struct qn_walk_commit *commit)
{
    static const struct qn_pretty_options plain = QN_PRETTY_OPTIONS_INIT;
    struct cli_json *json = &list->json;
    const struct qn_walk_options *walk = &list->args.walk;
    bool has_mark = walk->left_right || walk->cherry_mark ||
                    (commit->flags & QN_WALK_BOUNDARY);
    struct qn_commit parsed;
    struct qn_pretty_item item = {.id = &commit->id,
                                  .commit = &parsed,
                                  .parents = commit->parents,
                                  .parent_count = commit->parent_count};
    char mark[2] = {mark_of(list, commit), '\0'};
    uint32_t i;

    if (!walk->left_right && walk->cherry_mark && mark[0] == '>')
        mark[0] = '+';
    cli_json_begin(json);
    if (list->format || list->header || list->oneline) {
        read_commit(list, &commit->id, &parsed);
        cli_check(list->cli, qn_commit_json_append(list->cli->ctx, &json->json,
                                                   &item, &plain));
    } else {
        cli_json_id(json, "id", &commit->id);
        if (list->args.shows_parents) {
            qn_json_key(&json->json, "parents");
            qn_json_begin_array(&json->json);
            for (i = 0; i < commit->parent_count; i++) {
                char hex[QN_ID_MAX_HEX_SIZE + 1];

                qn_json_string(&json->json,
                               qn_id_to_hex(&commit->parents[i], hex));
            }
            qn_json_end_array(&json->json);
        }
    }
    if (list->timestamp)
        cli_json_number(json, "time", commit->time);
    if (has_mark)
        cli_json_string(json, "mark", mark);
    cli_json_end(json);
}

void rev_list_end_commit(struct rev_list *list,
                         const struct qn_walk_commit *commit)
{
    if (list->counts)
        return;
    if (list->pretty) {
        if (!list->no_commit_header ||
            list->pretty_options.kind != QN_PRETTY_USER)
            cli_put(list->cli, '\n');
        put_pretty(list, commit);
    } else if (list->oneline || list->header)
        put_text(list, &commit->id);
    else
        cli_put(list->cli, list->nul ? '\0' : '\n');
    if (list->nul && (commit->flags & QN_WALK_BOUNDARY)) {
        cli_puts(list->cli, "boundary=yes");
        cli_put(list->cli, '\0');
    }
}
