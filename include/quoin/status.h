/* SPDX-License-Identifier: MIT */
/* Status codes: what every call that can fail returns.
 *
 * Numbers never change and are never reused.  A caller acts on these; what a
 * person reads is the message in the context.
 */
#ifndef QUOIN_STATUS_H
#define QUOIN_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

enum qn_status {
    QN_OK = 0,
    QN_NOT_FOUND = 1,
    QN_EXISTS = 2,
    QN_CORRUPT = 3,
    QN_CONFLICT = 4,
    QN_LOCKED = 5,
    QN_DENIED = 6,
    QN_TOO_BIG = 7,
    QN_IO = 8,
    QN_NO_SPACE = 9,
    QN_NETWORK = 10,
    QN_AUTHENTICATION = 11,
    QN_TIMEOUT = 12,
    QN_NO_MEMORY = 13,
    QN_CANCELLED = 14,
    QN_INVALID = 15,     /* an argument or input that breaks its grammar */
    QN_UNSUPPORTED = 16, /* well formed, and not something we do */
    QN_AMBIGUOUS = 17,
    QN_CHANGED = 18,  /* a lost compare-and-swap */
    QN_REFUSED = 19,  /* a policy or a hook said no */
    QN_PROMISED = 20, /* absent here, owed by a promisor */
    QN_NEEDS_USER = 21,
    QN_INTERNAL = 22, /* an impossible state: a fault of ours */
    QN_END = 23       /* an iterator has no next item; carries no message */
};

#ifdef __cplusplus
}
#endif

#endif
