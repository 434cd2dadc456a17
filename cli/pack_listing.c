/* SPDX-License-Identifier: MIT */
#include "cli/pack_listing.h"

#include "base/memory.h"
#include "operation/op_index_pack.h"

#include <inttypes.h>

struct listing {
    struct cli *cli;
    enum pack_listing_mode mode;
};

/* How many deltas it takes to each entry.  Bases may come later (ref deltas):
 * the way down is walked back up. */
static void count_depths(const struct qn_pack_indexer *indexer,
                         uint32_t *depths, uint32_t *way)
{
    size_t i, count;

    for (i = 0; i < indexer->table.count; i++) {
        uint32_t at = (uint32_t)i, depth;

        for (count = 0; depths[at] == UINT32_MAX; at = indexer->bases[at]) {
            if (indexer->bases[at] == UINT32_MAX)
                depths[at] = 0;
            else
                way[count++] = at;
            if (depths[at] == 0)
                break;
        }
        for (depth = depths[at]; count > 0;)
            depths[way[--count]] = ++depth;
    }
}

static void put_histogram(struct cli *cli, const uint32_t *depths, size_t count)
{
    uint32_t deepest = 0, *chains;
    size_t i;

    for (i = 0; i < count; i++)
        deepest = depths[i] > deepest ? depths[i] : deepest;
    chains = qn_memory_calloc(cli->ctx, (size_t)deepest + 1, sizeof(*chains));
    if (!chains)
        cli_die(cli);
    for (i = 0; i < count; i++)
        chains[depths[i]]++;
    for (i = 0; i <= deepest; i++) {
        const char *end = chains[i] == 1 ? "" : "s";

        if (chains[i] == 0)
            continue;
        if (i == 0)
            cli_printf(cli, "non delta: %" PRIu32 " object%s\n", chains[i],
                       end);
        else
            cli_printf(cli, "chain length = %zu: %" PRIu32 " object%s\n", i,
                       chains[i], end);
    }
    qn_memory_free(chains);
}

static void put_entry(struct cli *cli, const struct qn_pack_indexer *indexer,
                      size_t i, uint32_t depth)
{
    const struct qn_pack_table *table = &indexer->table;
    size_t size = qn_id_size(table->algorithm);
    uint64_t end = i + 1 < table->count ? table->offsets[i + 1] : indexer->end;
    struct qn_id id;

    qn_id_from_row(&id, table->algorithm, table->rows + i * size);
    cli_put_id(cli, &id);
    cli_printf(cli, " %-6s %" PRIu64 " %" PRIu64 " %" PRIu64,
               qn_object_type_name((enum qn_object_type)indexer->types[i]),
               indexer->sizes[i], end - table->offsets[i], table->offsets[i]);
    if (depth > 0) {
        qn_id_from_row(&id, table->algorithm,
                       table->rows + indexer->bases[i] * size);
        cli_printf(cli, " %" PRIu32 " ", depth);
        cli_put_id(cli, &id);
    }
    cli_put(cli, '\n');
}

static void list(void *data, const struct qn_pack_indexer *indexer)
{
    struct listing *listing = data;
    size_t count = indexer->table.count, i;
    uint32_t *depths =
        qn_memory_array(listing->cli->ctx, 2 * (count + 1), sizeof(*depths));

    if (!depths)
        cli_die(listing->cli);
    memset(depths, 0xff, (count + 1) * sizeof(*depths));
    count_depths(indexer, depths, depths + count + 1);
    for (i = 0; i < count && listing->mode == PACK_LISTING_ALL; i++)
        put_entry(listing->cli, indexer, i, depths[i]);
    if (count > 0)
        put_histogram(listing->cli, depths, count);
    qn_memory_free(depths);
}

enum qn_status
pack_listing_verify(struct cli *cli, const char *path, const char *index_path,
                    uint32_t algorithm, enum pack_listing_mode mode,
                    bool skips_reverse,
                    const struct qn_pack_receive_options *receive)
{
    struct listing listing = {cli, mode};
    struct qn_buf reverse = QN_BUF_INIT;
    struct qn_op_index_pack options = {.path = path,
                                       .index_path = index_path,
                                       .algorithm = algorithm,
                                       .receive = receive,
                                       .list = mode == PACK_LISTING_NONE ? NULL
                                                                         : list,
                                       .data = &listing};
    enum qn_status status;

    cli_check(cli, qn_buf_printf(cli->ctx, &reverse, "%.*s.rev",
                                 (int)strlen(index_path) - 4, index_path));
    options.reverse_path = skips_reverse ? NULL : qn_buf_string(&reverse);
    status = qn_op_index_pack_verify(cli->ctx, &options);
    qn_buf_dispose(&reverse);
    return status;
}

void pack_listing_configure(struct cli *cli,
                            struct qn_pack_receive_options *receive)
{
    int64_t threads = cli_config_int(cli, "pack.threads", 0);
    int64_t large = cli_config_int(cli, "core.bigFileThreshold", 0);

    if (threads < 0)
        cli_die_with(cli, "invalid number of threads specified (%" PRId64 ")",
                     threads);
    if (receive->thread_count == 0)
        receive->thread_count = (uint32_t)threads;
    receive->big_file_threshold = large > 0 ? (uint64_t)large : 0;
}
