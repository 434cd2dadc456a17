/* SPDX-License-Identifier: MIT */
/* Phase four: bring the versions of renamed files together under one path. */
#include "base/memory.h"
#include "merge/merge_state.h"

#include <stdlib.h>

static int compare_renames(const void *a, const void *b)
{
    const struct qn_merge_rename *x = *(struct qn_merge_rename *const *)a;
    const struct qn_merge_rename *y = *(struct qn_merge_rename *const *)b;
    int order = qn_bytes_compare(x->old_path->path, y->old_path->path);

    return order ? order : x->side - y->side;
}

static void drop_path(struct qn_merge_path *path)
{
    path->file_mask = 0;
    memset(path->versions, 0, sizeof(path->versions));
}

static void set_version(struct qn_merge_path *to, int number,
                        const struct qn_merge_version *version,
                        struct qn_bytes name)
{
    to->versions[number] = *version;
    to->names[number] = name;
    to->file_mask |= (uint8_t)(1 << number);
}

/* Both sides renamed the file, to different places. */
static enum qn_status split(struct qn_merge_state *m, struct qn_merge_path *old,
                            struct qn_merge_path *one,
                            struct qn_merge_path *two)
{
    struct qn_content_merge merge = {.path = old->path, .extra_marker_size = 1};
    struct qn_bytes paths[3] = {old->path, one->path, two->path};
    enum qn_status status;
    int i;

    merge.versions[0] = old->versions[0];
    merge.versions[1] = one->versions[1];
    merge.versions[2] = two->versions[2];
    for (i = 0; i < 3; i++)
        merge.names[i] = paths[i];
    status = qn_content_merge_run(m, &merge);
    if (status)
        return status;
    one->versions[1] = merge.result;
    if (!merge.took_ours)
        two->versions[2] = merge.result;
    memset(&old->versions[1], 0, 2 * sizeof(old->versions[1]));
    old->file_mask = 1;
    old->is_conflicted = one->is_conflicted = two->is_conflicted = true;
    return qn_merge_state_say(
        m, old->path, "CONFLICT (rename/rename)", paths, 3,
        "CONFLICT (rename/rename): %.*s renamed to %.*s in %s and to %.*s in "
        "%s.",
        QN_BYTES_ARG(old->path), QN_BYTES_ARG(one->path), m->labels[1],
        QN_BYTES_ARG(two->path), m->labels[2]);
}

static enum qn_status say_deleted(struct qn_merge_state *m,
                                  const struct qn_merge_path *old,
                                  struct qn_merge_path *new_path, int side)
{
    struct qn_bytes paths[2] = {new_path->path, old->path};

    new_path->is_conflicted = true;
    return qn_merge_state_say(
        m, new_path->path, "CONFLICT (rename/delete)", paths, 2,
        "CONFLICT (rename/delete): %.*s renamed to %.*s in %s, but deleted in "
        "%s.",
        QN_BYTES_ARG(old->path), QN_BYTES_ARG(new_path->path), m->labels[side],
        m->labels[3 - side]);
}

/* Something else is at the new place already. */
static enum qn_status collide(struct qn_merge_state *m,
                              struct qn_merge_path *old,
                              struct qn_merge_path *new_path, int side)
{
    struct qn_content_merge merge = {.path = old->path, .extra_marker_size = 1};
    struct qn_bytes paths[2] = {new_path->path, old->path};
    int other = 3 - side;
    bool were_equal = qn_merge_version_is_equal(&new_path->versions[1],
                                                &new_path->versions[2]);
    enum qn_status status;

    merge.versions[0] = old->versions[0];
    merge.versions[side] = new_path->versions[side];
    merge.versions[other] = old->versions[other];
    merge.names[0] = merge.names[other] = old->path;
    merge.names[side] = new_path->path;
    status = qn_content_merge_run(m, &merge);
    if (status)
        return status;
    new_path->versions[side] = merge.result;
    /* As Git has it: two that were the same when they were met stay so. */
    if (were_equal)
        new_path->versions[2] = new_path->versions[1];
    drop_path(old);
    if (merge.is_clean)
        return QN_OK;
    return qn_merge_state_say(
        m, new_path->path, "CONFLICT (rename involved in collision)", paths, 2,
        "CONFLICT (rename involved in collision): rename of %.*s -> %.*s has "
        "content conflicts AND collides with another path; this may result in "
        "nested conflict markers.",
        QN_BYTES_ARG(old->path), QN_BYTES_ARG(new_path->path));
}

static enum qn_status apply_one(struct qn_merge_state *m,
                                struct qn_merge_path *old,
                                struct qn_merge_path *new_path, int side)
{
    int other = 3 - side;
    bool is_deleted = !(old->file_mask & (1 << other));
    bool collides = new_path->file_mask & (1 << other);
    bool changes_type =
        !is_deleted && qn_mode_is_file(old->versions[other].mode) !=
                           qn_mode_is_file(new_path->versions[side].mode);
    enum qn_status status = QN_OK;

    if (changes_type && collides)
        collides = false;
    if (collides && !is_deleted)
        return collide(m, old, new_path, side);
    if (collides) {
        status = say_deleted(m, old, new_path, side);
        drop_path(old);
        return status;
    }
    set_version(new_path, 0, &old->versions[0], old->path);
    new_path->is_renamed = true;
    if (changes_type) {
        old->file_mask &= (uint8_t)~1;
        memset(&old->versions[0], 0, sizeof(old->versions[0]));
        return QN_OK;
    }
    if (is_deleted)
        status = say_deleted(m, old, new_path, side);
    else
        set_version(new_path, other, &old->versions[other], old->path);
    drop_path(old);
    return status;
}

enum qn_status qn_merge_apply_run(struct qn_merge_state *m)
{
    size_t room = m->renames[1].count + m->renames[2].count;
    struct qn_merge_rename **sorted =
        qn_memory_array(m->ctx, room + 1, sizeof(*sorted));
    enum qn_status status = QN_OK;
    size_t count = 0;
    size_t i;
    int side;

    if (!sorted)
        return QN_NO_MEMORY;
    for (side = 1; side < 3; side++)
        for (i = 0; i < m->renames[side].count; i++)
            if (m->renames[side].items[i].old_path)
                sorted[count++] = &m->renames[side].items[i];
    if (count)
        qsort(sorted, count, sizeof(*sorted), compare_renames);
    for (i = 0; i < count && !status; i++) {
        struct qn_merge_rename *one = sorted[i];
        struct qn_merge_rename *two =
            i + 1 < count && sorted[i + 1]->old_path == one->old_path
                ? sorted[i + 1]
                : NULL;
        struct qn_merge_path *old = one->old_path;

        if (two) {
            i++;
            if (old->is_clean)
                continue;
            if (one->new_path == two->new_path) {
                set_version(one->new_path, 0, &old->versions[0],
                            one->new_path->path);
                drop_path(old);
            } else {
                status = split(m, old, one->new_path, two->new_path);
            }
            continue;
        }
        if (!old->is_clean && one->new_path != old)
            status = apply_one(m, old, one->new_path, one->side);
    }
    qn_memory_free(sorted);
    return status;
}
