/* SPDX-License-Identifier: MIT */
#include "walk/hidden_refs.h"

#include <string.h>

/* Is `key` "<section>.hiderefs"? */
static bool is_key(const char *key, const char *section)
{
    size_t size = strlen(section);

    return strncmp(key, section, size) == 0 &&
           strcmp(key + size, ".hiderefs") == 0;
}

bool qn_hidden_refs_has(const struct qn_config *config, const char *section,
                        const char *name, const char *full)
{
    size_t i = qn_config_count(config);

    while (i-- > 0) {
        const struct qn_config_entry *entry = qn_config_at(config, i);
        const char *value = entry->value, *subject = name;
        bool shows = false;
        size_t size;

        if (!value ||
            (!is_key(entry->key, section) && !is_key(entry->key, "transfer")))
            continue;
        if (*value == '!') {
            shows = true;
            value++;
        }
        if (*value == '^') {
            subject = full;
            value++;
        }
        size = strlen(value);
        while (size > 0 && value[size - 1] == '/')
            size--;
        if (strncmp(subject, value, size) == 0 &&
            (subject[size] == '\0' || subject[size] == '/'))
            return !shows;
    }
    return false;
}
