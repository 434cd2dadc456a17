/* SPDX-License-Identifier: MIT */
/* One merge of trees while it goes on, shared by the files of its phases. */
#ifndef QN_MERGE_MERGE_STATE_H
#define QN_MERGE_MERGE_STATE_H

#include "base/map.h"
#include "diff/similarity.h"
#include "merge/tree_merge.h"
#include "object/tree.h"

struct qn_merge_version {
    uint32_t mode; /* 0: none */
    struct qn_id id;
};

/* Whatever is known of one path. Versions: base, ours, theirs. */
struct qn_merge_path {
    struct qn_bytes path;
    struct qn_merge_version versions[3];
    struct qn_bytes names[3]; /* where the version comes from */
    uint8_t file_mask;        /* versions that are files */
    uint8_t directory_mask;   /* and directories */
    bool is_clean;            /* settled: `result` stands */
    bool is_conflicted;       /* whatever comes of it */
    bool is_renamed;          /* its base is another path's */
    bool is_file;             /* of the result */
    bool is_moved;            /* put aside for a directory */
    uint8_t moved_mask;       /* the version it was put aside for */
    bool has_content;         /* a directory with something in the result */
    struct qn_merge_version result;
};

enum qn_merge_relevance { /* of a deleted file as the source of a rename */
                          QN_MERGE_IRRELEVANT = 0,
                          QN_MERGE_LOCATION,
                          QN_MERGE_CONTENT
};

enum qn_merge_mark { /* of a directory that one side removed */
                     QN_MERGE_NOT_RELEVANT = 1,
                     QN_MERGE_FOR_ANCESTORS,
                     QN_MERGE_WANTED
};

struct qn_merge_candidate {
    struct qn_merge_path *path;
    enum qn_merge_relevance relevance;
    bool is_used;
};

struct qn_merge_candidates {
    struct qn_merge_candidate *items;
    size_t count, capacity;
};

/* A file of one side that came from another place, or (old NULL) from none. */
struct qn_merge_rename {
    struct qn_merge_path *old_path;
    struct qn_merge_path *new_path;
    int side;
};

struct qn_merge_renames {
    struct qn_merge_rename *items;
    size_t count, capacity;
};

/* A directory whose look was put off; see merge_walk.c. */
struct qn_merge_postponed {
    struct qn_merge_path *path;
    int kept;
    bool is_all;
};

struct qn_merge_state {
    struct qn_ctx *ctx;
    struct qn_odb *odb;
    const struct qn_tree_merge_options *options;
    uint32_t algorithm;
    unsigned depth; /* 0: the merge that was asked for */
    const char *labels[3];
    struct qn_arena arena;
    struct qn_map paths; /* values: struct qn_merge_path */
    /* By side, 1 and 2: */
    struct qn_merge_candidates sources[3];
    struct qn_merge_candidates destinations[3];
    struct qn_map removed[3]; /* directory -> enum qn_merge_mark */
    struct qn_map counts[3];  /* directory -> map of new directory -> count */
    struct qn_map moves[3];   /* directory -> new directory (arena string) */
    struct qn_merge_renames renames[3]; /* renamed and added files */
    struct qn_merge_postponed *postponed[3];
    size_t postponed_count[3], postponed_capacity[3];
    bool postpones[3];
    struct qn_tree_merge_result *result;
    struct qn_tree_merge_result *told; /* where messages go */
    struct qn_buf texts[3];
    struct qn_buf merged;
};

/* Find, or make an empty one. */
struct qn_merge_path *qn_merge_state_path(struct qn_merge_state *m,
                                          struct qn_bytes path) QN_MUST_USE;
struct qn_merge_path *qn_merge_state_find(const struct qn_merge_state *m,
                                          struct qn_bytes path);
/* "path~label", not yet taken. */
enum qn_status qn_merge_state_unique(struct qn_merge_state *m,
                                     struct qn_bytes path, const char *label,
                                     struct qn_bytes *out) QN_MUST_USE;
/* Say something under `path`; `paths`: those to be listed by merge-tree -z. */
enum qn_status qn_merge_state_say(struct qn_merge_state *m,
                                  struct qn_bytes path, const char *type,
                                  const struct qn_bytes *paths,
                                  size_t path_count, const char *format, ...)
    QN_PRINTF(6, 7) QN_MUST_USE;
/* The directory of a path: "" for the top. */
struct qn_bytes qn_merge_state_directory(struct qn_bytes path);

static inline bool qn_merge_version_is_equal(const struct qn_merge_version *a,
                                             const struct qn_merge_version *b)
{
    return a->mode == b->mode &&
           (a->mode == 0 || qn_id_is_equal(&a->id, &b->id));
}

/* The phases. */
enum qn_status
qn_merge_walk_run(struct qn_merge_state *m,
                  const struct qn_id *const trees[3]) QN_MUST_USE;
enum qn_status qn_merge_renames_run(struct qn_merge_state *m) QN_MUST_USE;
enum qn_status qn_merge_directories_count(struct qn_merge_state *m, int side,
                                          struct qn_bytes old_path,
                                          struct qn_bytes new_path) QN_MUST_USE;
enum qn_status qn_merge_directories_run(struct qn_merge_state *m) QN_MUST_USE;
enum qn_status qn_merge_apply_run(struct qn_merge_state *m) QN_MUST_USE;
enum qn_status qn_merge_resolve_run(struct qn_merge_state *m) QN_MUST_USE;

/* Merge three versions of a file that differ; `path` is what messages and
 * attributes are about. */
struct qn_content_merge {
    struct qn_bytes path;
    struct qn_merge_version versions[3];
    struct qn_bytes names[3];
    unsigned extra_marker_size;
    /* out */
    struct qn_merge_version result;
    bool is_clean;
    bool took_ours; /* a conflict that could only be answered with ours */
};
/* Theirs or the base, moved to where it belongs in ours. */
enum qn_status qn_merge_subtree_shift(struct qn_merge_state *m,
                                      const struct qn_id *ours,
                                      const struct qn_id *tree,
                                      struct qn_id *out) QN_MUST_USE;
/* Two commits of a submodule. */
enum qn_status
qn_merge_submodule_run(struct qn_merge_state *m,
                       struct qn_content_merge *merge) QN_MUST_USE;
/* Would base and the version of a side be the same blob, renormalised? */
enum qn_status qn_content_merge_is_same(struct qn_merge_state *m,
                                        struct qn_bytes path,
                                        const struct qn_merge_version *a,
                                        const struct qn_merge_version *b,
                                        bool *out) QN_MUST_USE;
enum qn_status qn_content_merge_run(struct qn_merge_state *m,
                                    struct qn_content_merge *merge) QN_MUST_USE;

#endif
