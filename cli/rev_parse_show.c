/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/rev_parse.h"
#include "object/commit.h"
#include "text/quote.h"
#include "walk/merge_base.h"

#include <string.h>

void cli_put_quoted(struct cli *cli, const char *text)
{
    struct qn_buf quoted = QN_BUF_INIT;

    cli_check(cli,
              qn_quote_shell(cli->ctx, &quoted, qn_bytes_from_string(text)));
    cli_write(cli, quoted.data, quoted.size);
    qn_buf_dispose(&quoted);
}

void cli_rev_parse_show(struct cli_rev_parse *r, const char *text)
{
    if (r->is_quoted) {
        cli_put_quoted(r->cli, text);
        cli_put(r->cli, ' ');
    } else {
        cli_puts(r->cli, text);
        cli_put(r->cli, '\n');
    }
}

static void show_with_sign(struct cli_rev_parse *r, bool is_reversed,
                           const char *text)
{
    if (is_reversed != r->shows_reversed)
        cli_put(r->cli, '^');
    cli_rev_parse_show(r, text);
}

/* Several refs have the name, and that matters. */
static bool is_ambiguous(struct cli_rev_parse *r, const char *name)
{
    struct cli *cli = r->cli;
    struct qn_buf full = QN_BUF_INIT;
    bool found = false;
    bool several = false;

    if (qn_revision_expand_ref(cli->ctx, cli->refs, name, &full, &found,
                               &several))
        qn_ctx_clear(cli->ctx);
    qn_buf_dispose(&full);
    return several && cli_config_bool(cli, "core.warnambiguousrefs", true);
}

static void show_symbolic(struct cli_rev_parse *r, bool is_reversed,
                          const char *name)
{
    struct cli *cli = r->cli;
    struct qn_buf full = QN_BUF_INIT;
    struct qn_buf short_name = QN_BUF_INIT;
    bool found = false;

    if (r->symbolic == CLI_REV_PARSE_SYMBOLIC) {
        show_with_sign(r, is_reversed, name);
        return;
    }
    if (qn_revision_full_name(cli->ctx, &cli->scope, name, &full, &found)) {
        if (qn_ctx_status(cli->ctx) != QN_INVALID)
            cli_die(cli);
        qn_ctx_clear(cli->ctx);
        found = false;
    }
    if (found && is_ambiguous(r, name)) {
        cli_error(cli, "refname '%s' is ambiguous", name);
        found = false;
    }
    if (found) {
        struct qn_ref ref = QN_REF_INIT;
        bool exists = false;

        /* A symbolic ref stands for what it points to. */
        cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs,
                                       qn_buf_string(&full), &ref, &exists));
        if (exists)
            qn_buf_swap(&full, &ref.name);
        qn_ref_dispose(&ref);
    }
    if (found && r->symbolic == CLI_REV_PARSE_ABBREV) {
        cli_check(cli,
                  qn_refs_shorten(cli->ctx, cli->refs, qn_buf_string(&full),
                                  r->abbrev_is_strict, &short_name));
        show_with_sign(r, is_reversed, qn_buf_string(&short_name));
    } else if (found) {
        show_with_sign(r, is_reversed, qn_buf_string(&full));
    }
    qn_buf_dispose(&full);
    qn_buf_dispose(&short_name);
}

void cli_rev_parse_show_rev(struct cli_rev_parse *r, bool is_reversed,
                            const struct qn_id *id, const char *name)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (!(r->filter & CLI_REV_PARSE_REVS))
        return;
    r->default_name = NULL;
    if (r->symbolic != CLI_REV_PARSE_PLAIN && name) {
        show_symbolic(r, is_reversed, name);
        return;
    }
    qn_id_to_hex(id, hex);
    if (r->digits >= 0) {
        size_t digits = 0;

        cli_check(r->cli, qn_odb_abbreviate(r->cli->ctx, r->cli->odb, id,
                                            (size_t)r->digits, &digits));
        hex[digits] = '\0';
    }
    show_with_sign(r, is_reversed, hex);
}

bool cli_rev_parse_resolve(struct cli_rev_parse *r, const char *text,
                           struct qn_id *out)
{
    struct cli *cli = r->cli;
    struct qn_revision revision = QN_REVISION_INIT;
    enum qn_status status;

    revision.is_quiet = r->is_quiet;
    status = qn_revision_parse(cli->ctx, &cli->scope, text, &revision);
    *out = revision.id;
    qn_revision_dispose(&revision);
    if (status && r->is_quiet &&
        (strncmp(qn_ctx_reason(cli->ctx), "revision.", 9) != 0 ||
         strcmp(qn_ctx_reason(cli->ctx), "revision.log-short") == 0))
        cli_exit(cli, CLI_EXIT_FATAL);
    if (status && status != QN_NOT_FOUND && status != QN_AMBIGUOUS &&
        !r->is_quiet)
        cli_die(cli);
    return status == QN_OK;
}

/* ---- ranges */

static size_t find_dots(const char *word)
{
    const char *dots = strstr(word, "..");

    return dots ? (size_t)(dots - word) : SIZE_MAX;
}

/* Peel to a commit, or say that it is none. */
static bool is_commit(struct cli *cli, struct qn_id *id)
{
    if (qn_revision_peel(cli->ctx, cli->odb, id, QN_OBJECT_COMMIT, id) == QN_OK)
        return true;
    cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    qn_ctx_clear(cli->ctx);
    return false;
}

bool cli_rev_parse_show_range(struct cli_rev_parse *r, const char *word)
{
    struct cli *cli = r->cli;
    size_t at = find_dots(word);
    bool is_symmetric = at != SIZE_MAX && word[at + 2] == '.';
    char *left;
    const char *right;
    struct qn_id a;
    struct qn_id b;
    struct qn_id_list bases = {NULL, 0, 0};
    size_t i;

    if (at == SIZE_MAX || strcmp(word, "..") == 0)
        return false;
    right = word + at + (is_symmetric ? 3 : 2);
    left = qn_memory_string(cli->ctx, qn_bytes_make(word, at));
    if (!left)
        cli_die(cli);
    if (!*right)
        right = "HEAD";
    if (!cli_rev_parse_resolve(r, *left ? left : "HEAD", &a) ||
        !cli_rev_parse_resolve(r, right, &b)) {
        qn_ctx_clear(cli->ctx);
        qn_memory_free(left);
        return false;
    }
    cli_rev_parse_show_rev(r, false, &b, right);
    cli_rev_parse_show_rev(r, !is_symmetric, &a, *left ? left : "HEAD");
    if (is_symmetric) {
        bool has_left = is_commit(cli, &a);

        if (!is_commit(cli, &b) || !has_left) {
            qn_memory_free(left);
            return false;
        }
        cli_check(cli,
                  qn_merge_base_find(cli->ctx, &cli->scope, &a, &b, 1, &bases));
        for (i = 0; i < bases.count; i++)
            cli_rev_parse_show_rev(r, true, &bases.ids[i], NULL);
        qn_id_list_dispose(&bases);
    }
    qn_memory_free(left);
    return true;
}

/* The revision itself (not behind "^@"), and its parents: all, or the one.
 * False: it has no such parent. */
static bool show_with_parents(struct cli_rev_parse *r, const struct qn_id *id,
                              const struct qn_id *commit_id, const char *name,
                              bool is_with_itself, uint64_t only)
{
    struct cli *cli = r->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    bool has_it;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, commit_id,
                                     QN_OBJECT_COMMIT, &object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&object),
                                   commit_id->algorithm, &commit));
    qn_grafts_apply(cli_grafts(cli), commit_id, &commit);
    has_it = only <= commit.parent_count;
    if (has_it && is_with_itself)
        cli_rev_parse_show_rev(r, false, id, name);
    for (uint32_t i = 0; i < commit.parent_count && has_it; i++) {
        struct qn_buf shown = QN_BUF_INIT;
        struct qn_id parent;

        if (only && only != i + 1)
            continue;
        qn_commit_parent(&commit, i, &parent);
        cli_check(cli, qn_buf_printf(cli->ctx, &shown, "%s^%u", name, i + 1));
        cli_rev_parse_show_rev(
            r, is_with_itself, &parent,
            r->symbolic == CLI_REV_PARSE_ABBREV ? NULL : qn_buf_string(&shown));
        qn_buf_dispose(&shown);
    }
    qn_object_dispose(&object);
    return has_it;
}

bool cli_rev_parse_show_family(struct cli_rev_parse *r, const char *word)
{
    struct cli *cli = r->cli;
    const char *mark = strrchr(word, '^');
    char *name;
    struct qn_id id;
    struct qn_id commit;
    uint64_t only = 0;
    bool shown = false;

    if (!mark || mark == word ||
        (strcmp(mark, "^@") != 0 && strcmp(mark, "^!") != 0 && mark[1] != '-'))
        return false;
    if (mark[1] == '-') {
        only = 1;
        if (mark[2] &&
            (!qn_bytes_to_u64(qn_bytes_from_string(mark + 2), &only) || !only))
            return false;
    }
    name =
        qn_memory_string(cli->ctx, qn_bytes_make(word, (size_t)(mark - word)));
    if (!name)
        cli_die(cli);
    if (cli_rev_parse_resolve(r, name, &id) &&
        (commit = id, is_commit(cli, &commit)))
        shown = show_with_parents(r, &id, &commit, name, mark[1] != '@', only);
    if (!shown)
        qn_ctx_clear(cli->ctx);
    qn_memory_free(name);
    return shown;
}

/* ---- refs */

/* --symbolic: what --branches and its like find is named without the
 * directory they look into. */
static const char *name_below(const struct cli_rev_parse *r, const char *word,
                              const char *name)
{
    static const char *const kinds[][2] = {{"--branches", "refs/heads/"},
                                           {"--tags", "refs/tags/"},
                                           {"--remotes", "refs/remotes/"}};
    size_t i;

    for (i = 0; r->symbolic == CLI_REV_PARSE_SYMBOLIC && i < QN_COUNT_OF(kinds);
         i++) {
        size_t size = strlen(kinds[i][1]);

        if (strncmp(word, kinds[i][0], strlen(kinds[i][0])) == 0 &&
            strncmp(name, kinds[i][1], size) == 0)
            return name + size;
    }
    return name;
}

bool cli_rev_parse_show_refs(struct cli_rev_parse *r, char **words, int count,
                             int *used)
{
    struct cli *cli = r->cli;
    size_t taken = 0;
    size_t before = r->args.count;
    size_t i;

    cli_check(cli, qn_revision_args_refs_option(cli->ctx, &cli->scope, &r->args,
                                                (const char *const *)words,
                                                (size_t)count, &taken));
    if (!taken)
        return false;
    *used = (int)taken;
    for (i = before; i < r->args.count; i++)
        if (strcmp(r->args.tips[i].name, "HEAD") != 0)
            cli_rev_parse_show_rev(
                r, r->args.tips[i].flags & QN_WALK_UNINTERESTING,
                &r->args.tips[i].id,
                name_below(r, words[0], r->args.tips[i].name));
    r->args.count = before;
    return true;
}
