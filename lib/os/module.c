/* SPDX-License-Identifier: MIT */
#include "os/module.h"

#ifndef __wasi__
#include <dlfcn.h>
#endif

enum qn_status qn_module_load(struct qn_ctx *ctx, const char *path,
                              const char *symbol, const void **out)
{
#ifdef __wasi__
    (void)symbol;
    (void)out;
    return qn_ctx_fail(ctx, QN_UNSUPPORTED, "no modules here: '%s'", path);
#else
    void *module = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    const void *found;

    if (!module)
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "cannot load '%s': %s", path,
                           dlerror());
    found = dlsym(module, symbol);
    if (!found)
        return qn_ctx_fail(ctx, QN_NOT_FOUND, "'%s' has no %s", path, symbol);
    *out = found;
    return QN_OK;
#endif
}
