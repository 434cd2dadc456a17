/* SPDX-License-Identifier: MIT */
/* Objects that wait: seen inside only, then everywhere, or gone. */
#include "unit.h"

#include "odb/odb_quarantine.h"
#include "os/directory.h"
#include "os/file.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int test_quarantine(void);

struct scene {
    struct qn_ctx *ctx;
    struct qn_odb_store *store;
    struct qn_odb *real;
    struct qn_odb_quarantine *quarantine;
    struct qn_odb *inside;
    char path[4200], directory[4300];
    struct qn_id old_id, new_id;
};

static void begin(struct scene *s)
{
    struct qn_odb_store_options options = {.directory = s->path,
                                           .algorithm = QN_HASH_SHA1,
                                           .loose_compression = 1};

    s->ctx = unit_begin();
    s->store = NULL;
    s->real = s->inside = NULL;
    s->quarantine = NULL;
    /* A colon would end the path in a list of alternates. */
    snprintf(s->path, sizeof(s->path), "%s/a:b/objects", unit_directory());
    unit_assert_ok(s->ctx, qn_directory_make_all(s->ctx, s->path, 0777));
    unit_assert_ok(s->ctx, qn_odb_store_open(s->ctx, &options, &s->store));
    unit_assert_ok(s->ctx, qn_odb_new(s->ctx, s->store, 0, &s->real));
    unit_assert_ok(s->ctx, qn_odb_write(s->ctx, s->real, QN_OBJECT_BLOB,
                                        QN_BYTES("old"), &s->old_id));
    unit_assert_ok(s->ctx, qn_odb_quarantine_new(s->ctx, s->store, "incoming",
                                                 &s->quarantine));
    snprintf(s->directory, sizeof(s->directory), "%s",
             qn_odb_quarantine_directory(s->quarantine));
    unit_assert_ok(s->ctx,
                   qn_odb_new(s->ctx, qn_odb_quarantine_store(s->quarantine), 0,
                              &s->inside));
    unit_assert_ok(s->ctx, qn_odb_write(s->ctx, s->inside, QN_OBJECT_BLOB,
                                        QN_BYTES("new"), &s->new_id));
}

static bool has(struct scene *s, struct qn_odb *odb, const struct qn_id *id)
{
    bool is_here = false;

    unit_assert_ok(s->ctx, qn_odb_exists(s->ctx, odb, id, &is_here));
    return is_here;
}

static void end(struct scene *s)
{
    qn_odb_free(s->inside);
    qn_odb_quarantine_free(s->quarantine);
    qn_odb_free(s->real);
    qn_odb_store_release(s->store);
    unit_end(s->ctx);
}

static void is_seen_inside_only(void **state)
{
    struct scene s;

    (void)state;
    begin(&s);
    assert_true(strstr(s.directory, "/objects/tmp_objdir-incoming-") != NULL);
    assert_true(has(&s, s.inside, &s.new_id));
    assert_true(has(&s, s.inside, &s.old_id));
    assert_false(has(&s, s.real, &s.new_id));
    end(&s);
    assert_false(qn_file_exists(s.directory));
}

static void stays_when_it_may(void **state)
{
    struct scene s;

    (void)state;
    begin(&s);
    unit_assert_ok(s.ctx, qn_odb_sync(s.ctx, s.inside));
    unit_assert_ok(s.ctx, qn_odb_quarantine_migrate(s.ctx, s.quarantine));
    unit_assert_ok(s.ctx, qn_odb_refresh(s.ctx, s.real));
    assert_true(has(&s, s.real, &s.new_id));
    assert_true(has(&s, s.real, &s.old_id));
    assert_false(qn_file_exists(s.directory));
    end(&s);
}

/* Somebody else brought the same meanwhile. */
static void leaves_what_is_there(void **state)
{
    struct qn_odb *other = NULL;
    struct scene s;
    struct qn_id id;

    (void)state;
    begin(&s);
    unit_assert_ok(s.ctx, qn_odb_new(s.ctx, s.store, 0, &other));
    unit_assert_ok(s.ctx, qn_odb_write(s.ctx, other, QN_OBJECT_BLOB,
                                       QN_BYTES("new"), &id));
    assert_true(qn_id_is_equal(&id, &s.new_id));
    unit_assert_ok(s.ctx, qn_odb_quarantine_migrate(s.ctx, s.quarantine));
    assert_true(has(&s, other, &s.new_id));
    qn_odb_free(other);
    end(&s);
}

struct pruning {
    const char *path;
    atomic_bool is_over;
};

static void *take_empty_away(void *data)
{
    struct pruning *pruning = data;
    char path[4300];
    unsigned i;

    for (i = 0; !atomic_load(&pruning->is_over); i++) {
        snprintf(path, sizeof(path), "%s/%02x", pruning->path, i % 256);
        (void)rmdir(path);
    }
    return NULL;
}

/* As a prune does that runs meanwhile. */
static void empty_directories_may_vanish(void **state)
{
    struct scene s;
    struct pruning pruning = {.path = s.path};
    struct qn_id ids[400];
    char text[32];
    pthread_t thread;
    size_t i;

    (void)state;
    begin(&s);
    assert_int_equal(pthread_create(&thread, NULL, take_empty_away, &pruning),
                     0);
    for (i = 0; i < 400; i++) {
        snprintf(text, sizeof(text), "blob %zu", i);
        unit_assert_ok(s.ctx,
                       qn_odb_write(s.ctx, i % 4 ? s.inside : s.real,
                                    QN_OBJECT_BLOB, qn_bytes_from_string(text),
                                    &ids[i]));
    }
    unit_assert_ok(s.ctx, qn_odb_sync(s.ctx, s.inside));
    unit_assert_ok(s.ctx, qn_odb_sync(s.ctx, s.real));
    unit_assert_ok(s.ctx, qn_odb_quarantine_migrate(s.ctx, s.quarantine));
    atomic_store(&pruning.is_over, true);
    (void)pthread_join(thread, NULL);
    unit_assert_ok(s.ctx, qn_odb_refresh(s.ctx, s.real));
    for (i = 0; i < 400; i++)
        assert_true(has(&s, s.real, &ids[i]));
    end(&s);
}

int test_quarantine(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_seen_inside_only),
        cmocka_unit_test(stays_when_it_may),
        cmocka_unit_test(leaves_what_is_there),
        cmocka_unit_test(empty_directories_may_vanish),
    };

    return cmocka_run_group_tests_name("odb/odb_quarantine", tests, NULL, NULL);
}
