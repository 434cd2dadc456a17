/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/cli.h"
#include "operation/op_index_pack.h"
#include "pack/pack_reader.h"

#include <inttypes.h>

static const char *const usage[] = {
    "git verify-pack [-v | --verbose] [-s | --stat-only] [--] <pack>.idx...",
    NULL};

/* What -v prints of one pack: an entry a line, then how deep chains are. */
struct listing {
    struct cli *cli;
    struct qn_pack_file *pack;
    struct qn_pack_reader reader;
    uint32_t *depths; /* of each object, in the order of the pack */
    uint32_t *chains; /* objects of each depth */
    size_t chain_capacity;
    uint32_t deepest;
};

static void count_depth(struct listing *listing, uint32_t depth)
{
    size_t before = listing->chain_capacity;

    cli_check(listing->cli,
              qn_memory_grow(listing->cli->ctx, &listing->chains,
                             &listing->chain_capacity, (size_t)depth + 1,
                             sizeof(*listing->chains)));
    if (listing->chain_capacity > before)
        memset(listing->chains + before, 0,
               (listing->chain_capacity - before) * sizeof(*listing->chains));
    listing->chains[depth]++;
    if (depth > listing->deepest)
        listing->deepest = depth;
}

/* How many deltas it takes to object `i`: its base has been seen before, or
 * (ref deltas) is followed. */
static uint32_t depth_of(struct listing *listing, uint32_t i)
{
    struct qn_pack_file *pack = listing->pack;
    struct qn_ctx *ctx = listing->cli->ctx;
    uint64_t offset = qn_pack_index_offset(
        &pack->index, qn_pack_reverse_position(&pack->reverse, i));
    struct qn_pack_entry entry, base;
    uint32_t depth = 0, at;

    cli_check(listing->cli,
              qn_pack_entry_parse(ctx, qn_pack_reader_bytes(pack),
                                  pack->algorithm, offset, &entry));
    while (qn_pack_entry_is_delta(&entry)) {
        depth++;
        cli_check(listing->cli, qn_pack_reader_base(ctx, &listing->reader, pack,
                                                    &entry, &base));
        at = qn_pack_reverse_find(&pack->reverse, &pack->index, base.offset);
        if (at < i)
            return depth + listing->depths[at];
        entry = base;
    }
    return depth;
}

static void show_entry(struct listing *listing, uint32_t i, bool is_shown)
{
    struct qn_pack_file *pack = listing->pack;
    struct cli *cli = listing->cli;
    uint32_t position = qn_pack_reverse_position(&pack->reverse, i);
    uint64_t offset = qn_pack_index_offset(&pack->index, position);
    struct qn_pack_reader_info info;
    struct qn_pack_entry entry;
    struct qn_id id;

    listing->depths[i] = depth_of(listing, i);
    count_depth(listing, listing->depths[i]);
    if (!is_shown)
        return;
    cli_check(cli, qn_pack_reader_info(cli->ctx, &listing->reader, pack, offset,
                                       QN_PACK_READER_TYPE |
                                           QN_PACK_READER_DISK_SIZE |
                                           QN_PACK_READER_DELTA_BASE,
                                       &info));
    cli_check(cli, qn_pack_entry_parse(cli->ctx, qn_pack_reader_bytes(pack),
                                       pack->algorithm, offset, &entry));
    qn_id_from_row(&id, pack->algorithm,
                   qn_pack_index_row(&pack->index, position));
    cli_put_id(cli, &id);
    cli_printf(cli, " %-6s %" PRIu64 " %" PRIu64 " %" PRIu64,
               qn_object_type_name(info.type), entry.size, info.disk_size,
               offset);
    if (listing->depths[i] > 0) {
        cli_printf(cli, " %u ", (unsigned)listing->depths[i]);
        cli_put_id(cli, &info.delta_base);
    }
    cli_put(cli, '\n');
}

static void show_pack(struct cli *cli, struct qn_pack_file *pack, bool is_brief)
{
    struct listing listing = {.cli = cli, .pack = pack};
    uint32_t i;

    qn_pack_reader_init(&listing.reader, 1 << 20);
    listing.depths = qn_memory_array(cli->ctx, (size_t)pack->count + 1,
                                     sizeof(*listing.depths));
    if (!listing.depths)
        cli_die(cli);
    for (i = 0; i < pack->count; i++)
        show_entry(&listing, i, !is_brief);
    for (i = 0; listing.chains && i <= listing.deepest; i++) {
        if (listing.chains[i] == 0)
            continue;
        if (i == 0)
            cli_printf(cli, "non delta: %u object%s\n",
                       (unsigned)listing.chains[i],
                       listing.chains[i] == 1 ? "" : "s");
        else
            cli_printf(cli, "chain length = %u: %u object%s\n", (unsigned)i,
                       (unsigned)listing.chains[i],
                       listing.chains[i] == 1 ? "" : "s");
    }
    qn_memory_free(listing.depths);
    qn_memory_free(listing.chains);
    qn_pack_reader_dispose(&listing.reader);
}

/* "x.idx", "x.pack" and "x" all name the pack x. */
static int verify(struct cli *cli, const char *name, uint32_t algorithm,
                  bool is_verbose, bool is_brief)
{
    struct qn_bytes stem = qn_bytes_from_string(name);
    struct qn_pack_file *pack = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    if (qn_bytes_has_suffix(stem, ".idx"))
        stem.size -= 4;
    else if (qn_bytes_has_suffix(stem, ".pack"))
        stem.size -= 5;
    cli_check(cli, qn_buf_append_bytes(cli->ctx, &path, stem));
    cli_check(cli, qn_buf_append_string(cli->ctx, &path, ".idx"));
    if (!qn_file_exists(qn_buf_string(&path))) {
        cli_fatal(cli, "Cannot open existing pack file '%s'",
                  qn_buf_string(&path));
        qn_buf_dispose(&path);
        return 1;
    }
    qn_buf_truncate(&path, stem.size);
    cli_check(cli, qn_buf_append_string(cli->ctx, &path, ".pack"));
    cli_check(cli, qn_pack_file_new(cli->ctx, qn_buf_string(&path), algorithm,
                                    &pack));
    status = is_brief ? qn_pack_file_open_reverse(cli->ctx, pack)
                      : qn_op_index_pack_verify(cli->ctx, pack);
    if (!status && is_brief)
        status = qn_pack_file_open_data(cli->ctx, pack);
    if (status) {
        cli_fail(cli);
        qn_ctx_clear(cli->ctx);
    } else if (is_verbose || is_brief) {
        show_pack(cli, pack, is_brief);
    }
    if (is_verbose && !is_brief)
        cli_printf(cli, "%s: %s\n", qn_buf_string(&path),
                   status ? "bad" : "ok");
    qn_pack_file_release(pack);
    qn_buf_dispose(&path);
    return status ? 1 : 0;
}

int cmd_verify_pack(struct cli *cli, int argc, char **argv)
{
    bool is_verbose = false, is_brief = false;
    const char *format = NULL;
    const struct cli_option options[] = {
        CLI_FLAG('v', "verbose", &is_verbose, "show every object"),
        CLI_FLAG('s', "stat-only", &is_brief,
                 "show how deep chains are, check nothing"),
        CLI_STRING(0, "object-format", &format, "hash", "the hash algorithm"),
        CLI_END};
    uint32_t algorithm = QN_HASH_SHA1;
    int code = 0, i;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (argc < 1)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    if (cli->repo)
        algorithm = qn_repo_algorithm(cli->repo);
    if (format)
        algorithm = qn_id_algorithm_from_name(qn_bytes_from_string(format));
    if (algorithm == QN_HASH_NONE)
        cli_die_with(cli, "unknown hash algorithm '%s'", format);
    for (i = 0; i < argc; i++)
        code |= verify(cli, argv[i], algorithm, is_verbose, is_brief);
    return code;
}
