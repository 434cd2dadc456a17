/* SPDX-License-Identifier: MIT */
#include "cli/log_options.h"
#include "object/commit.h"
#include "object/tree.h"
#include "show/commit_json.h"

#include <string.h>

struct show {
    struct cli *cli;
    struct cli_log log;
    struct qn_object object;
    struct qn_buf out;
    struct qn_op_log_result result;
    bool was_shown; /* something stands above */
};

static void show_commits(struct show *s, struct qn_commit_walk *walk)
{
    struct qn_op_log_result result = {.shown = 0};

    s->log.options.write = cli_log_write;
    s->log.options.data = &s->log;
    s->log.options.follows_entry = s->was_shown;
    s->log.options.grafts = cli_grafts(s->cli);
    cli_check(s->cli, qn_op_log_run(s->cli->ctx, &s->cli->scope, walk,
                                    &s->log.options, &result));
    s->was_shown |= result.shown > 0;
    s->result.has_problems |= result.has_problems;
    s->result.has_difference |= result.has_difference;
}

static void show_commit(struct show *s, const struct qn_id *id,
                        const char *name)
{
    struct qn_walk_options options = s->log.args.walk;
    struct qn_commit_walk *walk = NULL;

    options.no_walk = true;
    cli_check(s->cli,
              qn_commit_walk_new(s->cli->ctx, &s->cli->scope, &options, &walk));
    cli_check(s->cli, qn_commit_walk_add(s->cli->ctx, walk, id, 0, name));
    show_commits(s, walk);
    qn_commit_walk_free(walk);
}

static void show_tree(struct show *s, const struct qn_revision_tip *tip)
{
    struct cli *cli = s->cli;
    const struct qn_pretty_options *pretty = &s->log.pretty;
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;

    cli_check(cli, qn_odb_read(cli->ctx, cli->odb, &tip->target, &s->object));
    if (s->was_shown)
        cli_put(cli, '\n');
    cli_printf(cli, "%stree %s%s\n\n",
               pretty->has_color ? pretty->commit_color : "", tip->name,
               pretty->has_color ? "\033[m" : "");
    qn_tree_reader_init(&reader, qn_object_bytes(&s->object),
                        tip->target.algorithm);
    while ((status = qn_tree_reader_next(cli->ctx, &reader, &entry)) == QN_OK)
        cli_printf(cli, "%.*s%s\n", QN_BYTES_ARG(entry.name),
                   qn_mode_is_tree(entry.mode) ? "/" : "");
    if (status != QN_END)
        cli_die(cli);
    s->was_shown = true;
}

static void put_tag_record(struct show *s, const struct qn_id *id,
                           const struct qn_tag *tag)
{
    struct cli *cli = s->cli;
    struct qn_json json;

    qn_buf_clear(&s->out);
    cli_check(cli, qn_buf_append_string(cli->ctx, &s->out, ",\n"));
    qn_json_init_within(&json, cli->ctx, &s->out);
    qn_json_begin_object(&json);
    cli_check(cli,
              qn_commit_json_tag(cli->ctx, &json, id, tag, &s->log.pretty));
    qn_json_end_object(&json);
    cli_check(cli, json.status);
    cli_check(cli, cli_log_write(cli->ctx, &s->log, qn_buf_bytes(&s->out)));
}

/* Who tagged and when, as far as the form has a place for it. */
static void put_tagger(struct show *s, const struct qn_ident *ident)
{
    static const struct qn_date_mode mail_date = {.kind = QN_DATE_RFC2822};
    const struct qn_pretty_options *pretty = &s->log.pretty;
    bool is_mail =
        pretty->kind == QN_PRETTY_EMAIL || pretty->kind == QN_PRETTY_MBOXRD;
    bool is_fuller = pretty->kind == QN_PRETTY_FULLER;
    struct cli *cli = s->cli;

    if (pretty->kind == QN_PRETTY_ONELINE)
        return;
    cli_printf(cli, "%s%.*s <%.*s>\n",
               is_mail     ? "From: "
               : is_fuller ? "Tagger:     "
                           : "Tagger: ",
               QN_BYTES_ARG(ident->name), QN_BYTES_ARG(ident->mail));
    if (pretty->kind != QN_PRETTY_MEDIUM && !is_mail && !is_fuller)
        return;
    cli_check(cli,
              qn_date_format(cli->ctx, ident->seconds, ident->zone,
                             is_mail ? &mail_date : &pretty->date, &s->out));
    cli_printf(cli, "%s%s\n",
               is_mail     ? "Date: "
               : is_fuller ? "TaggerDate: "
                           : "Date:   ",
               qn_buf_string(&s->out));
}

/* The tag object itself; what it leads to is shown after it. */
static void show_tag(struct show *s, const struct qn_id *id)
{
    struct cli *cli = s->cli;
    const struct qn_pretty_options *pretty = &s->log.pretty;
    struct qn_tag tag;
    struct qn_ident ident;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, id, QN_OBJECT_TAG,
                                     &s->object));
    cli_check(cli, qn_tag_parse(cli->ctx, qn_object_bytes(&s->object),
                                id->algorithm, &tag));
    if (s->log.options.is_json) {
        put_tag_record(s, id, &tag);
        return;
    }
    if (s->was_shown)
        cli_put(cli, '\n');
    cli_printf(cli, "%stag %.*s%s\n",
               pretty->has_color ? pretty->commit_color : "",
               QN_BYTES_ARG(tag.name), pretty->has_color ? "\033[m" : "");
    if (tag.tagger.size > 0 && qn_ident_parse(tag.tagger, &ident)) {
        qn_buf_clear(&s->out);
        if (pretty->mailmap && pretty->maps_builtin)
            qn_mailmap_map(pretty->mailmap, &ident.name, &ident.mail);
        put_tagger(s, &ident);
    }
    cli_put(cli, '\n');
    cli_write(cli, tag.message.data, tag.message.size);
    s->was_shown = true;
}

static void show_tip(struct show *s, const struct qn_revision_tip *tip)
{
    struct cli *cli = s->cli;
    struct qn_id id = tip->id;

    while (memcmp(&id, &tip->target, sizeof(id)) != 0) {
        struct qn_tag tag;

        show_tag(s, &id);
        cli_check(cli, qn_tag_parse(cli->ctx, qn_object_bytes(&s->object),
                                    id.algorithm, &tag));
        id = tag.object;
    }
    if (s->log.options.is_json && tip->type != QN_OBJECT_COMMIT)
        cli_die_with(cli, "'%s': --json shows commits and tags only",
                     tip->name);
    switch (tip->type) {
    case QN_OBJECT_COMMIT:
        show_commit(s, &tip->target, tip->name);
        break;
    case QN_OBJECT_TREE:
        show_tree(s, tip);
        break;
    default:
        cli_check(cli,
                  qn_odb_read(cli->ctx, cli->odb, &tip->target, &s->object));
        cli_write(cli, s->object.data.data, s->object.data.size);
    }
}

/* A commit that is named twice is shown once. */
static bool is_repeated(const struct show *s, size_t position)
{
    const struct qn_revision_tip *tips = s->log.args.tips;
    size_t i;

    for (i = 0; i < position; i++)
        if (tips[i].type == QN_OBJECT_COMMIT &&
            qn_id_is_equal(&tips[i].id, &tips[position].id))
            return true;
    return false;
}

int cmd_show(struct cli *cli, int argc, char **argv)
{
    static const char *const usage[] = {"git show [<options>] [<object>...]",
                                        NULL};
    struct show s = {.cli = cli};
    bool is_walk;
    int code;
    size_t i;

    cli_log_init(cli, &s.log);
    s.log.args.walk.no_walk = true; /* until a number of commits is given */
    cli_log_parse(&s.log, argc, argv, usage, "HEAD");
    if (!s.log.args.has_revision && !s.log.args.has_default)
        cli_log_refuse_unborn(cli);
    is_walk = !s.log.args.walk.no_walk;
    s.log.args.walk.no_walk = false;
    for (i = 0; i < s.log.args.count; i++)
        is_walk |= (s.log.args.tips[i].flags & QN_WALK_UNINTERESTING) != 0;
    cli_start_pager(cli, true);
    cli_log_finish(&s.log, QN_DIFF_FORMAT_PATCH);
    if (is_walk) {
        struct qn_commit_walk *walk = NULL;

        cli_check(cli, qn_commit_walk_new(cli->ctx, &cli->scope,
                                          &s.log.args.walk, &walk));
        cli_check(cli, qn_revision_args_start(cli->ctx, &s.log.args, walk));
        show_commits(&s, walk);
        qn_commit_walk_free(walk);
    } else {
        if (s.log.options.has_graph)
            cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                         "--no-walk", "--graph");
        for (i = 0; i < s.log.args.count; i++)
            if (!is_repeated(&s, i))
                show_tip(&s, &s.log.args.tips[i]);
    }
    cli_log_end_json(&s.log);
    qn_object_dispose(&s.object);
    qn_buf_dispose(&s.out);
    code = cli_log_exit(&s.log, &s.result);
    cli_log_dispose(&s.log);
    return code;
}
