/* SPDX-License-Identifier: MIT */
/* Which repositories maintenance is for (maintenance.repo), and two questions
 * that its tasks ask. */
#include "cli/maintenance.h"
#include "config/config_edit.h"
#include "config/config_files.h"
#include "hash/id_map.h"
#include "object/commit.h"
#include "os/directory.h"
#include "os/file.h"
#include "walk/commit_graph.h"

#include <string.h>

/* The name it is registered under: its work tree, or itself. */
static void own_path(struct cli *cli, struct qn_buf *out)
{
    const char *path = qn_repo_work_tree(cli->repo);
    const char *common = qn_repo_common_directory(cli->repo);

    if (strcmp(common, qn_repo_git_directory(cli->repo)) != 0 &&
        qn_bytes_has_suffix(qn_bytes_from_string(common), "/.git")) {
        /* a linked work tree: the main one */
        cli_check(cli, qn_buf_append(cli->ctx, out, common,
                                     strlen(common) - strlen("/.git")));
        return;
    }
    cli_check(cli, qn_file_real_path(cli->ctx, path ? path : common, out));
}

static void global_file(struct cli *cli, const char *given, struct qn_buf *out)
{
    if (given)
        cli_check(cli, cli_absolute_path(cli, given, out));
    else
        cli_check(cli, qn_config_files_global_path(cli->ctx, out));
}

static bool is_registered(struct cli *cli, const char *file, const char *path)
{
    struct qn_config *config = NULL;
    const struct qn_config_entry *entry;
    bool answer = false, was_there;

    cli_check(cli, qn_config_new(cli->ctx, &config));
    cli_check(cli,
              qn_config_add_file(cli->ctx, config, file, QN_CONFIG_SCOPE_GLOBAL,
                                 NULL, &was_there));
    for (entry = qn_config_find(config, "maintenance.repo"); entry && !answer;
         entry = qn_config_previous(config, entry))
        answer = entry->value && strcmp(entry->value, path) == 0;
    qn_config_free(config);
    return answer;
}

/* maintenance by a schedule takes the place of that after each command */
static void set_own(struct cli *cli)
{
    struct qn_buf path = QN_BUF_INIT;

    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "config", &path));
    cli_check(cli, qn_config_edit_set(cli->ctx, qn_buf_string(&path),
                                      "maintenance.auto", "false"));
    if (!cli_config_string(cli, "maintenance.strategy", NULL))
        cli_check(cli,
                  qn_config_edit_set(cli->ctx, qn_buf_string(&path),
                                     "maintenance.strategy", "incremental"));
    qn_buf_dispose(&path);
}

int cli_maintenance_register(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git maintenance register [--config-file <path>]", NULL};
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
    struct qn_buf path = QN_BUF_INIT, file = QN_BUF_INIT;
    const char *given = NULL;
    const struct cli_option options[] = {
        CLI_STRING(0, "config-file", &given, "file",
                   "the file that lists repositories"),
        CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    cli_open_repo(cli, 0);
    set_own(cli);
    own_path(cli, &path);
    global_file(cli, given, &file);
    if (!is_registered(cli, qn_buf_string(&file), qn_buf_string(&path))) {
        edit.key = "maintenance.repo";
        edit.value = qn_buf_string(&path);
        edit.appends = true;
        cli_check(cli,
                  qn_config_edit_file(cli->ctx, qn_buf_string(&file), &edit));
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&file);
    return 0;
}

int cli_maintenance_unregister(struct cli *cli, int argc, char **argv)
{
    static const char *const lines[] = {
        "git maintenance unregister [--config-file <path>] [--force]", NULL};
    struct qn_config_edit edit = QN_CONFIG_EDIT_INIT;
    struct qn_buf path = QN_BUF_INIT, file = QN_BUF_INIT;
    const char *given = NULL;
    bool is_forced = false;
    const struct cli_option options[] = {
        CLI_STRING(0, "config-file", &given, "file",
                   "the file that lists repositories"),
        CLI_FLAG('f', "force", &is_forced, "it need not be there"), CLI_END};

    argc = cli_parse(cli, argc, argv, options, lines, 0);
    if (argc > 0)
        cli_usage(cli, lines, options);
    cli_open_repo(cli, 0);
    own_path(cli, &path);
    global_file(cli, given, &file);
    if (is_registered(cli, qn_buf_string(&file), qn_buf_string(&path))) {
        edit.key = "maintenance.repo";
        edit.value_pattern = qn_buf_string(&path);
        edit.pattern_is_fixed = true;
        edit.all = true;
        cli_check(cli,
                  qn_config_edit_file(cli->ctx, qn_buf_string(&file), &edit));
    } else if (!is_forced) {
        cli_die_with(cli, "repository '%s' is not registered",
                     qn_buf_string(&path));
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&file);
    return 0;
}

/* ---- questions */

struct search {
    struct cli *cli;
    struct qn_commit_graph *graph;
    struct qn_id_map seen; /* commits that are in no graph */
    uint64_t limit;
};

static enum qn_status add_commit(struct qn_ctx *ctx, struct search *search,
                                 const struct qn_id *id)
{
    uint32_t position;
    bool is_new;

    if (search->seen.count >= search->limit ||
        (search->graph &&
         qn_commit_graph_find(search->graph, id) != QN_COMMIT_GRAPH_NONE))
        return QN_OK;
    return qn_id_map_put(ctx, &search->seen, id, &position, &is_new);
}

static enum qn_status add_ref(struct qn_ctx *ctx, void *data,
                              const struct qn_ref *ref)
{
    struct search *search = data;
    struct qn_id id;

    if (ref->is_symbolic)
        return QN_OK;
    if (qn_revision_peel(ctx, search->cli->odb, &ref->id, QN_OBJECT_COMMIT,
                         &id)) {
        qn_ctx_clear(ctx); /* no commit */
        return QN_OK;
    }
    return add_commit(ctx, search, &id);
}

bool cli_graph_lacks(struct cli *cli, uint64_t limit)
{
    struct search search = {.cli = cli, .limit = limit};
    struct qn_object object = QN_OBJECT_INIT;
    struct qn_commit_graph_options how;
    struct qn_commit commit;
    struct qn_id id, parent;
    uint32_t at, i;

    memset(&how, 0, sizeof(how));
    cli_open_views(cli);
    how.objects_directory =
        qn_odb_store_directory(qn_repo_odb_store(cli->repo));
    how.algorithm = qn_repo_algorithm(cli->repo);
    qn_id_map_init(&search.seen, how.algorithm);
    cli_check(cli, qn_commit_graph_open(cli->ctx, &how, &search.graph));
    cli_check(cli, qn_refs_walk(cli->ctx, cli->refs, "", 0, add_ref, &search));
    for (at = 0; at < search.seen.count && search.seen.count < limit; at++) {
        qn_id_map_id(&search.seen, at, &id);
        if (qn_odb_read_typed(cli->ctx, cli->odb, &id, QN_OBJECT_COMMIT,
                              &object) ||
            qn_commit_parse(cli->ctx, qn_object_bytes(&object), how.algorithm,
                            &commit)) {
            qn_ctx_clear(cli->ctx);
            continue;
        }
        for (i = 0; i < commit.parent_count; i++) {
            qn_commit_parent(&commit, i, &parent);
            cli_check(cli, add_commit(cli->ctx, &search, &parent));
        }
    }
    at = (uint32_t)search.seen.count;
    qn_object_dispose(&object);
    qn_commit_graph_free(search.graph);
    qn_id_map_dispose(&search.seen);
    return at >= limit;
}

static size_t count_files(struct cli *cli, const char *path, unsigned depth)
{
    struct qn_directory *directory = NULL;
    struct qn_buf below = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *name;
    size_t count = 0;

    if (depth == 0 || qn_directory_open(cli->ctx, path, &directory)) {
        qn_ctx_clear(cli->ctx);
        return 0;
    }
    while (qn_directory_next(directory, &name, &kind)) {
        if (kind != QN_FILE_DIRECTORY) {
            count += kind == QN_FILE_REGULAR;
            continue;
        }
        qn_buf_clear(&below);
        cli_check(cli, qn_buf_printf(cli->ctx, &below, "%s/%s", path, name));
        count += count_files(cli, qn_buf_string(&below), depth - 1);
    }
    qn_directory_close(directory);
    qn_buf_dispose(&below);
    return count;
}

bool cli_refs_want_packing(struct cli *cli)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat = {0};
    size_t limit = 0, count;
    uint64_t size;

    if (qn_repo_refs_format(cli->repo) != QN_REFS_FILES)
        return false; /* tables keep themselves in order */
    cli_check(cli, qn_repo_path(cli->ctx, cli->repo, "packed-refs", &path));
    cli_check(cli, qn_file_lstat(cli->ctx, qn_buf_string(&path), &stat));
    for (size = stat.size / 100; size > 1; size /= 2)
        limit += 5;
    qn_buf_clear(&path);
    cli_check(cli, qn_buf_printf(cli->ctx, &path, "%s/refs",
                                 qn_repo_common_directory(cli->repo)));
    count = count_files(cli, qn_buf_string(&path), 64);
    qn_buf_dispose(&path);
    return count >= (limit < 16 ? 16 : limit);
}
