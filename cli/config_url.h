/* SPDX-License-Identifier: MIT */
/* config --get-urlmatch: of <section>.<url>.<name> the values that fit a URL
 * best. */
#ifndef QUOIN_CLI_CONFIG_URL_H
#define QUOIN_CLI_CONFIG_URL_H

#include "cli/config_show.h"

/* `name`: "section" (all of it is listed) or "section.name".  The exit code. */
int config_url_run(struct config_show *show, const char *name, const char *url);

#endif
