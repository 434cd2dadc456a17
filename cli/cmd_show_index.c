/* SPDX-License-Identifier: MIT */
/* show-index: what a pack index says, from standard input, one that is damaged
 * as far as it goes.  Format: docs/formats/pack-index.md. */
#include "base/endian.h"
#include "cli/cli.h"
#include "os/file.h"

#include <inttypes.h>

#define FANOUT_SIZE 1024
#define MAGIC       0xff744f63u
#define LARGE       0x80000000u

static const char *const usage[] = {
    "git show-index [--object-format=<hash>] < <pack-idx-file>", NULL};

struct index {
    struct qn_bytes rest;
    uint32_t version;
    uint32_t count;
    uint32_t algorithm;
    size_t id_size;
};

static uint32_t choose_algorithm(struct cli *cli, const char *format)
{
    uint32_t algorithm;

    if (!format) {
        if (cli->repo)
            return qn_repo_algorithm(cli->repo);
        cli_warning(cli, "assuming SHA-1; use --object-format to override");
        return QN_HASH_SHA1;
    }
    algorithm = qn_id_algorithm_from_name(qn_bytes_from_string(format));
    if (algorithm == QN_HASH_NONE)
        cli_die_with(cli, "Unknown hash algorithm");
    return algorithm;
}

static void read_front(struct cli *cli, struct index *index)
{
    const uint8_t *fanout;
    uint32_t i, before = 0;

    if (index->rest.size < 8)
        cli_die_with(cli, "unable to read header");
    index->version = 1;
    if (qn_endian_load32(index->rest.data) == MAGIC) {
        index->version = qn_endian_load32(index->rest.data + 4);
        if (index->version != 2)
            cli_die_with(cli, "unknown index version");
        index->rest = qn_bytes_from(index->rest, 8);
    }
    if (index->rest.size < FANOUT_SIZE)
        cli_die_with(cli, "unable to read index");
    fanout = index->rest.data;
    for (i = 0; i < 256; i++) {
        uint32_t here = qn_endian_load32(fanout + 4 * i);

        if (here < before)
            cli_die_with(cli, "corrupt index file");
        before = here;
    }
    index->count = before;
    index->rest = qn_bytes_from(index->rest, FANOUT_SIZE);
}

static void put_row(struct cli *cli, const struct index *index, uint64_t offset,
                    const uint8_t *row)
{
    struct qn_id id;

    qn_id_from_row(&id, index->algorithm, row);
    cli_printf(cli, "%" PRIu64 " ", offset);
    cli_put_id(cli, &id);
}

static void show_first(struct cli *cli, const struct index *index)
{
    size_t size = 4 + index->id_size;
    uint32_t i;

    for (i = 0; i < index->count; i++) {
        const uint8_t *entry = index->rest.data + i * size;

        if (index->rest.size / size <= i)
            cli_die_with(cli, "unable to read entry %" PRIu32 "/%" PRIu32, i,
                         index->count);
        put_row(cli, index, qn_endian_load32(entry), entry + 4);
        cli_put(cli, '\n');
    }
}

/* A table of rows; dies where it ends too soon. */
static const uint8_t *take_table(struct cli *cli, struct index *index,
                                 size_t size, const char *name)
{
    const uint8_t *table = index->rest.data;
    size_t rows = index->rest.size / size;

    if (rows < index->count)
        cli_die_with(cli, "unable to read %s %zu/%" PRIu32, name, rows,
                     index->count);
    index->rest = qn_bytes_from(index->rest, size * index->count);
    return table;
}

static void show_second(struct cli *cli, struct index *index)
{
    const uint8_t *ids = take_table(cli, index, index->id_size, "sha1");
    const uint8_t *crcs = take_table(cli, index, 4, "crc");
    const uint8_t *offsets = take_table(cli, index, 4, "32b offset");
    uint32_t i, large = 0;

    for (i = 0; i < index->count; i++) {
        uint64_t offset = qn_endian_load32(offsets + 4 * (size_t)i);

        if (offset & LARGE) {
            if ((offset & ~(uint64_t)LARGE) != large)
                cli_die_with(cli, "inconsistent 64b offset index");
            if (index->rest.size < 8)
                cli_die_with(cli, "unable to read 64b offset %" PRIu32, large);
            offset = qn_endian_load64(index->rest.data);
            index->rest = qn_bytes_from(index->rest, 8);
            large++;
        }
        put_row(cli, index, offset, ids + i * index->id_size);
        cli_printf(cli, " (%08" PRIx32 ")\n",
                   qn_endian_load32(crcs + 4 * (size_t)i));
    }
}

int cmd_show_index(struct cli *cli, int argc, char **argv)
{
    const char *format = NULL;
    const struct cli_option options[] = {
        CLI_STRING(0, "object-format", &format, "hash",
                   "the hash algorithm of the index"),
        CLI_END};
    struct qn_buf bytes = QN_BUF_INIT;
    struct index index = {.version = 1};

    cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_GENTLY);
    index.algorithm = choose_algorithm(cli, format);
    index.id_size = qn_id_size(index.algorithm);
    cli_check(cli, qn_file_read_rest(cli->ctx, 0, &bytes));
    index.rest = qn_buf_bytes(&bytes);
    read_front(cli, &index);
    if (index.version == 1)
        show_first(cli, &index);
    else
        show_second(cli, &index);
    qn_buf_dispose(&bytes);
    return 0;
}
