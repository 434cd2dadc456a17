/* SPDX-License-Identifier: MIT */
/* Remotes: URLs rewritten, settings, the default one, groups, old files. */
#include "unit.h"

#include "os/directory.h"
#include "os/file.h"
#include "repo/remote.h"

#include <stdio.h>
#include <string.h>

int test_remote(void);

static struct qn_config *configure(struct qn_ctx *ctx, const char *text)
{
    struct qn_config *config = NULL;

    unit_assert_ok(ctx, qn_config_new(ctx, &config));
    unit_assert_ok(ctx, qn_config_add_bytes(
                            ctx, config, qn_bytes_from_string(text),
                            QN_CONFIG_SCOPE_LOCAL, "file", "config", NULL));
    return config;
}

static void check_words(const struct qn_remote_words *words, size_t count,
                        const char *const *expected)
{
    size_t i;

    assert_int_equal(words->count, count);
    for (i = 0; i < count; i++)
        assert_string_equal(words->items[i], expected[i]);
}

static void urls_are_rewritten(void **state)
{
    static const char text[] = "[url \"ssh://X/\"] pushInsteadOf = https://p/\n"
                               "[url \"/z/\"] insteadOf = https://q/\n"
                               "[url \"/long/\"] insteadOf = https://q/b\n"
                               "[remote \"m\"]\nurl = https://gone/\nurl =\n"
                               "url = https://p/a\nurl = https://q/b\n"
                               "[remote \"n\"]\nurl = https://q/c\n"
                               "pushurl = https://p/d\npushurl = https://q/e\n";
    static const char *const fetch[] = {"https://p/a", "/long/"};
    static const char *const push[] = {"ssh://X/a"};
    static const char *const own_push[] = {"https://p/d", "/z/e"};
    struct qn_ctx *ctx = unit_begin();
    struct qn_config *config = configure(ctx, text);
    struct qn_remote *remote = NULL;

    (void)state;
    unit_assert_ok(ctx, qn_remote_open(ctx, config, NULL, "m", &remote));
    assert_int_equal(remote->origin, QN_REMOTE_CONFIG);
    check_words(&remote->urls, 2, fetch);
    check_words(&remote->push_urls, 1, push);
    qn_remote_free(remote);
    unit_assert_ok(ctx, qn_remote_open(ctx, config, NULL, "n", &remote));
    check_words(&remote->push_urls, 2, own_push);
    qn_remote_free(remote);
    unit_assert_ok(ctx,
                   qn_remote_open(ctx, config, NULL, "https://q/x", &remote));
    assert_int_equal(remote->origin, QN_REMOTE_NOWHERE);
    assert_string_equal(remote->urls.items[0], "/z/x");
    qn_remote_free(remote);
    qn_config_free(config);
    unit_end(ctx);
}

static void settings_are_read(void **state)
{
    static const char text[] =
        "[remote \"o\"]\nprune\nmirror = yes\ntagOpt = --no-tags\n"
        "uploadpack = one\nuploadpack = two\nserverOption = a\n"
        "serverOption =\nserverOption = b\n"
        "followRemoteHEAD = warn-if-not-main\n"
        "fetch = +refs/heads/*:refs/remotes/o/*\nfetch = ^refs/heads/secret\n";
    struct qn_ctx *ctx = unit_begin();
    struct qn_config *config = configure(ctx, text);
    struct qn_remote *remote = NULL;
    struct qn_buf out = QN_BUF_INIT;
    bool matched = false;

    (void)state;
    unit_assert_ok(ctx, qn_remote_open(ctx, config, NULL, "o", &remote));
    assert_int_equal(remote->prune, 1);
    assert_int_equal(remote->prune_tags, -1);
    assert_true(remote->is_mirror);
    assert_int_equal(remote->tags, QN_REMOTE_TAGS_NONE);
    assert_string_equal(remote->upload_pack, "one");
    assert_int_equal(remote->server_options.count, 1);
    assert_int_equal(remote->follow, QN_REMOTE_FOLLOW_WARN_IF_NOT);
    assert_string_equal(remote->follow_branch, "main");
    unit_assert_ok(ctx, qn_remote_map(ctx, &remote->fetch, "refs/heads/a/b",
                                      &out, &matched));
    assert_true(matched);
    assert_string_equal(qn_buf_string(&out), "refs/remotes/o/a/b");
    qn_buf_clear(&out);
    unit_assert_ok(ctx, qn_remote_map(ctx, &remote->fetch, "refs/heads/secret",
                                      &out, &matched));
    assert_false(matched);
    unit_assert_ok(ctx,
                   qn_remote_map_back(ctx, &remote->fetch,
                                      "refs/remotes/o/secret", &out, &matched));
    assert_false(matched);
    assert_int_equal(out.size, 0);
    qn_buf_dispose(&out);
    qn_remote_free(remote);
    qn_config_free(config);
    unit_end(ctx);
}

static void bad_ones_are_told_of(void **state)
{
    static const char *const texts[] = {
        "[remote \"other\"]\nfetch = a:b:c\n", "[remote \"o\"]\nurl\n",
        "[remote \"o\"]\nprune = maybe\n", "[remote \"o\"]\npush =\n"};
    struct qn_ctx *ctx = unit_begin();
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct qn_config *config = configure(ctx, texts[i]);
        struct qn_remote *remote = NULL;

        assert_int_equal(qn_remote_open(ctx, config, NULL, "o", &remote),
                         QN_INVALID);
        assert_null(remote);
        qn_ctx_clear(ctx);
        qn_config_free(config);
    }
    unit_end(ctx);
}

static void check_default(struct qn_ctx *ctx, const char *text,
                          const char *branch, bool is_push,
                          const char *expected, bool expects_explicit)
{
    struct qn_config *config = configure(ctx, text);
    struct qn_arena arena = QN_ARENA_INIT;
    const char *name = NULL;
    bool is_explicit = false;

    unit_assert_ok(ctx, qn_remote_default(ctx, config, branch, is_push, &arena,
                                          &name, &is_explicit));
    assert_string_equal(name, expected);
    assert_int_equal(is_explicit, expects_explicit);
    qn_arena_dispose(&arena);
    qn_config_free(config);
}

static void one_is_meant(void **state)
{
    static const char one[] = "[remote \"only\"] url = /x\n";
    static const char two[] = "[remote \"a\"] url = /a\n[remote \"b\"] url = "
                              "/b\n[branch \"m\"]\nremote = b\n";
    static const char push[] = "[remote] pushDefault = p\n[branch \"m\"]\n"
                               "remote = b\n[branch \"n\"]\npushRemote = q\n";
    struct qn_ctx *ctx = unit_begin();

    (void)state;
    check_default(ctx, "", NULL, false, "origin", false);
    check_default(ctx, one, "m", true, "only", false);
    check_default(ctx, two, NULL, false, "origin", false);
    check_default(ctx, two, "m", false, "b", true);
    check_default(ctx, push, "m", true, "p", true);
    check_default(ctx, push, "m", false, "b", true);
    check_default(ctx, push, "n", true, "q", true);
    unit_end(ctx);
}

static void groups_are_lists(void **state)
{
    static const char *const members[] = {"x", "y", "z", "w"};
    struct qn_ctx *ctx = unit_begin();
    struct qn_config *config =
        configure(ctx, "[remotes]\ng = \" x y\tz\"\nother = q\ng = w\n");
    struct qn_arena arena = QN_ARENA_INIT;
    struct qn_remote_words words;

    (void)state;
    unit_assert_ok(ctx, qn_remote_group(ctx, config, "g", &arena, &words));
    check_words(&words, 4, members);
    unit_assert_ok(ctx, qn_remote_group(ctx, config, "none", &arena, &words));
    assert_int_equal(words.count, 0);
    qn_arena_dispose(&arena);
    qn_config_free(config);
    unit_end(ctx);
}

static char top[200];

static void write_file(struct qn_ctx *ctx, const char *folder, const char *name,
                       const char *text)
{
    char path[512];
    int fd = -1;

    snprintf(path, sizeof(path), "%.199s/%s/%s", top, folder, name);
    unit_assert_ok(ctx, qn_directory_make_parents(ctx, path, 0777));
    unit_assert_ok(
        ctx, qn_file_open(ctx, path,
                          QN_FILE_WRITE | QN_FILE_CREATE | QN_FILE_TRUNCATE,
                          0666, &fd));
    unit_assert_ok(ctx, qn_file_write(ctx, fd, text, strlen(text)));
    unit_assert_ok(ctx, qn_file_close_written(ctx, fd, path));
}

static void old_files_are_read(void **state)
{
    struct qn_ctx *ctx = unit_begin();
    struct qn_config *config = configure(ctx, "");
    struct qn_remote *remote = NULL;

    (void)state;
    snprintf(top, sizeof(top), "%s", unit_directory());
    write_file(ctx, "remotes", "r",
               "URL:  /r \n# no\nPull: refs/heads/x:refs/remotes/r/x\n"
               "Push: refs/heads/x\n");
    write_file(ctx, "branches", "b", "  /b#main\n");
    unit_assert_ok(ctx, qn_remote_open(ctx, config, top, "r", &remote));
    assert_int_equal(remote->origin, QN_REMOTE_REMOTES);
    assert_string_equal(remote->urls.items[0], "/r");
    assert_int_equal(remote->fetch.count, 1);
    assert_int_equal(remote->push.count, 1);
    qn_remote_free(remote);
    unit_assert_ok(ctx, qn_remote_open(ctx, config, top, "b", &remote));
    assert_int_equal(remote->origin, QN_REMOTE_BRANCHES);
    assert_string_equal(remote->urls.items[0], "/b");
    assert_string_equal(remote->fetch.items[0].text,
                        "refs/heads/main:refs/heads/b");
    assert_string_equal(remote->push.items[0].text, "HEAD:refs/heads/main");
    qn_remote_free(remote);
    unit_assert_ok(ctx,
                   qn_remote_open(ctx, config, top, "../branches/b", &remote));
    assert_int_equal(remote->origin, QN_REMOTE_NOWHERE);
    qn_remote_free(remote);
    qn_config_free(config);
    unit_end(ctx);
}

static enum qn_status open_once(struct qn_ctx *ctx, void *data)
{
    struct qn_config *config = NULL;
    struct qn_remote *remote = NULL;
    enum qn_status status = qn_config_new(ctx, &config);

    if (!status)
        status =
            qn_config_add_bytes(ctx, config, qn_bytes_from_string(data),
                                QN_CONFIG_SCOPE_LOCAL, "file", "config", NULL);
    if (!status)
        status = qn_remote_open(ctx, config, NULL, "o", &remote);
    qn_remote_free(remote);
    qn_config_free(config);
    return status;
}

static void survives_each_allocation(void **state)
{
    static char text[] = "[remote \"o\"]\nurl = a:b\nfetch = +x:y\npush = z\n"
                         "[url \"/q/\"] insteadOf = a:\n";

    (void)state;
    unit_each_allocation(open_once, text);
}

int test_remote(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_are_rewritten),
        cmocka_unit_test(settings_are_read),
        cmocka_unit_test(bad_ones_are_told_of),
        cmocka_unit_test(one_is_meant),
        cmocka_unit_test(groups_are_lists),
        cmocka_unit_test(old_files_are_read),
        cmocka_unit_test(survives_each_allocation),
    };

    return cmocka_run_group_tests_name("remote", tests, NULL, NULL);
}
