/* SPDX-License-Identifier: MIT */
#include "worktree/filter.h"

#include "base/memory.h"
#include "config/config.h"
#include "text/charset.h"
#include "worktree/filter_steps.h"

#include <string.h>

struct qn_filter {
    const struct qn_work_tree *tree;
    const struct qn_index *index;
    struct qn_attributes *attributes;
    struct qn_odb *odb; /* made at first need */
    struct qn_object object;
    struct qn_buf steps[2]; /* scratch between conversions */
    enum qn_filter_delay delay;
    bool is_delayed;
    enum qn_status (*meanwhile)(struct qn_ctx *ctx, void *data);
    void *meanwhile_data;
};

static enum qn_status make(struct qn_ctx *ctx, const struct qn_work_tree *tree,
                           enum qn_attributes_source source,
                           const struct qn_index *index,
                           const struct qn_id *root, struct qn_filter **out)
{
    struct qn_filter *filter = qn_memory_calloc(ctx, 1, sizeof(*filter));
    enum qn_status status;

    if (!filter)
        return QN_NO_MEMORY;
    filter->tree = tree;
    filter->index = index;
    status = qn_attributes_new(ctx, tree->repo, source, index, root,
                               &filter->attributes);
    if (status)
        qn_filter_free(filter);
    else
        *out = filter;
    return status;
}

enum qn_status qn_filter_new(struct qn_ctx *ctx,
                             const struct qn_work_tree *tree,
                             enum qn_attributes_source source,
                             const struct qn_index *index,
                             struct qn_filter **out)
{
    return make(ctx, tree, source, index, NULL, out);
}

enum qn_status qn_filter_new_of(struct qn_ctx *ctx,
                                const struct qn_work_tree *tree,
                                enum qn_attributes_source source,
                                const struct qn_id *root,
                                struct qn_filter **out)
{
    return make(ctx, tree, source, NULL, root, out);
}

struct qn_attributes *qn_filter_attributes(const struct qn_filter *filter)
{
    return filter->attributes;
}

void qn_filter_free(struct qn_filter *filter)
{
    if (!filter)
        return;
    qn_attributes_free(filter->attributes);
    qn_odb_free(filter->odb);
    qn_object_dispose(&filter->object);
    qn_buf_dispose(&filter->steps[0]);
    qn_buf_dispose(&filter->steps[1]);
    qn_memory_free(filter);
}

void qn_filter_set_meanwhile(struct qn_filter *filter,
                             enum qn_status (*meanwhile)(struct qn_ctx *ctx,
                                                         void *data),
                             void *data)
{
    filter->meanwhile = meanwhile;
    filter->meanwhile_data = data;
}

void qn_filter_set_delay(struct qn_filter *filter, enum qn_filter_delay delay)
{
    filter->delay = delay;
}

bool qn_filter_is_delayed(const struct qn_filter *filter)
{
    return filter->is_delayed;
}

enum { TEXT, CRLF, EOL, IDENT, ENCODING, FILTER, WANTED_COUNT };

static bool has_value(const struct qn_attribute *attribute, const char *value)
{
    return attribute->state == QN_ATTRIBUTE_VALUE &&
           strcmp(attribute->value, value) == 0;
}

/* What "text" (or the older "crlf") says, before "eol" and configuration. */
enum text_word { WORD_NONE, WORD_BINARY, WORD_TEXT, WORD_AUTO, WORD_INPUT };

static enum text_word word_of(const struct qn_attribute *attribute)
{
    switch (attribute->state) {
    case QN_ATTRIBUTE_SET:
        return WORD_TEXT;
    case QN_ATTRIBUTE_UNSET:
        return WORD_BINARY;
    case QN_ATTRIBUTE_VALUE:
        if (strcmp(attribute->value, "auto") == 0)
            return WORD_AUTO;
        if (strcmp(attribute->value, "input") == 0)
            return WORD_INPUT;
        return WORD_NONE;
    default:
        return WORD_NONE;
    }
}

/* Line ends in the work tree, where nothing was said of the path. */
static bool is_crlf_configured(const struct qn_work_tree *tree)
{
    if (tree->auto_crlf != QN_AUTO_CRLF_FALSE)
        return tree->auto_crlf == QN_AUTO_CRLF_TRUE;
    return tree->eol_is_crlf;
}

static enum qn_filter_eol choose_eol(const struct qn_work_tree *tree,
                                     const struct qn_attribute *wanted)
{
    enum text_word word = word_of(&wanted[TEXT]);

    if (word == WORD_NONE)
        word = word_of(&wanted[CRLF]);
    if (word == WORD_BINARY)
        return QN_FILTER_EOL_NONE;
    if (word != WORD_INPUT) {
        bool is_auto = word == WORD_AUTO;

        if (has_value(&wanted[EOL], "lf"))
            return is_auto ? QN_FILTER_EOL_AUTO_LF : QN_FILTER_EOL_LF;
        if (has_value(&wanted[EOL], "crlf"))
            return is_auto ? QN_FILTER_EOL_AUTO_CRLF : QN_FILTER_EOL_CRLF;
    }
    switch (word) {
    case WORD_INPUT:
        return QN_FILTER_EOL_LF;
    case WORD_TEXT:
        return is_crlf_configured(tree) ? QN_FILTER_EOL_CRLF : QN_FILTER_EOL_LF;
    case WORD_AUTO:
        return is_crlf_configured(tree) ? QN_FILTER_EOL_AUTO_CRLF
                                        : QN_FILTER_EOL_AUTO_LF;
    default:
        return tree->auto_crlf == QN_AUTO_CRLF_TRUE    ? QN_FILTER_EOL_AUTO_CRLF
               : tree->auto_crlf == QN_AUTO_CRLF_INPUT ? QN_FILTER_EOL_AUTO_LF
                                                       : QN_FILTER_EOL_NONE;
    }
}

static enum qn_status find_driver(struct qn_ctx *ctx, struct qn_filter *filter,
                                  const char *name, struct qn_filter_plan *plan)
{
    const struct qn_config *config = qn_repo_config(filter->tree->repo);
    struct qn_buf key = QN_BUF_INIT;
    const char *const parts[] = {"clean", "smudge", "process"};
    const char **const places[] = {&plan->clean, &plan->smudge, &plan->process};
    enum qn_status status = QN_OK;

    for (size_t i = 0; i < QN_COUNT_OF(parts) && !status; i++) {
        qn_buf_clear(&key);
        status = qn_buf_printf(ctx, &key, "filter.%s.%s", name, parts[i]);
        if (!status)
            *places[i] = qn_config_string(config, qn_buf_string(&key), NULL);
        /* An empty one is there, and fails where it is required. */
        if (places[i] == &plan->process && *places[i] && !**places[i])
            *places[i] = NULL;
    }
    qn_buf_clear(&key);
    if (!status)
        status = qn_buf_printf(ctx, &key, "filter.%s.required", name);
    if (!status)
        status = qn_config_bool(ctx, config, qn_buf_string(&key), false,
                                &plan->is_required);
    qn_buf_dispose(&key);
    if (plan->clean || plan->smudge || plan->process || plan->is_required)
        plan->driver = name;
    return status;
}

enum qn_status qn_filter_plan(struct qn_ctx *ctx, struct qn_filter *filter,
                              struct qn_bytes path, struct qn_filter_plan *out)
{
    struct qn_attribute wanted[WANTED_COUNT] = {
        [TEXT] = {.name = "text"},
        [CRLF] = {.name = "crlf"},
        [EOL] = {.name = "eol"},
        [IDENT] = {.name = "ident"},
        [ENCODING] = {.name = "working-tree-encoding"},
        [FILTER] = {.name = "filter"},
    };
    enum qn_status status =
        qn_attributes_get(ctx, filter->attributes, path, wanted, WANTED_COUNT);

    memset(out, 0, sizeof(*out));
    if (status)
        return status;
    out->eol = choose_eol(filter->tree, wanted);
    out->has_ident = wanted[IDENT].state == QN_ATTRIBUTE_SET;
    if (wanted[ENCODING].state == QN_ATTRIBUTE_SET ||
        wanted[ENCODING].state == QN_ATTRIBUTE_UNSET)
        return qn_ctx_fail_reason(
            ctx, QN_INVALID, "worktree.encoding", NULL,
            "true/false are no valid working-tree-encodings");
    if (wanted[ENCODING].state == QN_ATTRIBUTE_VALUE &&
        wanted[ENCODING].value[0] &&
        !qn_charset_is_utf8(qn_bytes_from_string(wanted[ENCODING].value)))
        out->encoding = wanted[ENCODING].value;
    if (wanted[FILTER].state == QN_ATTRIBUTE_VALUE)
        status = find_driver(ctx, filter, wanted[FILTER].value, out);
    return status;
}

bool qn_filter_plan_is_plain_out(const struct qn_filter_plan *plan)
{
    return !plan->driver && !plan->encoding && !plan->has_ident &&
           plan->eol != QN_FILTER_EOL_CRLF &&
           plan->eol != QN_FILTER_EOL_AUTO_CRLF;
}

bool qn_filter_plan_is_plain_in(const struct qn_filter_plan *plan)
{
    return !plan->driver && !plan->encoding && !plan->has_ident &&
           plan->eol == QN_FILTER_EOL_NONE;
}

static enum qn_status need_odb(struct qn_ctx *ctx, struct qn_filter *filter)
{
    return filter->odb ? QN_OK
                       : qn_repo_odb(ctx, filter->tree->repo, &filter->odb);
}

/* Was the path stored with CRLF?  Then text=auto leaves it so. */
static bool has_crlf_in_index(struct qn_ctx *ctx, struct qn_filter *filter,
                              struct qn_bytes path)
{
    struct qn_filter_text_stat stat;
    bool found = false;
    size_t i =
        filter->index ? qn_index_find(filter->index, path, 0, &found) : 0;

    if (!found)
        return false;
    if (need_odb(ctx, filter) ||
        qn_odb_read_typed(ctx, filter->odb,
                          &qn_index_peek(filter->index, i)->id, QN_OBJECT_BLOB,
                          &filter->object)) {
        qn_ctx_clear(ctx);
        return false;
    }
    if (!memchr(filter->object.data.data ? filter->object.data.data
                                         : (const uint8_t *)"",
                '\r', filter->object.data.size))
        return false;
    qn_filter_text_stat(qn_object_bytes(&filter->object), &stat);
    return !qn_filter_is_binary(&stat) && stat.crlf > 0;
}

/* What the way to git and back would do to the line ends. */
static enum qn_status check_safe(struct qn_ctx *ctx,
                                 const struct qn_filter *filter,
                                 const struct qn_filter_plan *plan,
                                 struct qn_bytes path,
                                 const struct qn_filter_text_stat *before,
                                 bool drops_cr, bool may_fail)
{
    struct qn_filter_text_stat after = *before;
    const char *from = NULL, *to = NULL;

    if (drops_cr) {
        after.lone_lf += after.crlf;
        after.crlf = 0;
    }
    if (qn_filter_step_adds_cr(plan->eol, &after)) {
        after.crlf += after.lone_lf;
        after.lone_lf = 0;
    }
    if (before->crlf && !after.crlf)
        from = "CRLF", to = "LF";
    else if (before->lone_lf && !after.lone_lf)
        from = "LF", to = "CRLF";
    if (!from)
        return QN_OK;
    if (may_fail && filter->tree->safe_crlf == QN_SAFE_CRLF_FAIL)
        return qn_ctx_fail_reason(ctx, QN_REFUSED, "worktree.safe-crlf", NULL,
                                  "%s would be replaced by %s in %.*s", from,
                                  to, QN_BYTES_ARG(path));
    qn_ctx_report(ctx, QN_REPORT_WARNING, "worktree.safe-crlf",
                  "in the working copy of '%.*s', %s will be replaced by %s "
                  "the next time Git touches it",
                  QN_BYTES_ARG(path), from, to);
    return QN_OK;
}

static enum qn_status drop_cr(struct qn_ctx *ctx, struct qn_filter *filter,
                              const struct qn_filter_plan *plan,
                              struct qn_bytes path, struct qn_bytes in,
                              unsigned flags, struct qn_buf *out, bool *changed)
{
    struct qn_filter_text_stat stat;
    bool drops;
    enum qn_status status;

    *changed = false;
    if (plan->eol == QN_FILTER_EOL_NONE || in.size == 0)
        return QN_OK;
    qn_filter_text_stat(in, &stat);
    drops = stat.crlf > 0;
    if (qn_filter_step_is_auto(plan->eol)) {
        if (qn_filter_is_binary(&stat))
            return QN_OK;
        if (drops && !(flags & QN_FILTER_RENORMALISE) &&
            has_crlf_in_index(ctx, filter, path))
            drops = false;
    }
    if ((flags & (QN_FILTER_CHECK_SAFE | QN_FILTER_WARN_SAFE)) &&
        filter->tree->safe_crlf != QN_SAFE_CRLF_FALSE) {
        status = check_safe(ctx, filter, plan, path, &stat, drops,
                            flags & QN_FILTER_CHECK_SAFE);
        if (status)
            return status;
    }
    if (!drops)
        return QN_OK;
    *changed = true;
    return qn_filter_step_drop_cr(ctx, in, out);
}

static const char *plain_encoding(const char *encoding, struct qn_bytes in,
                                  bool is_in, const char **mark);

/* To UTF-8 (`is_in`) or from it. */
static enum qn_status convert(struct qn_ctx *ctx, const char *encoding,
                              bool is_in, struct qn_bytes path,
                              struct qn_bytes in, struct qn_buf *out)
{
    const char *mark;
    const char *plain = plain_encoding(encoding, in, is_in, &mark);
    enum qn_status status = QN_OK;

    if (mark && !is_in)
        status = qn_buf_append(ctx, out, mark, 2);
    if (!status)
        status = qn_charset_convert(ctx, is_in ? plain : "UTF-8",
                                    is_in ? "UTF-8" : plain, in, out);

    if (!status || status == QN_NO_MEMORY)
        return status;
    return qn_ctx_fail_reason(ctx, status, "worktree.encoding", NULL,
                              "failed to encode '%.*s' from %s to %s",
                              QN_BYTES_ARG(path), is_in ? encoding : "UTF-8",
                              is_in ? "UTF-8" : encoding);
}

static bool is_encoding(const char *encoding, const char *stem,
                        const char *suffix)
{
    size_t i = 0;

    /* "UTF-16" and "utf16" are one. */
    for (; *stem; stem++) {
        if (*stem == '-' && encoding[i] != '-')
            continue;
        if ((encoding[i] | 0x20) != (*stem | 0x20))
            return false;
        i++;
    }
    if (*suffix && encoding[i] == '-')
        i++;
    for (; *suffix; suffix++, i++)
        if ((encoding[i] | 0x20) != (*suffix | 0x20))
            return false;
    return encoding[i] == '\0';
}

static bool has_bom(struct qn_bytes in, bool is_wide)
{
    if (is_wide)
        return in.size >= 4 && (memcmp(in.data, "\0\0\376\377", 4) == 0 ||
                                memcmp(in.data, "\377\376\0\0", 4) == 0);
    return in.size >= 2 && (memcmp(in.data, "\376\377", 2) == 0 ||
                            memcmp(in.data, "\377\376", 2) == 0);
}

/* Whether there must be, or must not be, a mark at the front. */
static enum qn_status check_bom(struct qn_ctx *ctx, const char *encoding,
                                struct qn_bytes path, struct qn_bytes in)
{
    for (int wide = 0; wide < 2; wide++) {
        const char *stem = wide ? "UTF-32" : "UTF-16";
        bool is_there = has_bom(in, wide == 1);

        if (is_there && (is_encoding(encoding, stem, "BE") ||
                         is_encoding(encoding, stem, "LE"))) {
            qn_ctx_report(ctx, QN_REPORT_HINT, "",
                          "The file '%.*s' contains a byte order mark (BOM). "
                          "Please use UTF-%s as working-tree-encoding.",
                          QN_BYTES_ARG(path), wide ? "32" : "16");
            return qn_ctx_fail_reason(
                ctx, QN_INVALID, "worktree.encoding", NULL,
                "BOM is prohibited in '%.*s' if encoded as %s",
                QN_BYTES_ARG(path), encoding);
        }
        if (!is_there && is_encoding(encoding, stem, "")) {
            qn_ctx_report(ctx, QN_REPORT_HINT, "",
                          "The file '%.*s' is missing a byte order mark (BOM). "
                          "Please use UTF-%sBE or UTF-%sLE (depending on the "
                          "byte order) as working-tree-encoding.",
                          QN_BYTES_ARG(path), wide ? "32" : "16",
                          wide ? "32" : "16");
            return qn_ctx_fail_reason(
                ctx, QN_INVALID, "worktree.encoding", NULL,
                "BOM is required in '%.*s' if encoded as %s",
                QN_BYTES_ARG(path), encoding);
        }
    }
    return QN_OK;
}

/* Encodings with "-BOM": a mark of that order is written, and any is read. */
static const char *plain_encoding(const char *encoding, struct qn_bytes in,
                                  bool is_in, const char **mark)
{
    *mark = NULL;
    if (is_encoding(encoding, "UTF-16LE", "BOM"))
        *mark = "\377\376";
    else if (is_encoding(encoding, "UTF-16BE", "BOM"))
        *mark = "\376\377";
    if (!*mark)
        return encoding;
    if (is_in && has_bom(in, false))
        return "UTF-16";
    return **mark == '\377' ? "UTF-16LE" : "UTF-16BE";
}

/* The content so far and the two buffers it moves between. */
struct flow {
    struct qn_bytes now;
    struct qn_buf *next;
    struct qn_filter *filter;
    bool has_changed;
};

static struct qn_buf *flow_buffer(struct flow *flow)
{
    flow->next =
        flow->now.data == flow->filter->steps[0].data && flow->has_changed
            ? &flow->filter->steps[1]
            : &flow->filter->steps[0];
    qn_buf_clear(flow->next);
    return flow->next;
}

static void flow_step(struct flow *flow, bool changed)
{
    if (!changed)
        return;
    flow->now =
        qn_bytes_make(flow->next->data ? flow->next->data : (const uint8_t *)"",
                      flow->next->size);
    flow->has_changed = true;
}

static enum qn_status flow_end(struct qn_ctx *ctx, struct flow *flow,
                               struct qn_buf *out, bool *changed)
{
    *changed = flow->has_changed;
    if (!flow->has_changed)
        return QN_OK;
    return qn_buf_append_bytes(ctx, out, flow->now);
}

enum qn_status qn_filter_to_git(struct qn_ctx *ctx, struct qn_filter *filter,
                                const struct qn_filter_plan *plan,
                                struct qn_bytes path, struct qn_bytes in,
                                unsigned flags, struct qn_buf *out,
                                bool *changed)
{
    struct flow flow = {.now = in, .filter = filter};
    enum qn_filter_process_answer answer = QN_FILTER_PROCESS_ERROR;
    enum qn_status status = QN_OK;
    bool did = false;

    *changed = false;
    if (plan->driver) {
        struct qn_filter_request request = {
            .is_clean = true, .path = path, .in = flow.now};

        status = qn_filter_driver_run(ctx, filter->tree, plan, &request,
                                      flow_buffer(&flow), &answer);
        did = answer == QN_FILTER_PROCESS_DONE;
        flow_step(&flow, !status && did);
    }
    if (!status && plan->encoding && flow.now.size > 0) {
        if (flags & QN_FILTER_CHECK_SAFE)
            status = check_bom(ctx, plan->encoding, path, flow.now);
        if (!status)
            status = convert(ctx, plan->encoding, true, path, flow.now,
                             flow_buffer(&flow));
        flow_step(&flow, !status);
    }
    if (!status) {
        struct qn_buf *next = flow_buffer(&flow);

        status = drop_cr(ctx, filter, plan, path, flow.now, flags, next, &did);
        flow_step(&flow, !status && did);
    }
    if (!status && plan->has_ident) {
        struct qn_buf *next = flow_buffer(&flow);

        status = qn_filter_step_ident(ctx, flow.now, NULL, next, &did);
        flow_step(&flow, !status && did);
    }
    return status ? status : flow_end(ctx, &flow, out, changed);
}

enum qn_status
qn_filter_to_work_tree(struct qn_ctx *ctx, struct qn_filter *filter,
                       const struct qn_filter_plan *plan, struct qn_bytes path,
                       const struct qn_id *id, struct qn_bytes in,
                       struct qn_buf *out, bool *changed)
{
    struct flow flow = {.now = in, .filter = filter};
    enum qn_filter_process_answer answer = QN_FILTER_PROCESS_ERROR;
    enum qn_status status = QN_OK;
    bool did = false;

    *changed = false;
    filter->is_delayed = false;
    if (plan->has_ident) {
        struct qn_buf *next = flow_buffer(&flow);

        status = qn_filter_step_ident(ctx, flow.now, id, next, &did);
        flow_step(&flow, !status && did);
    }
    if (!status && (plan->eol == QN_FILTER_EOL_CRLF ||
                    plan->eol == QN_FILTER_EOL_AUTO_CRLF)) {
        struct qn_filter_text_stat stat;

        qn_filter_text_stat(flow.now, &stat);
        if (qn_filter_step_adds_cr(plan->eol, &stat)) {
            struct qn_buf *next = flow_buffer(&flow);

            status = qn_filter_step_add_cr(ctx, flow.now, stat.lone_lf, next);
            flow_step(&flow, !status);
        }
    }
    if (!status && plan->encoding && flow.now.size > 0) {
        status = convert(ctx, plan->encoding, false, path, flow.now,
                         flow_buffer(&flow));
        flow_step(&flow, !status);
    }
    if (!status && plan->driver) {
        struct qn_filter_request request = {
            .path = path,
            .ref = filter->tree->source_ref,
            .treeish = qn_id_is_null(&filter->tree->source)
                           ? NULL
                           : &filter->tree->source,
            .id = id,
            .can_delay = filter->delay == QN_FILTER_DELAY_MAY,
            .in = flow.now,
            .meanwhile = filter->meanwhile,
            .meanwhile_data = filter->meanwhile_data};

        if (filter->delay == QN_FILTER_DELAY_COLLECT)
            request.in = QN_BYTES_NONE;
        status = qn_filter_driver_run(ctx, filter->tree, plan, &request,
                                      flow_buffer(&flow), &answer);
        did = answer == QN_FILTER_PROCESS_DONE;
        filter->is_delayed = answer == QN_FILTER_PROCESS_DELAYED;
        flow_step(&flow, !status && did);
    }
    return status ? status : flow_end(ctx, &flow, out, changed);
}

const char *qn_filter_eol_attribute(struct qn_ctx *ctx,
                                    struct qn_filter *filter,
                                    struct qn_bytes path)
{
    struct qn_attribute wanted[3] = {
        {.name = "text"}, {.name = "crlf"}, {.name = "eol"}};
    enum text_word word;
    bool is_lf, is_crlf;

    if (qn_attributes_get(ctx, filter->attributes, path, wanted, 3)) {
        qn_ctx_clear(ctx);
        return "";
    }
    word = word_of(&wanted[0]);
    if (word == WORD_NONE)
        word = word_of(&wanted[1]);
    is_lf = has_value(&wanted[2], "lf");
    is_crlf = has_value(&wanted[2], "crlf");
    switch (word) {
    case WORD_BINARY:
        return "-text";
    case WORD_INPUT:
        return "text eol=lf";
    case WORD_AUTO:
        return is_lf     ? "text=auto eol=lf"
               : is_crlf ? "text=auto eol=crlf"
                         : "text=auto";
    case WORD_TEXT:
        return is_lf ? "text eol=lf" : is_crlf ? "text eol=crlf" : "text";
    default:
        return is_lf ? "text eol=lf" : is_crlf ? "text eol=crlf" : "";
    }
}
