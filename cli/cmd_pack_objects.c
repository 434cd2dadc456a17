/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "cli/work.h"
#include "hash/id_map.h"
#include "operation/op_pack_objects.h"
#include "operation/part/delta_search.h"
#include "os/file.h"
#include "os/temporary.h"

static const char *const usage[] = {
    "git pack-objects [<options>] --stdout < <object-list>",
    "git pack-objects [<options>] <base-name> < <object-list>", NULL};

struct list {
    struct qn_id_map ids;
    uint32_t *hashes;
    size_t capacity;
};

/* Lines of "<id>" or "<id> <name>"; "-<id>" (an object the other side has) is
 * of use to thin packs only. */
static void read_list(struct cli *cli, struct list *list)
{
    struct qn_buf line = QN_BUF_INIT;
    size_t digits = qn_id_hex_size(list->ids.algorithm);

    while (cli_read_record(cli, '\n', &line)) {
        struct qn_bytes text = qn_buf_bytes(&line), name;
        uint32_t position;
        struct qn_id id;
        bool is_new;

        if (text.size > 0 && text.data[0] == '-')
            continue;
        if (text.size < digits || !qn_id_from_hex(&id, list->ids.algorithm,
                                                  qn_bytes_first(text, digits)))
            cli_die_with(cli, "expected object ID, got garbage:\n %s\n",
                         qn_buf_string(&line));
        name = qn_bytes_from(text, digits + 1);
        cli_check(cli,
                  qn_id_map_put(cli->ctx, &list->ids, &id, &position, &is_new));
        if (!is_new)
            continue;
        cli_check(cli, qn_memory_grow(cli->ctx, &list->hashes, &list->capacity,
                                      list->ids.count, sizeof(*list->hashes)));
        list->hashes[position] = qn_delta_search_hash(name);
    }
    qn_buf_dispose(&line);
}

static void put_file(struct cli *cli, const char *base, const char *hex,
                     const char *end, struct qn_bytes bytes)
{
    struct qn_buf path = QN_BUF_INIT;
    int fd = -1;

    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s-%s%s", base, hex, end));
    cli_check(cli, qn_file_unlink_if_exists(cli->ctx, qn_buf_string(&path)));
    cli_check(cli,
              qn_file_open(cli->ctx, qn_buf_string(&path),
                           QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_EXCLUSIVE,
                           0444, &fd));
    cli_check(cli, qn_file_write(cli->ctx, fd, bytes.data, bytes.size));
    cli_check(cli,
              qn_sync_file(cli->ctx, qn_repo_sync(cli->repo),
                           QN_SYNC_PACK_METADATA, fd, qn_buf_string(&path)));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, qn_buf_string(&path)));
    qn_buf_dispose(&path);
}

/* The pack first, its index last: then it is there. */
static void write_files(struct cli *cli,
                        const struct qn_op_pack_objects *options,
                        const char *base)
{
    struct qn_buf temporary = QN_BUF_INIT, prefix = QN_BUF_INIT;
    struct qn_buf index = QN_BUF_INIT, reverse = QN_BUF_INIT;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_pack_table table;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    int fd = -1;

    cli_check(cli, qn_buf_printf(cli->ctx, &prefix, "%s.tmp_pack_", base));
    cli_check(cli, qn_file_create_temporary(cli->ctx, qn_buf_string(&prefix),
                                            0444, &fd, &temporary));
    cli_check(cli, qn_op_pack_objects_write(cli->ctx, options, fd,
                                            qn_buf_string(&temporary), &table));
    cli_check(cli, qn_sync_file(cli->ctx, qn_repo_sync(cli->repo), QN_SYNC_PACK,
                                fd, qn_buf_string(&temporary)));
    cli_check(cli,
              qn_file_close_written(cli->ctx, fd, qn_buf_string(&temporary)));
    cli_check(cli, qn_pack_table_write(cli->ctx, &table, &index, &reverse));
    qn_id_to_hex(&table.checksum, hex);
    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s-%s.pack", base, hex));
    cli_check(cli, qn_file_rename(cli->ctx, qn_buf_string(&temporary),
                                  qn_buf_string(&path)));
    qn_temporary_forget(qn_buf_string(&temporary));
    put_file(cli, base, hex, ".rev", qn_buf_bytes(&reverse));
    put_file(cli, base, hex, ".idx", qn_buf_bytes(&index));
    cli_printf(cli, "%s\n", hex);
    qn_pack_table_dispose(&table);
    qn_buf_dispose(&temporary);
    qn_buf_dispose(&prefix);
    qn_buf_dispose(&index);
    qn_buf_dispose(&reverse);
    qn_buf_dispose(&path);
}

int cmd_pack_objects(struct cli *cli, int argc, char **argv)
{
    bool to_stdout = false, quiet = false, offsets = false, non_empty = false;
    bool progress = false;
    int window = -1, depth = -1, threads = 0, level = -2;
    const struct cli_option options[] = {
        CLI_FLAG('q', "quiet", &quiet, "say nothing"),
        CLI_FLAG(0, "progress", &progress, "show progress"),
        CLI_FLAG(0, "all-progress", &progress, "show progress"),
        CLI_FLAG(0, "all-progress-implied", &progress, "show progress"),
        CLI_FLAG(0, "stdout", &to_stdout, "write the pack to stdout"),
        CLI_INTEGER(0, "window", &window, "how many objects to compare with"),
        CLI_INTEGER(0, "depth", &depth, "how long chains of deltas may get"),
        CLI_INTEGER(0, "threads", &threads, "how many threads"),
        CLI_INTEGER(0, "compression", &level, "zlib's level"),
        CLI_FLAG(0, "delta-base-offset", &offsets, "deltas name offsets"),
        CLI_FLAG(0, "non-empty", &non_empty, "write no empty pack"),
        CLI_REFUSED(0, "revs"),
        CLI_REFUSED(0, "all"),
        CLI_REFUSED(0, "unpacked"),
        CLI_REFUSED(0, "reflog"),
        CLI_REFUSED(0, "indexed-objects"),
        CLI_REFUSED(0, "stdin-packs"),
        CLI_REFUSED(0, "thin"),
        CLI_REFUSED(0, "shallow"),
        CLI_REFUSED(0, "filter"),
        CLI_REFUSED(0, "local"),
        CLI_REFUSED(0, "incremental"),
        CLI_REFUSED(0, "honor-pack-keep"),
        CLI_REFUSED(0, "keep-pack"),
        CLI_REFUSED(0, "keep-unreachable"),
        CLI_REFUSED(0, "pack-loose-unreachable"),
        CLI_REFUSED(0, "unpack-unreachable"),
        CLI_REFUSED(0, "cruft"),
        CLI_REFUSED(0, "include-tag"),
        CLI_REFUSED(0, "max-pack-size"),
        CLI_REFUSED(0, "index-version"),
        CLI_REFUSED(0, "write-bitmap-index"),
        CLI_REFUSED(0, "no-reuse-delta"),
        CLI_REFUSED(0, "no-reuse-object"),
        CLI_END};
    struct qn_op_pack_objects how = {0};
    struct list list = {.hashes = NULL};

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    if (to_stdout ? argc != 0 : argc != 1)
        cli_usage(cli, usage, options);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    qn_id_map_init(&list.ids, qn_repo_algorithm(cli->repo));
    read_list(cli, &list);
    if (list.ids.count == 0 && non_empty)
        return 0;
    cli_check(cli, qn_odb_new(cli->ctx, qn_repo_odb_store(cli->repo),
                              QN_ODB_NO_REPLACE, &how.odb));
    how.rows = list.ids.rows;
    how.name_hashes = list.hashes;
    how.count = list.ids.count;
    how.window =
        (uint32_t)(window >= 0 ? window
                               : cli_config_int(cli, "pack.window", 10));
    how.depth =
        (uint32_t)(depth >= 0 ? depth : cli_config_int(cli, "pack.depth", 50));
    how.big_file_threshold =
        (uint64_t)cli_config_int(cli, "core.bigFileThreshold", 512 << 20);
    how.level =
        level > -2
            ? level
            : (int)cli_config_int(cli, "pack.compression",
                                  cli_config_int(cli, "core.compression", -1));
    if (to_stdout) {
        struct qn_pack_table table;

        cli_flush(cli);
        cli_check(
            cli, qn_op_pack_objects_write(cli->ctx, &how, 1, "stdout", &table));
        qn_pack_table_dispose(&table);
    } else {
        write_files(cli, &how, argv[0]);
    }
    qn_odb_free(how.odb);
    qn_id_map_dispose(&list.ids);
    qn_memory_free(list.hashes);
    return 0;
}
