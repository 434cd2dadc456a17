/* SPDX-License-Identifier: MIT */
/* Promisor remotes that a server tells of, with a configuration that accepts
 * some or all of them and checks fields; nothing is stored. */
#include "fuzz.h"

#include "operation/part/promisor_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const configs[] = {
        "[promisor]acceptFromServer=all\n",
        "[promisor]acceptFromServer=knownUrl\ncheckFields=token\n"
        "[remote \"a\"]url=u\npromisor=true\ntoken=t\n",
        "[promisor]acceptFromServer=knownName\n"
        "checkFields=partialCloneFilter\n"
        "[remote \"a\"]url=u\npartialCloneFilter=blob:none\n"};
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_promisor_choice choice = QN_PROMISOR_CHOICE_INIT;
    struct qn_config *config = NULL;
    size_t i = size > 0 ? data[0] % QN_COUNT_OF(configs) : 0;

    if (!qn_config_new(ctx, &config) &&
        !qn_config_add_bytes(ctx, config, qn_bytes_from_string(configs[i]),
                             QN_CONFIG_SCOPE_LOCAL, "file", "fuzz", NULL))
        fuzz_ignore(qn_promisor_info_choose(
            ctx, config, NULL, qn_bytes_from(qn_bytes_make(data, size), 1),
            &choice));
    for (i = 0; i < choice.names.size; i++)
        fuzz_check(choice.names.data[i] > ' ' && choice.names.data[i] < 0x7f);
    qn_promisor_choice_dispose(&choice);
    qn_config_free(config);
    fuzz_end(ctx);
    return 0;
}
