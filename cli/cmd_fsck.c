/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "base/progress.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "hash/id_map.h"
#include "index/index.h"
#include "operation/op_fsck.h"
#include "os/directory.h"
#include "os/file.h"
#include "path/safe_path.h"

#include <stdio.h>

static const char *const usage[] = {"git fsck [<options>] [<object>...]", NULL};

struct fsck {
    struct cli *cli;
    struct qn_id *heads;
    size_t count;
    size_t capacity;
    size_t defaults; /* refs that there are */
    unsigned code;
    struct qn_odb *odb; /* a view that fetches and replaces nothing */
    const char *reflog; /* whose entries are walked */
};

static void add_head(struct fsck *fsck, const struct qn_id *id)
{
    cli_check(fsck->cli,
              qn_memory_grow(fsck->cli->ctx, &fsck->heads, &fsck->capacity,
                             fsck->count + 1, sizeof(*fsck->heads)));
    fsck->heads[fsck->count++] = *id;
}

static bool is_here(struct fsck *fsck, const struct qn_id *id)
{
    bool exists = false;

    cli_check(fsck->cli, qn_odb_exists(fsck->cli->ctx, fsck->odb, id, &exists));
    return exists;
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct fsck *fsck = data;
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (ref->is_symbolic && qn_id_is_null(&ref->id)) {
        struct qn_ref end = QN_REF_INIT;
        bool found = false;
        enum qn_status status;

        status = qn_refs_resolve(ctx, fsck->cli->refs,
                                 qn_buf_string(&ref->name), &end, &found);
        if (!status && found)
            add_head(fsck, &end.id);
        qn_ref_dispose(&end);
        return status;
    }
    if (qn_id_is_null(&ref->id) || !is_here(fsck, &ref->id)) {
        cli_error(fsck->cli, "%s: invalid sha1 pointer %s",
                  qn_buf_string(&ref->name), qn_id_to_hex(&ref->id, hex));
        fsck->code |= QN_FSCK_REACHABLE;
        fsck->defaults++;
        return QN_OK;
    }
    fsck->defaults++;
    add_head(fsck, &ref->id);
    return QN_OK;
}

static void add_reflog_id(struct fsck *fsck, const struct qn_id *id)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];

    if (qn_id_is_null(id))
        return;
    if (is_here(fsck, id)) {
        add_head(fsck, id);
        return;
    }
    cli_error(fsck->cli, "%s: invalid reflog entry %s", fsck->reflog,
              qn_id_to_hex(id, hex));
    fsck->code |= QN_FSCK_REACHABLE;
}

static enum qn_status add_entry(struct qn_ctx *ctx, void *data,
                                const struct qn_reflog_entry *entry)
{
    (void)ctx;
    add_reflog_id(data, &entry->old_id);
    add_reflog_id(data, &entry->new_id);
    return QN_OK;
}

static enum qn_status add_reflog(struct qn_ctx *ctx, void *data,
                                 const char *name)
{
    struct fsck *fsck = data;

    fsck->reflog = name;
    return qn_reflog_walk(ctx, fsck->cli->refs, name, false, add_entry, fsck);
}

static void add_index(struct fsck *fsck)
{
    struct cli *cli = fsck->cli;
    struct qn_index *index = NULL;
    struct qn_buf path = QN_BUF_INIT;
    size_t i;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "index", &path));
    cli_check(cli, qn_index_read(cli->ctx, qn_buf_string(&path),
                                 qn_repo_algorithm(cli->repo), &index));
    for (i = 0; i < qn_index_count(index); i++) {
        const struct qn_index_entry *entry = qn_index_peek(index, i);

        if ((entry->mode & 0170000u) != 0160000u)
            add_head(fsck, &entry->id);
    }
    qn_index_free(index);
    qn_buf_dispose(&path);
}

static void add_defaults(struct fsck *fsck, bool uses_reflogs)
{
    struct cli *cli = fsck->cli;
    struct qn_ref head = QN_REF_INIT;
    bool found = false;

    cli_check(cli, qn_refs_resolve(cli->ctx, cli->refs, "HEAD", &head, &found));
    if (found)
        cli_check(cli, add_ref(cli->ctx, fsck, &head));
    qn_ref_dispose(&head);
    cli_check(cli, qn_refs_walk(cli->ctx, cli->refs, "", QN_REFS_INCLUDE_BROKEN,
                                add_ref, fsck));
    if (uses_reflogs)
        cli_check(cli, qn_reflog_list(cli->ctx, cli->refs, add_reflog, fsck));
    if (fsck->defaults == 0)
        cli_stderr(cli, "notice: No default references\n");
    add_index(fsck);
}

static void add_arguments(struct fsck *fsck, int argc, char **argv)
{
    struct cli *cli = fsck->cli;
    int i;

    for (i = 0; i < argc; i++) {
        struct qn_revision revision = QN_REVISION_INIT;

        if (qn_revision_parse(cli->ctx, &cli->scope, argv[i], &revision)) {
            cli_forget(cli);
            cli_error(cli, "invalid parameter: expected sha1, got '%s'",
                      argv[i]);
            fsck->code |= QN_FSCK_OBJECT;
            continue;
        }
        if (is_here(fsck, &revision.id)) {
            add_head(fsck, &revision.id);
        } else {
            char hex[QN_ID_MAX_HEX_SIZE + 1];

            cli_error(cli, "%s: object missing",
                      qn_id_to_hex(&revision.id, hex));
            fsck->code |= QN_FSCK_OBJECT;
        }
        qn_revision_dispose(&revision);
    }
}

static void put_line(void *data, bool is_error, const char *text)
{
    struct fsck *fsck = data;

    if (is_error)
        cli_stderr(fsck->cli, "%s\n", text);
    else
        cli_printf(fsck->cli, "%s\n", text);
}

static enum qn_check_severity configured(void *data, const char *name,
                                         enum qn_check_severity severity)
{
    struct fsck *fsck = data;
    const char *value;
    char key[80];

    snprintf(key, sizeof(key), "fsck.%s", name);
    value = cli_config_string(fsck->cli, key, NULL);
    if (!value)
        return severity;
    if (strcmp(value, "error") == 0)
        return QN_CHECK_ERROR;
    if (strcmp(value, "warn") == 0)
        return QN_CHECK_WARN;
    if (strcmp(value, "ignore") == 0)
        return QN_CHECK_IGNORE;
    return severity;
}

static bool is_dot_git(struct qn_bytes name)
{
    return qn_safe_path_is_dot_git(name, QN_SAFE_PATH_HFS | QN_SAFE_PATH_NTFS);
}

static bool is_dot_file(struct qn_bytes name, const char *word,
                        const char *ntfs_hash)
{
    return qn_safe_path_is_dot_file(name, word, ntfs_hash,
                                    QN_SAFE_PATH_HFS | QN_SAFE_PATH_NTFS);
}

/* lost-found/commit/<id> or other/<id>: a blob's content, or the id. */
static void keep_lost(void *data, const struct qn_id *id,
                      enum qn_object_type type)
{
    struct fsck *fsck = data;
    struct cli *cli = fsck->cli;
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_buf path = QN_BUF_INIT;
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    int fd = -1;

    qn_id_to_hex(id, hex);
    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/lost-found/%s/%s",
                                 qn_repo_git_directory(cli->repo),
                                 type == QN_OBJECT_COMMIT ? "commit" : "other",
                                 hex));
    if (type == QN_OBJECT_BLOB)
        cli_check(cli, qn_odb_read(cli->ctx, fsck->odb, id, &object));
    else
        cli_check(cli, qn_buf_printf(cli->ctx, &object.data, "%s\n", hex));
    cli_check(cli,
              qn_directory_make_parents(cli->ctx, qn_buf_string(&path), 0777));
    cli_check(cli,
              qn_file_open(cli->ctx, qn_buf_string(&path),
                           QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                           0666, &fd));
    cli_check(cli,
              qn_file_write(cli->ctx, fd, object.data.data, object.data.size));
    cli_check(cli, qn_file_close_written(cli->ctx, fd, qn_buf_string(&path)));
    qn_object_dispose(&object);
    qn_buf_dispose(&path);
}

static void read_shallow(struct cli *cli, struct qn_id_map *out)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    struct qn_bytes rest, line;
    struct qn_id id;
    uint32_t position;
    bool is_new;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "shallow", &path));
    if (qn_file_read_all(cli->ctx, qn_buf_string(&path), &text))
        qn_ctx_clear(cli->ctx);
    rest = qn_buf_bytes(&text);
    while (qn_bytes_next(&rest, '\n', &line))
        if (qn_id_from_hex(&id, out->algorithm, line))
            cli_check(cli,
                      qn_id_map_put(cli->ctx, out, &id, &position, &is_new));
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
}

/* They were looked at already, with the heads. */
static void tell_references(struct cli *cli, bool are_checked)
{
    struct qn_progress progress = QN_PROGRESS_INIT;

    if (!are_checked)
        return;
    qn_progress_begin(cli->ctx, &progress, QN_PROGRESS_BEGIN,
                      "Checking ref database", 1);
    qn_progress_set(cli->ctx, &progress, 1);
    qn_progress_end(cli->ctx, &progress);
}

int cmd_fsck(struct cli *cli, int argc, char **argv)
{
    struct qn_op_fsck how = {.shows_dangling = true};
    bool full = true, reflogs = true, cache = false, lost = false;
    bool references = true;
    int progress = -1;
    const struct cli_option options[] = {
        CLI_REFUSED('v', "verbose"),
        CLI_FLAG(0, "unreachable", &how.shows_unreachable,
                 "show what nothing reaches"),
        CLI_FLAG(0, "dangling", &how.shows_dangling,
                 "show what nothing refers to"),
        CLI_FLAG(0, "tags", &how.shows_tags, "show tags"),
        CLI_FLAG(0, "root", &how.shows_root, "show commits without parents"),
        CLI_FLAG(0, "cache", &cache, "the index is a head, too"),
        CLI_FLAG(0, "reflogs", &reflogs, "reflogs are heads, too"),
        CLI_FLAG(0, "full", &full, "packs and alternates, too"),
        CLI_FLAG(0, "connectivity-only", &how.connectivity_only,
                 "look only at what is reached"),
        CLI_FLAG(0, "strict", &how.is_strict, "be stricter"),
        CLI_FLAG(0, "lost-found", &lost, "keep what dangles in lost-found"),
        CLI_PROGRESS(&progress),
        CLI_REFUSED(0, "name-objects"),
        CLI_FLAG(0, "references", &references, "look at refs, too"),
        CLI_END};
    struct fsck fsck = {.cli = cli};
    struct qn_buf shown = QN_BUF_INIT;
    struct qn_id_map shallow;
    unsigned code = 0;

    argc = cli_parse(cli, argc, argv, options, usage, 0);
    cli_open_repo(cli, CLI_OPEN_VIEWS);
    cli_check(
        cli, qn_odb_new(cli->ctx, qn_repo_odb_store(cli->repo),
                        QN_ODB_NO_REPLACE | QN_ODB_NO_FETCH | QN_ODB_NO_REFRESH,
                        &fsck.odb));
    qn_id_map_init(&shallow, qn_repo_algorithm(cli->repo));
    read_shallow(cli, &shallow);
    if (argc > 0)
        add_arguments(&fsck, argc, argv);
    if (argc == 0)
        add_defaults(&fsck, reflogs);
    else if (cache)
        add_index(&fsck);
    if (argc > 0 && fsck.count == 0)
        cli_stderr(cli, "notice: No default references\n");
    if (argc > 0 ? fsck.count == 0 : fsck.defaults == 0)
        how.shows_unreachable = false; /* it would be everything */
    how.store = qn_repo_odb_store(cli->repo);
    cli_check(cli, qn_buf_printf(cli->ctx, &shown, "%s/objects",
                                 qn_repo_git_directory_shown(cli->repo)));
    how.directory_shown = qn_buf_string(&shown);
    how.heads = fsck.heads;
    how.head_count = fsck.count;
    how.shallow = &shallow;
    how.local_only = !full;
    how.severity = configured;
    how.line = put_line;
    how.dangling = lost ? keep_lost : NULL;
    how.is_dot_git = is_dot_git;
    how.is_dot_file = is_dot_file;
    how.data = &fsck;
    cli_show_progress(cli, cli_wants_progress(progress));
    tell_references(cli, references);
    cli_check(cli, qn_op_fsck_run(cli->ctx, &how, &code));
    qn_odb_free(fsck.odb);
    qn_memory_free(fsck.heads);
    qn_buf_dispose(&shown);
    qn_id_map_dispose(&shallow);
    return (int)(code | fsck.code);
}
