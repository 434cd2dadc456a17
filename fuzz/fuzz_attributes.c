/* SPDX-License-Identifier: MIT */
/* Attribute files: every setting names an attribute that is known. */
#include "fuzz.h"

#include "path/attribute_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct qn_ctx *ctx = fuzz_begin();
    struct qn_attribute_names names = {QN_MAP_INIT};
    struct qn_attribute_rules rules = {0};

    fuzz_check(qn_attribute_rules_parse(ctx, &rules, &names,
                                        qn_bytes_make(data, size), "x",
                                        size % 2 == 0) == QN_OK);
    for (size_t i = 0; i < rules.count; i++) {
        const struct qn_attribute_rule *rule = &rules.items[i];

        for (size_t k = 0; k < rule->count; k++) {
            fuzz_check(rule->settings[k].name < names.map.count);
            fuzz_check((rule->settings[k].state == QN_ATTRIBUTE_VALUE) ==
                       (rule->settings[k].value != NULL));
        }
        if (!rule->is_macro)
            (void)qn_path_pattern_matches(&rule->pattern, QN_BYTES("a/b.c"),
                                          QN_BYTES("b.c"), false, true);
    }
    qn_attribute_rules_dispose(&rules);
    qn_map_dispose(&names.map);
    fuzz_end(ctx);
    return 0;
}
