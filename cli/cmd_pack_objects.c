/* SPDX-License-Identifier: MIT */
#include "cli/packing.h"
#include "cli/progress.h"
#include "object/filter_spec.h"
#include "operation/op_pack_objects.h"
#include "os/file.h"
#include "text/date.h"

#include <stdlib.h>

static const char *const usage[] = {
    "git pack-objects [<options>] --stdout < <object-list>",
    "git pack-objects [<options>] <base-name> < <object-list>", NULL};

#define LEAST_PACK_SIZE (1u << 20)
#define DEPTH_MOST      4095

struct arguments {
    struct qn_op_pack_objects how;
    bool to_stdout, all_progress_implied, non_empty;
    int progress; /* -1: not said; 2: whoever looks */
    bool revs, all, reflog, indexed, unpacked;
    const char *stdin_packs; /* NULL: no; "": without a mode */
    bool has_stdin_packs, is_cruft, is_thin, is_shallow, includes_tags;
    const char *cruft_expiration;
    bool keeps_unreachable, packs_loose, has_unpack;
    const char *unpack_since;
    bool honors_keep, is_local, is_incremental, true_parents;
    struct cli_list keep_packs;
    int window, depth, threads, level, name_hash_version;
    int sparse, path_walk, use_bitmap;
    uint64_t window_memory, max_size;
    const char *missing;
    struct cli_list uri_protocols;
    struct qn_filter_spec filter;
    bool reuses_deltas, reuses_objects, offsets, islands, write_bitmap,
        write_bitmap_quiet;
    bool excludes_promised, excludes_promised_gently;
};

static int take_stdin_packs(struct cli *cli, const struct cli_option *option,
                            const char *argument, bool is_negated)
{
    struct arguments *arguments = option->value;

    arguments->has_stdin_packs = !is_negated;
    arguments->how.follows = false;
    if (argument && strcmp(argument, "follow") == 0)
        arguments->how.follows = true;
    else if (argument && *argument)
        cli_die_with(cli, "invalid value for '%s': '%s'", "stdin-packs",
                     argument);
    return 0;
}

/* The last of these options says whether progress is shown. */
static int take_quiet(struct cli *cli, const struct cli_option *option,
                      const char *argument, bool is_negated)
{
    (void)cli;
    (void)argument;
    *(int *)option->value = is_negated;
    return 0;
}

static int take_unpack(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct arguments *arguments = option->value;

    (void)cli;
    arguments->has_unpack = !is_negated;
    arguments->unpack_since = is_negated ? NULL : argument;
    return 0;
}

static int take_cruft_expiration(struct cli *cli,
                                 const struct cli_option *option,
                                 const char *argument, bool is_negated)
{
    struct arguments *arguments = option->value;

    (void)cli;
    if (is_negated) {
        arguments->is_cruft = false;
        arguments->cruft_expiration = NULL;
    } else {
        arguments->is_cruft = true;
        arguments->cruft_expiration = argument;
    }
    return 0;
}

static int take_filter(struct cli *cli, const struct cli_option *option,
                       const char *argument, bool is_negated)
{
    struct arguments *arguments = option->value;

    if (is_negated)
        qn_filter_spec_clear(&arguments->filter);
    else
        cli_check(cli, qn_filter_spec_parse(cli->ctx, &arguments->filter,
                                            qn_bytes_from_string(argument)));
    return 0;
}

/* "<version>[,<offset>]" */
static int take_index_version(struct cli *cli, const struct cli_option *option,
                              const char *argument, bool is_negated)
{
    struct qn_pack_table_form *form = option->value;
    char *end;
    unsigned long version = strtoul(argument, &end, 10);

    (void)is_negated;
    if (version > 2)
        cli_die_with(cli, "unsupported index version %s", argument);
    form->version = (uint32_t)version;
    if (*end == ',' && end[1]) {
        unsigned long long from = strtoull(end + 1, &end, 0);

        form->large_from = (uint32_t)from;
        if (*end || (from & 0x80000000u))
            cli_die_with(cli, "bad index version '%s'", argument);
        if (from == 0)
            form->large_from = 1; /* no entry begins before 12 */
    } else if (*end && *end != ',') {
        cli_die_with(cli, "bad index version '%s'", argument);
    }
    return 0;
}

static void check_missing(struct cli *cli, struct arguments *arguments)
{
    const char *text = arguments->missing;

    cli_exclude(cli, arguments->excludes_promised, "--exclude-promisor-objects",
                arguments->excludes_promised_gently,
                "--exclude-promisor-objects-best-effort");
    if (arguments->excludes_promised_gently) {
        arguments->excludes_promised = true;
        arguments->how.missing = QN_PACK_GATHER_ALLOW_ANY;
    }
    if (!text || strcmp(text, "error") == 0)
        return;
    if (strcmp(text, "allow-any") == 0)
        arguments->how.missing = QN_PACK_GATHER_ALLOW_ANY;
    else if (strcmp(text, "allow-promisor") == 0)
        arguments->how.missing = QN_PACK_GATHER_ALLOW_PROMISED;
    else
        cli_die_with(cli, "invalid value for '%s': '%s'", "--missing", text);
}

/* What excludes what, in the words of Git. */
static void check_together(struct cli *cli, const struct arguments *arguments)
{
    const bool unreachable[] = {arguments->keeps_unreachable,
                                arguments->has_unpack};
    bool has_revs = arguments->how.kind == QN_OP_PACK_OBJECTS_REVISIONS;

    if (!arguments->to_stdout && arguments->is_thin)
        cli_die_with(cli, "--thin cannot be used to build an indexable pack");
    if (unreachable[0] && unreachable[1])
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--keep-unreachable", "--unpack-unreachable");
    if (arguments->has_stdin_packs &&
        (has_revs || arguments->excludes_promised_gently))
        cli_die_with(cli, "cannot use internal rev list with --stdin-packs");
    if (arguments->is_cruft && has_revs)
        cli_die_with(cli, "cannot use internal rev list with --cruft");
    if (arguments->is_cruft && arguments->has_stdin_packs)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     "--stdin-packs", "--cruft");
}

static void choose_kind(struct arguments *arguments)
{
    bool has_revs = arguments->revs || arguments->all || arguments->reflog ||
                    arguments->indexed || arguments->keeps_unreachable ||
                    arguments->packs_loose || arguments->has_unpack ||
                    (arguments->unpacked && !arguments->has_stdin_packs) ||
                    arguments->is_thin || arguments->filter.count > 0;

    arguments->how.kind = has_revs ? QN_OP_PACK_OBJECTS_REVISIONS
                          : arguments->has_stdin_packs
                              ? QN_OP_PACK_OBJECTS_PACKS
                          : arguments->is_cruft ? QN_OP_PACK_OBJECTS_CRUFT
                                                : QN_OP_PACK_OBJECTS_LIST;
}

static void fill_numbers(struct cli *cli, struct arguments *arguments)
{
    struct qn_op_pack_objects *how = &arguments->how;

    if (arguments->level != -2)
        how->level = arguments->level;
    if (how->level < -1 || how->level > 9)
        cli_die_with(cli, "bad pack compression level %d", how->level);
    if (arguments->window != INT32_MIN)
        how->window = arguments->window < 0 ? 0 : (uint32_t)arguments->window;
    if (arguments->depth != INT32_MIN)
        how->depth = arguments->depth < 0 ? 0 : (uint32_t)arguments->depth;
    if (how->depth > DEPTH_MOST) {
        cli_warning(cli, "delta chain depth %u is too deep, forcing %d",
                    how->depth, DEPTH_MOST);
        how->depth = DEPTH_MOST;
    }
    if (arguments->threads >= 0)
        how->threads = (uint32_t)arguments->threads;
    if (arguments->window_memory != UINT64_MAX)
        how->window_memory = arguments->window_memory;
    if (arguments->max_size != UINT64_MAX)
        how->max_size = arguments->max_size;
    if (arguments->to_stdout && arguments->max_size != UINT64_MAX &&
        how->max_size)
        cli_die_with(
            cli, "--max-pack-size cannot be used to build a pack for transfer");
    if (!arguments->to_stdout && how->max_size &&
        how->max_size < LEAST_PACK_SIZE) {
        cli_warning(cli, "minimum pack size limit is 1 MiB");
        how->max_size = LEAST_PACK_SIZE;
    }
}

static int64_t parse_time(struct cli *cli, const char *text)
{
    int64_t seconds = 0;

    if (qn_date_expiry(cli->ctx, text, &seconds)) {
        cli_forget(cli);
        cli_die_with(cli, "malformed expiration date '%s'", text);
    }
    return seconds;
}

/* What is left out comes before the pack. */
static enum qn_status print_uris(struct qn_ctx *ctx, void *data,
                                 struct qn_bytes lines)
{
    (void)data;
    return qn_file_write(ctx, 1, lines.data, lines.size);
}

static void fill(struct cli *cli, struct arguments *arguments)
{
    struct qn_op_pack_objects *how = &arguments->how;

    fill_numbers(cli, arguments);
    how->scope = &cli->scope;
    how->all = arguments->all;
    how->reflog = arguments->reflog;
    how->indexed = arguments->indexed;
    how->unpacked = arguments->unpacked;
    how->is_thin = arguments->is_thin;
    how->looks_harder = arguments->is_thin && arguments->is_shallow;
    how->includes_tags = arguments->includes_tags;
    how->keeps_true_parents = arguments->true_parents;
    how->excludes_promised = arguments->excludes_promised;
    how->want.honors_keep = arguments->honors_keep;
    how->want.is_local = arguments->is_local;
    how->want.is_incremental = arguments->is_incremental;
    how->want.keep_packs = arguments->keep_packs.items;
    how->want.keep_count = arguments->keep_packs.count;
    how->reuses_deltas = arguments->reuses_deltas;
    how->reuses_objects = arguments->reuses_objects;
    how->names_offsets = arguments->offsets;
    how->is_stream = arguments->to_stdout;
    how->fd = 1;
    how->skips_empty = arguments->non_empty;
    how->filter = &arguments->filter;
    how->uri_protocols = arguments->uri_protocols.items;
    how->uri_protocol_count = arguments->uri_protocols.count;
    how->uris = print_uris;
    how->uses_islands = arguments->islands;
    if (arguments->use_bitmap >= 0)
        how->uses_bitmap = arguments->use_bitmap > 0;
    if (arguments->path_walk >= 0)
        how->by_path = arguments->path_walk > 0;
    if (how->by_path && how->uses_islands) {
        cli_warning(cli, "cannot use --delta-islands with --path-walk");
        how->by_path = false;
    }
    if (arguments->name_hash_version == 1 || arguments->name_hash_version == 2)
        how->name_hash_version = (uint32_t)arguments->name_hash_version;
    else if (arguments->name_hash_version != -1)
        cli_die_with(cli, "invalid --name-hash-version option: %d",
                     arguments->name_hash_version);
    how->unreachable = arguments->keeps_unreachable && arguments->packs_loose
                           ? QN_PACK_GATHER_BOTH
                       : arguments->keeps_unreachable ? QN_PACK_GATHER_KEEP
                       : arguments->has_unpack        ? QN_PACK_GATHER_UNPACK
                       : arguments->packs_loose       ? QN_PACK_GATHER_LOOSE
                                                      : QN_PACK_GATHER_NONE;
    if (arguments->unpack_since)
        how->unpack_since =
            qn_date_approximate(cli->env, arguments->unpack_since, NULL);
    if (arguments->cruft_expiration) {
        how->has_expiration = true;
        how->expiration = parse_time(cli, arguments->cruft_expiration);
    }
}

static void parse(struct cli *cli, int *argc, char **argv, struct arguments *a)
{
    struct qn_op_pack_objects *how = &a->how;
    const struct cli_option options[] = {
        CLI_CALLBACK('q', "quiet", &a->progress, NULL, "no progress",
                     CLI_OPTION_NO_ARGUMENT, take_quiet),
        CLI_PROGRESS(&a->progress),
        {CLI_KIND_SET, 0, "all-progress", &a->progress, NULL,
         "show progress of writing, too", 0, 2, NULL},
        CLI_FLAG(0, "all-progress-implied", &a->all_progress_implied,
                 "the same where progress is shown anyway"),
        CLI_CALLBACK(0, "index-version", &how->form, "version>[,<offset>",
                     "form of the index", CLI_OPTION_NO_NEGATE,
                     take_index_version),
        {CLI_KIND_UNSIGNED, 0, "max-pack-size", &a->max_size, "n",
         "the most bytes of one pack", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FLAG(0, "local", &a->is_local, "leave out what alternates have"),
        CLI_FLAG(0, "incremental", &a->is_incremental,
                 "leave out what is in a pack"),
        CLI_INTEGER(0, "window", &a->window, "how many objects to compare"),
        {CLI_KIND_UNSIGNED, 0, "window-memory", &a->window_memory, "n",
         "the most bytes that these take", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_INTEGER(0, "depth", &a->depth, "how long chains of deltas may get"),
        CLI_FLAG(0, "reuse-delta", &a->reuses_deltas, "copy stored deltas"),
        CLI_FLAG(0, "reuse-object", &a->reuses_objects, "copy stored objects"),
        CLI_FLAG(0, "delta-base-offset", &a->offsets, "deltas name offsets"),
        CLI_INTEGER(0, "threads", &a->threads, "how many threads"),
        CLI_FLAG(0, "non-empty", &a->non_empty, "write no empty pack"),
        CLI_FLAG(0, "revs", &a->revs, "stdin has revisions"),
        CLI_FLAG_WITH(0, "unpacked", &a->unpacked, "only what is in no pack",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "all", &a->all, "what refs reach",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "reflog", &a->reflog, "what reflogs reach",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH(0, "indexed-objects", &a->indexed, "what the index names",
                      CLI_OPTION_NO_NEGATE),
        CLI_CALLBACK(0, "stdin-packs", a, "mode", "stdin has names of packs",
                     CLI_OPTION_OPTIONAL, take_stdin_packs),
        CLI_FLAG(0, "stdout", &a->to_stdout, "write the pack to stdout"),
        CLI_FLAG(0, "include-tag", &a->includes_tags,
                 "add tags of what is packed"),
        CLI_FLAG(0, "keep-unreachable", &a->keeps_unreachable,
                 "add what nothing reaches"),
        CLI_FLAG(0, "pack-loose-unreachable", &a->packs_loose,
                 "add loose objects that nothing reaches"),
        CLI_CALLBACK(0, "unpack-unreachable", a, "time",
                     "make loose what nothing reaches and is newer",
                     CLI_OPTION_OPTIONAL, take_unpack),
        CLI_FLAG(0, "cruft", &a->is_cruft, "make a cruft pack"),
        CLI_CALLBACK(0, "cruft-expiration", a, "time",
                     "leave out of it what is older", CLI_OPTION_OPTIONAL,
                     take_cruft_expiration),
        CLI_TRISTATE(0, "sparse", &a->sparse,
                     "look only where there is something new"),
        CLI_FLAG(0, "thin", &a->is_thin, "build on what the other side has"),
        CLI_TRISTATE(0, "path-walk", &a->path_walk,
                     "compare first what has one path"),
        CLI_FLAG(0, "shallow", &a->is_shallow, "for a shallow repository"),
        CLI_FLAG(0, "honor-pack-keep", &a->honors_keep,
                 "leave out what a kept pack has"),
        CLI_LIST(0, "keep-pack", &a->keep_packs, "name",
                 "leave out what this pack has"),
        CLI_INTEGER(0, "compression", &a->level, "zlib's level"),
        CLI_FLAG(0, "keep-true-parents", &a->true_parents,
                 "parents that grafts hide, too"),
        CLI_TRISTATE(0, "use-bitmap-index", &a->use_bitmap,
                     "use a bitmap where there is one"),
        CLI_FLAG(0, "write-bitmap-index", &a->write_bitmap, "write a bitmap"),
        CLI_FLAG_WITH(0, "write-bitmap-index-quiet", &a->write_bitmap_quiet,
                      "the same, where it can be", CLI_OPTION_HIDDEN),
        CLI_CALLBACK(0, "filter", a, "args", "leave out objects", 0,
                     take_filter),
        {CLI_KIND_STRING, 0, "missing", &a->missing, "action",
         "what to do about missing objects", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FLAG(0, "exclude-promisor-objects", &a->excludes_promised,
                 "leave out what promisor packs have"),
        CLI_FLAG(0, "exclude-promisor-objects-best-effort",
                 &a->excludes_promised_gently,
                 "the same, and pass over what is missing"),
        CLI_FLAG(0, "delta-islands", &a->islands, "respect islands"),
        CLI_LIST(0, "uri-protocol", &a->uri_protocols, "protocol",
                 "leave out what can be had by it"),
        CLI_INTEGER(0, "name-hash-version", &a->name_hash_version,
                    "how names are compared"),
        CLI_END};

    *argc = cli_parse(cli, *argc, argv, options, usage, 0);
    if (a->to_stdout ? *argc != 0 : *argc != 1)
        cli_usage(cli, usage, options);
}

int cmd_pack_objects(struct cli *cli, int argc, char **argv)
{
    struct arguments arguments = {.progress = -1,
                                  .window = INT32_MIN,
                                  .depth = INT32_MIN,
                                  .threads = -1,
                                  .level = -2,
                                  .sparse = -1,
                                  .path_walk = -1,
                                  .use_bitmap = -1,
                                  .name_hash_version = -1,
                                  .window_memory = UINT64_MAX,
                                  .max_size = UINT64_MAX,
                                  .reuses_deltas = true,
                                  .reuses_objects = true};
    struct qn_op_pack_objects_result result = {.packs = NULL};
    struct qn_pack_table_form form;
    struct qn_buf input = QN_BUF_INIT;
    struct qn_odb *raw = NULL;
    enum qn_status status;
    bool shows;

    cli_open_repo(cli, cli->has_help ? CLI_OPEN_GENTLY : CLI_OPEN_VIEWS);
    parse(cli, &argc, argv, &arguments);
    form = arguments.how.form;
    arguments.how.form.version = 0;
    {
        bool follows = arguments.how.follows;

        cli_check(cli, qn_op_pack_objects_configure(cli->ctx, cli_config(cli),
                                                    &arguments.how));
        arguments.how.follows = follows;
    }
    if (form.version || form.large_from)
        arguments.how.form = form;
    choose_kind(&arguments);
    check_together(cli, &arguments);
    check_missing(cli, &arguments);
    fill(cli, &arguments);
    arguments.how.base_name = arguments.to_stdout ? NULL : argv[0];
    arguments.how.writes_bitmap =
        (arguments.write_bitmap || arguments.write_bitmap_quiet) &&
        !arguments.to_stdout && arguments.all;
    arguments.how.hides_bitmap_warning = !arguments.write_bitmap;
    shows = cli_wants_progress(arguments.progress);
    arguments.how.is_quiet_end = arguments.to_stdout &&
                                 arguments.progress != 2 &&
                                 !arguments.all_progress_implied;
    /* Objects that may be missing are not fetched. */
    status = arguments.how.missing == QN_PACK_GATHER_ERROR &&
                     !arguments.how.excludes_promised
                 ? qn_repo_odb_as_is(cli->ctx, cli->repo, &raw)
                 : qn_repo_odb_raw(cli->ctx, cli->repo, &raw);
    cli_check(cli, status);
    qn_odb_free(cli->odb);
    cli->odb = cli->scope.odb = raw;
    input.limit = SIZE_MAX;
    if (arguments.how.kind != QN_OP_PACK_OBJECTS_REVISIONS || arguments.revs ||
        !arguments.all)
        cli_check(cli, qn_file_read_rest(cli->ctx, 0, &input));
    arguments.how.input = qn_buf_bytes(&input);
    cli_flush(cli);
    cli_show_progress(cli, shows);
    if (shows)
        cli_packing_announce(cli, &arguments.how);
    status = qn_op_pack_objects_run(cli->ctx, &arguments.how, &result);
    cli_check(cli, status);
    cli_packing_print(cli, &result, !arguments.to_stdout, shows);
    qn_op_pack_objects_result_dispose(&result);
    qn_buf_dispose(&input);
    qn_filter_spec_dispose(&arguments.filter);
    return 0;
}
