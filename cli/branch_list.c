/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/branching.h"
#include "cli/json_output.h"
#include "operation/part/status_text.h"
#include "text/color.h"
#include "text/utf8.h"

#include <string.h>

/* What stands for HEAD when it is on no branch. */
static void describe_detached(struct cli *cli, struct qn_buf *out)
{
    struct qn_status_state state = QN_STATUS_STATE_INIT;

    cli_check(cli, qn_status_state_read(cli->ctx, &cli->scope, false, &state));
    if (state.is_rebasing && state.rebase_branch.size)
        cli_check(cli, qn_buf_printf(cli->ctx, out, "(no branch, rebasing %s)",
                                     qn_buf_string(&state.rebase_branch)));
    else if (state.is_rebasing)
        cli_check(cli, qn_buf_printf(cli->ctx, out,
                                     "(no branch, rebasing detached HEAD %s)",
                                     qn_buf_string(&state.branch)));
    else if (state.is_bisecting)
        cli_check(cli, qn_buf_printf(cli->ctx, out,
                                     "(no branch, bisect started on %s)",
                                     qn_buf_string(&state.bisect)));
    else if (state.branch.size)
        cli_check(cli, qn_buf_printf(cli->ctx, out, "(HEAD detached %s %s)",
                                     state.is_detached_at ? "at" : "from",
                                     qn_buf_string(&state.branch)));
    else
        cli_check(cli, qn_buf_append_string(cli->ctx, out, "(no branch)"));
    qn_status_state_dispose(&state);
}

static const char *color_of(struct cli *cli, bool has_color, const char *slot,
                            const char *fallback, struct qn_buf *out)
{
    struct qn_buf key = QN_BUF_INIT;
    const char *value;

    qn_buf_clear(out);
    if (has_color) {
        cli_check(cli, qn_buf_printf(cli->ctx, &key, "color.branch.%s", slot));
        value = cli_config_string(cli, qn_buf_string(&key), NULL);
        if (!value ||
            qn_color_parse(cli->ctx, qn_bytes_from_string(value), out)) {
            qn_ctx_clear(cli->ctx);
            qn_buf_clear(out);
            cli_check(cli, qn_buf_append_string(cli->ctx, out, fallback));
        }
        qn_buf_dispose(&key);
    }
    return qn_buf_string(out);
}

/* The widest name, as it will be shown. */
static size_t widest(const struct qn_ref_list *list, size_t remote_prefix)
{
    size_t width = 0;
    size_t i;

    for (i = 0; i < list->count; i++) {
        const struct qn_ref_item *item = &list->items[i];
        struct qn_bytes name = qn_bytes_from_string(item->name);
        size_t w;

        if (item->detached) {
            w = qn_utf8_width(qn_bytes_from_string(item->detached), false);
        } else if (qn_bytes_has_prefix(name, "refs/remotes/")) {
            w = qn_utf8_width(qn_bytes_from(name, 13), false) + remote_prefix;
        } else {
            w = qn_utf8_width(qn_bytes_from(name, 11), false);
        }
        if (w > width)
            width = w;
    }
    return width;
}

/* A literal of a format: "%" is doubled. */
static void append_literal(struct cli *cli, struct qn_buf *out,
                           const char *text)
{
    for (; *text; text++) {
        if (*text == '%')
            cli_check(cli, qn_buf_append_byte(cli->ctx, out, '%'));
        cli_check(cli, qn_buf_append_byte(cli->ctx, out, (uint8_t)*text));
    }
}

#define ADD(...) cli_check(cli, qn_buf_printf(cli->ctx, out, __VA_ARGS__))

/* `colors` of a linked work tree and of the upstream.
 * "%(objectname:short) [upstream: ahead 1] subject" for branches. */
static void append_details(struct cli *cli,
                           const struct branch_options *options, const char *id,
                           const char *const colors[2], const char *reset,
                           struct qn_buf *out)
{
    ADD(" %s ", id);
    if (options->verbose > 1) {
        ADD("%%(if:notequals=*)%%(HEAD)%%(then)%%(if)%%(worktreepath)%%(then)"
            "(");
        append_literal(cli, out, colors[0]);
        ADD("%%(worktreepath)");
        append_literal(cli, out, reset);
        ADD(") %%(end)%%(end)");
        ADD("%%(if)%%(upstream)%%(then)[");
        append_literal(cli, out, colors[1]);
        ADD("%%(upstream:short)");
        append_literal(cli, out, reset);
        ADD("%%(if)%%(upstream:track)%%(then): %%(upstream:track,nobracket)"
            "%%(end)] %%(end)");
    } else {
        ADD("%%(if)%%(upstream:track)%%(then)%%(upstream:track) %%(end)");
    }
    ADD("%%(contents:subject)");
}

/* The format that a plain listing is. */
static void build_format(struct cli *cli, const struct branch_options *options,
                         bool has_color, size_t width, struct qn_buf *out)
{
    struct qn_buf current = QN_BUF_INIT, local = QN_BUF_INIT,
                  remote = QN_BUF_INIT, linked = QN_BUF_INIT,
                  upstream = QN_BUF_INIT, plain = QN_BUF_INIT, id = QN_BUF_INIT;
    const char *reset = color_of(cli, has_color, "reset", "\033[m", &plain);
    const char *remote_prefix = options->shown == BRANCH_ALL ? "remotes/" : "";

    color_of(cli, has_color, "upstream", "\033[34m", &upstream);
    if (options->abbrev == 0)
        cli_check(cli, qn_buf_append_string(cli->ctx, &id, "%(objectname)"));
    else if (options->abbrev > 0)
        cli_check(cli, qn_buf_printf(cli->ctx, &id, "%%(objectname:short=%d)",
                                     options->abbrev));
    else
        cli_check(cli,
                  qn_buf_append_string(cli->ctx, &id, "%(objectname:short)"));
    ADD("%%(if:notequals=refs/remotes)%%(refname:rstrip=-2)%%(then)");
    ADD("%%(if)%%(HEAD)%%(then)* ");
    append_literal(cli, out,
                   color_of(cli, has_color, "current", "\033[32m", &current));
    ADD("%%(else)%%(if)%%(worktreepath)%%(then)+ ");
    append_literal(cli, out,
                   color_of(cli, has_color, "worktree", "\033[36m", &linked));
    ADD("%%(else)  ");
    append_literal(cli, out, color_of(cli, has_color, "local", "", &local));
    ADD("%%(end)%%(end)");
    if (options->verbose) {
        ADD("%%(align:%zu,left)%%(refname:lstrip=2)%%(end)", width);
        append_literal(cli, out, reset);
        const char *const colors[2] = {qn_buf_string(&linked),
                                       qn_buf_string(&upstream)};

        append_details(cli, options, qn_buf_string(&id), colors, reset, out);
    } else {
        ADD("%%(refname:lstrip=2)");
        append_literal(cli, out, reset);
        ADD("%%(if)%%(symref)%%(then) -> %%(symref:short)%%(end)");
    }
    ADD("%%(else)  ");
    append_literal(cli, out,
                   color_of(cli, has_color, "remote", "\033[31m", &remote));
    if (options->verbose) {
        ADD("%%(align:%zu,left)%s%%(refname:lstrip=2)%%(end)", width,
            remote_prefix);
        append_literal(cli, out, reset);
        ADD("%%(if)%%(symref)%%(then) -> %%(symref:short)%%(else) %s "
            "%%(contents:subject)%%(end)",
            qn_buf_string(&id));
    } else {
        ADD("%s%%(refname:lstrip=2)", remote_prefix);
        append_literal(cli, out, reset);
        ADD("%%(if)%%(symref)%%(then) -> %%(symref:short)%%(end)");
    }
    ADD("%%(end)");
    qn_buf_dispose(&current);
    qn_buf_dispose(&local);
    qn_buf_dispose(&remote);
    qn_buf_dispose(&linked);
    qn_buf_dispose(&upstream);
    qn_buf_dispose(&plain);
    qn_buf_dispose(&id);
}

static void print_all(struct cli *cli, const struct branch_options *options,
                      struct qn_ref_values *values, const char *text,
                      const struct qn_ref_list *list)
{
    struct qn_ref_format *format = NULL;
    struct qn_buf line = QN_BUF_INIT, all = QN_BUF_INIT;
    size_t i;

    cli_check(cli, qn_ref_format_new(cli->ctx, values, text, QN_REF_QUOTE_NONE,
                                     &format));
    for (i = 0; i < list->count; i++) {
        qn_buf_clear(&line);
        cli_check(cli, qn_ref_format_append(cli->ctx, format, &list->items[i],
                                            &line));
        if (!line.size && options->listing.omits_empty)
            continue;
        cli_check(cli, qn_buf_append_byte(cli->ctx, &line, '\n'));
        if (options->wants_columns)
            cli_check(cli,
                      qn_buf_append_bytes(cli->ctx, &all, qn_buf_bytes(&line)));
        else
            cli_write(cli, line.data, line.size);
    }
    if (options->wants_columns)
        cli_columns_print(cli, &options->columns, qn_buf_bytes(&all));
    qn_ref_format_free(format);
    qn_buf_dispose(&line);
    qn_buf_dispose(&all);
}

/* -v tells of commits: branches whose commit is lost are left out, as Git
 * leaves them out. */
static void drop_lost(struct cli *cli, struct qn_ref_list *list)
{
    struct qn_object object = QN_OBJECT_INIT;
    size_t kept = 0;
    size_t i;

    for (i = 0; i < list->count; i++) {
        if (!qn_odb_read_typed(cli->ctx, cli->odb, &list->items[i].id,
                               QN_OBJECT_COMMIT, &object))
            list->items[kept++] = list->items[i];
        else if (strcmp(qn_ctx_reason(cli->ctx), "odb.bad-header") == 0)
            qn_ctx_clear(cli->ctx);
        else
            cli_forget(cli);
    }
    list->count = kept;
    qn_object_dispose(&object);
}

int branch_list(struct cli *cli, struct branch_options *options, int argc,
                char **argv)
{
    struct ref_listing *listing = &options->listing;
    struct qn_ref_values_options wanted = {.has_color = false};
    struct qn_ref_list list = QN_REF_LIST_INIT;
    struct qn_buf detached = QN_BUF_INIT, format = QN_BUF_INIT;
    struct qn_ref_values *values = NULL;
    size_t width;

    listing->filter.kinds = options->shown == BRANCH_REMOTE
                                ? QN_REF_LIST_REMOTES
                            : options->shown == BRANCH_ALL
                                ? QN_REF_LIST_BRANCHES | QN_REF_LIST_REMOTES
                                : QN_REF_LIST_BRANCHES;
    listing->filter.patterns = (const char *const *)argv;
    listing->filter.pattern_count = (size_t)argc;
    ref_listing_resolve(cli, listing);
    if (options->shown != BRANCH_REMOTE && !branch_current(cli)) {
        describe_detached(cli, &detached);
        listing->filter.detached = qn_buf_string(&detached);
    }
    wanted.has_color = ref_listing_wants_color(cli, listing, "color.branch");
    wanted.is_strict = cli_config_bool(cli, "core.warnambiguousrefs", true);
    ref_listing_describe(cli, listing, options->format, &wanted);
    cli_check(cli, qn_ref_values_new(cli->ctx, &cli->scope, &wanted, &values));
    ref_listing_add_keys(cli, "branch.sort", listing);
    cli_check(cli,
              qn_ref_list_fill(cli->ctx, &cli->scope, &listing->filter, &list));
    if (options->verbose)
        drop_lost(cli, &list);
    cli_check(cli, qn_ref_list_sort(cli->ctx, values, listing->sort.items,
                                    listing->sort.count,
                                    listing->filter.ignores_case, &list));
    width =
        widest(&list, options->shown == BRANCH_ALL ? strlen("remotes/") : 0);
    if (options->format)
        cli_check(cli,
                  qn_buf_append_string(cli->ctx, &format, options->format));
    else
        build_format(cli, options, wanted.has_color, width, &format);
    cli_json_refuse(cli, listing->is_json, options->format != NULL, "--format");
    if (listing->is_json)
        ref_listing_json(cli, values, &list, 0,
                         REF_LISTING_OF_BRANCH | REF_LISTING_OF_SUBJECT |
                             (options->verbose ? REF_LISTING_OF_TRACK : 0));
    else
        print_all(cli, options, values, qn_buf_string(&format), &list);
    qn_ref_values_free(values);
    ref_listing_describe_end(&wanted);
    qn_ref_list_dispose(&list);
    qn_buf_dispose(&detached);
    qn_buf_dispose(&format);
    return 0;
}
