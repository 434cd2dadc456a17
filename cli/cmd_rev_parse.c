/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/rev_parse.h"
#include "object/commit.h"
#include "os/file.h"
#include "text/date.h"
#include "text/pathname.h"
#include "text/quote.h"
#include "walk/merge_base.h"
#include "walk/revision_args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum filter { REVS = 1, NO_REV = 2, FLAGS = 4, NON_FLAGS = 8 };
enum symbolic { PLAIN = 0, SYMBOLIC, FULL_NAME, ABBREV };

struct rev_parse {
    struct cli *cli;
    unsigned filter;
    const char *default_name;
    const char *output_prefix;
    bool shows_reversed; /* --not */
    bool is_quoted;      /* --sq */
    bool is_verify, is_quiet, has_dashdash;
    enum symbolic symbolic;
    bool abbrev_is_strict;
    int digits;      /* -1: full */
    int path_format; /* 0: as it is, 1: absolute, 2: relative */
    int revision_count;
    bool held_is_reversed;
    struct qn_id held; /* the one revision of --verify */
    const char *held_name;
    struct qn_revision_args args; /* --exclude between --all and kin */
};

static const char *const usage[] = {
    "git rev-parse --parseopt [<options>] -- [<args>...]",
    "git rev-parse --sq-quote [<arg>...]",
    "git rev-parse [<options>] [<arg>...]", NULL};

/* -------------------------------------------------------------------- output
 */

void cli_put_quoted(struct cli *cli, const char *text)
{
    cli_put(cli, '\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '!') {
            cli_puts(cli, "'\\");
            cli_put(cli, *text);
            cli_put(cli, '\'');
        } else {
            cli_put(cli, *text);
        }
    }
    cli_put(cli, '\'');
}

static void show(struct rev_parse *r, const char *text)
{
    if (r->is_quoted) {
        cli_put_quoted(r->cli, text);
        cli_put(r->cli, ' ');
    } else {
        cli_puts(r->cli, text);
        cli_put(r->cli, '\n');
    }
}

static void show_with_sign(struct rev_parse *r, bool is_reversed,
                           const char *text)
{
    if (is_reversed != r->shows_reversed)
        cli_put(r->cli, '^');
    show(r, text);
}

/* Several refs have the name, and that matters. */
static bool is_ambiguous(struct rev_parse *r, const char *name)
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

static void show_symbolic(struct rev_parse *r, bool is_reversed,
                          const char *name)
{
    struct cli *cli = r->cli;
    struct qn_buf full = QN_BUF_INIT;
    struct qn_buf short_name = QN_BUF_INIT;
    bool found = false;

    if (r->symbolic == SYMBOLIC) {
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
    if (found && r->symbolic == ABBREV) {
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

static void show_rev(struct rev_parse *r, bool is_reversed,
                     const struct qn_id *id, const char *name)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (!(r->filter & REVS))
        return;
    r->default_name = NULL;
    if (r->symbolic != PLAIN && name) {
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

static const char *const rev_options[] = {
    "--all",          "--bisect",         "--dense",        "--branches",
    "--header",       "--ignore-missing", "--max-age=",     "--max-count=",
    "--min-age=",     "--no-merges",      "--min-parents=", "--no-min-parents",
    "--max-parents=", "--no-max-parents", "--objects",      "--objects-edge",
    "--parents",      "--pretty",         "--remotes",      "--glob=",
    "--sparse",       "--tags",           "--topo-order",   "--date-order",
    "--unpacked"};

static bool is_rev_option(const char *word)
{
    size_t i;

    if (strcmp(word, "-n") == 0 ||
        (word[0] == '-' && word[1] >= '0' && word[1] <= '9'))
        return true;
    for (i = 0; i < QN_COUNT_OF(rev_options); i++) {
        size_t size = strlen(rev_options[i]);

        if (strncmp(word, rev_options[i], size) == 0 &&
            (rev_options[i][size - 1] == '=' || word[size] == '\0' ||
             word[size] == '='))
            return true;
    }
    return false;
}

static bool show_flag(struct rev_parse *r, const char *word)
{
    if (!(r->filter & FLAGS) ||
        !(r->filter & (is_rev_option(word) ? REVS : NO_REV)))
        return false;
    show(r, word);
    return true;
}

static bool resolve(struct rev_parse *r, const char *text, struct qn_id *out)
{
    struct cli *cli = r->cli;
    struct qn_revision revision = QN_REVISION_INIT;
    enum qn_status status;

    revision.is_quiet = r->is_quiet;
    status = qn_revision_parse(cli->ctx, &cli->scope, text, &revision);
    *out = revision.id;
    qn_revision_dispose(&revision);
    if (status && r->is_quiet &&
        strncmp(qn_ctx_reason(cli->ctx), "revision.", 9) != 0)
        cli_exit(cli, CLI_EXIT_FATAL);
    if (status && status != QN_NOT_FOUND && status != QN_AMBIGUOUS &&
        !r->is_quiet)
        cli_die(cli);
    return status == QN_OK;
}

static bool show_default(struct rev_parse *r)
{
    const char *name = r->default_name;
    struct qn_id id;

    if (!name)
        return false;
    r->default_name = NULL;
    if (!resolve(r, name, &id)) {
        qn_ctx_clear(r->cli->ctx);
        return false;
    }
    show_rev(r, false, &id, name);
    return true;
}

static bool show_file(struct rev_parse *r, const char *word)
{
    show_default(r);
    if ((r->filter & (NON_FLAGS | NO_REV)) != (NON_FLAGS | NO_REV))
        return false;
    if (r->output_prefix && word[0] != '/' && word[0] != '-') {
        struct qn_buf path = QN_BUF_INIT;

        cli_check(r->cli, qn_buf_printf(r->cli->ctx, &path, "%s%s",
                                        r->output_prefix, word));
        show(r, qn_buf_string(&path));
        qn_buf_dispose(&path);
    } else {
        show(r, word);
    }
    return true;
}

static int no_single_revision(struct rev_parse *r)
{
    if (r->is_quiet) {
        cli_exit(r->cli, 1);
        return 1;
    }
    return cli_fatal(r->cli, "Needed a single revision");
}

/* -------------------------------------------------------------------- ranges
 */

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

static bool show_range(struct rev_parse *r, const char *word)
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
    if (!resolve(r, *left ? left : "HEAD", &a) || !resolve(r, right, &b)) {
        qn_ctx_clear(cli->ctx);
        qn_memory_free(left);
        return false;
    }
    show_rev(r, false, &b, right);
    show_rev(r, !is_symmetric, &a, *left ? left : "HEAD");
    if (is_symmetric) {
        bool has_left = is_commit(cli, &a);

        if (!is_commit(cli, &b) || !has_left) {
            qn_memory_free(left);
            return false;
        }
        cli_check(cli,
                  qn_merge_base_find(cli->ctx, &cli->scope, &a, &b, 1, &bases));
        for (i = 0; i < bases.count; i++)
            show_rev(r, true, &bases.ids[i], NULL);
        qn_id_list_dispose(&bases);
    }
    qn_memory_free(left);
    return true;
}

static void show_parents(struct rev_parse *r, const struct qn_id *id,
                         const char *name, bool is_reversed, uint64_t only)
{
    struct cli *cli = r->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    uint32_t i;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, id, QN_OBJECT_COMMIT,
                                     &object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&object),
                                   id->algorithm, &commit));
    for (i = 0; i < commit.parent_count; i++) {
        struct qn_buf shown = QN_BUF_INIT;
        struct qn_id parent;

        if (only && only != i + 1)
            continue;
        qn_commit_parent(&commit, i, &parent);
        cli_check(cli, qn_buf_printf(cli->ctx, &shown, "%s^%u", name, i + 1));
        show_rev(r, is_reversed, &parent,
                 r->symbolic == ABBREV ? NULL : qn_buf_string(&shown));
        qn_buf_dispose(&shown);
    }
    qn_object_dispose(&object);
}

/* "r^@", "r^!", "r^-", "r^-n". */
static bool has_parent(struct cli *cli, const struct qn_id *id, uint64_t nth)
{
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit commit;
    bool result;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, id, QN_OBJECT_COMMIT,
                                     &object));
    cli_check(cli, qn_commit_parse(cli->ctx, qn_object_bytes(&object),
                                   id->algorithm, &commit));
    result = nth <= commit.parent_count;
    qn_object_dispose(&object);
    return result;
}

static bool show_family(struct rev_parse *r, const char *word)
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
    if (resolve(r, name, &id) && (commit = id, is_commit(cli, &commit)) &&
        (!only || has_parent(cli, &commit, only))) {
        if (mark[1] != '@')
            show_rev(r, false, &id, name);
        show_parents(r, &commit, name, mark[1] != '@', only);
        shown = true;
    } else {
        qn_ctx_clear(cli->ctx);
    }
    qn_memory_free(name);
    return shown;
}

/* ---------------------------------------------------------------------- refs
 */

/* --symbolic: what --branches and its like find is named without the
 * directory they look into. */
static const char *name_below(const struct rev_parse *r, const char *word,
                              const char *name)
{
    static const char *const kinds[][2] = {{"--branches", "refs/heads/"},
                                           {"--tags", "refs/tags/"},
                                           {"--remotes", "refs/remotes/"}};
    size_t i;

    for (i = 0; r->symbolic == SYMBOLIC && i < QN_COUNT_OF(kinds); i++) {
        size_t size = strlen(kinds[i][1]);

        if (strncmp(word, kinds[i][0], strlen(kinds[i][0])) == 0 &&
            strncmp(name, kinds[i][1], size) == 0)
            return name + size;
    }
    return name;
}

static bool show_refs(struct rev_parse *r, char **words, int count, int *used)
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
            show_rev(r, r->args.tips[i].flags & QN_WALK_UNINTERESTING,
                     &r->args.tips[i].id,
                     name_below(r, words[0], r->args.tips[i].name));
    r->args.count = before;
    return true;
}

static enum qn_status show_candidate(struct qn_ctx *ctx, void *data,
                                     const struct qn_id *id)
{
    (void)ctx;
    show_rev(data, false, id, NULL);
    return QN_OK;
}

static void show_date(struct rev_parse *r, const char *flag, const char *text)
{
    char line[64];

    snprintf(line, sizeof(line), "%s%lld", flag,
             (long long)qn_date_approximate(r->cli->env, text, NULL));
    if ((r->filter & (FLAGS | REVS)) == (FLAGS | REVS))
        show(r, line);
}

/* --------------------------------------------------------------------- paths
 */

static const char *repository_prefix(struct rev_parse *r)
{
    return r->cli->repo ? qn_repo_prefix(r->cli->repo) : "";
}

static void put_path(struct rev_parse *r, const char *as_is,
                     const char *absolute, bool relative_default)
{
    struct cli *cli = r->cli;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_bytes rest = QN_BYTES_NONE;

    (void)relative_default;
    if (r->path_format == 1) {
        if (qn_file_real_path(cli->ctx, absolute, &text)) {
            qn_ctx_clear(cli->ctx);
            cli_check(cli, qn_buf_append_string(cli->ctx, &text, absolute));
        }
    } else if (r->path_format == 2) {
        if (qn_bytes_is_string(qn_bytes_from_string(absolute), cli->directory))
            cli_check(cli, qn_buf_append_string(cli->ctx, &text, "./"));
        else if (qn_pathname_is_below(qn_bytes_from_string(absolute),
                                      qn_bytes_from_string(cli->directory),
                                      &rest))
            cli_check(cli, qn_buf_append_bytes(cli->ctx, &text, rest));
        else
            cli_check(cli, qn_pathname_relative(
                               cli->ctx, qn_bytes_from_string(cli->directory),
                               qn_bytes_from_string(absolute), &text));
    } else {
        cli_check(cli, qn_buf_append_string(cli->ctx, &text, as_is));
    }
    cli_puts(cli, qn_buf_string(&text));
    cli_put(cli, '\n');
    qn_buf_dispose(&text);
}

/* A path in the git directory as Git shows it: seen from here where its git
 * directory is a relative one (".git"), absolute elsewhere. */
static void put_git_path(struct rev_parse *r, const char *absolute)
{
    struct cli *cli = r->cli;
    const char *git = qn_repo_git_directory(cli->repo);
    const char *tree = qn_repo_work_tree(cli->repo);
    const char *shown = qn_repo_git_directory_shown(cli->repo);
    struct qn_bytes rest = QN_BYTES_NONE;
    struct qn_buf text = QN_BUF_INIT;

    if (!qn_pathname_is_below(qn_bytes_from_string(absolute),
                              qn_bytes_from_string(git), &rest)) {
        put_path(r, absolute, absolute, true);
        return;
    }
    if (tree && !getenv("GIT_DIR") && *qn_repo_prefix(cli->repo) &&
        strncmp(git, tree, strlen(tree)) == 0 &&
        strcmp(git + strlen(tree), "/.git") == 0) {
        const char *c;

        for (c = qn_repo_prefix(cli->repo); *c; c++)
            if (*c == '/')
                cli_check(cli, qn_buf_append_string(cli->ctx, &text, "../"));
        cli_check(cli, qn_buf_append_string(cli->ctx, &text, ".git"));
    } else {
        cli_check(cli, qn_buf_append_string(cli->ctx, &text, shown));
    }
    if (rest.size > 0 || absolute[strlen(git)] == '/') {
        if (qn_bytes_is_string(qn_buf_bytes(&text), "."))
            qn_buf_clear(&text);
        else
            cli_check(cli, qn_buf_append_byte(cli->ctx, &text, '/'));
        cli_check(cli, qn_buf_append_bytes(cli->ctx, &text, rest));
    }
    put_path(r, qn_buf_string(&text), absolute, true);
    qn_buf_dispose(&text);
}

static void put_git_file(struct rev_parse *r, const char *name)
{
    struct qn_buf path = QN_BUF_INIT;

    cli_check(r->cli, qn_repo_path(r->cli->ctx, r->cli->repo, name, &path));
    put_git_path(r, qn_buf_string(&path));
    qn_buf_dispose(&path);
}

static bool is_inside(const char *here, const char *directory)
{
    return directory &&
           qn_pathname_is_below(qn_bytes_from_string(here),
                                qn_bytes_from_string(directory), NULL);
}

static void put_bool(struct cli *cli, bool value)
{
    cli_puts(cli, value ? "true\n" : "false\n");
}

static void show_cdup(struct rev_parse *r)
{
    const char *tree = qn_repo_work_tree(r->cli->repo);
    const char *c;

    if (!is_inside(r->cli->directory, tree)) {
        if (tree)
            cli_printf(r->cli, "%s\n", tree);
        return;
    }
    for (c = repository_prefix(r); *c; c++)
        if (*c == '/')
            cli_puts(r->cli, "../");
    cli_put(r->cli, '\n');
}

static bool is_shallow(struct cli *cli)
{
    struct qn_buf path = QN_BUF_INIT;
    bool result;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "shallow", &path));
    result = qn_file_exists(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return result;
}

static bool show_object_format(struct rev_parse *r, const char *which)
{
    struct cli *cli = r->cli;
    const char *name = qn_id_algorithm_name(qn_repo_algorithm(cli->repo));

    if (strcmp(which, "storage") == 0 || strcmp(which, "input") == 0 ||
        strcmp(which, "output") == 0)
        cli_printf(cli, "%s\n", name);
    else if (strcmp(which, "compat") == 0)
        cli_put(cli, '\n');
    else
        cli_die_with(cli, "unknown mode for --show-object-format: %s", which);
    return true;
}

/* Questions about the repository. */
static bool answer(struct rev_parse *r, const char *word)
{
    struct cli *cli = r->cli;
    struct qn_repo *repo = cli->repo;
    const char *tree = qn_repo_work_tree(repo);

    if (strcmp(word, "--show-toplevel") == 0) {
        if (!tree)
            cli_die_with(cli, "this operation must be run in a work tree");
        put_path(r, tree, tree, false);
    } else if (strcmp(word, "--show-prefix") == 0) {
        cli_printf(cli, "%s\n", repository_prefix(r));
    } else if (strcmp(word, "--show-cdup") == 0) {
        show_cdup(r);
    } else if (strcmp(word, "--git-dir") == 0) {
        put_path(r, qn_repo_git_directory_shown(repo),
                 qn_repo_git_directory(repo), false);
    } else if (strcmp(word, "--absolute-git-dir") == 0) {
        struct qn_buf real = QN_BUF_INIT;

        cli_check(cli, qn_file_real_path(cli->ctx, qn_repo_git_directory(repo),
                                         &real));
        cli_printf(cli, "%s\n", qn_buf_string(&real));
        qn_buf_dispose(&real);
    } else if (strcmp(word, "--git-common-dir") == 0) {
        if (getenv("GIT_COMMON_DIR"))
            put_path(r, getenv("GIT_COMMON_DIR"),
                     qn_repo_common_directory(repo), false);
        else
            put_git_path(r, qn_repo_common_directory(repo));
    } else if (strcmp(word, "--is-inside-git-dir") == 0) {
        /* Inside of a work tree Git stands at its top. */
        put_bool(cli, is_inside(*repository_prefix(r) ? tree : cli->directory,
                                qn_repo_git_directory(repo)));
    } else if (strcmp(word, "--is-inside-work-tree") == 0) {
        put_bool(cli, is_inside(cli->directory, tree));
    } else if (strcmp(word, "--is-bare-repository") == 0) {
        put_bool(cli, qn_repo_is_bare(repo));
    } else if (strcmp(word, "--is-shallow-repository") == 0) {
        put_bool(cli, is_shallow(cli));
    } else if (strcmp(word, "--show-ref-format") == 0) {
        cli_puts(cli, qn_repo_refs_format(repo) == QN_REFS_REFTABLE
                          ? "reftable\n"
                          : "files\n");
    } else if (strcmp(word, "--show-object-format") == 0) {
        return show_object_format(r, "storage");
    } else if (strncmp(word, "--show-object-format=", 21) == 0) {
        return show_object_format(r, word + 21);
    } else if (strcmp(word, "--shared-index-path") != 0 &&
               strcmp(word, "--show-superproject-working-tree") != 0) {
        return false;
    }
    return true;
}

/* ------------------------------------------------------------------- options
 */

static void set_short(struct rev_parse *r, const char *value)
{
    int size = (int)qn_id_hex_size(qn_repo_algorithm(r->cli->repo));

    r->filter &= ~(unsigned)(FLAGS | NO_REV);
    r->is_verify = true;
    r->digits = 0;
    if (value) {
        char *end = NULL;
        long number = strtol(value, &end, 10);

        if (*end || !*value)
            cli_die_with(r->cli, "--short: not a number: %s", value);
        r->digits = number < 4 ? 4 : number > size ? size : (int)number;
    }
}

static bool take_mode(struct rev_parse *r, const char *word)
{
    struct cli *cli = r->cli;

    if (strcmp(word, "--verify") == 0) {
        r->filter &= ~(unsigned)(FLAGS | NO_REV);
        r->is_verify = true;
    } else if (strcmp(word, "-q") == 0 || strcmp(word, "--quiet") == 0) {
        r->is_quiet = true;
    } else if (strcmp(word, "--short") == 0) {
        set_short(r, NULL);
    } else if (strncmp(word, "--short=", 8) == 0) {
        set_short(r, word + 8);
    } else if (strcmp(word, "--sq") == 0) {
        r->is_quoted = true;
    } else if (strcmp(word, "--not") == 0) {
        r->shows_reversed = !r->shows_reversed;
    } else if (strcmp(word, "--symbolic") == 0) {
        r->symbolic = SYMBOLIC;
    } else if (strcmp(word, "--symbolic-full-name") == 0) {
        r->symbolic = FULL_NAME;
    } else if (strcmp(word, "--abbrev-ref") == 0) {
        bool strict = cli_config_bool(cli, "core.warnambiguousrefs", true);

        r->symbolic = ABBREV;
        r->abbrev_is_strict = strict;
    } else if (strncmp(word, "--abbrev-ref=", 13) == 0) {
        r->symbolic = ABBREV;
        if (strcmp(word + 13, "strict") != 0 && strcmp(word + 13, "loose") != 0)
            cli_die_with(cli, "unknown mode for --abbrev-ref: %s", word + 13);
        r->abbrev_is_strict = strcmp(word + 13, "strict") == 0;
    } else if (strcmp(word, "--no-revs") == 0) {
        r->filter &= ~(unsigned)REVS;
    } else if (strcmp(word, "--revs-only") == 0) {
        r->filter &= ~(unsigned)NO_REV;
    } else if (strcmp(word, "--flags") == 0) {
        r->filter &= ~(unsigned)NON_FLAGS;
    } else if (strcmp(word, "--no-flags") == 0) {
        r->filter &= ~(unsigned)FLAGS;
    } else {
        return false;
    }
    return true;
}

static bool take_path_format(struct rev_parse *r, const char *word)
{
    if (strncmp(word, "--path-format=", 14) != 0) {
        if (strcmp(word, "--path-format") == 0)
            cli_die_with(r->cli, "--path-format requires an argument");
        return false;
    }
    if (strcmp(word + 14, "absolute") == 0)
        r->path_format = 1;
    else if (strcmp(word + 14, "relative") == 0)
        r->path_format = 2;
    else
        cli_die_with(r->cli, "unknown argument to --path-format: %s",
                     word + 14);
    return true;
}

/* Options with a value in the next word. */
static bool take_with_next(struct rev_parse *r, char **words, int count,
                           int *used)
{
    struct cli *cli = r->cli;
    const char *word = words[0];
    const char *next = count > 1 ? words[1] : NULL;

    *used = 2;
    if (strcmp(word, "--git-path") == 0) {
        if (!next)
            cli_die_with(cli, "--git-path requires an argument");
        put_git_file(r, next);
    } else if (strcmp(word, "--default") == 0) {
        if (!next)
            cli_die_with(cli, "--default requires an argument");
        r->default_name = next;
    } else if (strcmp(word, "--prefix") == 0) {
        if (!next)
            cli_die_with(cli, "--prefix requires an argument");
        r->output_prefix = next;
    } else if (strcmp(word, "-n") == 0) {
        if (!next)
            cli_die_with(cli, "-n requires an argument");
        if ((r->filter & FLAGS) && (r->filter & REVS)) {
            show(r, word);
            show(r, next);
        }
    } else if (strcmp(word, "--resolve-git-dir") == 0) {
        if (!next)
            cli_die_with(cli, "--resolve-git-dir requires an argument");
        cli_resolve_git_dir(cli, next);
    } else {
        return false;
    }
    return true;
}

static bool take_dated(struct rev_parse *r, const char *word)
{
    static const struct {
        const char *option;
        const char *flag;
    } dates[] = {{"--since=", "--max-age="},
                 {"--after=", "--max-age="},
                 {"--before=", "--min-age="},
                 {"--until=", "--min-age="}};
    size_t i;

    for (i = 0; i < QN_COUNT_OF(dates); i++)
        if (strncmp(word, dates[i].option, strlen(dates[i].option)) == 0) {
            show_date(r, dates[i].flag, word + strlen(dates[i].option));
            return true;
        }
    if (strncmp(word, "--disambiguate=", 15) == 0) {
        struct qn_bytes hex = qn_bytes_from_string(word + 15);

        if (hex.size >= 1)
            cli_check(r->cli, qn_odb_find_prefix(r->cli->ctx, r->cli->odb, hex,
                                                 show_candidate, r));
        return true;
    }
    return false;
}

/* Answers how many words were taken. */
static int take_option(struct rev_parse *r, char **words, int count)
{
    const char *word = words[0];
    int used = 1;

    if (take_with_next(r, words, count, &used))
        return used;
    used = 1;
    if (take_mode(r, word) || take_path_format(r, word) || answer(r, word) ||
        take_dated(r, word))
        return 1;
    if (strcmp(word, "--local-env-vars") == 0) {
        cli_print_local_variables(r->cli);
        return 1;
    }
    if (strncmp(word, "--output-object-format=", 23) == 0)
        return 1;
    if (strcmp(word, "--not") != 0 && strcmp(word, "--stdin") != 0 &&
        strcmp(word, "--reflog") != 0 && show_refs(r, words, count, &used))
        return used;
    if (show_flag(r, word) && r->is_verify)
        cli_exit(r->cli, no_single_revision(r));
    return 1;
}

/* -------------------------------------------------------------------- words */

/* False: it and what follows are files. */
static bool take_word(struct rev_parse *r, const char *word)
{
    struct cli *cli = r->cli;
    const char *name = word[0] == '^' ? word + 1 : word;
    struct qn_id id;

    if (show_range(r, word) || show_family(r, word))
        return true;
    if (resolve(r, name, &id)) {
        if (r->is_verify) {
            r->revision_count++;
            r->held = id;
            r->held_name = name;
            r->held_is_reversed = word[0] == '^';
        } else {
            show_rev(r, word[0] == '^', &id, name);
        }
        return true;
    }
    if (r->is_verify)
        cli_exit(cli, no_single_revision(r));
    if (r->has_dashdash)
        cli_die_with(cli, "bad revision '%s'", word);
    if (show_file(r, word) &&
        !qn_revision_args_is_path(cli->ctx, &cli->scope, word)) {
        cli_flush(cli);
        if (name != word)
            cli_die_with(cli,
                         "ambiguous argument '%s': unknown revision or path "
                         "not in the working tree.\nUse '--' to separate "
                         "paths from revisions, like this:\n"
                         "'git <command> [<revision>...] -- [<file>...]'",
                         word);
        /* Git looks once more, and so complains of a type twice. */
        if (strstr(word, "^{"))
            resolve(r, name, &id);
        cli_die(cli);
    }
    qn_ctx_clear(cli->ctx);
    return false;
}

static void run(struct rev_parse *r, int argc, char **argv)
{
    bool is_file = false;
    bool options_end = false;
    int as_is = 0;
    int i;

    for (i = 1; i < argc && !r->has_dashdash; i++)
        r->has_dashdash = strcmp(argv[i], "--") == 0;
    for (i = 1; i < argc; i++) {
        char *word = argv[i];

        if (as_is == 2 || is_file) {
            if (show_file(r, word) && !as_is &&
                !qn_revision_args_is_path(r->cli->ctx, &r->cli->scope, word))
                cli_die_with(r->cli,
                             "%s: no such path in the working tree.\n"
                             "Use 'git <command> -- <path>...' to specify "
                             "paths that do not exist locally.",
                             word);
            continue;
        }
        if (strcmp(word, "--") == 0) {
            as_is = 2;
            if (r->filter & (FLAGS | REVS) && !r->is_verify)
                show_file(r, word);
            continue;
        }
        if (!options_end && word[0] == '-' && word[1]) {
            if (strcmp(word, "--end-of-options") == 0) {
                options_end = true;
                if (r->filter & (FLAGS | REVS) && !r->is_verify)
                    show_file(r, word);
                continue;
            }
            i += take_option(r, argv + i, argc - i) - 1;
            continue;
        }
        is_file = !take_word(r, word);
    }
}

int cmd_rev_parse(struct cli *cli, int argc, char **argv)
{
    struct rev_parse r = {
        .cli = cli, .filter = REVS | NO_REV | FLAGS | NON_FLAGS, .digits = -1};
    int code = 0;
    int i;

    if (argc > 1 && strcmp(argv[1], "--parseopt") == 0)
        return cli_rev_parse_parseopt(cli, argc - 1, argv + 1);
    if (argc > 1 && strcmp(argv[1], "--sq-quote") == 0) {
        for (i = 2; i < argc; i++) {
            cli_put(cli, ' ');
            cli_put_quoted(cli, argv[i]);
        }
        cli_put(cli, '\n');
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "-h") == 0) {
        cli_print_options(cli, false, usage, NULL, false);
        return CLI_EXIT_USAGE;
    }
    if (argc > 1 && (strcmp(argv[1], "--local-env-vars") == 0 ||
                     strcmp(argv[1], "--resolve-git-dir") == 0)) {
        int used;

        if (argv[1][2] == 'l')
            cli_print_local_variables(cli);
        else
            take_with_next(&r, argv + 1, argc - 1, &used);
        return 0;
    }
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    qn_revision_args_init(&r.args);
    run(&r, argc, argv);
    if (r.is_verify) {
        if (r.revision_count == 1)
            show_rev(&r, r.held_is_reversed, &r.held, r.held_name);
        else if (r.revision_count > 0 || !show_default(&r))
            code = no_single_revision(&r);
    } else {
        show_default(&r);
    }
    qn_revision_args_dispose(&r.args);
    return code;
}
