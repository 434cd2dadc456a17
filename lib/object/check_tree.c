/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "object/check_policy.h"
#include "object/check_private.h"
#include "object/tree.h"

#define NAME_LIMIT 4096

enum finding {
    NULL_ID,
    FULL_PATH,
    EMPTY_NAME,
    HAS_DOT,
    HAS_DOT_DOT,
    HAS_DOT_GIT,
    ZERO_PADDED,
    BAD_MODE,
    DUPLICATES,
    NOT_SORTED,
    LARGE_NAME,
    FINDING_COUNT
};

static const struct {
    const char *name;
    const char *message;
} findings[FINDING_COUNT] = {
    {"nullSha1", "contains entries pointing to null sha1"},
    {"fullPathname", "contains full pathnames"},
    {"emptyName", "contains empty pathname"},
    {"hasDot", "contains '.'"},
    {"hasDotdot", "contains '..'"},
    {"hasDotgit", "contains '.git'"},
    {"zeroPaddedFilemode", "contains zero-padded file modes"},
    {"badFilemode", "contains bad file modes"},
    {"duplicateEntries", "contains duplicate file entries"},
    {"treeNotSorted", "not properly sorted"},
    {"largePathname", "contains excessively large pathname"},
};

static const struct {
    const char *word;
    const char *ntfs_hash;
    const char *finding; /* when it is a symlink */
    const char *message;
    bool is_special;
} dot_files[] = {
    {"gitmodules", "gi7eba", "gitmodulesSymlink",
     ".gitmodules is a symbolic link", true},
    {"gitattributes", "gi7d29", "gitattributesSymlink",
     ".gitattributes is a symlink", true},
    {"gitignore", "gi250a", "gitignoreSymlink", ".gitignore is a symlink",
     false},
    {"mailmap", "maba30", "mailmapSymlink", ".mailmap is a symlink", false},
};

/* Files whose name a later directory may have too: the directory sorts behind
 * everything that begins with the name and a byte below '/'. */
struct candidates {
    struct qn_bytes *names;
    size_t count;
    size_t capacity;
};

struct walk {
    struct qn_ctx *ctx;
    const struct qn_check *check;
    bool found[FINDING_COUNT];
    struct candidates files;
    struct qn_tree_entry before;
    bool has_before;
    bool is_sound;
    size_t name_limit;
};

static bool is_dot_git(const struct qn_check *check, struct qn_bytes name)
{
    if (check->is_dot_git)
        return check->is_dot_git(name);
    return qn_bytes_is_equal_fold(name, QN_BYTES(".git"));
}

static bool is_dot_file(const struct qn_check *check, struct qn_bytes name,
                        const char *word, const char *ntfs_hash)
{
    if (check->is_dot_file)
        return check->is_dot_file(name, word, ntfs_hash);
    return name.size > 1 && name.data[0] == '.' &&
           qn_bytes_is_equal_fold(qn_bytes_from(name, 1),
                                  qn_bytes_from_string(word));
}

static void check_dot_files(struct walk *walk,
                            const struct qn_tree_entry *entry)
{
    size_t i;

    for (i = 0; i < QN_COUNT_OF(dot_files); i++) {
        if (!is_dot_file(walk->check, entry->name, dot_files[i].word,
                         dot_files[i].ntfs_hash))
            continue;
        if (qn_mode_is_symlink(entry->mode)) {
            if (qn_check_report(walk->ctx, walk->check, dot_files[i].finding,
                                dot_files[i].message))
                walk->is_sound = false;
        } else if (dot_files[i].is_special && walk->check->special) {
            walk->check->special(walk->check->data, dot_files[i].word,
                                 entry->id);
        }
    }
}

static void check_name(struct walk *walk, struct qn_bytes name)
{
    struct qn_bytes rest = name;

    walk->found[FULL_PATH] |= qn_bytes_find(name, '/') < name.size;
    walk->found[EMPTY_NAME] |= name.size == 0;
    walk->found[HAS_DOT] |= qn_bytes_is_string(name, ".");
    walk->found[HAS_DOT_DOT] |= qn_bytes_is_string(name, "..");
    walk->found[LARGE_NAME] |= name.size > walk->name_limit;
    /* A backslash parts components for some systems. */
    while (rest.size > 0) {
        size_t end = 0;

        while (end < rest.size && rest.data[end] != '\\' &&
               rest.data[end] != '/')
            end++;
        walk->found[HAS_DOT_GIT] |=
            is_dot_git(walk->check, qn_bytes_first(rest, end));
        rest = qn_bytes_from(rest, end + 1);
    }
}

static bool is_known_mode(const struct qn_check *check, uint32_t mode)
{
    return mode == QN_MODE_TREE || mode == QN_MODE_FILE ||
           mode == QN_MODE_EXECUTABLE || mode == QN_MODE_SYMLINK ||
           mode == QN_MODE_GITLINK || (mode == 0100664 && !check->is_strict);
}

static enum qn_status check_order(struct walk *walk,
                                  const struct qn_tree_entry *entry)
{
    struct candidates *files = &walk->files;
    bool is_tree = qn_mode_is_tree(entry->mode);
    enum qn_status status;
    size_t i;

    if (walk->has_before) {
        int order = qn_tree_compare_names(walk->before.name,
                                          qn_mode_is_tree(walk->before.mode),
                                          entry->name, is_tree);

        walk->found[DUPLICATES] |= order == 0;
        walk->found[NOT_SORTED] |= order > 0;
    }
    walk->before = *entry;
    walk->has_before = true;
    while (files->count > 0) {
        struct qn_bytes last = files->names[files->count - 1];

        if (entry->name.size >= last.size &&
            memcmp(entry->name.data, last.data, last.size) == 0)
            break;
        files->count--;
    }
    if (is_tree) {
        for (i = 0; i < files->count; i++)
            walk->found[DUPLICATES] |=
                qn_bytes_is_equal(files->names[i], entry->name);
        return QN_OK;
    }
    status = qn_memory_grow(walk->ctx, &files->names, &files->capacity,
                            files->count + 1, sizeof(*files->names));
    if (!status)
        files->names[files->count++] = entry->name;
    return status;
}

static enum qn_status walk_entries(struct walk *walk, struct qn_bytes data)
{
    struct qn_tree_reader reader;
    struct qn_tree_entry entry;
    enum qn_status status;
    struct qn_id id;

    qn_tree_reader_init(&reader, data, walk->check->algorithm);
    for (;;) {
        const uint8_t *start = reader.rest.data;

        status = qn_tree_reader_next(walk->ctx, &reader, &entry);
        if (status)
            return status;
        qn_id_from_row(&id, walk->check->algorithm, entry.id);
        walk->found[NULL_ID] |= qn_id_is_null(&id);
        walk->found[ZERO_PADDED] |= *start == '0';
        walk->found[BAD_MODE] |= !is_known_mode(walk->check, entry.mode);
        check_name(walk, entry.name);
        check_dot_files(walk, &entry);
        status = check_order(walk, &entry);
        if (status)
            return status;
    }
}

enum qn_status qn_check_tree(struct qn_ctx *ctx, const struct qn_check *check,
                             struct qn_bytes data, bool *is_sound)
{
    struct walk walk = {.ctx = ctx,
                        .check = check,
                        .is_sound = true,
                        .name_limit = check->policy && check->policy->name_limit
                                          ? check->policy->name_limit
                                          : NAME_LIMIT};
    enum qn_status status = walk_entries(&walk, data);
    int i;

    qn_memory_free(walk.files.names);
    if (status == QN_CORRUPT) {
        if (check->broken)
            check->broken(ctx, check->data, qn_ctx_message(ctx));
        else
            qn_ctx_report(ctx, QN_REPORT_ERROR, "", "%s", qn_ctx_message(ctx));
        qn_ctx_clear(ctx);
        if (qn_check_report(ctx, check, "badTree",
                            "cannot be parsed as a tree"))
            walk.is_sound = false;
    } else if (status != QN_END) {
        return status;
    } else {
        for (i = 0; i < FINDING_COUNT; i++)
            if (walk.found[i] && qn_check_report(ctx, check, findings[i].name,
                                                 findings[i].message))
                walk.is_sound = false;
    }
    *is_sound = walk.is_sound;
    return QN_OK;
}
