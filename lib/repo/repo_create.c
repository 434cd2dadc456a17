/* SPDX-License-Identifier: MIT */
/* init: the files of a new repository.
 *
 * Order: directory, template, config, HEAD and refs, objects.  Each step is
 * complete or can be run again: init of a half-made repository finishes it.
 */
#include "config/config_edit.h"
#include "os/directory.h"
#include "os/file.h"
#include "os/lock_file.h"
#include "repo/repo_parts.h"
#include "text/pathname.h"
#include "text/ref_name.h"

#include <stdlib.h>
#include <string.h>

#define TEMPLATE_DEPTH_MAX 32

struct creation {
    const struct qn_repo_create_options *options;
    const char *directory; /* of the repository's files */
    const char *shared;    /* the value written to core.sharedRepository */
    uint32_t shared_mode;  /* bits for files, 0: umask */
    bool is_exact;         /* 0xxx: files get exactly these bits */
    bool was_there;
};

/* "group" -> "1" and 0660, "all" -> "2" and 0664, "0640" stays. */
static enum qn_status read_shared(struct qn_ctx *ctx, struct creation *creation)
{
    const char *text = creation->options->shared;
    char *end = NULL;
    unsigned long number;
    bool flag = false;

    if (!text || strcmp(text, "umask") == 0)
        return QN_OK;
    if (!*text || strcmp(text, "group") == 0) {
        creation->shared = "1";
        creation->shared_mode = 0660;
        return QN_OK;
    }
    if (strcmp(text, "all") == 0 || strcmp(text, "world") == 0 ||
        strcmp(text, "everybody") == 0) {
        creation->shared = "2";
        creation->shared_mode = 0664;
        return QN_OK;
    }
    number = strtoul(text, &end, 8);
    if (*end != '\0') {
        if (!qn_config_parse_bool(text, &flag))
            return qn_ctx_fail(ctx, QN_INVALID,
                               "bad boolean config value '%s' for 'arg'", text);
        number = flag ? 1 : 0;
    }
    if (number == 0)
        return QN_OK;
    if (number == 1 || number == 2) {
        creation->shared = number == 1 ? "1" : "2";
        creation->shared_mode = number == 1 ? 0660 : 0664;
        return QN_OK;
    }
    if ((number & 0600) != 0600)
        return qn_ctx_fail(ctx, QN_INVALID,
                           "problem with core.sharedRepository filemode value "
                           "(0%.3lo).\nThe owner of files must always have "
                           "read and write permissions.",
                           number);
    creation->shared = text;
    creation->shared_mode = (uint32_t)number & 0666;
    creation->is_exact = true;
    return QN_OK;
}

/* Give a file or directory the bits of core.sharedRepository. */
static enum qn_status adjust(struct qn_ctx *ctx,
                             const struct creation *creation, const char *path,
                             bool is_directory)
{
    struct qn_file_stat stat;
    uint32_t mode;
    enum qn_status status;

    if (!creation->shared_mode)
        return QN_OK;
    status = qn_file_stat(ctx, path, &stat);
    if (status)
        return status;
    mode = stat.mode & 07777;
    if (creation->is_exact)
        mode = (mode & ~0777u) | creation->shared_mode;
    else
        mode |= creation->shared_mode;
    if (is_directory)
        mode |= (mode & 0444) >> 2 | 02000;
    return mode == (stat.mode & 07777) ? QN_OK : qn_file_chmod(ctx, path, mode);
}

static enum qn_status make_directory(struct qn_ctx *ctx,
                                     const struct creation *creation,
                                     const char *name)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    status = qn_buf_printf(ctx, &path, "%s%s%s", creation->directory,
                           *name ? "/" : "", name);
    if (!status)
        status = *name ? qn_directory_make(ctx, qn_buf_string(&path), 0777)
                       : qn_directory_make_all(ctx, qn_buf_string(&path), 0777);
    if (!status)
        status = adjust(ctx, creation, qn_buf_string(&path), true);
    qn_buf_dispose(&path);
    return status;
}

/* ------------------------------------------------------------------- template
 */

static enum qn_status copy_file(struct qn_ctx *ctx, const char *from,
                                const char *to, uint32_t mode)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status;
    int fd = -1;

    status = qn_file_read_all(ctx, from, &text);
    if (!status)
        status = qn_file_open(
            ctx, to, QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_EXCLUSIVE,
            mode & 0111 ? 0777 : 0666, &fd);
    if (!status)
        status = qn_file_write(ctx, fd, text.data, text.size);
    if (fd >= 0 && !status)
        status = qn_file_close_written(ctx, fd, to);
    else
        qn_file_close(fd);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status copy_tree(struct qn_ctx *ctx,
                                const struct creation *creation,
                                struct qn_buf *from, struct qn_buf *to,
                                int depth);

static enum qn_status copy_one(struct qn_ctx *ctx,
                               const struct creation *creation,
                               struct qn_buf *from, struct qn_buf *to,
                               int depth)
{
    struct qn_file_stat stat;
    struct qn_file_stat old;
    struct qn_buf target = QN_BUF_INIT;
    enum qn_status status = qn_file_lstat(ctx, qn_buf_string(from), &stat);

    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(to), &old);
    if (status)
        return status;
    if (stat.kind == QN_FILE_DIRECTORY) {
        if (old.kind == QN_FILE_NONE)
            status = qn_directory_make(ctx, qn_buf_string(to), 0777);
        if (!status)
            status = adjust(ctx, creation, qn_buf_string(to), true);
        return status ? status : copy_tree(ctx, creation, from, to, depth + 1);
    }
    if (old.kind != QN_FILE_NONE)
        return QN_OK; /* what is there stays */
    if (stat.kind == QN_FILE_SYMLINK) {
        status = qn_file_readlink(ctx, qn_buf_string(from), &target);
        if (!status)
            status =
                qn_file_symlink(ctx, qn_buf_string(&target), qn_buf_string(to));
        qn_buf_dispose(&target);
        return status;
    }
    if (stat.kind != QN_FILE_REGULAR)
        return QN_OK;
    status = copy_file(ctx, qn_buf_string(from), qn_buf_string(to), stat.mode);
    return status ? status : adjust(ctx, creation, qn_buf_string(to), false);
}

/* Recursion is bounded: a template is ours, and TEMPLATE_DEPTH_MAX deep. */
static enum qn_status copy_tree(struct qn_ctx *ctx,
                                const struct creation *creation,
                                struct qn_buf *from, struct qn_buf *to,
                                int depth)
{
    struct qn_directory *listing = NULL;
    enum qn_file_kind kind;
    const char *name;
    size_t from_size = from->size;
    size_t to_size = to->size;
    enum qn_status status;

    if (depth > TEMPLATE_DEPTH_MAX)
        return qn_ctx_fail(ctx, QN_TOO_BIG, "the template is too deep: '%s'",
                           qn_buf_string(from));
    status = qn_directory_open(ctx, qn_buf_string(from), &listing);
    while (!status && qn_directory_next(listing, &name, &kind)) {
        if (name[0] == '.')
            continue;
        status = qn_buf_printf(ctx, from, "/%s", name);
        if (!status)
            status = qn_buf_printf(ctx, to, "/%s", name);
        if (!status)
            status = copy_one(ctx, creation, from, to, depth);
        qn_buf_truncate(from, from_size);
        qn_buf_truncate(to, to_size);
    }
    return qn_directory_end(ctx, listing, status);
}

static enum qn_status copy_template(struct qn_ctx *ctx,
                                    const struct creation *creation)
{
    const char *template = creation->options->template_directory;
    struct qn_buf from = QN_BUF_INIT;
    struct qn_buf to = QN_BUF_INIT;
    enum qn_status status;

    if (!template || !*template)
        return QN_OK;
    status = qn_buf_append_string(ctx, &from, template);
    while (from.size > 1 && from.data[from.size - 1] == '/')
        qn_buf_truncate(&from, from.size - 1);
    if (!status && !qn_file_is_directory(qn_buf_string(&from))) {
        qn_ctx_report(ctx, QN_REPORT_WARNING, "init.template",
                      "templates not found in %s", template);
        goto out;
    }
    if (!status)
        status = qn_buf_append_string(ctx, &to, creation->directory);
    if (!status)
        status = copy_tree(ctx, creation, &from, &to, 0);

out:
    qn_buf_dispose(&from);
    qn_buf_dispose(&to);
    return status;
}

/* --------------------------------------------------------------------- config
 */

/* The sections and keys in the order in which git writes them. */
static enum qn_status append_keys(struct qn_ctx *ctx,
                                  const struct creation *creation,
                                  struct qn_buf *out)
{
    const struct qn_repo_create_options *options = creation->options;
    bool is_sha1 = options->algorithm == QN_HASH_SHA1;
    bool is_files = options->refs_format == QN_REFS_FILES;
    bool has_extension = !is_sha1 || !is_files || options->has_submodule_paths;
    enum qn_status status = QN_OK;

    if (has_extension)
        status = qn_buf_append_string(ctx, out, "[extensions]\n");
    if (!status && !is_sha1)
        status = qn_buf_printf(ctx, out, "\tobjectformat = %s\n",
                               qn_id_algorithm_name(options->algorithm));
    if (!status && !is_files)
        status = qn_buf_append_string(ctx, out, "\trefstorage = reftable\n");
    if (!status && options->has_submodule_paths)
        status =
            qn_buf_append_string(ctx, out, "\tsubmodulepathconfig = true\n");
    if (!status)
        status = qn_buf_printf(
            ctx, out,
            "[core]\n\trepositoryformatversion = %d\n"
            "\tfilemode = true\n\tbare = %s\n%s",
            has_extension ? 1 : 0, options->bare ? "true" : "false",
            options->bare ? "" : "\tlogallrefupdates = true\n");
    return status;
}

/* A work tree that is not the git directory's parent is written down. */
static bool needs_work_tree_key(const struct qn_repo_create_options *options)
{
    struct qn_bytes git = qn_bytes_from_string(options->git_directory);

    if (options->bare || !options->work_tree || options->separate_git_directory)
        return false;
    return !(qn_bytes_has_suffix(git, "/.git") &&
             qn_bytes_is_string(qn_bytes_first(git, git.size - 5),
                                options->work_tree));
}

static enum qn_status append_more(struct qn_ctx *ctx,
                                  const struct creation *creation,
                                  bool starts_section, struct qn_buf *out)
{
    const struct qn_repo_create_options *options = creation->options;
    bool has_tree = !creation->was_there && needs_work_tree_key(options);
    enum qn_status status = QN_OK;

    if (starts_section && (creation->shared || has_tree))
        status = qn_buf_append_string(ctx, out, "[core]\n");
    if (!status && has_tree)
        status =
            qn_buf_printf(ctx, out, "\tworktree = %s\n", options->work_tree);
    if (!status && creation->shared)
        status = qn_buf_printf(ctx, out,
                               "\tsharedrepository = %s\n[receive]\n"
                               "\tdenyNonFastforwards = true\n",
                               creation->shared);
    return status;
}

/* A new file, or what is missing behind an old one (of a template, or of a
 * repository that is initialised again). */
static enum qn_status write_config(struct qn_ctx *ctx,
                                   const struct creation *creation)
{
    struct qn_lock_file lock = QN_LOCK_FILE_INIT;
    struct qn_buf path = QN_BUF_INIT;
    struct qn_buf text = QN_BUF_INIT;
    size_t old_size;
    enum qn_status status;

    status = qn_buf_printf(ctx, &path, "%s/config", creation->directory);
    if (!status)
        status = qn_file_read_all(ctx, qn_buf_string(&path), &text);
    if (status == QN_NOT_FOUND) {
        qn_ctx_clear(ctx);
        status = QN_OK;
    }
    old_size = text.size;
    if (!status && !creation->was_there)
        status = append_keys(ctx, creation, &text);
    if (!status)
        status = append_more(ctx, creation, creation->was_there, &text);
    if (status || text.size == old_size)
        goto out;
    status = qn_lock_file_take(ctx, &lock, qn_buf_string(&path), 0666, 0);
    if (!status)
        status = qn_lock_file_write(ctx, &lock, qn_buf_bytes(&text));
    if (!status)
        status = qn_lock_file_commit(ctx, &lock, NULL, QN_SYNC_NONE);
    if (!status)
        status = adjust(ctx, creation, qn_buf_string(&path), false);

out:
    qn_lock_file_rollback(&lock);
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* A repository that is initialised again takes the extension on, too. */
static enum qn_status add_extension(struct qn_ctx *ctx,
                                    const struct creation *creation)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    if (!creation->was_there || !creation->options->has_submodule_paths)
        return QN_OK;
    status = qn_buf_printf(ctx, &path, "%s/config", creation->directory);
    if (!status)
        status = qn_config_edit_set(ctx, qn_buf_string(&path),
                                    "core.repositoryformatversion", "1");
    if (!status)
        status = qn_config_edit_set(ctx, qn_buf_string(&path),
                                    "extensions.submodulepathconfig", "true");
    qn_buf_dispose(&path);
    return status;
}

/* ----------------------------------------------------------------------- refs
 */

static enum qn_status make_refs(struct qn_ctx *ctx,
                                const struct creation *creation)
{
    const struct qn_repo_create_options *options = creation->options;
    struct qn_refs_options with = {.git_directory = creation->directory,
                                   .common_directory = creation->directory,
                                   .format = options->refs_format,
                                   .algorithm = options->algorithm,
                                   .shared_mode = creation->shared_mode,
                                   .files_lock_timeout_ms = 100,
                                   .packed_lock_timeout_ms = 1000};
    struct qn_refs_store *store = NULL;
    struct qn_refs *refs = NULL;
    struct qn_ref_transaction *transaction = NULL;
    struct qn_buf target = QN_BUF_INIT;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status;

    if (!creation->was_there)
        status = qn_refs_store_create(ctx, &with);
    else
        status = QN_OK;
    if (status || creation->was_there)
        goto out;
    status = qn_refs_store_open(ctx, &with, &store);
    if (!status)
        status = qn_refs_new(ctx, store, &refs);
    if (!status)
        status = qn_ref_transaction_new(ctx, refs, &transaction);
    if (!status)
        status = qn_buf_printf(ctx, &target, "refs/heads/%s",
                               options->initial_branch);
    if (!status)
        status = qn_ref_transaction_symbolic(
            ctx, transaction, "HEAD", qn_buf_string(&target), NULL, NULL,
            QN_REF_NO_DEREF | QN_REF_SKIP_REFLOG, NULL);
    if (!status)
        status = qn_ref_transaction_commit(ctx, transaction, NULL);
    if (!status)
        status = qn_buf_printf(ctx, &path, "%s/HEAD", creation->directory);
    if (!status)
        status = adjust(ctx, creation, qn_buf_string(&path), false);

out:
    qn_ref_transaction_free(transaction);
    qn_refs_free(refs);
    qn_refs_store_release(store);
    qn_buf_dispose(&target);
    qn_buf_dispose(&path);
    return status;
}

/* Directories that refs_store_create made get the shared bits. */
static enum qn_status adjust_refs(struct qn_ctx *ctx,
                                  const struct creation *creation)
{
    static const char *const names[] = {"refs", "refs/heads", "refs/tags",
                                        "reftable"};
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; i < QN_COUNT_OF(names) && !status; i++) {
        struct qn_file_stat stat;

        qn_buf_clear(&path);
        status =
            qn_buf_printf(ctx, &path, "%s/%s", creation->directory, names[i]);
        if (!status)
            status = qn_file_stat(ctx, qn_buf_string(&path), &stat);
        if (!status && stat.kind != QN_FILE_NONE)
            status = adjust(ctx, creation, qn_buf_string(&path),
                            stat.kind == QN_FILE_DIRECTORY);
    }
    qn_buf_dispose(&path);
    return status;
}

/* ---------------------------------------------------------- separate directory
 */

/* Move an old git directory away where there is one, and leave a gitfile. */
static enum qn_status separate(struct qn_ctx *ctx,
                               const struct qn_repo_create_options *options)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_file_stat stat;
    enum qn_status status;
    int fd = -1;

    status = qn_file_lstat(ctx, options->git_directory, &stat);
    if (!status && stat.kind == QN_FILE_DIRECTORY)
        status = qn_file_rename(ctx, options->git_directory,
                                options->separate_git_directory);
    if (!status)
        status = qn_buf_printf(ctx, &text, "gitdir: %s\n",
                               options->separate_git_directory);
    if (!status)
        status = qn_file_open(ctx, options->git_directory,
                              QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                              0666, &fd);
    if (!status)
        status = qn_file_write(ctx, fd, text.data, text.size);
    if (!status)
        status = qn_file_close_written(ctx, fd, options->git_directory);
    else
        qn_file_close(fd);
    qn_buf_dispose(&text);
    return status;
}

static enum qn_status find_old(struct qn_ctx *ctx, struct creation *creation)
{
    struct qn_buf path = QN_BUF_INIT;
    struct qn_file_stat stat;
    enum qn_status status;

    status = qn_buf_printf(ctx, &path, "%s/HEAD", creation->directory);
    if (!status)
        status = qn_file_lstat(ctx, qn_buf_string(&path), &stat);
    if (!status)
        creation->was_there = stat.kind != QN_FILE_NONE;
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_repo_create(struct qn_ctx *ctx,
                              const struct qn_repo_create_options *options,
                              bool *was_there)
{
    struct creation creation = {.options = options,
                                .directory = options->git_directory};
    enum qn_status status = read_shared(ctx, &creation);

    if (!status && options->work_tree)
        status = qn_directory_make_all(ctx, options->work_tree, 0777);
    if (!status && options->separate_git_directory) {
        status = separate(ctx, options);
        creation.directory = options->separate_git_directory;
    }
    if (!status)
        status = find_old(ctx, &creation);
    if (!status)
        status = make_directory(ctx, &creation, "");
    if (!status)
        status = copy_template(ctx, &creation);
    if (!status)
        status = write_config(ctx, &creation);
    if (!status)
        status = add_extension(ctx, &creation);
    if (!options->initial_branch)
        return status;
    if (!status)
        status = make_refs(ctx, &creation);
    if (!status)
        status = adjust_refs(ctx, &creation);
    if (!status)
        status = make_directory(ctx, &creation, "objects");
    if (!status)
        status = make_directory(ctx, &creation, "objects/pack");
    if (!status)
        status = make_directory(ctx, &creation, "objects/info");
    if (!status && was_there)
        *was_there = creation.was_there;
    return status;
}
