/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "operation/op_refs.h"
#include "os/directory.h"
#include "os/file.h"
#include "text/ref_name.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct verifier {
    struct qn_ctx *ctx;
    struct qn_repo *repo;
    struct qn_op_refs_verify *verify;
    struct qn_buf text;
};

enum severity { IGNORE, INFO, WARN, ERROR };

static const struct message {
    const char *id;
    const char *key; /* fsck.<id> */
    enum severity severity;
} messages[] = {
    {"badHeadTarget", "fsck.badheadtarget", ERROR},
    {"badPackedRefEntry", "fsck.badpackedrefentry", ERROR},
    {"badPackedRefHeader", "fsck.badpackedrefheader", ERROR},
    {"badRefContent", "fsck.badrefcontent", ERROR},
    {"badRefFiletype", "fsck.badreffiletype", ERROR},
    {"badRefName", "fsck.badrefname", ERROR},
    {"badRefOid", "fsck.badrefoid", ERROR},
    {"badReferentName", "fsck.badreferentname", ERROR},
    {"emptyPackedRefsFile", "fsck.emptypackedrefsfile", INFO},
    {"packedRefEntryNotTerminated", "fsck.packedrefentrynotterminated", ERROR},
    {"packedRefUnsorted", "fsck.packedrefunsorted", ERROR},
    {"refMissingNewline", "fsck.refmissingnewline", INFO},
    {"symlinkRef", "fsck.symlinkref", INFO},
    {"symrefTargetIsNotARef", "fsck.symreftargetisnotaref", INFO},
    {"trailingRefContent", "fsck.trailingrefcontent", INFO},
};

static enum severity severity_of(struct verifier *v, const struct message *m)
{
    const char *value = qn_config_string(qn_repo_config(v->repo), m->key, NULL);

    if (value && strcmp(value, "error") == 0)
        return ERROR;
    if (value && strcmp(value, "warn") == 0)
        return WARN;
    if (value && strcmp(value, "ignore") == 0)
        return IGNORE;
    return v->verify->is_strict && m->severity == WARN ? ERROR : m->severity;
}

static enum qn_status say(struct verifier *v, const char *where, const char *id,
                          const char *format, ...) QN_PRINTF(4, 5);

static enum qn_status say(struct verifier *v, const char *where, const char *id,
                          const char *format, ...)
{
    const struct message *m = messages;
    enum severity severity;
    enum qn_status status;
    va_list arguments;

    while (strcmp(m->id, id) != 0)
        m++;
    severity = severity_of(v, m);
    if (severity == IGNORE)
        return QN_OK;
    qn_buf_clear(&v->text);
    status = qn_buf_printf(v->ctx, &v->text, "%s: %s: ", where, id);
    va_start(arguments, format);
    if (!status)
        status = qn_buf_vprintf(v->ctx, &v->text, format, arguments);
    va_end(arguments);
    if (!status)
        v->verify->report(v->verify->data, severity == ERROR,
                          qn_buf_string(&v->text));
    if (severity == ERROR)
        v->verify->found_errors = true;
    return status;
}

static enum qn_status chat(struct verifier *v, const char *format, ...)
    QN_PRINTF(2, 3);

static enum qn_status chat(struct verifier *v, const char *format, ...)
{
    enum qn_status status;
    va_list arguments;

    if (!v->verify->chat)
        return QN_OK;
    qn_buf_clear(&v->text);
    va_start(arguments, format);
    status = qn_buf_vprintf(v->ctx, &v->text, format, arguments);
    va_end(arguments);
    if (!status)
        v->verify->chat(v->verify->data, qn_buf_string(&v->text));
    return status;
}

/* ---- one loose ref */

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static enum qn_status check_target(struct verifier *v, const char *name,
                                   struct qn_bytes target)
{
    bool is_ref = qn_bytes_has_prefix(target, "refs/");

    if (strcmp(name, "HEAD") == 0 &&
        !qn_bytes_has_prefix(target, "refs/heads/"))
        return say(v, name, "badHeadTarget", "HEAD points to non-branch '%.*s'",
                   QN_BYTES_ARG(target));
    if (!is_ref && qn_ref_name_is_valid(target, QN_REF_NAME_ONE_LEVEL) &&
        qn_bytes_find(target, '/') < target.size)
        return say(v, name, "symrefTargetIsNotARef",
                   "points to non-ref target '%.*s'", QN_BYTES_ARG(target));
    if (!qn_ref_name_is_valid(target, 0))
        return say(v, name, "badReferentName",
                   "points to invalid refname '%.*s'", QN_BYTES_ARG(target));
    return QN_OK;
}

/* "ref: <name>\n" */
static enum qn_status check_symbolic(struct verifier *v, const char *name,
                                     struct qn_bytes text)
{
    struct qn_bytes target = text;
    struct qn_bytes trimmed;
    enum qn_status status = QN_OK;

    while (target.size && is_space(target.data[0]))
        target = qn_bytes_from(target, 1);
    trimmed = target;
    while (trimmed.size && is_space(trimmed.data[trimmed.size - 1]))
        trimmed.size--;
    if (trimmed.size == target.size)
        status =
            say(v, name, "refMissingNewline", "%s", "misses LF at the end");
    else if (trimmed.size + 1 != target.size ||
             target.data[trimmed.size] != '\n')
        status = say(v, name, "trailingRefContent", "%s",
                     "has trailing whitespaces or newlines");
    return status ? status : check_target(v, name, trimmed);
}

static enum qn_status check_content(struct verifier *v, const char *name,
                                    struct qn_bytes text)
{
    size_t size = qn_id_hex_size(qn_repo_algorithm(v->repo));
    struct qn_bytes trimmed = text;
    struct qn_bytes rest;
    struct qn_id id;

    if (qn_bytes_has_prefix(text, "ref:"))
        return check_symbolic(v, name, qn_bytes_from(text, 4));
    while (trimmed.size && is_space(trimmed.data[trimmed.size - 1]))
        trimmed.size--;
    if (text.size < size ||
        !qn_id_from_hex(&id, qn_repo_algorithm(v->repo),
                        qn_bytes_first(text, size)) ||
        (text.size > size && !is_space(text.data[size])))
        return say(v, name, "badRefContent", "%.*s", QN_BYTES_ARG(trimmed));
    if (qn_id_is_null(&id))
        return say(v, name, "badRefOid", "points to invalid object ID '%.*s'",
                   (int)size, (const char *)text.data);
    rest = qn_bytes_from(text, size);
    if (!rest.size)
        return say(v, name, "refMissingNewline", "%s", "misses LF at the end");
    if (rest.size > 1 || rest.data[0] != '\n')
        return say(v, name, "trailingRefContent",
                   "has trailing garbage: '%.*s'", QN_BYTES_ARG(rest));
    return QN_OK;
}

static enum qn_status check_link(struct verifier *v, const char *name,
                                 const char *path)
{
    const char *top = qn_repo_common_directory(v->repo);
    struct qn_buf text = QN_BUF_INIT, full = QN_BUF_INIT;
    struct qn_bytes target;
    size_t size = strlen(top);
    enum qn_status status = say(v, name, "symlinkRef", "%s",
                                "use deprecated symbolic link for symref");

    if (!status)
        status = qn_file_readlink(v->ctx, path, &text);
    if (!status && text.size && text.data[0] != '/') {
        size_t slash = qn_bytes_find_last(qn_bytes_from_string(path), '/');
        struct qn_bytes rest = qn_buf_bytes(&text);
        struct qn_bytes part;

        status = qn_buf_append(v->ctx, &full, path, slash);
        while (!status && qn_bytes_next(&rest, '/', &part)) {
            if (!part.size || qn_bytes_is_string(part, "."))
                continue;
            if (qn_bytes_is_string(part, ".."))
                qn_buf_truncate(&full,
                                qn_bytes_find_last(qn_buf_bytes(&full), '/'));
            else
                status =
                    qn_buf_printf(v->ctx, &full, "/%.*s", QN_BYTES_ARG(part));
        }
    } else if (!status) {
        qn_buf_swap(&full, &text);
    }
    target = qn_buf_bytes(&full);
    if (target.size > size && memcmp(target.data, top, size) == 0 &&
        target.data[size] == '/')
        target = qn_bytes_from(target, size + 1);
    if (!status)
        status = check_target(v, name, target);
    qn_buf_dispose(&text);
    qn_buf_dispose(&full);
    return status;
}

static enum qn_status check_file(struct verifier *v, const char *name,
                                 const char *path)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_file_stat stat;
    enum qn_status status = qn_file_lstat(v->ctx, path, &stat);

    if (status || stat.kind == QN_FILE_NONE)
        return status;
    status = chat(v, "Checking %s", name);
    if (!status && strncmp(name, "refs/", 5) == 0 &&
        !qn_ref_name_is_valid(qn_bytes_from_string(name), 0))
        return say(v, name, "badRefName", "%s", "invalid refname format");
    if (!status && stat.kind == QN_FILE_SYMLINK)
        return check_link(v, name, path);
    if (!status && stat.kind != QN_FILE_REGULAR)
        return say(v, name, "badRefFiletype", "%s", "unexpected file type");
    if (!status)
        status = qn_file_read_all(v->ctx, path, &text);
    if (!status)
        status = check_content(v, name, qn_buf_bytes(&text));
    qn_buf_dispose(&text);
    return status;
}

struct pending {
    char **names;
    size_t count, capacity;
};

static enum qn_status push(struct verifier *v, struct pending *list,
                           const char *directory, const char *name)
{
    struct qn_buf text = QN_BUF_INIT;
    enum qn_status status =
        qn_memory_grow(v->ctx, &list->names, &list->capacity, list->count + 1,
                       sizeof(*list->names));

    if (!status)
        status = qn_buf_printf(v->ctx, &text, "%s/%s", directory, name);
    if (!status) {
        list->names[list->count] =
            qn_memory_string(v->ctx, qn_buf_bytes(&text));
        status = list->names[list->count] ? QN_OK : QN_NO_MEMORY;
        list->count += !status;
    }
    qn_buf_dispose(&text);
    return status;
}

/* In the order of the directory, as Git looks at them. */
static enum qn_status check_directory(struct verifier *v, const char *name,
                                      struct pending *directories)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT, full = QN_BUF_INIT, child = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *entry;
    enum qn_status status = qn_buf_printf(
        v->ctx, &path, "%s/%s", qn_repo_common_directory(v->repo), name);

    if (!status)
        status = qn_directory_open(v->ctx, qn_buf_string(&path), &directory);
    while (!status && qn_directory_next(directory, &entry, &kind)) {
        struct qn_bytes text = qn_bytes_from_string(entry);

        qn_buf_clear(&full);
        qn_buf_clear(&child);
        status =
            qn_buf_printf(v->ctx, &full, "%s/%s", qn_buf_string(&path), entry);
        if (!status)
            status = qn_buf_printf(v->ctx, &child, "%s/%s", name, entry);
        if (status)
            break;
        if (kind == QN_FILE_DIRECTORY ||
            (kind == QN_FILE_NONE &&
             qn_file_is_directory(qn_buf_string(&full))))
            status = push(v, directories, name, entry);
        else if (!(text.size > 5 &&
                   strcmp(entry + text.size - 5, ".lock") == 0))
            status = check_file(v, qn_buf_string(&child), qn_buf_string(&full));
    }
    status = qn_directory_end(v->ctx, directory, status);
    qn_buf_dispose(&path);
    qn_buf_dispose(&full);
    qn_buf_dispose(&child);
    return status;
}

static enum qn_status check_loose(struct verifier *v)
{
    struct pending directories = {NULL, 0, 0};
    enum qn_status status = push(v, &directories, "refs", "");
    size_t i;

    if (!status)
        directories.names[0][4] = '\0';
    for (i = 0; i < directories.count && !status; i++)
        status = check_directory(v, directories.names[i], &directories);
    for (i = 0; i < directories.count; i++)
        qn_memory_free(directories.names[i]);
    qn_memory_free(directories.names);
    return status;
}

static enum qn_status check_roots(struct verifier *v)
{
    const char *top = qn_repo_common_directory(v->repo);
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *entry;
    enum qn_status status = qn_directory_open(v->ctx, top, &directory);

    while (!status && qn_directory_next(directory, &entry, &kind)) {
        struct qn_bytes name = qn_bytes_from_string(entry);

        if (kind == QN_FILE_DIRECTORY || !qn_ref_name_is_root(name))
            continue;
        qn_buf_clear(&path);
        status = qn_buf_printf(v->ctx, &path, "%s/%s", top, entry);
        if (!status)
            status = check_file(v, entry, qn_buf_string(&path));
    }
    status = qn_directory_end(v->ctx, directory, status);
    qn_buf_dispose(&path);
    return status;
}

/* ---- packed-refs */

static enum qn_status check_entry(struct verifier *v, const char *where,
                                  struct qn_bytes line, struct qn_bytes *name)
{
    uint32_t algorithm = qn_repo_algorithm(v->repo);
    size_t size = qn_id_hex_size(algorithm);
    struct qn_id id;

    *name = QN_BYTES_NONE;
    if (line.size < size ||
        !qn_id_from_hex(&id, algorithm, qn_bytes_first(line, size)))
        return say(v, where, "badPackedRefEntry", "'%.*s' has invalid oid",
                   QN_BYTES_ARG(line));
    if (line.size == size || !is_space(line.data[size]))
        return say(v, where, "badPackedRefEntry",
                   "has no space after oid '%.*s' but with '%.*s'", (int)size,
                   (const char *)line.data,
                   QN_BYTES_ARG(qn_bytes_from(line, size)));
    *name = qn_bytes_from(line, size + 1);
    if (!qn_ref_name_is_valid(*name, 0))
        return say(v, where, "badRefName", "has bad refname '%.*s'",
                   QN_BYTES_ARG(*name));
    return QN_OK;
}

static enum qn_status check_peeled(struct verifier *v, const char *where,
                                   struct qn_bytes line)
{
    uint32_t algorithm = qn_repo_algorithm(v->repo);
    size_t size = qn_id_hex_size(algorithm);
    struct qn_id id;

    line = qn_bytes_from(line, 1);
    if (line.size < size ||
        !qn_id_from_hex(&id, algorithm, qn_bytes_first(line, size)))
        return say(v, where, "badPackedRefEntry",
                   "'%.*s' has invalid peeled oid", QN_BYTES_ARG(line));
    if (line.size > size)
        return say(v, where, "badPackedRefEntry",
                   "has trailing garbage after peeled oid '%.*s'",
                   QN_BYTES_ARG(qn_bytes_from(line, size)));
    return QN_OK;
}

static enum qn_status check_packed_text(struct verifier *v,
                                        struct qn_bytes text)
{
    struct qn_bytes line, name, last = QN_BYTES_NONE;
    bool is_sorted = false, is_fine = true;
    enum qn_status status = QN_OK;
    size_t number = 0;
    char where[64];

    if (text.size && text.data[0] == '#') {
        line = qn_bytes_first(text, qn_bytes_find(text, '\n'));
        if (!qn_bytes_has_prefix(line, "# pack-refs with: ")) {
            is_fine = false;
            status = say(v, "packed-refs.header", "badPackedRefHeader",
                         "'%.*s' does not start with '# pack-refs with: '",
                         QN_BYTES_ARG(line));
        }
        is_sorted = qn_bytes_find_bytes(line, QN_BYTES(" sorted")) < line.size;
        text = qn_bytes_from(text, line.size + 1);
        number = 1;
    }
    while (!status && text.size) {
        bool is_ended = qn_bytes_find(text, '\n') < text.size;

        (void)qn_bytes_next(&text, '\n', &line);
        snprintf(where, sizeof(where), "packed-refs line %zu", ++number);
        if (!is_ended) {
            status = say(v, where, "packedRefEntryNotTerminated",
                         "'%.*s' is not terminated with a newline",
                         QN_BYTES_ARG(line));
            break;
        }
        if (line.size && line.data[0] == '^') {
            status = check_peeled(v, where, line);
            continue;
        }
        status = check_entry(v, where, line, &name);
        if (!status && is_sorted && is_fine && last.size && name.size &&
            qn_bytes_compare(name, last) <= 0) {
            status = say(v, where, "packedRefUnsorted",
                         "refname '%.*s' is less than previous refname "
                         "'%.*s'",
                         QN_BYTES_ARG(name), QN_BYTES_ARG(last));
            is_sorted = false;
        }
        if (name.size)
            last = name;
    }
    return status;
}

static enum qn_status check_packed(struct verifier *v)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    struct qn_file_stat stat;
    const char *common = qn_repo_common_directory(v->repo);
    bool is_main = strcmp(common, qn_repo_git_directory(v->repo)) == 0;
    enum qn_status status =
        chat(v, "Checking packed-refs file %s/packed-refs",
             is_main ? qn_repo_git_directory_shown(v->repo) : common);

    if (!status)
        status = qn_buf_printf(v->ctx, &path, "%s/packed-refs",
                               qn_repo_common_directory(v->repo));
    if (!status)
        status = qn_file_lstat(v->ctx, qn_buf_string(&path), &stat);
    if (status || stat.kind == QN_FILE_NONE)
        goto out;
    if (stat.kind != QN_FILE_REGULAR) {
        status = say(v, "packed-refs", "badRefFiletype", "%s",
                     stat.kind == QN_FILE_SYMLINK
                         ? "not a regular file but a symlink"
                         : "not a regular file");
        goto out;
    }
    status = qn_file_read_all(v->ctx, qn_buf_string(&path), &text);
    if (!status && !text.size)
        status =
            say(v, "packed-refs", "emptyPackedRefsFile", "%s", "file is empty");
    else if (!status)
        status = check_packed_text(v, qn_buf_bytes(&text));
out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* ---- reftable: the list, and that every ref can be read */

static enum qn_status check_tables(struct verifier *v)
{
    struct qn_buf path = QN_BUF_INIT, text = QN_BUF_INIT;
    struct qn_bytes rest, line;
    enum qn_status status =
        qn_buf_printf(v->ctx, &path, "%s/reftable/tables.list",
                      qn_repo_common_directory(v->repo));

    if (!status)
        status = qn_file_read_all(v->ctx, qn_buf_string(&path), &text);
    rest = qn_buf_bytes(&text);
    while (!status && qn_bytes_next(&rest, '\n', &line))
        status = chat(v, "Checking table: %.*s", QN_BYTES_ARG(line));
    qn_buf_dispose(&path);
    qn_buf_dispose(&text);
    return status;
}

/* The refs of one linked work tree: "worktrees/<id>/HEAD", "ORIG_HEAD", ... */
static enum qn_status check_work_tree(struct verifier *v, const char *id)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT, name = QN_BUF_INIT;
    enum qn_file_kind kind;
    enum qn_status status;
    const char *entry;

    status = chat(v, "Checking references consistency");
    if (!status)
        status = qn_buf_printf(v->ctx, &path, "%s/worktrees/%s",
                               qn_repo_common_directory(v->repo), id);
    if (!status)
        status = qn_directory_open(v->ctx, qn_buf_string(&path), &directory);
    while (!status && qn_directory_next(directory, &entry, &kind)) {
        if (kind == QN_FILE_DIRECTORY ||
            !qn_ref_name_is_root(qn_bytes_from_string(entry)))
            continue;
        qn_buf_clear(&path);
        qn_buf_clear(&name);
        status = qn_buf_printf(v->ctx, &name, "worktrees/%s/%s", id, entry);
        if (!status)
            status = qn_buf_printf(v->ctx, &path, "%s/%s",
                                   qn_repo_common_directory(v->repo),
                                   qn_buf_string(&name));
        if (!status)
            status = check_file(v, qn_buf_string(&name), qn_buf_string(&path));
    }
    status = qn_directory_end(v->ctx, directory, status);
    qn_buf_dispose(&path);
    qn_buf_dispose(&name);
    return status;
}

static enum qn_status check_work_trees(struct verifier *v)
{
    struct qn_directory *directory = NULL;
    struct qn_buf path = QN_BUF_INIT;
    enum qn_file_kind kind;
    const char *entry;
    enum qn_status status = qn_buf_printf(v->ctx, &path, "%s/worktrees",
                                          qn_repo_common_directory(v->repo));

    if (!status && qn_file_is_directory(qn_buf_string(&path)))
        status = qn_directory_open(v->ctx, qn_buf_string(&path), &directory);
    while (directory && !status &&
           qn_directory_next(directory, &entry, &kind)) {
        qn_buf_clear(&path);
        status = qn_buf_printf(v->ctx, &path, "%s/worktrees/%s/gitdir",
                               qn_repo_common_directory(v->repo), entry);
        if (!status && qn_file_exists(qn_buf_string(&path)))
            status = check_work_tree(v, entry);
    }
    status = qn_directory_end(v->ctx, directory, status);
    qn_buf_dispose(&path);
    return status;
}

enum qn_status qn_op_refs_verify(struct qn_ctx *ctx, struct qn_repo *repo,
                                 struct qn_op_refs_verify *verify)
{
    struct verifier v = {.ctx = ctx, .repo = repo, .verify = verify};
    enum qn_status status = chat(&v, "Checking references consistency");

    verify->found_errors = false;
    if (!status && qn_repo_refs_format(repo) == QN_REFS_REFTABLE) {
        status = check_tables(&v);
    } else if (!status) {
        status = check_loose(&v);
        if (!status)
            status = check_roots(&v);
        if (!status)
            status = check_packed(&v);
        if (!status)
            status = check_work_trees(&v);
    }
    qn_buf_dispose(&v.text);
    return status;
}
