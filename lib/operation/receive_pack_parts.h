/* SPDX-License-Identifier: MIT */
/* Shared by the files of receive-pack; for no one else. */
#ifndef QN_OPERATION_RECEIVE_PACK_PARTS_H
#define QN_OPERATION_RECEIVE_PACK_PARTS_H

#include "object/check_policy.h"
#include "odb/odb_quarantine.h"
#include "operation/op_receive_pack.h"
#include "operation/part/served_refs.h"
#include "os/process.h"
#include "wire/push_report.h"
#include "wire/push_request.h"
#include "wire/sideband.h"

struct qn_grafts;

enum qn_receive_deny { /* receive.denyCurrentBranch, denyDeleteCurrent */
                       QN_RECEIVE_DENY_UNSAID = 0,
                       QN_RECEIVE_DENY_IGNORE,
                       QN_RECEIVE_DENY_WARN,
                       QN_RECEIVE_DENY_REFUSE,
                       QN_RECEIVE_DENY_INSTEAD /* the work tree is updated */
};

/* What proc-receive did instead. */
struct qn_receive_outcome {
    const char *name; /* NULL: as asked */
    struct qn_id old_id, new_id;
    bool has_old, has_new, is_forced;
    struct qn_receive_outcome *next;
};

struct qn_receive_command {
    const char *name; /* as it came */
    const char *full; /* with the namespace in front */
    struct qn_id old_id, new_id;
    const char *error;  /* what the client is told; NULL: none so far */
    bool is_for_proc;   /* proc-receive decides */
    bool has_answer;    /* it did */
    bool falls_through; /* ... and leaves it to us */
    bool did_not_exist; /* what is deleted was not there */
    bool moves_along;   /* another name of a ref that another command moves */
    struct qn_receive_outcome *outcomes, **last_outcome;
};

struct qn_receive_pack {
    struct qn_ctx *ctx;
    struct qn_op_receive_pack *options;
    const struct qn_revision_scope *scope; /* the repository as it is */
    struct qn_revision_scope inside;       /* with what has come */
    const struct qn_config *config;
    struct qn_service_io *io;
    struct qn_push_request request;
    struct qn_receive_command *commands;
    size_t count;
    struct qn_arena arena;
    struct qn_buf prefix; /* of the namespace */
    /* settings */
    bool advertises_atomic, advertises_options, advertises_session;
    bool prefers_offsets, checks_objects, denies_deletes;
    bool denies_non_fast_forwards, updates_shallow, updates_server_info;
    bool runs_upkeep;
    enum qn_receive_deny deny_current, deny_delete_current;
    int64_t unpack_limit, keep_alive;
    uint64_t max_input_size;
    struct qn_check_policy policy;
    /* asked for by the client */
    int report_version; /* 0: none */
    bool has_bands, is_quiet, is_atomic, has_options;
    /* objects */
    struct qn_odb_quarantine *quarantine;
    struct qn_odb *odb; /* a view of it */
    struct qn_grafts *grafts, *grafts_inside;
    struct qn_id_list shallow; /* borders that would be new here */
    const char *unpack_error;
    struct qn_buf keep; /* the .keep file, once in place */
    /* what is said */
    struct qn_ctx_sinks before; /* the sinks of the caller */
    struct qn_process_listener listener;
    bool is_gone; /* the client: nothing more can be told */
    int64_t silent_since;
    const char *title; /* of what progress is told; NULL: nothing */
    unsigned percent;
    /* certificate */
    const char *nonce;                   /* that was offered; NULL: none */
    struct qn_buf certificate_variables; /* NUL terminated, one after another */
};

/* ---- receive_pack_say.c: the bands */

/* Data in a band, in packets that fit; nothing where there are no bands. */
void qn_receive_put_band(struct qn_receive_pack *r, enum qn_sideband band,
                         struct qn_bytes bytes);
/* From now on (until `hush`) what is reported goes to the client. */
void qn_receive_speak(struct qn_receive_pack *r);
void qn_receive_hush(struct qn_receive_pack *r);
/* "error: ..." and "warning: ...". */
void qn_receive_error(struct qn_receive_pack *r, const char *format, ...)
    QN_PRINTF(2, 3);
void qn_receive_warning(struct qn_receive_pack *r, const char *format, ...)
    QN_PRINTF(2, 3);
/* The context's failure, as a child of Git that died of it would have told:
 * "fatal: ..."; to the client, or with `is_local` beside it.  Cleared. */
void qn_receive_fatal(struct qn_receive_pack *r, bool is_local);

/* ---- receive_pack_pack.c: objects */

/* Sets unpack_error when it is to be told. */
enum qn_status qn_receive_unpack(struct qn_receive_pack *r) QN_MUST_USE;
/* Commands whose objects are not all here get an error. */
enum qn_status
qn_receive_check_connected(struct qn_receive_pack *r) QN_MUST_USE;
enum qn_status qn_receive_migrate(struct qn_receive_pack *r) QN_MUST_USE;
/* Borders that accepted commands brought. */
enum qn_status qn_receive_write_shallow(struct qn_receive_pack *r) QN_MUST_USE;

/* ---- receive_pack_hooks.c */

enum qn_status qn_receive_pre_receive(struct qn_receive_pack *r) QN_MUST_USE;
enum qn_status qn_receive_update_hook(struct qn_receive_pack *r,
                                      const struct qn_receive_command *command,
                                      bool *is_fine) QN_MUST_USE;
enum qn_status qn_receive_post_hooks(struct qn_receive_pack *r) QN_MUST_USE;
/* Run one of the git directory; `variables` (or NULL) in addition. */
struct qn_receive_hook {
    const char *name;
    const char *const *arguments;
    const char *const *variables;
    struct qn_bytes input;
    bool has_input;
    bool is_local; /* what it says is not for the client */
};
enum qn_status qn_receive_run_hook(struct qn_receive_pack *r,
                                   const struct qn_receive_hook *hook,
                                   int *exit_code, bool *was_run) QN_MUST_USE;

/* The reference-transaction hook: a qn_refs_observe_fn, with the push. */
enum qn_status qn_receive_observe(struct qn_ctx *ctx, void *r,
                                  const char *state, struct qn_bytes lines);

/* ---- receive_pack_proc.c */

enum qn_status qn_receive_choose_proc(struct qn_receive_pack *r) QN_MUST_USE;
enum qn_status qn_receive_run_proc(struct qn_receive_pack *r) QN_MUST_USE;

/* ---- receive_pack_cert.c */

enum qn_status qn_receive_make_nonce(struct qn_receive_pack *r) QN_MUST_USE;
enum qn_status
qn_receive_check_certificate(struct qn_receive_pack *r) QN_MUST_USE;

/* ---- receive_pack_update.c */

enum qn_status qn_receive_update_refs(struct qn_receive_pack *r) QN_MUST_USE;

/* ---- receive_pack_checkout.c */

/* Bring the work tree at `top` (its own HEAD names the branch) to what the
 * command has; `*error`: what the client is told when that cannot be. */
enum qn_status
qn_receive_update_instead(struct qn_receive_pack *r,
                          const struct qn_receive_command *command,
                          struct qn_repo *repo, const char **error) QN_MUST_USE;

/* ---- receive_pack_checks.c */

/* May it be done?  Sets its error. */
enum qn_status
qn_receive_check_command(struct qn_receive_pack *r,
                         struct qn_receive_command *command) QN_MUST_USE;
/* Is what the ref was reached by what it becomes?  What is no commit is not. */
enum qn_status qn_receive_is_forward(struct qn_receive_pack *r,
                                     const struct qn_receive_command *command,
                                     bool *out) QN_MUST_USE;

#endif
