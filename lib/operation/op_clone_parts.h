/* SPDX-License-Identifier: MIT */
/* Shared by the files of clone; for no one else. */
#ifndef QN_OPERATION_OP_CLONE_PARTS_H
#define QN_OPERATION_OP_CLONE_PARTS_H

#include "operation/op_clone.h"
#include "operation/part/clone_refs.h"
#include "operation/part/clone_source.h"
#include "operation/part/fetch_source.h"
#include "walk/revision.h"

struct qn_promised_fetch;

struct qn_cloning {
    struct qn_ctx *ctx;
    const struct qn_clone_options *options;
    struct qn_clone_source source;
    struct qn_fetch_source there;       /* when it is not local */
    struct qn_promised_fetch *promised; /* of a partial one; or NULL */
    struct qn_clone_refs refs;
    const char *unborn;   /* the branch that HEAD there will be on; or NULL */
    bool is_local;        /* files are linked, copied or shared */
    bool has_told;        /* that it begins */
    struct qn_repo *repo; /* the new one */
    struct qn_remote *remote; /* as it was configured before */
    struct qn_buf shown;      /* the directory as messages name it */
    struct qn_buf top;        /* the same, absolute */
    struct qn_buf git;        /* the git directory, absolute */
    struct qn_buf config;     /* its config file */
    struct qn_buf branch; /* full name of what HEAD is to be on; "": detached */
    struct qn_buf connected; /* the URL that is connected to */
    struct qn_buf named; /* full name of the tag or ref that was asked for */
    struct qn_buf message;
    struct qn_buf ident;
    struct qn_id head; /* null: unborn */
    bool was_there;    /* the directory was, and was empty */
    bool goes_on;      /* ... or held what a clone before left */
    bool has_begun;
    bool has_bundles;   /* objects to tell of are here */
    bool is_whole;      /* all but the files is there: it stays */
    bool takes_default; /* nobody there says what HEAD is on */
    bool has_url;       /* the configuration has what does not depend on refs */
    struct qn_wire_words helper_words; /* options for a remote helper */
    struct qn_wire_words names;        /* what it is asked for */
    struct qn_revision_scope scope;    /* where it imports to; or zeros */
};

/* op_clone_config.c: "<section>.<name>" into the new configuration. */
enum qn_status qn_clone_config_set(struct qn_cloning *clone,
                                   const char *section, const char *name,
                                   const char *value) QN_MUST_USE;
/* What does not depend on the other side: -c, the remote's URL, --no-tags.
 * Nothing, the second time. */
enum qn_status qn_clone_config_begin(struct qn_cloning *clone) QN_MUST_USE;
/* What does: refspec, mirror, the hash (where Git writes it: behind the
 * remote). */
enum qn_status qn_clone_config_end(struct qn_cloning *clone) QN_MUST_USE;
/* Could what -c says be written? */
enum qn_status qn_clone_config_check(struct qn_cloning *clone) QN_MUST_USE;
/* --reference: repositories whose objects are borrowed, NULL terminated.  Those
 * that are none were told of by the check. */
enum qn_status qn_clone_check_references(struct qn_cloning *clone) QN_MUST_USE;
enum qn_status qn_clone_add_references(struct qn_cloning *clone,
                                       const char *const *paths) QN_MUST_USE;
/* op_clone_dissociate.c: --dissociate, where anything is borrowed. */
enum qn_status qn_clone_dissociate(struct qn_cloning *clone) QN_MUST_USE;
/* Where --recurse-submodules would have to go on: QN_UNSUPPORTED
 * ("clone.submodules"). */
enum qn_status qn_clone_refuse_submodules(struct qn_cloning *clone) QN_MUST_USE;
/* --sparse. */
enum qn_status qn_clone_config_sparse(struct qn_cloning *clone) QN_MUST_USE;

#endif
