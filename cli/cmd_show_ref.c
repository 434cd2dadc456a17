/* SPDX-License-Identifier: MIT */
#include "base/map.h"
#include "cli/json_output.h"
#include "cli/ref_tools.h"
#include "cli/work.h"
#include "text/ref_name.h"

#include <stdlib.h>
#include <string.h>

static const char *const usage[] = {
    "git show-ref [--head] [-d | --dereference] [-s | --hash[=<n>]] "
    "[--abbrev[=<n>]] [--branches] [--tags] [--] [<pattern>...]",
    "git show-ref --verify [-q | --quiet] [-d | --dereference] "
    "[-s | --hash[=<n>]] [--abbrev[=<n>]] [--] [<ref>...]",
    "git show-ref --exclude-existing[=<pattern>]",
    "git show-ref --exists <ref>", NULL};

struct show_options {
    struct cli_json *json; /* or NULL */
    bool is_quiet;
    bool dereferences;
    bool hash_only;
    int abbrev; /* 0: full */
    bool with_head;
    bool branches;
    bool tags;
    bool is_verify;
    bool is_exists;
    bool is_exclude;
    const char *exclude_pattern;
};

struct show_state {
    struct cli *cli;
    const struct show_options *options;
    char **patterns;
    size_t pattern_count;
    bool has_match;
    bool is_first_head;
};

static void print_id(struct cli *cli, const struct show_options *options,
                     const struct qn_id *id)
{
    struct qn_buf text = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    size_t digits;

    if (!options->abbrev) {
        cli_put_id(cli, id);
        return;
    }
    cli_check(cli,
              qn_odb_abbreviate(
                  cli->ctx, cli->odb, id,
                  options->abbrev < 0 ? 0 : (size_t)options->abbrev, &digits));
    qn_id_to_hex(id, hex);
    cli_write(cli, hex, digits);
    qn_buf_dispose(&text);
}

static void put_json(struct cli *cli, const struct show_options *options,
                     const char *name, const struct qn_ref *ref)
{
    struct qn_id peeled = ref->peeled;

    cli_json_begin(options->json);
    cli_json_string(options->json, "ref", name);
    cli_json_id(options->json, "id", &ref->id);
    if (options->dereferences && !ref->has_peeled &&
        qn_revision_peel(cli->ctx, cli->odb, &ref->id, QN_OBJECT_NONE,
                         &peeled)) {
        qn_ctx_clear(cli->ctx);
        peeled = ref->id;
    }
    if (options->dereferences && !qn_id_is_null(&peeled) &&
        !qn_id_is_equal(&peeled, &ref->id))
        cli_json_id(options->json, "target", &peeled);
    cli_json_end(options->json);
}

/* One ref, and with -d what its tag points to. */
static void show_one(struct cli *cli, const struct show_options *options,
                     const char *name, const struct qn_ref *ref)
{
    struct qn_id peeled;
    bool exists;

    cli_check(cli, qn_odb_exists(cli->ctx, cli->odb, &ref->id, &exists));
    if (!exists) {
        char hex[QN_ID_MAX_HEX_SIZE + 1];

        cli_die_with(cli, "git show-ref: bad ref %s (%s)", name,
                     qn_id_to_hex(&ref->id, hex));
    }
    if (options->is_quiet)
        return;
    if (options->json) {
        put_json(cli, options, name, ref);
        return;
    }
    print_id(cli, options, &ref->id);
    if (!options->hash_only)
        cli_printf(cli, " %s", name);
    cli_put(cli, '\n');
    if (!options->dereferences)
        return;
    peeled = ref->peeled;
    if (!ref->has_peeled && qn_revision_peel(cli->ctx, cli->odb, &ref->id,
                                             QN_OBJECT_NONE, &peeled)) {
        qn_ctx_clear(cli->ctx);
        return;
    }
    if (qn_id_is_null(&peeled) || qn_id_is_equal(&peeled, &ref->id))
        return;
    print_id(cli, options, &peeled);
    if (!options->hash_only)
        cli_printf(cli, " %s^{}", name);
    cli_put(cli, '\n');
}

/* A pattern stands for whole parts at the end of a name. */
static bool matches(const char *pattern, struct qn_bytes name)
{
    size_t size = strlen(pattern);

    if (size > name.size ||
        memcmp(name.data + name.size - size, pattern, size) != 0)
        return false;
    return size == name.size || name.data[name.size - size - 1] == '/';
}

static enum qn_status show_match(struct qn_ctx *ctx, void *data,
                                 const struct qn_ref *ref)
{
    struct show_state *state = data;
    const struct show_options *options = state->options;
    struct qn_bytes name = qn_buf_bytes(&ref->name);
    size_t i;

    (void)ctx;
    if (ref->is_broken && ref->is_symbolic)
        return QN_OK; /* leads nowhere */
    if ((options->branches || options->tags) &&
        !(options->branches && qn_bytes_has_prefix(name, "refs/heads/")) &&
        !(options->tags && qn_bytes_has_prefix(name, "refs/tags/")))
        return QN_OK;
    for (i = 0; i < state->pattern_count; i++)
        if (matches(state->patterns[i], name))
            break;
    if (state->pattern_count && i == state->pattern_count)
        return QN_OK;
    state->has_match = true;
    show_one(state->cli, options, qn_buf_string(&ref->name), ref);
    return QN_OK;
}

static int show_all(struct cli *cli, const struct show_options *options,
                    int argc, char **argv)
{
    struct show_state state = {.cli = cli,
                               .options = options,
                               .patterns = argv,
                               .pattern_count = (size_t)argc};
    struct qn_ref head = QN_REF_INIT;
    bool found;

    if (options->with_head) {
        cli_check(cli,
                  qn_refs_resolve(cli->ctx, cli->refs, "HEAD", &head, &found));
        if (found && !head.is_broken) {
            state.has_match = true;
            show_one(cli, options, "HEAD", &head);
        }
        qn_ref_dispose(&head);
    }
    cli_check(cli, qn_refs_walk(cli->ctx, cli->refs, "", QN_REFS_INCLUDE_BROKEN,
                                show_match, &state));
    return state.has_match ? 0 : 1;
}

static int verify(struct cli *cli, const struct show_options *options, int argc,
                  char **argv)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found;
    int i;

    if (!argc)
        cli_die_with(cli, "--verify requires a reference");
    for (i = 0; i < argc; i++) {
        found = false;
        if (strncmp(argv[i], "refs/", 5) == 0 ||
            qn_ref_name_is_root_syntax(qn_bytes_from_string(argv[i])))
            cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, argv[i], &ref,
                                           &found));
        if (!found || ref.is_broken) {
            if (options->is_quiet)
                return 1;
            cli_die_with(cli, "'%s' - not a valid ref", argv[i]);
        }
        show_one(cli, options, argv[i], &ref);
    }
    qn_ref_dispose(&ref);
    return 0;
}

int cli_ref_exists(struct cli *cli, int argc, char **argv)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found;
    int code = 0;

    if (!argc)
        cli_die_with(cli, "--exists requires a reference");
    if (argc != 1)
        cli_die_with(cli, "--exists requires exactly one reference");
    if (qn_refs_find(cli->ctx, cli->refs, argv[0], &ref, &found)) {
        cli_error(cli, "failed to look up reference: %s",
                  qn_ctx_message(cli->ctx));
        code = 1;
    } else if (!found) {
        cli_error(cli, "reference does not exist");
        code = 2;
    }
    qn_ref_dispose(&ref);
    return code;
}

static enum qn_status note_name(struct qn_ctx *ctx, void *data,
                                const struct qn_ref *ref)
{
    return qn_map_put(ctx, data, qn_buf_bytes(&ref->name), NULL) ? QN_OK
                                                                 : QN_NO_MEMORY;
}

/* A filter: names of refs that are not there pass. */
static int exclude_existing(struct cli *cli, const char *pattern)
{
    struct qn_map names = QN_MAP_INIT;
    struct qn_buf line = QN_BUF_INIT;
    int code = 0;

    cli_check(cli, qn_refs_walk(cli->ctx, cli->refs, "", QN_REFS_INCLUDE_BROKEN,
                                note_name, &names));
    while (cli_read_record(cli, '\n', &line)) {
        struct qn_bytes name;
        size_t start;

        if (qn_bytes_has_suffix(qn_buf_bytes(&line), "^{}"))
            qn_buf_truncate(&line, line.size - 3);
        for (start = line.size; start > 0; start--)
            if (line.data[start - 1] == ' ' || line.data[start - 1] == '\t')
                break;
        name = qn_bytes_from(qn_buf_bytes(&line), start);
        if (pattern && !qn_bytes_has_prefix(name, pattern))
            continue;
        if (!qn_ref_name_is_valid(name, 0)) {
            cli_warning(cli, "ref '%.*s' ignored", QN_BYTES_ARG(name));
            continue;
        }
        if (!qn_map_find(&names, name))
            cli_printf(cli, "%s\n", qn_buf_string(&line));
    }
    qn_map_dispose(&names);
    qn_buf_dispose(&line);
    return code;
}

static int parse_hash(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    struct show_options *options = option->value;

    (void)cli;
    (void)is_negated; /* --no-hash only takes back how long they are */
    options->hash_only = true;
    if (!argument)
        return 0;
    options->abbrev = atoi(argument);
    if (options->abbrev > 0 && options->abbrev < 4)
        options->abbrev = 4;
    return 0;
}

static int parse_exclude(struct cli *cli, const struct cli_option *option,
                         const char *argument, bool is_negated)
{
    struct show_options *options = option->value;

    (void)cli;
    (void)is_negated;
    options->is_exclude = true;
    options->exclude_pattern = argument;
    return 0;
}

int cmd_show_ref(struct cli *cli, int argc, char **argv)
{
    struct show_options show = {.abbrev = 0};
    struct cli_json json;
    bool is_json = false;
    int code;
    const struct cli_option options[] = {
        CLI_FLAG(0, "tags", &show.tags, "only tags"),
        CLI_FLAG(0, "branches", &show.branches, "only branches"),
        CLI_FLAG_WITH(0, "heads", &show.branches, "the same",
                      CLI_OPTION_HIDDEN),
        CLI_FLAG(0, "exists", &show.is_exists, "is there such a ref?"),
        CLI_FLAG(0, "verify", &show.is_verify, "names are exact"),
        CLI_FLAG_WITH(0, "head", &show.with_head, "HEAD, too", 0),
        CLI_FLAG('d', "dereference", &show.dereferences,
                 "what tags point to, too"),
        CLI_CALLBACK('s', "hash", &show, "n", "only ids", CLI_OPTION_OPTIONAL,
                     parse_hash),
        CLI_ABBREV(&show.abbrev),
        CLI_FLAG('q', "quiet", &show.is_quiet, "print nothing"),
        CLI_CALLBACK(0, "exclude-existing", &show, "pattern",
                     "refs of stdin that are not here",
                     CLI_OPTION_OPTIONAL | CLI_OPTION_NO_NEGATE, parse_exclude),
        CLI_JSON(&is_json),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_exclude(cli, show.is_exclude, "--exclude-existing", show.is_verify,
                "--verify");
    cli_exclude(cli, show.is_exclude, "--exclude-existing", show.is_exists,
                "--exists");
    cli_exclude(cli, show.is_verify, "--verify", show.is_exists, "--exists");
    cli_json_refuse(cli, is_json, show.is_exclude, "--exclude-existing");
    cli_json_refuse(cli, is_json, show.is_exists, "--exists");
    cli_json_refuse(cli, is_json, show.is_quiet, "--quiet");
    cli_open_refs(cli);
    if (show.is_exclude)
        return exclude_existing(cli, show.exclude_pattern);
    if (show.is_exists)
        return cli_ref_exists(cli, argc, argv);
    if (is_json) {
        show.json = &json;
        cli_json_begin_list(&json, cli);
    }
    code = show.is_verify ? verify(cli, &show, argc, argv)
                          : show_all(cli, &show, argc, argv);
    if (is_json)
        cli_json_end_list(&json);
    return code;
}
