/* SPDX-License-Identifier: MIT */
#include "cli/ref_listing.h"
#include "cli/json_output.h"
#include "operation/part/describe_name.h"

#include <stdlib.h>
#include <string.h>

/* Options are read before there is a repository: only noted here. */
int ref_listing_commit(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct ref_listing *listing = option->value;
    struct qn_buf text = QN_BUF_INIT;
    char *copy;

    if (is_negated) { /* forgets what its kind named before */
        size_t kept = 0;

        for (size_t i = 0; i < listing->commits.count; i++)
            if (*listing->commits.items[i] != (char)option->number)
                listing->commits.items[kept++] = listing->commits.items[i];
        listing->commits.count = kept;
        return 0;
    }
    cli_check(cli, qn_buf_printf(cli->ctx, &text, "%c%s", (char)option->number,
                                 argument ? argument : "HEAD"));
    copy = qn_buf_detach(cli->ctx, &text);
    if (!copy)
        cli_die(cli);
    cli_list_add(cli, &listing->commits, copy);
    return 0;
}

void ref_listing_resolve(struct cli *cli, struct ref_listing *listing)
{
    struct qn_ref_filter *filter = &listing->filter;
    size_t i;

    for (i = 0; i < listing->commits.count; i++) {
        const char *text = listing->commits.items[i];
        struct qn_id_list *list = *text == 'm'   ? &filter->merged
                                  : *text == 'M' ? &filter->no_merged
                                  : *text == 'c' ? &filter->contains
                                  : *text == 'C' ? &filter->no_contains
                                                 : &filter->points_at;
        struct qn_id id, commit;

        if (!cli_find_id(cli, text + 1, &id)) {
            if (*text == 'p') {
                cli_error(cli, "malformed object name '%s'", text + 1);
                cli_exit(cli, CLI_EXIT_USAGE);
            }
            if (*text == 'm' || *text == 'M')
                cli_die_with(cli, "malformed object name %s", text + 1);
            cli_error(cli, "malformed object name %s", text + 1);
            cli_exit(cli, CLI_EXIT_USAGE);
        }
        if (*text != 'p') {
            if (qn_revision_need_commit(cli->ctx, cli->odb, &id, &commit)) {
                qn_ctx_clear(cli->ctx);
                if (*text == 'm' || *text == 'M')
                    cli_error(cli, "option `%smerged' must point to a commit",
                              *text == 'M' ? "no-" : "");
                else
                    cli_error(cli, "no such commit %s", text + 1);
                cli_exit(cli, CLI_EXIT_USAGE);
            }
            id = commit;
        }
        cli_check(cli, qn_id_list_add(cli->ctx, list, &id));
    }
    filter->excludes = listing->excludes.items;
    filter->exclude_count = listing->excludes.count;
}

bool ref_listing_wants_color(struct cli *cli, const struct ref_listing *listing,
                             const char *key)
{
    const char *option = listing->color;

    if (listing->has_color_option && !option)
        option = "always";
    return cli_wants_color(cli, option, key);
}

void ref_listing_describe(struct cli *cli, const struct ref_listing *listing,
                          const char *format,
                          struct qn_ref_values_options *options)
{
    struct qn_describe_name *describe = NULL;
    bool is_wanted = format && strstr(format, "describe");
    size_t i;

    for (i = 0; i < listing->sort.count; i++)
        is_wanted |= strstr(listing->sort.items[i], "describe") != NULL;
    if (!is_wanted)
        return;
    cli_check(cli, qn_describe_name_new(cli->ctx, &cli->scope, &describe));
    options->describe = qn_describe_name_pretty;
    options->describe_data = describe;
}

void ref_listing_describe_end(struct qn_ref_values_options *options)
{
    if (options->describe)
        qn_describe_name_free(options->describe_data);
    options->describe = NULL;
}

/* A value of a record: a format, and what becomes of its text. */
struct json_field {
    const char *key, *format;
    unsigned part; /* 0: always */
    bool is_flag;  /* true when there is a text */
};

static const struct json_field json_fields[] = {
    {"id", "%(objectname)", 0, false},
    {"type", "%(objecttype)", 0, false},
    {"symref", "%(symref)", 0, false},
    {"target", "%(*objectname)", 0, false},
    {"head", "%(if:equals=*)%(HEAD)%(then)*%(end)", REF_LISTING_OF_BRANCH,
     true},
    {"worktree", "%(worktreepath)", REF_LISTING_OF_BRANCH, false},
    {"upstream", "%(upstream)", REF_LISTING_OF_BRANCH, false},
    {"subject", "%(contents:subject)", REF_LISTING_OF_SUBJECT, false},
};

/* "ahead 1, behind 2", "gone" or nothing. */
static void put_track(struct cli_json *json, struct qn_buf *text)
{
    const char *ahead = strstr(qn_buf_string(text), "ahead ");
    const char *behind = strstr(qn_buf_string(text), "behind ");

    if (strcmp(qn_buf_string(text), "gone") == 0) {
        cli_json_bool(json, "upstream_gone", true);
        return;
    }
    cli_json_number(json, "ahead", ahead ? atoll(ahead + 6) : 0);
    cli_json_number(json, "behind", behind ? atoll(behind + 7) : 0);
}

void ref_listing_json(struct cli *cli, struct qn_ref_values *values,
                      const struct qn_ref_list *list, int count, unsigned parts)
{
    struct qn_ref_format *formats[QN_COUNT_OF(json_fields)] = {NULL};
    struct qn_ref_format *track = NULL;
    struct qn_buf text = QN_BUF_INIT;
    struct cli_json json;
    size_t i, j;

    for (j = 0; j < QN_COUNT_OF(json_fields); j++)
        if (!json_fields[j].part || (json_fields[j].part & parts))
            cli_check(cli,
                      qn_ref_format_new(cli->ctx, values, json_fields[j].format,
                                        QN_REF_QUOTE_NONE, &formats[j]));
    cli_check(cli,
              qn_ref_format_new(cli->ctx, values,
                                parts & REF_LISTING_OF_TRACK
                                    ? "%(if)%(upstream)%(then)%(upstream:track,"
                                      "nobracket)%(else)none%(end)"
                                    : "none",
                                QN_REF_QUOTE_NONE, &track));
    cli_json_begin_list(&json, cli);
    for (i = 0; i < list->count && (!count || i < (size_t)count); i++) {
        const struct qn_ref_item *item = &list->items[i];

        cli_json_begin(&json);
        cli_json_string(&json, "ref", item->detached ? "HEAD" : item->name);
        for (j = 0; j < QN_COUNT_OF(json_fields); j++) {
            qn_buf_clear(&text);
            if (formats[j])
                cli_check(cli, qn_ref_format_append(cli->ctx, formats[j], item,
                                                    &text));
            if (formats[j] && json_fields[j].is_flag)
                cli_json_bool(&json, json_fields[j].key, text.size > 0);
            else if (text.size > 0)
                cli_json_text(&json, json_fields[j].key, qn_buf_bytes(&text));
        }
        qn_buf_clear(&text);
        cli_check(cli, qn_ref_format_append(cli->ctx, track, item, &text));
        if (strcmp(qn_buf_string(&text), "none") != 0)
            put_track(&json, &text);
        cli_json_end(&json);
    }
    cli_json_end_list(&json);
    for (j = 0; j < QN_COUNT_OF(json_fields); j++)
        qn_ref_format_free(formats[j]);
    qn_ref_format_free(track);
    qn_buf_dispose(&text);
}

void ref_listing_print(struct cli *cli, struct ref_listing *listing,
                       struct qn_ref_values *values, const char *format_text,
                       struct qn_ref_list *list, int count)
{
    struct qn_ref_format *format = NULL;
    struct qn_buf line = QN_BUF_INIT;
    size_t i;

    cli_check(cli, qn_ref_format_new(cli->ctx, values, format_text,
                                     listing->quote, &format));
    cli_check(cli,
              qn_ref_list_fill(cli->ctx, &cli->scope, &listing->filter, list));
    if (listing->sort.count || listing->filter.ignores_case || list->count)
        cli_check(cli, qn_ref_list_sort(cli->ctx, values, listing->sort.items,
                                        listing->sort.count,
                                        listing->filter.ignores_case, list));
    if (listing->is_json)
        ref_listing_json(cli, values, list, count, 0);
    for (i = 0; !listing->is_json && i < list->count &&
                (count == 0 || i < (size_t)count);
         i++) {
        qn_buf_clear(&line);
        cli_check(cli, qn_ref_format_append(cli->ctx, format, &list->items[i],
                                            &line));
        if (!line.size && listing->omits_empty)
            continue;
        cli_write(cli, line.data, line.size);
        cli_put(cli, '\n');
    }
    qn_ref_format_free(format);
    qn_buf_dispose(&line);
}

void ref_listing_add_keys(struct cli *cli, const char *key,
                          struct ref_listing *listing)
{
    const struct qn_config *config = cli_config(cli);
    struct cli_list all = {0};
    size_t i;

    for (i = 0; i < qn_config_count(config); i++) {
        const struct qn_config_entry *entry = qn_config_at(config, i);

        if (strcmp(entry->key, key) != 0)
            continue;
        if (!entry->value) {
            cli_error(cli, "missing value for '%s'", entry->key);
            cli_die_bad_key(cli, entry);
        }
        cli_list_add(cli, &all, entry->value);
    }
    /* What is asked for counts more, unless it takes back all before it. */
    if (listing->sort.was_reset)
        all.count = 0;
    for (i = 0; i < listing->sort.count; i++)
        cli_list_add(cli, &all, listing->sort.items[i]);
    qn_memory_free((void *)listing->sort.items);
    listing->sort = all;
}
