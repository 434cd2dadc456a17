/* SPDX-License-Identifier: MIT */
/* Annotations of the public headers: what a binding generator and a reader need
 * to know beyond C's types.
 *
 *   QN_API          exported from libquoin
 *   QN_OWNED        the caller owns what comes out, and frees it
 *   QN_BORROWED     it belongs to the object it came from
 *   QN_NULLABLE     may be NULL
 *   QN_COUNTED(n)   an array or view of n elements
 */
#ifndef QUOIN_API_H
#define QUOIN_API_H

#if defined(__GNUC__) || defined(__clang__)
#define QN_API __attribute__((visibility("default")))
#else
#define QN_API
#endif

#define QN_OWNED
#define QN_BORROWED
#define QN_NULLABLE
#define QN_COUNTED(n)

#endif
