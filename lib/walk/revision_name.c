/* SPDX-License-Identifier: MIT */
#include "text/date.h"
#include "text/ref_name.h"
#include "walk/revision_parts.h"

#include <string.h>

#define NTH_MAX 100000000 /* "@{n}" above it is a time */

static bool is_hex(struct qn_bytes text)
{
    size_t i;

    for (i = 0; i < text.size; i++)
        if (!((text.data[i] >= '0' && text.data[i] <= '9') ||
              (text.data[i] >= 'a' && text.data[i] <= 'f') ||
              (text.data[i] >= 'A' && text.data[i] <= 'F')))
            return false;
    return text.size > 0;
}

/* ------------------------------------------------- "@", "@{-n}", "@{u}",
 * "@{p}"
 */

struct prior {
    uint64_t wanted; /* the how many-th switch, 1 is the newest */
    uint64_t seen;
    struct qn_buf *out;
    bool found;
};

/* "checkout: moving from A to B": A is where we were. */
static enum qn_status look_for_prior(struct qn_ctx *ctx, void *data,
                                     const struct qn_reflog_entry *entry)
{
    struct prior *prior = data;
    struct qn_bytes text = entry->message;
    size_t end;
    enum qn_status status;

    if (!qn_bytes_has_prefix(text, "checkout: moving from "))
        return QN_OK;
    text = qn_bytes_from(text, strlen("checkout: moving from "));
    end = qn_bytes_find_bytes(text, QN_BYTES(" to "));
    if (end >= text.size || ++prior->seen != prior->wanted)
        return QN_OK;
    status = qn_buf_append_bytes(ctx, prior->out, qn_bytes_first(text, end));
    prior->found = true;
    return status ? status : QN_END;
}

/* "@{-n}" in front: its size and the branch (or id) it means. 0: it is not. */
static enum qn_status take_prior(struct qn_ctx *ctx,
                                 const struct qn_revision_scope *scope,
                                 struct qn_bytes text, struct qn_buf *out,
                                 size_t *size)
{
    struct prior prior = {.out = out};
    size_t end = qn_bytes_find(text, '}');
    enum qn_status status;

    *size = 0;
    if (!qn_bytes_has_prefix(text, "@{-") || end >= text.size ||
        !qn_bytes_to_u64(qn_bytes_make(text.data + 3, end - 3),
                         &prior.wanted) ||
        prior.wanted == 0)
        return QN_OK;
    status =
        qn_reflog_walk(ctx, scope->refs, "HEAD", true, look_for_prior, &prior);
    if (!status && prior.found)
        *size = end + 1;
    return status;
}

/* The mark at the end of `text` that names an upstream or a push destination:
 * "@{u}", "@{upstream}", "@{push}" in any case. */
static bool find_mark(struct qn_bytes text, size_t *start, bool *is_push)
{
    size_t at = qn_bytes_find_last(text, '@');
    struct qn_bytes mark;

    if (at >= text.size || text.data[text.size - 1] != '}')
        return false;
    mark = qn_bytes_from(text, at);
    *start = at;
    *is_push = qn_bytes_is_equal_fold(mark, QN_BYTES("@{push}"));
    return *is_push || qn_bytes_is_equal_fold(mark, QN_BYTES("@{u}")) ||
           qn_bytes_is_equal_fold(mark, QN_BYTES("@{upstream}"));
}

/* The short name of the branch that `text` ("" or "HEAD" or "@": the current
 * one) means. */
static enum qn_status to_branch(struct qn_ctx *ctx,
                                const struct qn_revision_scope *scope,
                                struct qn_bytes text, struct qn_buf *out)
{
    struct qn_ref ref = QN_REF_INIT;
    struct qn_buf inner = QN_BUF_INIT;
    bool found = false;
    bool changed = false;
    enum qn_status status;

    status = qn_revision_interpret(ctx, scope, text, &inner, &changed);
    if (status)
        goto out;
    if (changed)
        text = qn_buf_bytes(&inner);
    if (text.size > 0 && !qn_bytes_is_string(text, "HEAD") &&
        !qn_bytes_is_string(text, "@")) {
        if (changed && qn_bytes_has_prefix(text, "refs/heads/"))
            text = qn_bytes_from(text, 11);
        status = qn_buf_append_bytes(ctx, out, text);
        goto out;
    }
    status = qn_refs_find(ctx, scope->refs, "HEAD", &ref, &found);
    if (!status &&
        (!found || !ref.is_symbolic ||
         !qn_bytes_has_prefix(qn_buf_bytes(&ref.target), "refs/heads/")))
        status = qn_ctx_fail_reason(ctx, QN_INVALID, "revision.no-branch",
                                    "HEAD", "HEAD does not point to a branch");
    if (!status)
        status = qn_buf_append_bytes(
            ctx, out, qn_bytes_from(qn_buf_bytes(&ref.target), 11));

out:
    qn_ref_dispose(&ref);
    qn_buf_dispose(&inner);
    return status;
}

enum qn_status qn_revision_interpret(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     struct qn_bytes text, struct qn_buf *out,
                                     bool *changed)
{
    struct qn_buf name = QN_BUF_INIT;
    size_t start = out->size;
    size_t size = 0;
    bool is_push = false;
    enum qn_status status;

    *changed = false;
    if (qn_bytes_is_string(text, "@")) {
        *changed = true;
        return qn_buf_append_string(ctx, out, "HEAD");
    }
    status = take_prior(ctx, scope, text, out, &size);
    if (status)
        goto out;
    if (size > 0 && size == text.size) {
        *changed = true;
        goto out;
    }
    if (size > 0) {
        /* "@{-1}@{u}": again, with the branch in place. */
        status = qn_buf_append_bytes(ctx, &name,
                                     qn_bytes_from(qn_buf_bytes(out), start));
        qn_buf_truncate(out, start);
        if (!status)
            status = qn_buf_append_bytes(ctx, &name, qn_bytes_from(text, size));
        text = qn_buf_bytes(&name);
    }
    if (!status && find_mark(text, &size, &is_push)) {
        struct qn_buf branch = QN_BUF_INIT;

        status = to_branch(ctx, scope, qn_bytes_first(text, size), &branch);
        if (!status)
            status =
                is_push
                    ? qn_revision_push(ctx, scope, qn_buf_string(&branch), out)
                    : qn_revision_upstream(ctx, scope, qn_buf_string(&branch),
                                           out);
        *changed = !status;
        qn_buf_dispose(&branch);
    } else if (!status && name.size > 0) {
        status = qn_buf_append_bytes(ctx, out, text);
        *changed = !status;
    }

out:
    qn_buf_dispose(&name);
    return status;
}

enum qn_status qn_revision_find_ref(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_bytes text,
                                    struct qn_refs_expansion *out)
{
    struct qn_buf short_name = QN_BUF_INIT;
    bool changed = false;
    enum qn_status status;

    out->count = 0;
    status = qn_revision_interpret(ctx, scope, text, &short_name, &changed);
    if (!status && !changed)
        status = qn_buf_append_bytes(ctx, &short_name, text);
    if (!status && short_name.size > 0)
        status =
            qn_refs_expand(ctx, scope->refs, qn_buf_string(&short_name), out);
    qn_buf_dispose(&short_name);
    return status;
}

/* -------------------------------------------------------------------- reflogs
 */

struct log_search {
    bool by_time;
    int64_t time;
    uint64_t nth;
    uint64_t seen;
    bool found;
    struct qn_id id;
    struct qn_id found_new; /* what the entry that was found led to */
    struct qn_id newer_old; /* what the entry after it came from; or null */
    int64_t found_time;
    int found_zone;
    struct qn_id oldest_old;
    struct qn_id oldest_new;
    int64_t oldest_time;
    int oldest_zone;
};

static enum qn_status look_at_log(struct qn_ctx *ctx, void *data,
                                  const struct qn_reflog_entry *entry)
{
    struct log_search *search = data;
    uint64_t position = search->seen++;

    (void)ctx;
    if (position > 0)
        search->newer_old = search->oldest_old;
    search->oldest_old = entry->old_id;
    search->oldest_new = entry->new_id;
    search->oldest_time = entry->seconds;
    search->oldest_zone = entry->zone;
    if (search->by_time ? entry->seconds <= search->time
                        : position == search->nth) {
        search->found_new = entry->new_id;
        search->found_time = entry->seconds;
        search->found_zone = entry->zone;
        search->found = true;
        return QN_END;
    }
    return QN_OK;
}

static enum qn_status warn_too_old(struct qn_ctx *ctx,
                                   const struct qn_revision_run *run,
                                   struct qn_bytes shown,
                                   const struct log_search *search)
{
    struct qn_date_mode mode = {.kind = QN_DATE_RFC2822};
    struct qn_buf date = QN_BUF_INIT;
    enum qn_status status = qn_date_format(ctx, search->oldest_time,
                                           search->oldest_zone, &mode, &date);

    if (!status && !run->is_quiet)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "",
                      "log for '%.*s' only goes back to %s",
                      QN_BYTES_ARG(shown), qn_buf_string(&date));
    qn_buf_dispose(&date);
    return status;
}

/* The entry that was found, against its neighbour or the ref itself. */
static enum qn_status weigh_entry(struct qn_ctx *ctx,
                                  const struct qn_revision_run *run,
                                  const char *name, struct log_search *search)
{
    struct qn_date_mode mode = {.kind = QN_DATE_RFC2822};
    struct qn_buf date = QN_BUF_INIT;
    struct qn_ref ref = QN_REF_INIT;
    const char *what = NULL;
    bool found = false;
    enum qn_status status = QN_OK;

    search->id = search->found_new;
    if (search->seen > 1 && !qn_id_is_null(&search->newer_old)) {
        if (!qn_id_is_equal(&search->newer_old, &search->found_new))
            what = "has gap after";
    } else if (!search->by_time || search->found_time != search->time) {
        status = qn_refs_resolve(ctx, run->scope->refs, name, &ref, &found);
        if (!status && found && !qn_id_is_equal(&ref.id, &search->found_new)) {
            what = "unexpectedly ended on";
            search->id = ref.id;
        }
        qn_ref_dispose(&ref);
    }
    if (!status && what)
        status = qn_date_format(ctx, search->found_time, search->found_zone,
                                &mode, &date);
    if (!status && what)
        qn_ctx_report(ctx, QN_REPORT_WARNING, "", "log for ref %s %s %s", name,
                      what, qn_buf_string(&date));
    qn_buf_dispose(&date);
    return status;
}

static enum qn_status end_of_log(struct qn_ctx *ctx,
                                 const struct qn_revision_run *run,
                                 const char *name, struct qn_bytes shown,
                                 struct log_search *search)
{
    if (search->seen == 0 && !search->by_time && search->nth == 0) {
        struct qn_ref ref = QN_REF_INIT;
        bool found = false;
        enum qn_status status =
            qn_refs_resolve(ctx, run->scope->refs, name, &ref, &found);

        search->id = ref.id;
        qn_ref_dispose(&ref);
        if (status || found)
            return status;
    }
    if (search->seen == 0)
        return qn_ctx_fail_reason(ctx, QN_INVALID, "revision.log-short", name,
                                  "log for %s is empty", name);
    if (search->by_time) {
        search->id = qn_id_is_null(&search->oldest_old) ? search->oldest_new
                                                        : search->oldest_old;
        return warn_too_old(ctx, run, shown, search);
    }
    /* One past the end is what the oldest entry came from. */
    if (search->nth == search->seen && !qn_id_is_null(&search->oldest_old)) {
        search->id = search->oldest_old;
        return QN_OK;
    }
    return qn_ctx_fail_reason(ctx, QN_INVALID, "revision.log-short", NULL,
                              "log for '%.*s' only has %llu entries",
                              QN_BYTES_ARG(shown),
                              (unsigned long long)search->seen);
}

/* The log of a ref that has a value; a symbolic ref without a log of its own
 * lends that of what it leads to. */
static enum qn_status follow_to_log(struct qn_ctx *ctx,
                                    const struct qn_revision_scope *scope,
                                    struct qn_buf *name, bool *exists)
{
    struct qn_ref ref = QN_REF_INIT;
    bool found = false;
    enum qn_status status =
        qn_refs_resolve(ctx, scope->refs, qn_buf_string(name), &ref, &found);

    *exists = false;
    if (!status && found)
        status =
            qn_reflog_exists(ctx, scope->refs, qn_buf_string(name), exists);
    if (!status && found && !*exists &&
        strcmp(qn_buf_string(&ref.name), qn_buf_string(name)) != 0) {
        status = qn_reflog_exists(ctx, scope->refs, qn_buf_string(&ref.name),
                                  exists);
        if (!status && *exists)
            qn_buf_swap(name, &ref.name);
    }
    qn_ref_dispose(&ref);
    return status;
}

/* The ref whose log "text@{...}" asks: HEAD's own for "HEAD", the branch's for
 * "". */
static enum qn_status find_log(struct qn_ctx *ctx,
                               const struct qn_revision_scope *scope,
                               struct qn_bytes text, struct qn_buf *name,
                               bool *found)
{
    struct qn_buf short_name = QN_BUF_INIT;
    struct qn_buf full = QN_BUF_INIT;
    bool changed = false;
    size_t rule;
    enum qn_status status = QN_OK;

    *found = false;
    if (text.size == 0) {
        struct qn_ref ref = QN_REF_INIT;
        bool exists = false;

        status = qn_refs_find(ctx, scope->refs, "HEAD", &ref, &exists);
        if (!status && exists)
            status = qn_buf_append_bytes(
                ctx, name,
                ref.is_symbolic ? qn_buf_bytes(&ref.target) : QN_BYTES("HEAD"));
        if (!status && exists && ref.is_symbolic)
            status = qn_refs_resolve(ctx, scope->refs, qn_buf_string(name),
                                     &ref, &exists);
        *found = !status && exists;
        qn_ref_dispose(&ref);
        return status;
    }
    status = qn_revision_interpret(ctx, scope, text, &short_name, &changed);
    if (!status && !changed)
        status = qn_buf_append_bytes(ctx, &short_name, text);
    for (rule = 0; rule < QN_REF_NAME_RULE_COUNT && !status && !*found;
         rule++) {
        bool exists = false;

        qn_buf_clear(&full);
        status =
            qn_ref_name_expand(ctx, rule, qn_buf_bytes(&short_name), &full);
        if (!status &&
            !qn_ref_name_is_valid(qn_buf_bytes(&full), QN_REF_NAME_ONE_LEVEL))
            continue;
        if (!status)
            status = follow_to_log(ctx, scope, &full, &exists);
        if (!status && exists) {
            status = qn_buf_append_bytes(ctx, name, qn_buf_bytes(&full));
            *found = !status;
        }
    }
    qn_buf_dispose(&short_name);
    qn_buf_dispose(&full);
    return status;
}

/* "name@{what}" where `what` is a number or a time. */
static enum qn_status at_log(struct qn_ctx *ctx,
                             const struct qn_revision_run *run,
                             struct qn_bytes text, struct qn_bytes what,
                             struct qn_id *out)
{
    struct log_search search = {0};
    struct qn_buf name = QN_BUF_INIT;
    struct qn_buf date = QN_BUF_INIT;
    struct qn_bytes shown = text;
    uint64_t number = 0;
    bool found = false;
    bool recognised = true;
    enum qn_status status;

    if (qn_bytes_to_u64(what, &number)) {
        search.by_time = number > NTH_MAX;
        search.nth = number;
        search.time = (int64_t)number;
    } else {
        status = qn_buf_append_bytes(ctx, &date, what);
        if (status)
            goto out;
        search.by_time = true;
        search.time = qn_date_approximate(qn_ctx_env(ctx), qn_buf_string(&date),
                                          &recognised);
        if (!recognised) {
            status = qn_revision_unknown(ctx, run->text);
            goto out;
        }
    }
    status = find_log(ctx, run->scope, text, &name, &found);
    if (!status && !found)
        status = qn_revision_unknown(ctx, run->text);
    if (!status)
        status = qn_reflog_walk(ctx, run->scope->refs, qn_buf_string(&name),
                                true, look_at_log, &search);
    if (!status && text.size == 0) {
        shown = qn_buf_bytes(&name);
        if (qn_bytes_has_prefix(shown, "refs/heads/"))
            shown = qn_bytes_from(shown, 11);
    }
    if (!status)
        status =
            search.found
                ? weigh_entry(ctx, run, qn_buf_string(&name), &search)
                : end_of_log(ctx, run, qn_buf_string(&name), shown, &search);
    if (!status) {
        *out = search.id;
        if (run->out) {
            qn_buf_clear(&run->out->ref_name);
            status = qn_buf_append_bytes(ctx, &run->out->ref_name,
                                         qn_buf_bytes(&name));
        }
    }

out:
    qn_buf_dispose(&name);
    qn_buf_dispose(&date);
    return status;
}

/* ----------------------------------------------------------------- plain names
 */

/* "v1.2-14-g1234567": the hex, or nothing. */
static struct qn_bytes describe_hex(struct qn_bytes text)
{
    size_t at = text.size;
    size_t digits;

    while (at > 0 && text.data[at - 1] != 'g' &&
           is_hex(qn_bytes_make(text.data + at - 1, 1)))
        at--;
    if (at < 2 || at == text.size || text.data[at - 1] != 'g' ||
        text.data[at - 2] != '-')
        return QN_BYTES_NONE;
    digits = at - 2;
    while (digits > 0 && text.data[digits - 1] >= '0' &&
           text.data[digits - 1] <= '9')
        digits--;
    if (digits == at - 2 || digits < 2 || text.data[digits - 1] != '-' ||
        !qn_ref_name_is_valid(qn_bytes_first(text, digits - 1),
                              QN_REF_NAME_ONE_LEVEL))
        return QN_BYTES_NONE;
    return qn_bytes_from(text, at);
}

static enum qn_status warn_ambiguous(struct qn_ctx *ctx,
                                     const struct qn_revision_run *run,
                                     struct qn_bytes text, size_t count)
{
    struct qn_id other;
    bool warns = true;
    enum qn_status status;

    if (run->is_quiet)
        return QN_OK;
    status = qn_config_bool(ctx, qn_repo_config(run->scope->repo),
                            "core.warnambiguousrefs", true, &warns);
    if (status || !warns)
        return status;
    if (count < 2) {
        if (text.size < 4 || text.size > QN_ID_MAX_HEX_SIZE || !is_hex(text))
            return QN_OK;
        status = qn_revision_short(ctx, run, text, true, &other);
        if (status) {
            qn_ctx_clear(ctx);
            return QN_OK;
        }
    }
    qn_ctx_report(ctx, QN_REPORT_WARNING, "", "refname '%.*s' is ambiguous.",
                  QN_BYTES_ARG(text));
    return QN_OK;
}

static enum qn_status from_ref(struct qn_ctx *ctx,
                               const struct qn_revision_run *run,
                               struct qn_bytes text, struct qn_id *out,
                               bool *found)
{
    struct qn_buf name = QN_BUF_INIT;
    struct qn_refs_expansion ref = {.name = &name};
    enum qn_status status = qn_revision_find_ref(ctx, run->scope, text, &ref);

    *found = !status && ref.count > 0;
    if (!*found)
        goto out;
    *out = ref.id;
    status = warn_ambiguous(ctx, run, text, ref.count);
    if (!status && run->out) {
        qn_buf_clear(&run->out->ref_name);
        status =
            qn_buf_append_bytes(ctx, &run->out->ref_name, qn_buf_bytes(&name));
    }

out:
    qn_buf_dispose(&name);
    return status;
}

enum qn_status qn_revision_base(struct qn_ctx *ctx,
                                const struct qn_revision_run *run,
                                struct qn_bytes base, struct qn_id *out)
{
    uint32_t algorithm = qn_repo_algorithm(run->scope->repo);
    struct qn_bytes hex;
    bool found = false;
    bool is_push = false;
    size_t mark = 0;
    enum qn_status status;

    if (qn_id_from_hex(out, algorithm, base))
        return QN_OK;
    if (base.size > 3 && base.data[base.size - 1] == '}' &&
        !find_mark(base, &mark, &is_push)) {
        size_t at = qn_bytes_find_last(base, '@');

        /* "@{" opens the innermost pair: dates have no braces. */
        if (at + 2 < base.size && base.data[at + 1] == '{' &&
            base.data[at + 2] != '-')
            return at_log(ctx, run, qn_bytes_first(base, at),
                          qn_bytes_make(base.data + at + 2, base.size - at - 3),
                          out);
        if (at > 0 && at < base.size)
            return qn_revision_unknown(ctx, run->text);
    }
    status = from_ref(ctx, run, base, out, &found);
    if (status || found)
        return status;
    /* "@{-1}" may mean a commit that HEAD was detached at. */
    if (qn_bytes_has_prefix(base, "@{-")) {
        struct qn_buf prior = QN_BUF_INIT;
        size_t size = 0;

        status = take_prior(ctx, run->scope, base, &prior, &size);
        found = !status && size == base.size &&
                qn_id_from_hex(out, algorithm, qn_buf_bytes(&prior));
        qn_buf_dispose(&prior);
        if (status || found)
            return status;
    }
    hex = describe_hex(base);
    if (hex.size == 0)
        hex = base;
    if (hex.size < 4 || hex.size > qn_id_hex_size(algorithm) || !is_hex(hex))
        return qn_revision_unknown(ctx, run->text);
    if (hex.data != base.data) {
        struct qn_revision_run inner = *run;

        inner.kind = QN_REVISION_COMMIT;
        return qn_revision_short(ctx, &inner, hex, run->is_quiet, out);
    }
    return qn_revision_short(ctx, run, hex, run->is_quiet, out);
}

/* ---------------------------------------------------------------- public names
 */

enum qn_status qn_revision_expand_ref(struct qn_ctx *ctx, struct qn_refs *refs,
                                      const char *text, struct qn_buf *out,
                                      bool *found, bool *is_ambiguous)
{
    struct qn_refs_expansion ref = {.name = out};
    enum qn_status status = qn_refs_expand(ctx, refs, text, &ref);

    *found = ref.count > 0;
    *is_ambiguous = ref.count > 1;
    return status;
}

enum qn_status qn_revision_full_name(struct qn_ctx *ctx,
                                     const struct qn_revision_scope *scope,
                                     const char *text, struct qn_buf *out,
                                     bool *found)
{
    struct qn_refs_expansion ref = {.name = out};
    enum qn_status status =
        qn_revision_find_ref(ctx, scope, qn_bytes_from_string(text), &ref);

    *found = !status && ref.count > 0;
    return status;
}

enum qn_status qn_revision_expand_branch(struct qn_ctx *ctx,
                                         const struct qn_revision_scope *scope,
                                         const char *text, struct qn_buf *out)
{
    struct qn_buf name = QN_BUF_INIT;
    struct qn_bytes result;
    bool changed = false;
    enum qn_status status = qn_revision_interpret(
        ctx, scope, qn_bytes_from_string(text), &name, &changed);

    if (!status && !changed)
        status = qn_buf_append_string(ctx, &name, text);
    result = qn_buf_bytes(&name);
    if (changed && qn_bytes_has_prefix(result, "refs/heads/"))
        result = qn_bytes_from(result, 11);
    else if (changed && qn_bytes_has_prefix(result, "refs/remotes/"))
        result = qn_bytes_from(result, 13);
    if (!status)
        status = qn_buf_append_bytes(ctx, out, result);
    qn_buf_dispose(&name);
    return status;
}
