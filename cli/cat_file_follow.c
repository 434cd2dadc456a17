/* SPDX-License-Identifier: MIT */
/* cat-file --follow-symlinks: a path in a tree, through symbolic links that
 * stay in it. */
#include "cli/cat_file.h"
#include "cli/cli.h"
#include "object/tree.h"

#include <string.h>

#define DEPTH_MAX 2048
#define LINKS_MAX 40

struct follow {
    struct cli *cli;
    struct qn_id *trees; /* from the root down to where we are */
    size_t depth;
    struct qn_buf rest; /* of the path */
    struct qn_buf next;
    struct qn_object object;
    int links;
};

/* `rest` becomes <target>/<rest behind the component>. */
static void take_link(struct follow *f, const struct qn_id *id,
                      struct qn_bytes behind)
{
    struct cli *cli = f->cli;

    cli_check(cli, qn_odb_read_typed(cli->ctx, cli->odb, id, QN_OBJECT_BLOB,
                                     &f->object));
    qn_buf_clear(&f->next);
    cli_check(cli, qn_buf_append_bytes(cli->ctx, &f->next,
                                       qn_object_bytes(&f->object)));
    if (behind.size > 0) {
        cli_check(cli, qn_buf_append_byte(cli->ctx, &f->next, '/'));
        cli_check(cli, qn_buf_append_bytes(cli->ctx, &f->next, behind));
    }
    qn_buf_swap(&f->rest, &f->next);
}

static enum cli_cat_follow step(struct follow *f, struct qn_id *id,
                                uint32_t *mode)
{
    struct cli *cli = f->cli;
    struct qn_bytes rest = qn_buf_bytes(&f->rest);
    struct qn_bytes part;
    struct qn_tree_entry entry;
    bool found = false;

    while (rest.size > 0 && rest.data[0] == '/')
        rest = qn_bytes_from(rest, 1);
    part = qn_bytes_first(rest, qn_bytes_find(rest, '/'));
    if (part.size == 0) {
        *id = f->trees[f->depth];
        *mode = QN_MODE_TREE;
        return CLI_CAT_FOUND;
    }
    if (qn_bytes_is_string(part, "..") && f->depth == 0)
        return CLI_CAT_OUTSIDE;
    if (qn_bytes_is_string(part, "..")) {
        f->depth--;
    } else if (!qn_bytes_is_string(part, ".")) {
        cli_check(cli,
                  qn_odb_read_typed(cli->ctx, cli->odb, &f->trees[f->depth],
                                    QN_OBJECT_TREE, &f->object));
        cli_check(cli, qn_tree_find(cli->ctx, qn_object_bytes(&f->object),
                                    qn_odb_algorithm(cli->odb), part, &entry,
                                    &found));
        if (!found)
            return f->links > 0 ? CLI_CAT_DANGLING : CLI_CAT_MISSING;
        qn_id_from_row(id, qn_odb_algorithm(cli->odb), entry.id);
        *mode = entry.mode;
        rest = qn_bytes_from(rest, part.size);
        while (rest.size > 0 && rest.data[0] == '/')
            rest = qn_bytes_from(rest, 1);
        if (qn_mode_is_symlink(entry.mode)) {
            if (++f->links > LINKS_MAX)
                return CLI_CAT_LOOP;
            take_link(f, id, rest);
            return f->rest.size > 0 && f->rest.data[0] == '/' ? CLI_CAT_OUTSIDE
                                                              : CLI_CAT_GO_ON;
        }
        if (!qn_mode_is_tree(entry.mode))
            return rest.size == 0 ? CLI_CAT_FOUND : CLI_CAT_NOT_DIRECTORY;
        if (f->depth + 1 >= DEPTH_MAX)
            return CLI_CAT_LOOP;
        f->trees[++f->depth] = *id;
        part.size = 0;
    }
    rest = qn_bytes_from(rest, part.size);
    while (rest.size > 0 && rest.data[0] == '/')
        rest = qn_bytes_from(rest, 1);
    qn_buf_clear(&f->next);
    cli_check(cli, qn_buf_append_bytes(cli->ctx, &f->next, rest));
    qn_buf_swap(&f->rest, &f->next);
    return CLI_CAT_GO_ON;
}

enum cli_cat_follow cli_cat_file_follow(struct cli *cli,
                                        const struct qn_id *tree,
                                        struct qn_bytes path, struct qn_id *id,
                                        uint32_t *mode, struct qn_buf *outside)
{
    struct follow f = {.cli = cli};
    enum cli_cat_follow result = CLI_CAT_GO_ON;

    f.trees = qn_memory_array(cli->ctx, DEPTH_MAX, sizeof(*f.trees));
    if (!f.trees)
        cli_die(cli);
    f.trees[0] = *tree;
    cli_check(cli, qn_buf_append_bytes(cli->ctx, &f.rest, path));
    while (result == CLI_CAT_GO_ON)
        result = step(&f, id, mode);
    if (result == CLI_CAT_OUTSIDE)
        cli_check(
            cli, qn_buf_append_bytes(cli->ctx, outside, qn_buf_bytes(&f.rest)));
    qn_memory_free(f.trees);
    qn_buf_dispose(&f.rest);
    qn_buf_dispose(&f.next);
    qn_object_dispose(&f.object);
    return result;
}
