/* SPDX-License-Identifier: MIT */
/* Addresses: whatever is written, no program is given what it could read as an
 * option. */
#include "fuzz.h"

#include "base/buf.h"
#include "transport/address.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_buf url = QN_BUF_INIT;
    struct qn_address address = QN_ADDRESS_INIT;

    fuzz_check(qn_buf_append(ctx, &url, data, size) == QN_OK);
    if (qn_address_parse(ctx, qn_buf_string(&url), &address) == QN_OK) {
        fuzz_check(address.path != NULL && address.protocol != NULL);
        if (address.kind == QN_ADDRESS_SSH) {
            fuzz_check(address.host && address.host[0] != '-');
            fuzz_check(!address.port || address.port[0] != '-' ||
                       strtol(address.port, NULL, 10) == 0);
        }
        if (address.kind == QN_ADDRESS_GIT)
            fuzz_check(address.host && address.name &&
                       !strchr(address.host, '\n'));
        if (address.kind <= QN_ADDRESS_GIT)
            fuzz_check(address.path[0] != '-');
        fuzz_check(!qn_address_is_local(qn_buf_string(&url)) ||
                   address.kind == QN_ADDRESS_LOCAL);
        qn_address_dispose(&address);
    } else {
        fuzz_check(qn_ctx_message(ctx)[0] != '\0');
    }
    qn_buf_dispose(&url);
    fuzz_end(ctx);
    return 0;
}
