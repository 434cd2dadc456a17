/* SPDX-License-Identifier: MIT */
#include "diff/similarity.h"

#include "base/memory.h"
#include "base/progress.h"
#include "object/tree.h"
#include "os/parallel.h"

#include <stdlib.h>

#define HASH_COUNT  107927u
#define CHUNK_SIZE  64
#define SLOT_COUNT  4
#define BINARY_SCAN 8000

void qn_similarity_file_dispose(struct qn_similarity_file *file)
{
    qn_memory_free(file->spans);
    file->spans = NULL;
    file->has_spans = false;
}

void qn_similarity_init(struct qn_similarity *engine, struct qn_odb *odb,
                        const struct qn_diff_content *content)
{
    memset(engine, 0, sizeof(*engine));
    engine->odb = odb;
    engine->content = content;
}

void qn_similarity_dispose(struct qn_similarity *engine)
{
    qn_memory_free(engine->table);
    qn_object_dispose(&engine->object);
    engine->table = NULL;
}

struct qn_bytes qn_similarity_base_name(struct qn_bytes path)
{
    size_t slash = qn_bytes_find_last(path, '/');

    return slash == path.size ? path : qn_bytes_from(path, slash + 1);
}

enum qn_status qn_similarity_read(struct qn_ctx *ctx,
                                  struct qn_similarity *engine,
                                  const struct qn_diff_side *side,
                                  struct qn_buf *out)
{
    char hex[QN_ID_MAX_HEX_SIZE + 1];
    enum qn_status status;

    if (qn_mode_is_gitlink(side->mode)) {
        qn_buf_clear(out);
        return qn_buf_printf(ctx, out, "Subproject commit %s%s\n",
                             qn_id_to_hex(&side->id, hex),
                             side->is_dirty_submodule ? "-dirty" : "");
    }
    if (!side->has_id && engine->content)
        return engine->content->read(ctx, engine->content->data, side, out);
    status = qn_odb_read(ctx, engine->odb, &side->id, &engine->object);
    if (status)
        return status;
    qn_buf_clear(out);
    qn_buf_swap(out, &engine->object.data);
    return QN_OK;
}

enum qn_status qn_similarity_need_size(struct qn_ctx *ctx,
                                       struct qn_similarity *engine,
                                       struct qn_similarity_file *file)
{
    struct qn_buf text = QN_BUF_INIT;
    struct qn_odb_info info;
    enum qn_status status;

    if (file->has_size)
        return QN_OK;
    if (file->side->has_id && !qn_mode_is_gitlink(file->side->mode)) {
        status = qn_odb_read_info(ctx, engine->odb, &file->side->id,
                                  QN_ODB_WANT_SIZE, &info);
        if (!status)
            file->size = info.size;
    } else {
        status = qn_similarity_read(ctx, engine, file->side, &text);
        file->size = text.size;
        qn_buf_dispose(&text);
    }
    file->has_size = !status;
    return status;
}

static enum qn_status need_table(struct qn_ctx *ctx,
                                 struct qn_similarity *engine)
{
    if (!engine->table)
        engine->table =
            qn_memory_calloc(ctx, HASH_COUNT, sizeof(*engine->table));
    return engine->table ? QN_OK : QN_NO_MEMORY;
}

/* Cut `text` into chunks and count their bytes in the table; the hashes that
 * occur, in order of appearance, go to `file`. */
static enum qn_status scan(struct qn_ctx *ctx, struct qn_similarity *engine,
                           struct qn_bytes text, bool is_text,
                           struct qn_similarity_file *file)
{
    uint32_t *table = engine->table;
    size_t capacity = 0;
    size_t count = 0;
    size_t at = 0;

    while (at < text.size) {
        uint32_t a = 0;
        uint32_t b = 0;
        uint32_t size = 0;
        uint32_t hash;

        while (at < text.size && size < CHUNK_SIZE) {
            uint8_t c = text.data[at++];
            uint32_t old_a = a;

            if (c == '\r' && is_text && at < text.size && text.data[at] == '\n')
                continue;
            size++;
            a = (a << 7 ^ b >> 25) + c;
            b = b << 7 ^ old_a >> 25;
            if (c == '\n')
                break;
        }
        if (size == 0)
            continue;
        hash = (a + 97 * b) % HASH_COUNT;
        if (table[hash] == 0) {
            enum qn_status status = qn_memory_grow(
                ctx, &file->spans, &capacity, count + 1, sizeof(*file->spans));

            if (status)
                return status;
            file->spans[count++].hash = hash;
        }
        table[hash] += size;
    }
    file->span_count = (uint32_t)count;
    return QN_OK;
}

enum qn_status qn_similarity_need_spans(struct qn_ctx *ctx,
                                        struct qn_similarity *engine,
                                        struct qn_similarity_file *file)
{
    struct qn_buf own = QN_BUF_INIT;
    struct qn_bytes text;
    enum qn_status status;
    bool is_text;
    int said = -1;
    uint32_t i;

    if (file->has_spans)
        return QN_OK;
    status = need_table(ctx, engine);
    if (!status)
        status = qn_similarity_read(ctx, engine, file->side, &own);
    if (status)
        goto out;
    text = qn_buf_bytes(&own);
    if (engine->content && engine->content->is_binary)
        said = engine->content->is_binary(ctx, engine->content->data,
                                          file->side->path);
    is_text = said >= 0
                  ? !said
                  : qn_bytes_find(qn_bytes_first(text, BINARY_SCAN), 0) ==
                        (text.size < BINARY_SCAN ? text.size : BINARY_SCAN);
    status = scan(ctx, engine, text, is_text, file);
    if (status) {
        memset(engine->table, 0, HASH_COUNT * sizeof(*engine->table));
        goto out;
    }
    for (i = 0; i < file->span_count; i++) {
        uint32_t hash = file->spans[i].hash;

        file->spans[i].size = engine->table[hash];
        engine->table[hash] = 0;
    }
    file->size = text.size;
    file->has_size = file->has_spans = true;
out:
    if (!engine->object.data.data)
        qn_buf_swap(&own, &engine->object.data);
    qn_buf_dispose(&own);
    return status;
}

static void load_spans(struct qn_similarity *engine,
                       const struct qn_similarity_file *file)
{
    uint32_t i;

    for (i = 0; i < file->span_count; i++)
        engine->table[file->spans[i].hash] = file->spans[i].size;
}

static void unload_spans(struct qn_similarity *engine,
                         const struct qn_similarity_file *file)
{
    uint32_t i;

    for (i = 0; i < file->span_count; i++)
        engine->table[file->spans[i].hash] = 0;
}

static uint64_t count_common(const struct qn_similarity *engine,
                             const struct qn_similarity_file *file)
{
    uint64_t common = 0;
    uint32_t i;

    for (i = 0; i < file->span_count; i++) {
        uint32_t there = engine->table[file->spans[i].hash];

        common += there < file->spans[i].size ? there : file->spans[i].size;
    }
    return common;
}

/* The same, but 0 as soon as `needed` is out of reach. */
static uint64_t count_common_at_least(const struct qn_similarity *engine,
                                      const struct qn_similarity_file *file,
                                      uint64_t needed)
{
    uint64_t common = 0;
    uint64_t lost = 0;
    uint64_t spare = file->size > needed ? file->size - needed : 0;
    uint32_t i = 0;

    while (i < file->span_count) {
        uint32_t end = i + 16 < file->span_count ? i + 16 : file->span_count;

        for (; i < end; i++) {
            uint32_t there = engine->table[file->spans[i].hash];
            uint32_t size = file->spans[i].size;

            common += there < size ? there : size;
            lost += there < size ? size - there : 0;
        }
        if (lost > spare)
            return 0;
    }
    return common;
}

enum qn_status qn_similarity_count(struct qn_ctx *ctx,
                                   struct qn_similarity *engine,
                                   struct qn_similarity_file *from,
                                   struct qn_similarity_file *to,
                                   uint64_t *copied, uint64_t *added)
{
    enum qn_status status = qn_similarity_need_spans(ctx, engine, from);
    uint64_t total = 0;
    uint32_t i;

    if (!status)
        status = qn_similarity_need_spans(ctx, engine, to);
    if (status)
        return status;
    load_spans(engine, from);
    *copied = count_common(engine, to);
    unload_spans(engine, from);
    for (i = 0; i < to->span_count; i++)
        total += to->spans[i].size;
    *added = total - *copied;
    return QN_OK;
}

static bool passes_sizes(uint64_t a, uint64_t b, uint32_t minimum)
{
    uint64_t most = a > b ? a : b;
    uint64_t difference = a > b ? a - b : b - a;

    return most * (QN_SIMILARITY_MAX - minimum) >=
           difference * QN_SIMILARITY_MAX;
}

static bool can_match(const struct qn_similarity_file *from,
                      const struct qn_similarity_file *to)
{
    return qn_mode_is_file(from->side->mode) && qn_mode_is_file(to->side->mode);
}

enum qn_status qn_similarity_score(struct qn_ctx *ctx,
                                   struct qn_similarity *engine,
                                   struct qn_similarity_file *from,
                                   struct qn_similarity_file *to,
                                   uint32_t minimum, uint32_t *score)
{
    enum qn_status status;
    uint64_t copied;
    uint64_t added;
    uint64_t most;

    *score = 0;
    if (!can_match(from, to))
        return QN_OK;
    status = qn_similarity_need_size(ctx, engine, from);
    if (!status)
        status = qn_similarity_need_size(ctx, engine, to);
    if (status || !passes_sizes(from->size, to->size, minimum) || to->size == 0)
        return status;
    status = qn_similarity_count(ctx, engine, from, to, &copied, &added);
    if (status)
        return status;
    most = from->size > to->size ? from->size : to->size;
    *score = (uint32_t)(copied * QN_SIMILARITY_MAX / most);
    return QN_OK;
}

/* ---- the table of all sources against all destinations */

struct finder {
    struct qn_similarity *engine;
    struct qn_similarity_file *sources;
    size_t source_count;
    struct qn_similarity_file *destinations;
    size_t destination_count;
    uint32_t minimum;
    struct qn_similarity_match *slots;
    uint8_t *is_used;     /* one flag a slot */
    uint8_t *needs_spans; /* one flag a source */
    struct qn_progress progress;
};

struct worker {
    struct qn_similarity engine;
};

static enum qn_status worker_init(struct qn_ctx *ctx, void *shared, void *state)
{
    const struct finder *finder = shared;
    struct worker *worker = state;
    struct qn_odb *odb = NULL;
    enum qn_status status = qn_odb_fork(ctx, finder->engine->odb, &odb);

    if (!status)
        qn_similarity_init(&worker->engine, odb, finder->engine->content);
    return status;
}

static void worker_dispose(void *shared, void *state)
{
    struct worker *worker = state;

    (void)shared;
    if (!worker->engine.odb)
        return;
    qn_odb_free(worker->engine.odb);
    qn_similarity_dispose(&worker->engine);
}

static enum qn_status load_source(struct qn_ctx *ctx, void *shared, void *state,
                                  size_t item)
{
    struct finder *finder = shared;
    struct worker *worker = state;

    if (!finder->needs_spans[item])
        return QN_OK;
    return qn_similarity_need_spans(ctx, &worker->engine,
                                    &finder->sources[item]);
}

static bool is_better(const struct qn_similarity_match *a,
                      const struct qn_similarity_match *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    return a->has_same_name > b->has_same_name;
}

static void put_slot(struct finder *finder, size_t destination,
                     const struct qn_similarity_match *match)
{
    struct qn_similarity_match *slots =
        finder->slots + destination * SLOT_COUNT;
    uint8_t *is_used = finder->is_used + destination * SLOT_COUNT;
    int worst = 0;
    int i;

    for (i = 0; i < SLOT_COUNT; i++) {
        if (!is_used[i]) {
            worst = i;
            break;
        }
        if (is_better(&slots[worst], &slots[i]))
            worst = i;
    }
    if (is_used[worst] && !is_better(match, &slots[worst]))
        return;
    slots[worst] = *match;
    is_used[worst] = 1;
}

static void fill_slots(struct finder *finder, struct qn_similarity *engine,
                       size_t item, bool is_exact)
{
    struct qn_similarity_file *to = &finder->destinations[item];
    struct qn_bytes name = qn_similarity_base_name(to->side->path);
    size_t i;

    memset(finder->is_used + item * SLOT_COUNT, 0, SLOT_COUNT);
    for (i = 0; i < finder->source_count; i++) {
        struct qn_similarity_file *from = &finder->sources[i];
        struct qn_similarity_match match = {(uint32_t)i, (uint32_t)item, 0,
                                            false};

        if (from->is_ignored)
            continue;
        if (to->has_spans && from->has_spans && can_match(from, to) &&
            to->size > 0 &&
            passes_sizes(from->size, to->size, finder->minimum)) {
            uint64_t most = from->size > to->size ? from->size : to->size;
            uint64_t copied =
                is_exact ? count_common(engine, from)
                         : count_common_at_least(engine, from,
                                                 most * finder->minimum /
                                                     QN_SIMILARITY_MAX);

            match.score = (uint32_t)(copied * QN_SIMILARITY_MAX / most);
        }
        match.has_same_name =
            qn_bytes_is_equal(name, qn_similarity_base_name(from->side->path));
        put_slot(finder, item, &match);
    }
}

/* Two equal candidates: which slot each is in then depends on those that were
 * too bad to count. */
static bool has_tie(const struct finder *finder, size_t item)
{
    const struct qn_similarity_match *slots = finder->slots + item * SLOT_COUNT;
    int i;
    int j;

    for (i = 0; i < SLOT_COUNT; i++)
        for (j = 0; j < i; j++)
            if (finder->is_used[item * SLOT_COUNT + (size_t)i] &&
                slots[i].score >= finder->minimum &&
                slots[i].score == slots[j].score &&
                slots[i].has_same_name == slots[j].has_same_name)
                return true;
    return false;
}

static enum qn_status match_destination(struct qn_ctx *ctx, void *shared,
                                        void *state, size_t item)
{
    struct finder *finder = shared;
    struct worker *worker = state;
    struct qn_similarity_file *to = &finder->destinations[item];
    bool wants_spans = false;
    enum qn_status status;
    size_t i;

    status = qn_similarity_need_size(ctx, &worker->engine, to);
    for (i = 0; i < finder->source_count && !status && !wants_spans; i++)
        wants_spans =
            finder->sources[i].has_spans && to->size > 0 &&
            can_match(&finder->sources[i], to) &&
            passes_sizes(finder->sources[i].size, to->size, finder->minimum);
    if (!status)
        status = need_table(ctx, &worker->engine);
    if (!status && wants_spans)
        status = qn_similarity_need_spans(ctx, &worker->engine, to);
    if (status)
        return status;
    if (to->has_spans)
        load_spans(&worker->engine, to);
    fill_slots(finder, &worker->engine, item, false);
    if (has_tie(finder, item))
        fill_slots(finder, &worker->engine, item, true);
    if (to->has_spans)
        unload_spans(&worker->engine, to);
    qn_progress_add(ctx, &finder->progress, finder->source_count);
    return QN_OK;
}

/* Which sources are near enough in size to any destination to be read? */
static enum qn_status choose_sources(struct qn_ctx *ctx, struct finder *finder)
{
    enum qn_status status = QN_OK;
    size_t i;
    size_t j;

    for (i = 0; i < finder->destination_count && !status; i++)
        status = qn_similarity_need_size(ctx, finder->engine,
                                         &finder->destinations[i]);
    for (i = 0; i < finder->source_count && !status; i++) {
        struct qn_similarity_file *from = &finder->sources[i];

        if (from->is_ignored || !qn_mode_is_file(from->side->mode))
            continue;
        status = qn_similarity_need_size(ctx, finder->engine, from);
        for (j = 0; j < finder->destination_count && !status; j++) {
            const struct qn_similarity_file *to = &finder->destinations[j];

            if (to->size > 0 && can_match(from, to) &&
                passes_sizes(from->size, to->size, finder->minimum)) {
                finder->needs_spans[i] = 1;
                break;
            }
        }
    }
    return status;
}

struct ordered {
    struct qn_similarity_match match;
    size_t position;
};

static int compare_ordered(const void *one, const void *two)
{
    const struct ordered *a = one;
    const struct ordered *b = two;

    if (is_better(&a->match, &b->match))
        return -1;
    if (is_better(&b->match, &a->match))
        return 1;
    return (a->position > b->position) - (a->position < b->position);
}

/* All believable slots, best first, in one array. */
static enum qn_status collect(struct qn_ctx *ctx, const struct finder *finder,
                              struct qn_similarity_match **matches,
                              size_t *match_count)
{
    size_t room = finder->destination_count * SLOT_COUNT;
    struct ordered *all = qn_memory_array(ctx, room + 1, sizeof(*all));
    struct qn_similarity_match *out =
        qn_memory_array(ctx, room + 1, sizeof(*out));
    size_t count = 0;
    size_t i;

    if (!all || !out) {
        qn_memory_free(all);
        qn_memory_free(out);
        return QN_NO_MEMORY;
    }
    for (i = 0; i < room; i++)
        if (finder->is_used[i] && finder->slots[i].score >= finder->minimum)
            all[count++] = (struct ordered){finder->slots[i], i};
    qsort(all, count, sizeof(*all), compare_ordered);
    for (i = 0; i < count; i++)
        out[i] = all[i].match;
    qn_memory_free(all);
    *matches = out;
    *match_count = count;
    return QN_OK;
}

enum qn_status
qn_similarity_find(struct qn_ctx *ctx, struct qn_similarity *engine,
                   struct qn_similarity_file *sources, size_t source_count,
                   struct qn_similarity_file *destinations,
                   size_t destination_count, uint32_t minimum,
                   struct qn_similarity_match **matches, size_t *match_count)
{
    struct finder finder = {.engine = engine,
                            .sources = sources,
                            .source_count = source_count,
                            .destinations = destinations,
                            .destination_count = destination_count,
                            .minimum = minimum};
    struct qn_parallel_options options = {.shared = &finder,
                                          .state_size = sizeof(struct worker),
                                          .state_init = worker_init,
                                          .state_dispose = worker_dispose};
    size_t slots = destination_count * SLOT_COUNT;
    enum qn_status status = QN_NO_MEMORY;

    if (source_count + destination_count < 8 ||
        (engine->content && engine->content->read))
        options.thread_count = 1;
    finder.slots = qn_memory_calloc(ctx, slots + 1, sizeof(*finder.slots));
    finder.is_used = qn_memory_calloc(ctx, slots + 1, 1);
    finder.needs_spans = qn_memory_calloc(ctx, source_count + 1, 1);
    if (engine->tells_progress)
        qn_progress_begin(ctx, &finder.progress, QN_PROGRESS_BEGIN_LATER,
                          "Performing inexact rename detection",
                          (uint64_t)destination_count * source_count);
    if (finder.slots && finder.is_used && finder.needs_spans)
        status = choose_sources(ctx, &finder);
    if (!status)
        status = qn_parallel_for(ctx, &options, source_count, load_source);
    if (!status)
        status = qn_parallel_for(ctx, &options, destination_count,
                                 match_destination);
    if (!status)
        status = collect(ctx, &finder, matches, match_count);
    qn_progress_end(ctx, &finder.progress);
    qn_memory_free(finder.slots);
    qn_memory_free(finder.is_used);
    qn_memory_free(finder.needs_spans);
    return status;
}
