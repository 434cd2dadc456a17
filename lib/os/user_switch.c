/* SPDX-License-Identifier: MIT */
/* Declares initgroups. */
#define _DEFAULT_SOURCE

#include "os/user_switch.h"

#ifndef __wasi__

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

enum qn_status qn_user_switch_check(struct qn_ctx *ctx, const char *user,
                                    const char *group)
{
    if (user && !getpwnam(user))
        return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "user.not-found", user,
                                  "user not found - %s", user);
    if (group && !getgrnam(group))
        return qn_ctx_fail_reason(ctx, QN_NOT_FOUND, "user.not-found", group,
                                  "group not found - %s", group);
    return QN_OK;
}

enum qn_status qn_user_switch(struct qn_ctx *ctx, const char *user,
                              const char *group)
{
    enum qn_status status = qn_user_switch_check(ctx, user, group);
    const struct passwd *entry;
    uid_t uid;
    gid_t gid;

    if (status)
        return status;
    entry = getpwnam(user);
    uid = entry->pw_uid;
    gid = entry->pw_gid;
    if (group)
        gid = getgrnam(group)->gr_gid;
    if (initgroups(user, gid) != 0 || setgid(gid) != 0 || setuid(uid) != 0)
        return qn_ctx_fail_reason(ctx, QN_DENIED, "user.switch", user,
                                  "cannot drop privileges");
    return QN_OK;
}

#else

enum qn_status qn_user_switch_check(struct qn_ctx *ctx, const char *user,
                                    const char *group)
{
    (void)user, (void)group;
    return qn_ctx_fail(ctx, QN_UNSUPPORTED, "there are no users here");
}

enum qn_status qn_user_switch(struct qn_ctx *ctx, const char *user,
                              const char *group)
{
    return qn_user_switch_check(ctx, user, group);
}

#endif
