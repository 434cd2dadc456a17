/* SPDX-License-Identifier: MIT */
/* replace: refs by which one object is read in place of another;
 * git-replace(1). */
#include "cli/object_check.h"
#include "cli/ref_tools.h"
#include "cli/work.h"
#include "object/tree.h"
#include "os/file.h"
#include "text/wildmatch.h"

#include <string.h>

static const char *const usage[] = {
    "git replace [-f] <object> <replacement>",
    "git replace [-f] --edit <object>",
    "git replace [-f] --graft <commit> [<parent>...]",
    "git replace [-f] --convert-graft-file",
    "git replace -d <object>...",
    "git replace [--format=<format>] [-l [<pattern>]]",
    NULL};

#define FAILED 255 /* what "error: ..." ends with here */

enum action { NONE = 0, LIST, DELETE, EDIT, GRAFT, CONVERT, REPLACE };

struct replace {
    struct cli *cli;
    bool force, raw;
    const char *format, *pattern;
};

/* The odb as it is, without replacements. */
static enum qn_status read_raw(struct cli *cli, const struct qn_id *id,
                               struct qn_object *out)
{
    struct qn_odb *raw = NULL;
    enum qn_status status = qn_repo_odb_raw(cli->ctx, cli->repo, &raw);

    if (!status)
        status = qn_odb_read(cli->ctx, raw, id, out);
    qn_odb_free(raw);
    return status;
}

static const char *ref_base(struct cli *cli)
{
    const char *base = qn_env_variable(cli->env, "GIT_REPLACE_REF_BASE");

    return base && *base ? base : "refs/replace/";
}

static void ref_name(struct cli *cli, const struct qn_id *id,
                     struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    const char *base = ref_base(cli);
    size_t size = strlen(base);

    cli_check(cli, qn_buf_printf(cli->ctx, out, "%s%s%s", base,
                                 size && base[size - 1] == '/' ? "" : "/",
                                 qn_id_to_hex(id, hex)));
}

static bool resolve(struct cli *cli, const char *text, struct qn_id *out)
{
    struct qn_revision revision = QN_REVISION_INIT;

    revision.is_quiet = true;
    if (qn_revision_parse(cli->ctx, &cli->scope, text, &revision)) {
        qn_ctx_clear(cli->ctx);
        qn_revision_dispose(&revision);
        return false;
    }
    *out = revision.id;
    qn_revision_dispose(&revision);
    return true;
}

static enum qn_object_type type_of(struct cli *cli, const struct qn_id *id)
{
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_object_type type = QN_OBJECT_NONE;

    if (read_raw(cli, id, &object))
        qn_ctx_clear(cli->ctx);
    else
        type = object.type;
    qn_object_dispose(&object);
    return type;
}

/* -------------------------------------------------------------------- list */

static enum qn_status print_ref(struct qn_ctx *ctx, void *data,
                                const struct qn_ref *ref)
{
    struct replace *r = data;
    struct cli *cli = r->cli;
    const char *base = ref_base(cli);
    const char *name = qn_buf_string(&ref->name) + strlen(base);
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id;

    if (r->pattern && !qn_wildmatch_matches(qn_bytes_from_string(r->pattern),
                                            qn_bytes_from_string(name), 0))
        return QN_OK;
    qn_id_to_hex(&ref->id, hex);
    if (!r->format || strcmp(r->format, "short") == 0) {
        cli_printf(cli, "%s\n", name);
    } else if (strcmp(r->format, "medium") == 0) {
        cli_printf(cli, "%s -> %s\n", name, hex);
    } else {
        if (!resolve(cli, name, &id))
            return qn_ctx_fail(ctx, QN_NOT_FOUND,
                               "failed to resolve '%s' as a valid ref", name);
        cli_printf(cli, "%s (%s) -> %s (%s)\n", name,
                   qn_object_type_name(type_of(cli, &id)), hex,
                   qn_object_type_name(type_of(cli, &ref->id)));
    }
    return QN_OK;
}

static int list(struct replace *r, const char *pattern)
{
    struct cli *cli = r->cli;

    r->pattern = pattern;
    if (r->format && *r->format && strcmp(r->format, "short") != 0 &&
        strcmp(r->format, "medium") != 0 && strcmp(r->format, "long") != 0) {
        cli_error(cli,
                  "invalid replace format '%s'\n"
                  "valid formats are 'short', 'medium' and 'long'",
                  r->format);
        return FAILED;
    }
    if (r->format && !*r->format)
        r->format = NULL;
    cli_check(
        cli, qn_refs_walk(cli->ctx, cli->refs, ref_base(cli), 0, print_ref, r));
    return 0;
}

/* ------------------------------------------------------------------ change */

static bool update(struct cli *cli, const char *name, const struct qn_id *to,
                   const struct qn_id *previous)
{
    struct qn_ref_transaction *transaction = NULL;
    enum qn_status status;

    status = qn_ref_transaction_new(cli->ctx, cli->refs, &transaction);
    if (!status)
        status = qn_ref_transaction_update(cli->ctx, transaction, name, to,
                                           previous, 0, NULL);
    if (!status)
        status = qn_ref_transaction_commit(cli->ctx, transaction,
                                           cli_ref_writer(cli));
    qn_ref_transaction_free(transaction);
    if (status)
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
    return status == QN_OK;
}

static int delete_all(struct replace *r, int argc, char **argv)
{
    struct cli *cli = r->cli;
    int code = 0;
    int i;

    for (i = 0; i < argc; i++) {
        struct qn_buf name = QN_BUF_INIT;
        struct qn_ref ref = QN_REF_INIT;
        char hex[QN_ID_MAX_HEX_SIZE + 1];
        struct qn_id id;
        struct qn_id none;
        bool found = false;

        if (!resolve(cli, argv[i], &id)) {
            cli_error(cli, "failed to resolve '%s' as a valid ref", argv[i]);
            code = 1;
            continue;
        }
        ref_name(cli, &id, &name);
        qn_id_to_hex(&id, hex);
        cli_check(cli, qn_refs_find(cli->ctx, cli->refs, qn_buf_string(&name),
                                    &ref, &found));
        memset(&none, 0, sizeof(none));
        none.algorithm = id.algorithm;
        if (!found) {
            cli_error(cli, "replace ref '%s' not found", hex);
            code = 1;
        } else if (!update(cli, qn_buf_string(&name), &none, &ref.id)) {
            code = 1;
        } else {
            cli_printf(cli, "Deleted replace ref '%s'\n", hex);
        }
        qn_ref_dispose(&ref);
        qn_buf_dispose(&name);
    }
    return code;
}

/* Is there a replacement for it already?  False after saying so. */
static bool may_replace(struct replace *r, const struct qn_id *id,
                        struct qn_buf *name, struct qn_ref *ref, bool *found)
{
    struct cli *cli = r->cli;

    ref_name(cli, id, name);
    cli_check(cli, qn_refs_find(cli->ctx, cli->refs, qn_buf_string(name), ref,
                                found));
    if (!*found || r->force)
        return true;
    cli_error(cli, "replace ref '%s' already exists", qn_buf_string(name));
    return false;
}

static int replace_with(struct replace *r, const char *shown,
                        const struct qn_id *id, const char *with_shown,
                        const struct qn_id *with)
{
    struct cli *cli = r->cli;
    enum qn_object_type type = type_of(cli, id);
    enum qn_object_type with_type = type_of(cli, with);
    struct qn_buf name = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    struct qn_id none;
    bool found = false;
    int code = FAILED;

    memset(&none, 0, sizeof(none));
    none.algorithm = id->algorithm;
    if (!r->force && type != with_type)
        cli_error(cli,
                  "Objects must be of the same type.\n"
                  "'%s' points to a replaced object of type '%s'\n"
                  "while '%s' points to a replacement object of type '%s'.",
                  shown, qn_object_type_name(type), with_shown,
                  qn_object_type_name(with_type));
    else if (may_replace(r, id, &name, &ref, &found) &&
             update(cli, qn_buf_string(&name), with, found ? &ref.id : &none))
        code = 0;
    qn_buf_dispose(&name);
    qn_ref_dispose(&ref);
    return code;
}

static int replace_names(struct replace *r, const char *one, const char *two)
{
    struct cli *cli = r->cli;
    struct qn_id from, to;

    if (!resolve(cli, one, &from)) {
        cli_error(cli, "failed to resolve '%s' as a valid ref", one);
        return FAILED;
    }
    if (!resolve(cli, two, &to)) {
        cli_error(cli, "failed to resolve '%s' as a valid ref", two);
        return FAILED;
    }
    return replace_with(r, one, &from, two, &to);
}

/* -------------------------------------------------------------------- edit */

/* Store what came back of the editor. */
static void store(struct replace *r, enum qn_object_type type,
                  struct qn_bytes text, struct qn_id *out)
{
    struct cli *cli = r->cli;

    if (type == QN_OBJECT_TREE && !r->raw) {
        cli_make_tree(cli, text, out);
        return;
    }
    cli_check_object(cli, qn_repo_algorithm(cli->repo), type, text);
    cli_check(cli, qn_odb_write(cli->ctx, cli->odb, type, text, out));
    cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
}

/* A tree as `ls-tree` shows it; the rest as it is. */
static void export_object(struct replace *r, const struct qn_object *object,
                          struct qn_buf *out)
{
    struct cli *cli = r->cli;
    struct qn_bytes rest = qn_object_bytes(object);
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (object->type != QN_OBJECT_TREE || r->raw) {
        cli_check(cli, qn_buf_append_bytes(cli->ctx, out, rest));
        return;
    }
    qn_tree_reader_init(&reader, rest, qn_repo_algorithm(cli->repo));
    while (qn_tree_reader_next(cli->ctx, &reader, &entry) == QN_OK) {
        struct qn_id id;

        qn_id_from_row(&id, qn_repo_algorithm(cli->repo), entry.id);
        cli_check(cli, qn_buf_printf(
                           cli->ctx, out, "%06o %s %s\t", entry.mode,
                           qn_object_type_name(qn_mode_object_type(entry.mode)),
                           qn_id_to_hex(&id, hex)));
        cli_append_path(cli, out, entry.name, true, true);
        cli_check(cli, qn_buf_append_byte(cli->ctx, out, '\n'));
    }
}

static int edit(struct replace *r, const char *text)
{
    struct cli *cli = r->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf name = QN_BUF_INIT, path = QN_BUF_INIT, content = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id, with;
    bool found = false;
    int fd = -1, code = FAILED;

    if (!resolve(cli, text, &id)) {
        cli_error(cli, "not a valid object name: '%s'", text);
        return FAILED;
    }
    if (read_raw(cli, &id, &object)) {
        cli_error(cli, "unable to get object type for %s",
                  qn_id_to_hex(&id, hex));
        return FAILED;
    }
    if (!may_replace(r, &id, &name, &ref, &found))
        goto out;
    export_object(r, &object, &content);
    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "REPLACE_EDITOBJ", &path));
    cli_check(cli,
              qn_file_open(cli->ctx, qn_buf_string(&path),
                           QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                           0666, &fd));
    cli_check(cli, qn_file_write(cli->ctx, fd, content.data, content.size));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, qn_buf_string(&path)));
    if (cli_edit(cli, qn_buf_string(&path), NULL)) {
        cli_error(cli, "%s", qn_ctx_message(cli->ctx));
        cli_error(cli, "editing object file failed");
        goto out;
    }
    qn_buf_clear(&content);
    cli_check(cli, qn_file_read_all(cli->ctx, qn_buf_string(&path), &content));
    store(r, object.type, qn_buf_bytes(&content), &with);
    cli_check(cli, qn_file_unlink_if_exists(cli->ctx, qn_buf_string(&path)));
    if (qn_id_is_equal(&id, &with))
        cli_error(cli, "new object is the same as the old one: '%s'",
                  qn_id_to_hex(&id, hex));
    else
        code = replace_with(r, text, &id, "replacement", &with);
out:
    qn_object_dispose(&object);
    qn_buf_dispose(&name);
    qn_buf_dispose(&path);
    qn_buf_dispose(&content);
    qn_ref_dispose(&ref);
    return code;
}

/* ------------------------------------------------------------------- graft */

/* The commit with other parents, without its signature.  False: said why. */
static bool rewrite(struct replace *r, const struct qn_id *id,
                    struct qn_bytes text, const struct qn_id *parents,
                    size_t count, struct qn_buf *out)
{
    struct cli *cli = r->cli;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_bytes line;
    bool in_signature = false, is_header = true;
    size_t i;

    while (is_header && qn_bytes_next(&text, '\n', &line)) {
        is_header = line.size > 0;
        if (in_signature && line.size > 0 && line.data[0] == ' ')
            continue;
        in_signature = qn_bytes_has_prefix(line, "gpgsig");
        if (in_signature) {
            cli_warning(cli, "the original commit '%s' has a gpg signature",
                        qn_id_to_hex(id, hex));
            cli_warning(cli, "the signature will be removed in the "
                             "replacement commit!");
            continue;
        }
        if (qn_bytes_has_prefix(line, "mergetag ")) {
            cli_error(cli,
                      "original commit '%s' contains a mergetag that is "
                      "discarded; use --edit instead of --graft",
                      qn_id_to_hex(id, hex));
            return false;
        }
        if (qn_bytes_has_prefix(line, "parent "))
            continue;
        cli_check(cli, qn_buf_append_bytes(cli->ctx, out, line));
        cli_check(cli, qn_buf_append_byte(cli->ctx, out, '\n'));
        for (i = 0; i < count && qn_bytes_has_prefix(line, "tree "); i++)
            cli_check(cli, qn_buf_printf(cli->ctx, out, "parent %s\n",
                                         qn_id_to_hex(&parents[i], hex)));
    }
    cli_check(cli, qn_buf_append_bytes(cli->ctx, out, text));
    return true;
}

static bool find_commit(struct cli *cli, const char *text, const char *suffix,
                        struct qn_id *out)
{
    struct qn_id id;

    if (!resolve(cli, text, &id)) {
        cli_error(cli, "not a valid object name: '%s'", text);
        return false;
    }
    if (qn_revision_peel(cli->ctx, cli->odb, &id, QN_OBJECT_COMMIT, out)) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        qn_ctx_clear(cli->ctx);
        cli_error(cli, "object %s is a %s, not a commit",
                  qn_id_to_hex(&id, hex),
                  qn_object_type_name(type_of(cli, &id)));
        cli_error(cli, "could not parse %s%s", text, suffix);
        return false;
    }
    return true;
}

static int graft(struct replace *r, int argc, char **argv, bool is_gentle)
{
    struct cli *cli = r->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf text = QN_BUF_INIT;
    struct qn_id *parents = NULL;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    struct qn_id id, with;
    int i, code = FAILED;

    if (!find_commit(cli, argv[0], "", &id))
        return FAILED;
    parents = qn_memory_calloc(cli->ctx, (size_t)argc, sizeof(*parents));
    if (!parents)
        cli_die(cli);
    for (i = 1; i < argc; i++)
        if (!find_commit(cli, argv[i], " as a commit", &parents[i - 1]))
            goto out;
    cli_check(cli, read_raw(cli, &id, &object));
    if (!rewrite(r, &id, qn_object_bytes(&object), parents, (size_t)argc - 1,
                 &text))
        goto out;
    cli_check(cli, qn_odb_write(cli->ctx, cli->odb, QN_OBJECT_COMMIT,
                                qn_buf_bytes(&text), &with));
    cli_check(cli, qn_odb_sync(cli->ctx, cli->odb));
    if (!qn_id_is_equal(&id, &with)) {
        code = replace_with(r, argv[0], &id, "replacement", &with);
    } else if (is_gentle) {
        cli_warning(cli, "graft for '%s' unnecessary", qn_id_to_hex(&id, hex));
        code = 0;
    } else {
        cli_error(cli, "new commit is the same as the old one: '%s'",
                  qn_id_to_hex(&id, hex));
    }
out:
    qn_memory_free(parents);
    qn_object_dispose(&object);
    qn_buf_dispose(&text);
    return code;
}

static int convert(struct replace *r)
{
    struct cli *cli = r->cli;
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT, bad = QN_BUF_INIT;
    struct qn_bytes rest, line;
    int code = 0;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "info/grafts", &path));
    if (qn_file_read_all(cli->ctx, qn_buf_string(&path), &text)) {
        qn_ctx_clear(cli->ctx);
        qn_buf_dispose(&path);
        return 1;
    }
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, '\n', &line)) {
        size_t size = qn_bytes_find(line, ' ');
        struct qn_id id;

        if (line.size > 0 && line.data[0] != '#' &&
            !qn_id_from_hex(&id, qn_repo_algorithm(cli->repo),
                            qn_bytes_first(line, size)))
            cli_error(cli, "bad graft data: %.*s", QN_BYTES_ARG(line));
    }
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, '\n', &line)) {
        struct qn_buf copy = QN_BUF_INIT;
        const char *problem = "";
        char **words;
        int count = 0;

        if (line.size == 0 || line.data[0] == '#')
            continue;
        cli_check(cli, qn_buf_append_bytes(cli->ctx, &copy, line));
        words = cli_split_words((char *)copy.data, &count, &problem);
        if (!words || count == 0 || graft(r, count, words, true))
            cli_check(cli, qn_buf_printf(cli->ctx, &bad, "\n\t%.*s",
                                         QN_BYTES_ARG(line)));
        qn_buf_dispose(&copy);
    }
    if (bad.size == 0) {
        cli_check(cli, qn_file_unlink(cli->ctx, qn_buf_string(&path)));
    } else {
        cli_warning(cli, "could not convert the following graft(s):\n%s",
                    qn_buf_string(&bad));
        code = 1;
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    qn_buf_dispose(&bad);
    return code;
}

static void check_options(struct replace *r, int action,
                          const struct cli_option *options)
{
    bool writes = action == REPLACE || action == EDIT || action == GRAFT ||
                  action == CONVERT;

    if (r->format && action != LIST)
        cli_usage_with(r->cli, usage, options,
                       "--format cannot be used when not listing");
    if (r->force && !writes)
        cli_usage_with(r->cli, usage, options,
                       "-f only makes sense when writing a replacement");
    if (r->raw && action != EDIT)
        cli_usage_with(r->cli, usage, options,
                       "--raw only makes sense with --edit");
}

int cmd_replace(struct cli *cli, int argc, char **argv)
{
    struct replace r = {.cli = cli};
    int action = NONE;
    const struct cli_option options[] = {
        CLI_MODE('l', "list", &action, LIST, "list replacements"),
        CLI_MODE('d', "delete", &action, DELETE, "delete some"),
        CLI_MODE('e', "edit", &action, EDIT, "replace by what an editor makes"),
        CLI_MODE('g', "graft", &action, GRAFT, "other parents for a commit"),
        CLI_MODE(0, "convert-graft-file", &action, CONVERT,
                 "replacements instead of info/grafts"),
        CLI_FLAG_WITH('f', "force", &r.force, "though there is one",
                      CLI_OPTION_NO_COMPLETION),
        CLI_FLAG(0, "raw", &r.raw, "edit the bytes as they are"),
        CLI_STRING(0, "format", &r.format, "format", "short, medium or long"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (action == NONE)
        action = argc ? REPLACE : LIST;
    check_options(&r, action, options);
    if ((action == EDIT) && argc != 1)
        cli_usage_with(cli, usage, options, "-e needs exactly one argument");
    if (action == DELETE && argc < 1)
        cli_usage_with(cli, usage, options, "-d needs at least one argument");
    if (action == REPLACE && argc != 2)
        cli_usage_with(cli, usage, options, "bad number of arguments");
    if (action == GRAFT && argc < 1)
        cli_usage_with(cli, usage, options, "-g needs at least one argument");
    if (action == CONVERT && argc != 0)
        cli_usage_with(cli, usage, options,
                       "--convert-graft-file takes no argument");
    if (action == LIST && argc > 1)
        cli_usage_with(cli, usage, options,
                       "only one pattern can be given with -l");
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    switch (action) {
    case DELETE:
        return delete_all(&r, argc, argv);
    case EDIT:
        return edit(&r, argv[0]);
    case GRAFT:
        return graft(&r, argc, argv, false);
    case CONVERT:
        return convert(&r);
    case REPLACE:
        return replace_names(&r, argv[0], argv[1]);
    default:
        return list(&r, argc ? argv[0] : NULL);
    }
}
