/* SPDX-License-Identifier: MIT */
#include "cli/housekeeping.h"
#include "cli/packing.h"
#include "cli/progress.h"
#include "cli/upkeep.h"
#include "object/filter_spec.h"
#include "operation/op_repack.h"
#include "text/date.h"

#include <limits.h>
#include <unistd.h>

static const char *const usage[] = {"git repack [<options>]", NULL};

#define LEAST_PACK_SIZE (1u << 20)

struct arguments {
    struct qn_op_repack how;
    bool everything, loosens, deletes, no_reuse_delta, no_reuse_object;
    bool skips_info, quiet, is_local;
    int write_bitmap, islands, pack_kept; /* -1: not said */
    const char *unpack_since, *cruft_expiration;
    bool keeps_unreachable, is_cruft;
    int window, depth, threads; /* INT_MIN: not given */
    uint64_t window_memory;     /* UINT64_MAX: not given */
    uint64_t max_size, max_cruft, combine_below;
    int name_hash_version, path_walk, geometric;
    struct cli_list keep_packs;
    enum qn_op_repack_midx midx;
    struct qn_filter_spec filter;
    const char *filter_to, *expire_to;
};

static int take_midx(struct cli *cli, const struct cli_option *option,
                     const char *argument, bool is_negated)
{
    struct arguments *arguments = option->value;

    arguments->midx =
        is_negated ? QN_OP_REPACK_MIDX_NONE : QN_OP_REPACK_MIDX_ONE;
    if (argument && strcmp(argument, "incremental") == 0) {
        arguments->midx = QN_OP_REPACK_MIDX_LAYERS;
    } else if (argument && strcmp(argument, "default") != 0) {
        cli_stderr(cli, "error: unknown value for write-midx: %s\n", argument);
        return 1;
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

static void parse(struct cli *cli, int *argc, char **argv, struct arguments *a)
{
    const struct cli_option options[] = {
        CLI_FLAG_WITH('a', NULL, &a->everything, "all into one pack",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH('A', NULL, &a->loosens,
                      "the same, and what nothing reaches into loose files",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG(0, "cruft", &a->is_cruft,
                 "the same, and what nothing reaches into a pack of its own"),
        CLI_STRING(0, "cruft-expiration", &a->cruft_expiration, "approxidate",
                   "what is older is left out of that"),
        {CLI_KIND_UNSIGNED, 0, "combine-cruft-below-size", &a->combine_below,
         "n", "larger cruft packs stay as they are", CLI_OPTION_NO_NEGATE, 0,
         NULL},
        {CLI_KIND_UNSIGNED, 0, "max-cruft-size", &a->max_cruft, "n",
         "the most bytes of a cruft pack", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_FLAG_WITH('d', NULL, &a->deletes, "remove what is redundant then",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH('f', NULL, &a->no_reuse_delta, "copy no stored deltas",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG_WITH('F', NULL, &a->no_reuse_object, "copy nothing stored",
                      CLI_OPTION_NO_NEGATE),
        CLI_INTEGER(0, "name-hash-version", &a->name_hash_version,
                    "how names are compared"),
        CLI_TRISTATE(0, "path-walk", &a->path_walk,
                     "compare first what has one path"),
        CLI_FLAG_WITH('n', NULL, &a->skips_info,
                      "leave the files for dumb servers as they are",
                      CLI_OPTION_NO_NEGATE),
        CLI_FLAG('q', "quiet", &a->quiet, "say nothing"),
        CLI_FLAG('l', "local", &a->is_local, "leave out what alternates have"),
        CLI_TRISTATE('b', "write-bitmap-index", &a->write_bitmap,
                     "write a bitmap"),
        CLI_TRISTATE('i', "delta-islands", &a->islands, "respect islands"),
        CLI_STRING(0, "unpack-unreachable", &a->unpack_since, "approxidate",
                   "with -A, what is older does not become loose"),
        CLI_FLAG('k', "keep-unreachable", &a->keeps_unreachable,
                 "with -a, what nothing reaches, too"),
        CLI_INTEGER(0, "window", &a->window, "how many objects to compare"),
        {CLI_KIND_UNSIGNED, 0, "window-memory", &a->window_memory, "bytes",
         "the most bytes that these take", 0, 0, NULL},
        CLI_INTEGER(0, "depth", &a->depth, "how long chains of deltas may get"),
        CLI_INTEGER(0, "threads", &a->threads, "how many threads"),
        {CLI_KIND_UNSIGNED, 0, "max-pack-size", &a->max_size, "n",
         "the most bytes of one pack", CLI_OPTION_NO_NEGATE, 0, NULL},
        CLI_CALLBACK(0, "filter", a, "args", "objects to set apart", 0,
                     take_filter),
        CLI_TRISTATE(0, "pack-kept-objects", &a->pack_kept,
                     "what kept packs have, too"),
        CLI_LIST(0, "keep-pack", &a->keep_packs, "name",
                 "leave this pack alone"),
        CLI_INTEGER('g', "geometric", &a->geometric,
                    "each pack so many times as large as the next"),
        CLI_CALLBACK('m', "write-midx", a, "mode",
                     "write an index of all packs", CLI_OPTION_OPTIONAL,
                     take_midx),
        CLI_STRING(0, "expire-to", &a->expire_to, "dir",
                   "where what expired goes"),
        CLI_STRING(0, "filter-to", &a->filter_to, "dir",
                   "where what was set apart goes"),
        CLI_END};

    *argc = cli_parse(cli, *argc, argv, options, usage, 0);
}

static void exclude(struct cli *cli, bool a, const char *a_name, bool b,
                    const char *b_name)
{
    if (a && b)
        cli_die_with(cli, "options '%s' and '%s' cannot be used together",
                     a_name, b_name);
}

static void check(struct cli *cli, const struct arguments *a, bool bitmaps)
{
    bool loosens = a->loosens || a->unpack_since;

    exclude(cli, loosens, "-A", a->keeps_unreachable, "-k/--keep-unreachable");
    exclude(cli, loosens, "-A", a->is_cruft, "--cruft");
    exclude(cli, a->keeps_unreachable, "-k/--keep-unreachable", a->is_cruft,
            "--cruft");
    exclude(cli, a->geometric != 0, "--geometric",
            a->everything || a->loosens || a->is_cruft, "-A/-a");
    if (bitmaps && !a->everything && !a->loosens && !a->is_cruft && !a->midx)
        cli_die_with(cli,
                     "Incremental repacks are incompatible with bitmap "
                     "indexes.  Use\n--no-write-bitmap-index or disable the "
                     "pack.writeBitmaps configuration.");
    if (a->filter_to && a->filter.count == 0)
        cli_die_with(cli, "option '%s' can only be used along with '%s'",
                     "--filter-to", "--filter");
}

static uint32_t number(int value)
{
    return value < 0 ? 0 : (uint32_t)value;
}

static void fill_numbers(struct cli *cli, const struct arguments *a,
                         struct qn_op_pack_objects *how)
{
    if (a->window != INT_MIN)
        how->window = number(a->window);
    if (a->depth != INT_MIN)
        how->depth = number(a->depth);
    if (a->threads != INT_MIN)
        how->threads = number(a->threads);
    if (a->window_memory != UINT64_MAX)
        how->window_memory = a->window_memory;
    if (a->max_size)
        how->max_size = a->max_size;
    if (how->max_size && how->max_size < LEAST_PACK_SIZE) {
        cli_warning(cli, "minimum pack size limit is 1 MiB");
        how->max_size = LEAST_PACK_SIZE;
    }
    if (how->depth > 4095) {
        cli_warning(cli, "delta chain depth %u is too deep, forcing %d",
                    how->depth, 4095);
        how->depth = 4095;
    }
    if (a->name_hash_version == 1 || a->name_hash_version == 2)
        how->name_hash_version = (uint32_t)a->name_hash_version;
    else if (a->name_hash_version != -1 && a->name_hash_version != 0)
        cli_die_with(cli, "invalid --name-hash-version option: %d",
                     a->name_hash_version);
    if (a->path_walk >= 0)
        how->by_path = a->path_walk > 0;
}

static int64_t time_of(struct cli *cli, const char *text)
{
    int64_t seconds = 0;

    if (qn_date_expiry(cli->ctx, text, &seconds)) {
        cli_forget(cli);
        cli_die_with(cli, "malformed expiration date '%s'", text);
    }
    return seconds;
}

/* What the command line says before the configuration. */
static unsigned given_of(const struct arguments *a)
{
    return (a->window != INT_MIN ? QN_OP_REPACK_GIVEN_WINDOW : 0u) |
           (a->depth != INT_MIN ? QN_OP_REPACK_GIVEN_DEPTH : 0u) |
           (a->threads != INT_MIN ? QN_OP_REPACK_GIVEN_THREADS : 0u) |
           (a->window_memory != UINT64_MAX ? QN_OP_REPACK_GIVEN_MEMORY : 0u);
}

static void fill(struct cli *cli, struct arguments *a, bool bitmaps)
{
    struct qn_op_repack *how = &a->how;

    how->scope = &cli->scope;
    fill_numbers(cli, a, &how->how);
    how->all = a->everything || a->loosens || a->is_cruft;
    how->loosens = a->loosens;
    how->deletes = a->deletes;
    how->keeps_unreachable = a->keeps_unreachable;
    how->is_cruft = a->is_cruft;
    how->packs_kept = a->pack_kept >= 0
                          ? a->pack_kept > 0
                          : cli_config_bool(cli, "repack.packKeptObjects",
                                            bitmaps && !a->midx);
    how->skips_server_info = a->skips_info || how->skips_server_info;
    if (a->unpack_since && how->all) { /* what is no time is now */
        how->has_unpack_since = true;
        how->unpack_since =
            qn_date_approximate(cli->env, a->unpack_since, NULL);
    }
    if (a->cruft_expiration) {
        how->has_cruft_expiration = true;
        how->cruft_expiration =
            time_of(cli, *a->cruft_expiration ? a->cruft_expiration : "now");
    }
    how->max_cruft_size = a->max_cruft;
    how->combine_below = a->combine_below;
    how->keep_packs = a->keep_packs.items;
    how->keep_count = a->keep_packs.count;
    how->geometric = a->geometric > 0 ? (uint32_t)a->geometric : 0;
    how->expire_to = a->expire_to;
    how->filter = a->filter.count > 0 ? &a->filter : NULL;
    how->filter_to = a->filter_to;
    how->how.reuses_objects = !a->no_reuse_object;
    how->how.reuses_deltas = !a->no_reuse_delta && !a->no_reuse_object;
    how->how.want.is_local = a->is_local;
    if (a->islands >= 0)
        how->how.uses_islands = a->islands > 0;
}

static bool wants_bitmaps(struct cli *cli, const struct arguments *a)
{
    bool answer = a->write_bitmap > 0;

    if (a->write_bitmap < 0)
        cli_check(cli, qn_op_repack_wants_bitmaps(cli->ctx, cli->repo,
                                                  a->everything || a->loosens ||
                                                      a->is_cruft,
                                                  &answer));
    return answer;
}

/* By configuration, which has no other default than "not said". */
static bool refuses_bitmaps(struct cli *cli)
{
    return !cli_config_bool(cli, "repack.writebitmaps",
                            cli_config_bool(cli, "pack.writebitmaps", true));
}

int cmd_repack(struct cli *cli, int argc, char **argv)
{
    struct arguments arguments = {.window = INT_MIN,
                                  .depth = INT_MIN,
                                  .threads = INT_MIN,
                                  .window_memory = UINT64_MAX,
                                  .write_bitmap = -1,
                                  .islands = -1,
                                  .pack_kept = -1,
                                  .path_walk = -1,
                                  .name_hash_version = -1};
    struct qn_op_repack_result result = {.pack_count = 0};
    struct qn_op_pack_objects cruft;
    struct qn_odb *raw = NULL;
    bool bitmaps, shows;

    cli_open_repo(cli, cli->has_help ? CLI_OPEN_GENTLY : CLI_OPEN_VIEWS);
    parse(cli, &argc, argv, &arguments);
    if (cli_has_precious_objects(cli) && arguments.deletes)
        cli_die_with(cli, "cannot delete packs in a precious-objects repo");
    bitmaps = wants_bitmaps(cli, &arguments);
    check(cli, &arguments, bitmaps);
    cli_check(cli, qn_op_repack_configure(cli->ctx, cli->repo, &arguments.how,
                                          &cruft));
    fill(cli, &arguments, bitmaps);
    cruft = arguments.how.how;
    cli_check(cli, qn_op_repack_configure_cruft(cli->ctx, cli->repo,
                                                given_of(&arguments), &cruft));
    arguments.how.cruft_how = &cruft;
    arguments.how.midx = arguments.midx;
    arguments.how.midx_bitmap = arguments.midx && bitmaps;
    arguments.how.midx_without_bitmap =
        !bitmaps && (arguments.write_bitmap == 0 || refuses_bitmaps(cli));
    arguments.how.how.writes_bitmap = bitmaps && !arguments.midx;
    cli_check(cli, qn_repo_odb_raw(cli->ctx, cli->repo, &raw));
    qn_odb_free(cli->odb);
    cli->odb = cli->scope.odb = raw;
    shows = !arguments.quiet && isatty(STDERR_FILENO);
    cli_show_progress(cli, shows);
    if (shows)
        cli_packing_announce(cli, &arguments.how.how);
    cli_check(cli, qn_op_repack_run(cli->ctx, &arguments.how, &result));
    if (result.pack_count == 0 && !arguments.quiet)
        cli_puts(cli, "Nothing new to pack.\n");
    qn_filter_spec_dispose(&arguments.filter);
    cli_upkeep(cli, QN_OP_UPKEEP_PACKS);
    return 0;
}
