/* SPDX-License-Identifier: MIT */
/* Three versions of one file to one: mode, then content by its kind. */
#include "base/memory.h"
#include "merge/merge_command.h"
#include "merge/merge_state.h"

#include <stdio.h>
#include <stdlib.h>

#define BINARY_SCAN         8000
#define DEFAULT_MARKER_SIZE 7

/* What attributes say of the path. */
struct driver {
    bool is_binary;
    bool is_union;
    const char *command; /* merge.<name>.driver; or NULL */
    uint32_t marker_size;
};

static bool looks_binary(struct qn_bytes text)
{
    struct qn_bytes head = qn_bytes_first(text, BINARY_SCAN);

    return text.size > QN_TEXT_DIFF_MAX_SIZE ||
           qn_bytes_find(head, 0) < head.size;
}

/* merge.<name>.<what>, or NULL. */
static const char *configured(const struct qn_merge_state *m, const char *name,
                              const char *what)
{
    char key[256];

    if (!m->options->config || snprintf(key, sizeof(key), "merge.%s.%s", name,
                                        what) >= (int)sizeof(key))
        return NULL;
    return qn_config_string(m->options->config, key, NULL);
}

static void use_name(const struct qn_merge_state *m, const char *name,
                     struct driver *out)
{
    const char *inner = m->depth ? configured(m, name, "recursive") : NULL;

    if (inner)
        name = inner;
    out->command = configured(m, name, "driver");
    if (out->command)
        return;
    if (!strcmp(name, "binary"))
        out->is_binary = true;
    else if (!strcmp(name, "union"))
        out->is_union = true;
}

static enum qn_status find_driver(struct qn_merge_state *m,
                                  struct qn_bytes path, struct driver *out)
{
    struct qn_attribute wanted[2] = {{.name = "merge"},
                                     {.name = "conflict-marker-size"}};
    enum qn_status status = QN_OK;

    *out = (struct driver){.marker_size = DEFAULT_MARKER_SIZE};
    if (m->options->attributes)
        status =
            qn_attributes_get(m->ctx, m->options->attributes, path, wanted, 2);
    if (status)
        return status;
    if (wanted[0].state == QN_ATTRIBUTE_UNSET)
        out->is_binary = true;
    else if (wanted[0].state == QN_ATTRIBUTE_VALUE)
        use_name(m, wanted[0].value, out);
    else if (wanted[0].state == QN_ATTRIBUTE_UNSPECIFIED &&
             m->options->default_driver)
        use_name(m, m->options->default_driver, out);
    if (wanted[1].state == QN_ATTRIBUTE_VALUE) {
        char *end;
        long size = strtol(wanted[1].value, &end, 10);

        if (*end || end == wanted[1].value)
            qn_ctx_report(m->ctx, QN_REPORT_WARNING, "",
                          "invalid marker-size '%s', expecting an integer",
                          wanted[1].value);
        else if (size > 0 && size < 1000)
            out->marker_size = (uint32_t)size;
    }
    return status;
}

/* "label", or "label:path" when the versions have different names. */
static enum qn_status make_labels(struct qn_merge_state *m,
                                  const struct qn_content_merge *merge,
                                  struct qn_buf labels[3])
{
    bool are_same = qn_bytes_is_equal(merge->names[0], merge->names[1]) &&
                    qn_bytes_is_equal(merge->names[0], merge->names[2]);
    enum qn_status status = QN_OK;
    int i;

    for (i = 0; i < 3 && !status; i++) {
        status = qn_buf_append_string(m->ctx, &labels[i], m->labels[i]);
        if (!status && !are_same) {
            status = qn_buf_append_byte(m->ctx, &labels[i], ':');
            if (!status)
                status =
                    qn_buf_append_bytes(m->ctx, &labels[i], merge->names[i]);
        }
    }
    return status;
}

static enum qn_status read_version(struct qn_merge_state *m,
                                   struct qn_bytes path,
                                   const struct qn_merge_version *version,
                                   struct qn_buf *out)
{
    struct qn_object object = QN_OBJECT_INIT;
    enum qn_status status;

    qn_buf_clear(out);
    if (!version->mode)
        return QN_OK;
    qn_buf_swap(&object.data, out);
    status = qn_odb_read_typed(m->ctx, m->odb, &version->id, QN_OBJECT_BLOB,
                               &object);
    qn_buf_swap(&object.data, out);
    qn_object_dispose(&object);
    if (!status && m->options->renormalizes && m->options->renormalize)
        status = m->options->renormalize(m->ctx, m->options->renormalize_data,
                                         path, out);
    return status;
}

static enum qn_status take_binary(struct qn_merge_state *m,
                                  struct qn_content_merge *merge,
                                  const struct qn_buf labels[3])
{
    if (m->depth) {
        merge->result.id = merge->versions[0].id;
        merge->is_clean = merge->versions[0].mode != 0 && merge->is_clean;
        if (!merge->versions[0].mode)
            merge->result.id = merge->versions[1].id;
        return QN_OK;
    }
    if (m->options->favor == QN_TEXT_MERGE_THEIRS) {
        merge->result.id = merge->versions[2].id;
        return QN_OK;
    }
    merge->result.id = merge->versions[1].id;
    if (m->options->favor == QN_TEXT_MERGE_OURS)
        return QN_OK;
    merge->is_clean = false;
    merge->took_ours = true;
    return qn_merge_state_say(
        m, merge->path, "CONFLICT (binary)", &merge->path, 1,
        "warning: Cannot merge binary files: %.*s (%s vs. %s)",
        QN_BYTES_ARG(merge->path), qn_buf_string(&labels[1]),
        qn_buf_string(&labels[2]));
}

static enum qn_status merge_text(struct qn_merge_state *m,
                                 struct qn_content_merge *merge,
                                 const struct driver *driver,
                                 const struct qn_buf labels[3])
{
    struct qn_text_merge_options options = {
        .style = m->options->style,
        .diff = m->options->diff,
        .level = 2,
        .base_label = qn_buf_string(&labels[0]),
        .our_label = qn_buf_string(&labels[1]),
        .their_label = qn_buf_string(&labels[2])};
    uint32_t conflicts = 0;
    enum qn_status status;

    options.marker_size =
        driver->marker_size + merge->extra_marker_size + 2 * m->depth;
    if (!m->depth)
        options.favor = m->options->favor;
    if (driver->is_union)
        options.favor = QN_TEXT_MERGE_UNION;
    qn_buf_clear(&m->merged);
    status = qn_text_merge_run(
        m->ctx, qn_buf_bytes(&m->texts[0]), qn_buf_bytes(&m->texts[1]),
        qn_buf_bytes(&m->texts[2]), &options, &m->merged, &conflicts);
    if (!status)
        status = qn_odb_write(m->ctx, m->odb, QN_OBJECT_BLOB,
                              qn_buf_bytes(&m->merged), &merge->result.id);
    if (conflicts)
        merge->is_clean = false;
    return status;
}

static enum qn_status merge_files(struct qn_merge_state *m,
                                  struct qn_content_merge *merge)
{
    struct qn_buf labels[3] = {QN_BUF_INIT, QN_BUF_INIT, QN_BUF_INIT};
    struct driver driver;
    enum qn_status status = find_driver(m, merge->path, &driver);
    int i;

    if (!status)
        status = make_labels(m, merge, labels);
    for (i = 0; i < 3 && !status; i++) {
        status =
            read_version(m, merge->path, &merge->versions[i], &m->texts[i]);
        driver.is_binary |= looks_binary(qn_buf_bytes(&m->texts[i]));
    }
    if (!status && driver.command)
        status = qn_merge_command_run(
            m, merge, driver.command,
            driver.marker_size + merge->extra_marker_size + 2 * m->depth,
            labels);
    else if (!status && driver.is_binary)
        status = take_binary(m, merge, labels);
    else if (!status)
        status = merge_text(m, merge, &driver, labels);
    if (!status)
        status =
            qn_merge_state_say(m, merge->path, "Auto-merging", &merge->path, 1,
                               "Auto-merging %.*s", QN_BYTES_ARG(merge->path));
    for (i = 0; i < 3; i++)
        qn_buf_dispose(&labels[i]);
    return status;
}

/* `base`: of whatever kind. */
static void merge_links(const struct qn_merge_state *m,
                        const struct qn_merge_version *base,
                        struct qn_content_merge *merge)
{
    if (m->depth) {
        merge->result = *base;
    } else if (m->options->favor == QN_TEXT_MERGE_THEIRS) {
        merge->result.id = merge->versions[2].id;
    } else {
        merge->result.id = merge->versions[1].id;
        if (m->options->favor != QN_TEXT_MERGE_OURS) {
            merge->is_clean = false;
            merge->took_ours = true;
        }
    }
}

enum qn_status qn_content_merge_is_same(struct qn_merge_state *m,
                                        struct qn_bytes path,
                                        const struct qn_merge_version *a,
                                        const struct qn_merge_version *b,
                                        bool *out)
{
    enum qn_status status;

    *out = false;
    if (!m->options->renormalizes || !m->options->renormalize ||
        !qn_mode_is_file(a->mode) || a->mode != b->mode)
        return QN_OK;
    status = read_version(m, path, a, &m->texts[0]);
    if (!status)
        status = read_version(m, path, b, &m->texts[1]);
    if (!status)
        *out = qn_bytes_is_equal(qn_buf_bytes(&m->texts[0]),
                                 qn_buf_bytes(&m->texts[1]));
    return status;
}

enum qn_status qn_content_merge_run(struct qn_merge_state *m,
                                    struct qn_content_merge *merge)
{
    struct qn_merge_version *v = merge->versions;
    struct qn_merge_version base = v[0];

    merge->is_clean = true;
    merge->took_ours = false;
    if (v[1].mode == v[2].mode || v[1].mode == v[0].mode) {
        merge->result.mode = v[2].mode;
    } else {
        merge->result.mode = v[1].mode;
        merge->is_clean = v[2].mode == v[0].mode;
    }
    if (qn_id_is_equal(&v[1].id, &v[2].id) ||
        (v[0].mode && qn_id_is_equal(&v[1].id, &v[0].id))) {
        merge->result.id = v[2].id;
        return QN_OK;
    }
    if (v[0].mode && qn_id_is_equal(&v[2].id, &v[0].id)) {
        merge->result.id = v[1].id;
        return QN_OK;
    }
    if ((v[0].mode ^ v[1].mode) & QN_MODE_KIND_MASK)
        memset(&v[0], 0, sizeof(v[0])); /* a base of another kind is none */
    if (qn_mode_is_file(v[1].mode))
        return merge_files(m, merge);
    if (qn_mode_is_symlink(v[1].mode)) {
        merge_links(m, &base, merge);
        return QN_OK;
    }
    return qn_merge_submodule_run(m, merge);
}
