/* SPDX-License-Identifier: MIT */
#include "server/repositories.h"

#include "base/memory.h"
#include "os/directory.h"
#include "os/file.h"

#include <pthread.h>
#include <stdlib.h>

#define BUCKETS    1024
#define MOST_DEPTH 6 /* of folders that are listed */

struct repositories {
    pthread_mutex_t lock;
    char **folders; /* real paths */
    size_t folder_count;
    unsigned most_open, open_count;
    uint64_t clock;
    struct repository *buckets[BUCKETS];
};

struct repositories *repositories_new(struct qn_ctx *ctx,
                                      const char *const *folders, size_t count,
                                      unsigned most_open)
{
    struct repositories *all = calloc(1, sizeof(*all));
    struct qn_buf path = QN_BUF_INIT;
    size_t i;

    if (!all)
        return NULL;
    (void)pthread_mutex_init(&all->lock, NULL);
    all->most_open = most_open;
    all->folders = calloc(count, sizeof(*all->folders));
    for (i = 0; all->folders && i < count; i++) {
        qn_buf_clear(&path);
        if (qn_file_real_path(ctx, folders[i], &path))
            break;
        if (!qn_file_is_directory(qn_buf_string(&path))) {
            qn_ctx_fail(ctx, QN_INVALID, "'%s' is not a folder", folders[i]);
            break;
        }
        all->folders[all->folder_count++] = strdup(qn_buf_string(&path));
    }
    qn_buf_dispose(&path);
    if (all->folder_count == count)
        return all;
    repositories_free(all);
    return NULL;
}

static void close_one(struct repository *one)
{
    if (!one)
        return;
    qn_repo_release(one->repo);
    free(one->name);
    free(one->folder);
    free(one);
}

void repositories_free(struct repositories *all)
{
    size_t i;

    if (!all)
        return;
    for (i = 0; i < BUCKETS; i++)
        while (all->buckets[i]) {
            struct repository *next = all->buckets[i]->next;

            close_one(all->buckets[i]);
            all->buckets[i] = next;
        }
    for (i = 0; i < all->folder_count; i++)
        free(all->folders[i]);
    free(all->folders);
    (void)pthread_mutex_destroy(&all->lock);
    free(all);
}

bool repositories_is_name(struct qn_bytes name)
{
    struct qn_bytes part;
    size_t i;

    if (name.size < 2 || name.size > 1024 || name.data[0] != '/')
        return false;
    for (i = 0; i < name.size; i++)
        if (name.data[i] < ' ' || name.data[i] == 0x7f || name.data[i] == '\\')
            return false;
    name = qn_bytes_from(name, 1);
    if (name.data[name.size - 1] == '/')
        return false;
    while (qn_bytes_next(&name, '/', &part))
        if (part.size == 0 || part.data[0] == '.' || part.data[0] == '-')
            return false;
    return true;
}

/* ---- opening */

static bool is_below(const char *path, const char *folder)
{
    size_t size = strlen(folder);

    return strncmp(path, folder, size) == 0 &&
           (path[size] == '/' || path[size] == '\0' ||
            (size > 0 && folder[size - 1] == '/'));
}

/* Real path of `path`, which has to be below `folder`; "" when it is not. */
static enum qn_status resolve(struct qn_ctx *ctx, const char *path,
                              const char *folder, struct qn_buf *out)
{
    qn_buf_clear(out);
    if (qn_file_real_path(ctx, path, out)) {
        qn_ctx_clear(ctx);
        qn_buf_clear(out);
        return QN_OK;
    }
    if (!is_below(qn_buf_string(out), folder))
        qn_buf_clear(out);
    return QN_OK;
}

/* A git directory has these three; so a folder of anything else is not opened.
 */
static enum qn_status looks_right(struct qn_ctx *ctx, const char *directory,
                                  bool *out)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status = qn_buf_printf(ctx, &path, "%s/HEAD", directory);

    *out = !status && qn_file_exists(qn_buf_string(&path));
    qn_buf_clear(&path);
    if (!status && *out)
        status = qn_buf_printf(ctx, &path, "%s/objects", directory);
    *out = *out && !status && qn_file_is_directory(qn_buf_string(&path));
    qn_buf_clear(&path);
    if (!status && *out)
        status = qn_buf_printf(ctx, &path, "%s/refs", directory);
    *out = *out && !status && qn_file_is_directory(qn_buf_string(&path));
    qn_buf_dispose(&path);
    return status;
}

static enum qn_status stat_config(struct qn_ctx *ctx, struct qn_repo *repo,
                                  struct qn_file_stat *out)
{
    struct qn_buf path = QN_BUF_INIT;
    enum qn_status status =
        qn_buf_printf(ctx, &path, "%s/config", qn_repo_common_directory(repo));

    if (!status)
        status = qn_file_stat(ctx, qn_buf_string(&path), out);
    qn_buf_dispose(&path);
    return status;
}

/* All that it is made of stays in the folder. */
static enum qn_status stays_inside(struct qn_ctx *ctx, struct qn_repo *repo,
                                   const char *folder, bool *out)
{
    struct qn_buf path = QN_BUF_INIT, real = QN_BUF_INIT;
    enum qn_status status =
        resolve(ctx, qn_repo_git_directory(repo), folder, &real);

    *out = real.size > 0;
    if (!status && *out)
        status = resolve(ctx, qn_repo_common_directory(repo), folder, &real);
    *out = *out && real.size > 0;
    if (!status && *out)
        status = qn_buf_printf(ctx, &path, "%s/objects",
                               qn_repo_common_directory(repo));
    if (!status && *out)
        status = resolve(ctx, qn_buf_string(&path), folder, &real);
    *out = *out && real.size > 0;
    qn_buf_dispose(&path);
    qn_buf_dispose(&real);
    return status;
}

static enum qn_status open_at(struct qn_ctx *ctx, const char *directory,
                              const char *folder, struct repository **out)
{
    struct qn_repo_open_options options = {.ignores_variables = true,
                                           .git_directory = directory};
    struct repository *one = NULL;
    struct qn_file_stat config;
    struct qn_repo *repo = NULL;
    bool is_ours = false;
    enum qn_status status = qn_repo_open(ctx, &options, &repo);

    if (!status)
        status = qn_repo_check_owner(ctx, repo);
    if (!status)
        status = stays_inside(ctx, repo, folder, &is_ours);
    if (!status)
        status = stat_config(ctx, repo, &config);
    if (!status && is_ours) {
        one = calloc(1, sizeof(*one));
        if (!one) {
            status = qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
        } else {
            one->repo = repo;
            one->folder = strdup(folder);
            one->config_mtime_ns = config.mtime_ns;
            one->config_size = config.size;
            repo = NULL;
        }
    }
    qn_repo_release(repo);
    *out = one;
    return status;
}

static enum qn_status open_one(struct qn_ctx *ctx, struct repositories *all,
                               const char *name, struct repository **out)
{
    static const char *const suffixes[] = {"/.git", "", ".git"};
    struct qn_buf path = QN_BUF_INIT, real = QN_BUF_INIT;
    enum qn_status status = QN_OK;
    size_t i, k;
    bool is_one;

    *out = NULL;
    for (i = 0; !status && !*out && i < all->folder_count; i++)
        for (k = 0; !status && !*out && k < QN_COUNT_OF(suffixes); k++) {
            qn_buf_clear(&path);
            status = qn_buf_printf(ctx, &path, "%s%s%s", all->folders[i], name,
                                   suffixes[k]);
            if (!status)
                status =
                    resolve(ctx, qn_buf_string(&path), all->folders[i], &real);
            if (status || real.size == 0)
                continue;
            status = looks_right(ctx, qn_buf_string(&real), &is_one);
            if (!status && is_one)
                status =
                    open_at(ctx, qn_buf_string(&real), all->folders[i], out);
        }
    if (*out) {
        (*out)->name = strdup(name);
        if (!(*out)->name || !(*out)->folder) {
            close_one(*out);
            *out = NULL;
            status = qn_ctx_fail(ctx, QN_NO_MEMORY, "out of memory");
        }
    }
    qn_buf_dispose(&path);
    qn_buf_dispose(&real);
    return status;
}

/* ---- keeping; all with the lock held */

static struct repository **bucket_of(struct repositories *all, const char *name)
{
    return &all->buckets[qn_bytes_hash(qn_bytes_from_string(name)) % BUCKETS];
}

static struct repository *find(struct repositories *all, const char *name)
{
    struct repository *one = *bucket_of(all, name);

    while (one && strcmp(one->name, name) != 0)
        one = one->next;
    return one;
}

/* Out of the list; who uses it still may. */
static void unlist(struct repositories *all, struct repository *one)
{
    struct repository **at = bucket_of(all, one->name);

    while (*at != one)
        at = &(*at)->next;
    *at = one->next;
    one->is_listed = false;
    all->open_count--;
    if (one->users == 0)
        close_one(one);
}

static void make_room(struct repositories *all)
{
    while (all->open_count >= all->most_open) {
        struct repository *oldest = NULL, *one;
        size_t i;

        for (i = 0; i < BUCKETS; i++)
            for (one = all->buckets[i]; one; one = one->next)
                if (one->users == 0 && (!oldest || one->used < oldest->used))
                    oldest = one;
        if (!oldest)
            return; /* all are in use: as many as there are workers */
        unlist(all, oldest);
    }
}

static enum qn_status is_fresh(struct qn_ctx *ctx, const struct repository *one,
                               bool *out)
{
    struct qn_file_stat config;
    enum qn_status status = stat_config(ctx, one->repo, &config);

    *out = !status && config.kind == QN_FILE_REGULAR &&
           config.mtime_ns == one->config_mtime_ns &&
           config.size == one->config_size;
    return status;
}

enum qn_status repositories_get(struct qn_ctx *ctx, struct repositories *all,
                                const char *name, struct repository **out)
{
    struct repository *one, *other;
    enum qn_status status;
    bool fresh = false;

    *out = NULL;
    if (!repositories_is_name(qn_bytes_from_string(name)))
        return QN_OK;
    (void)pthread_mutex_lock(&all->lock);
    one = find(all, name);
    if (one) {
        one->users++;
        one->used = ++all->clock;
    }
    (void)pthread_mutex_unlock(&all->lock);
    if (one) {
        status = is_fresh(ctx, one, &fresh);
        if (!status && fresh) {
            *out = one;
            return QN_OK;
        }
        (void)pthread_mutex_lock(&all->lock);
        if (one->is_listed)
            unlist(all, one);
        (void)pthread_mutex_unlock(&all->lock);
        repositories_put(all, one);
        if (status)
            return status;
    }
    status = open_one(ctx, all, name, &one);
    if (status || !one)
        return status;
    one->users = 1;
    (void)pthread_mutex_lock(&all->lock);
    other = find(all, name);
    if (other) { /* somebody was quicker */
        other->users++;
        other->used = ++all->clock;
        close_one(one);
        one = other;
    } else {
        struct repository **bucket = bucket_of(all, name);

        make_room(all);
        one->used = ++all->clock;
        one->is_listed = true;
        one->next = *bucket;
        *bucket = one;
        all->open_count++;
    }
    (void)pthread_mutex_unlock(&all->lock);
    *out = one;
    return QN_OK;
}

void repositories_put(struct repositories *all, struct repository *one)
{
    bool is_last;

    if (!one)
        return;
    (void)pthread_mutex_lock(&all->lock);
    is_last = --one->users == 0 && !one->is_listed;
    (void)pthread_mutex_unlock(&all->lock);
    if (is_last)
        close_one(one);
}

void repositories_forget(struct repositories *all)
{
    size_t i;

    (void)pthread_mutex_lock(&all->lock);
    for (i = 0; i < BUCKETS; i++)
        while (all->buckets[i])
            unlist(all, all->buckets[i]);
    (void)pthread_mutex_unlock(&all->lock);
}

unsigned repositories_open_count(struct repositories *all)
{
    unsigned count;

    (void)pthread_mutex_lock(&all->lock);
    count = all->open_count;
    (void)pthread_mutex_unlock(&all->lock);
    return count;
}

/* ---- listing */

struct listing {
    char **names;
    size_t count, capacity;
    unsigned most;
    bool is_full;
};

static enum qn_status list_folder(struct qn_ctx *ctx, struct listing *listing,
                                  const char *folder, const char *below,
                                  int depth);

static enum qn_status list_entry(struct qn_ctx *ctx, struct listing *listing,
                                 const char *folder, const char *name,
                                 int depth)
{
    struct qn_buf path = QN_BUF_INIT, inner = QN_BUF_INIT, real = QN_BUF_INIT;
    bool is_bare = false, is_tree = false;
    enum qn_status status = qn_buf_printf(ctx, &path, "%s%s", folder, name);

    if (!status)
        status = qn_buf_printf(ctx, &inner, "%s/.git", qn_buf_string(&path));
    if (!status)
        status = resolve(ctx, qn_buf_string(&path), folder, &real);
    if (status || real.size == 0 || !qn_file_is_directory(qn_buf_string(&path)))
        goto out;
    status = looks_right(ctx, qn_buf_string(&path), &is_bare);
    if (!status && !is_bare)
        status = looks_right(ctx, qn_buf_string(&inner), &is_tree);
    if (!status && (is_bare || is_tree)) {
        status = qn_memory_grow(ctx, &listing->names, &listing->capacity,
                                listing->count + 1, sizeof(char *));
        if (!status)
            listing->names[listing->count] = strdup(name);
        if (!status && listing->names[listing->count])
            listing->count++;
    } else if (!status && depth < MOST_DEPTH) {
        status = list_folder(ctx, listing, folder, name, depth + 1);
    }
out:
    qn_buf_dispose(&path);
    qn_buf_dispose(&inner);
    qn_buf_dispose(&real);
    return status;
}

static enum qn_status list_folder(struct qn_ctx *ctx, struct listing *listing,
                                  const char *folder, const char *below,
                                  int depth)
{
    struct qn_buf path = QN_BUF_INIT, name = QN_BUF_INIT;
    struct qn_directory *directory = NULL;
    enum qn_status status = qn_buf_printf(ctx, &path, "%s%s", folder, below);
    enum qn_file_kind kind;
    const char *entry;

    if (!status && qn_directory_open(ctx, qn_buf_string(&path), &directory)) {
        qn_ctx_clear(ctx); /* not ours to read */
        directory = NULL;
    }
    while (!status && directory &&
           qn_directory_next(directory, &entry, &kind)) {
        if (listing->count >= listing->most) {
            listing->is_full = true;
            break;
        }
        qn_buf_clear(&name);
        status = qn_buf_printf(ctx, &name, "%s/%s", below, entry);
        if (!status && *entry != '.' && kind != QN_FILE_REGULAR &&
            repositories_is_name(qn_buf_bytes(&name)))
            status =
                list_entry(ctx, listing, folder, qn_buf_string(&name), depth);
        if (!status)
            status = qn_ctx_check(ctx);
    }
    status = qn_directory_end(ctx, directory, status);
    qn_buf_dispose(&path);
    qn_buf_dispose(&name);
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

enum qn_status repositories_list(struct qn_ctx *ctx, struct repositories *all,
                                 unsigned most, repositories_each_fn *each,
                                 void *data)
{
    struct listing listing = {.most = most};
    enum qn_status status = QN_OK;
    size_t i;

    for (i = 0; !status && i < all->folder_count; i++)
        status = list_folder(ctx, &listing, all->folders[i], "", 0);
    if (listing.count > 1)
        qsort(listing.names, listing.count, sizeof(*listing.names),
              compare_names);
    for (i = 0; !status && i < listing.count; i++)
        if (i == 0 || strcmp(listing.names[i], listing.names[i - 1]) != 0)
            status = each(ctx, data, listing.names[i]);
    for (i = 0; i < listing.count; i++)
        free(listing.names[i]);
    qn_memory_free(listing.names);
    return status;
}
