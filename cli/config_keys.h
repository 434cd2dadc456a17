/* SPDX-License-Identifier: MIT */
/* The names of configuration variables. */
#ifndef QUOIN_CLI_CONFIG_KEYS_H
#define QUOIN_CLI_CONFIG_KEYS_H

#include <stddef.h>

/* Sorted by byte. */
const char *const *cli_config_keys(size_t *count);

#endif
