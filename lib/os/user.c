/* SPDX-License-Identifier: MIT */
#include "os/user.h"

#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

#define ENTRY_MAX_SIZE 16384
#define HOST_MAX_SIZE  256

uint32_t qn_user_id(void)
{
    return (uint32_t)geteuid();
}

static enum qn_status append_full(struct qn_ctx *ctx, const char *gecos,
                                  const char *login, struct qn_buf *full)
{
    enum qn_status status = QN_OK;

    for (; *gecos && *gecos != ',' && !status; gecos++) {
        if (*gecos != '&') {
            status = qn_buf_append_byte(ctx, full, (uint8_t)*gecos);
            continue;
        }
        status = qn_buf_append_byte(ctx, full,
                                    (uint8_t)(*login >= 'a' && *login <= 'z'
                                                  ? *login - 'a' + 'A'
                                                  : *login));
        if (!status)
            status = qn_buf_append_string(ctx, full, login + 1);
    }
    return status;
}

enum qn_status qn_user_names(struct qn_ctx *ctx, struct qn_buf *login,
                             struct qn_buf *full)
{
    struct qn_buf room = QN_BUF_INIT;
    struct passwd entry;
    struct passwd *found = NULL;
    enum qn_status status;

    status = qn_buf_reserve(ctx, &room, ENTRY_MAX_SIZE);
    if (status)
        goto out;
    if (getpwuid_r(getuid(), &entry, (char *)room.data, ENTRY_MAX_SIZE,
                   &found) != 0 ||
        !found || !found->pw_name || !*found->pw_name) {
        status = qn_buf_append_string(ctx, login, "unknown");
        goto out;
    }
    status = qn_buf_append_string(ctx, login, found->pw_name);
    if (!status && found->pw_gecos)
        status = append_full(ctx, found->pw_gecos, found->pw_name, full);

out:
    qn_buf_dispose(&room);
    return status;
}

enum qn_status qn_user_host(struct qn_ctx *ctx, struct qn_buf *out)
{
    char name[HOST_MAX_SIZE];

    if (gethostname(name, sizeof(name)) != 0)
        return QN_OK;
    name[sizeof(name) - 1] = '\0';
    return qn_buf_append_string(ctx, out, name);
}

enum qn_status qn_user_system(struct qn_ctx *ctx, struct qn_buf *out)
{
    struct utsname name;

    return qn_buf_append_string(ctx, out,
                                uname(&name) < 0 ? "unknown" : name.sysname);
}
