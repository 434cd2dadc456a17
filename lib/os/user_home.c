/* SPDX-License-Identifier: MIT */
#include "os/user_home.h"

#include <errno.h>
#include <pwd.h>

enum qn_status qn_user_home_find(struct qn_ctx *ctx, const char *user,
                                 struct qn_buf *out, bool *found)
{
    struct qn_buf room = QN_BUF_INIT;
    struct passwd entry;
    struct passwd *answer = NULL;
    size_t size = 1024;
    int error = ERANGE;
    enum qn_status status = QN_OK;

    while (error == ERANGE && size <= 1024 * 1024 && !status) {
        status = qn_buf_reserve(ctx, &room, size);
        if (!status)
            error = getpwnam_r(user, &entry, (char *)room.data, size, &answer);
        size *= 4;
    }
    if (!status) {
        *found = error == 0 && answer && answer->pw_dir;
        if (*found)
            status = qn_buf_append_string(ctx, out, answer->pw_dir);
    }
    qn_buf_dispose(&room);
    return status;
}
