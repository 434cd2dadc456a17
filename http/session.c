/* SPDX-License-Identifier: MIT */
/* What is set for all requests of a session. */
#include "http/engine.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BUFFER_SIZE 131072L

static const struct {
    unsigned ours;
    long theirs;
} auths[] = {{QN_HTTP_AUTH_BASIC, (long)CURLAUTH_BASIC},
             {QN_HTTP_AUTH_DIGEST, (long)CURLAUTH_DIGEST},
             {QN_HTTP_AUTH_NEGOTIATE, (long)CURLAUTH_NEGOTIATE},
             {QN_HTTP_AUTH_NTLM, (long)CURLAUTH_NTLM}};

long http_auth_bits(unsigned auth)
{
    long bits = 0;
    size_t i;

    for (i = 0; i < sizeof(auths) / sizeof(*auths); i++)
        if (auth & auths[i].ours)
            bits |= auths[i].theirs;
    return bits ? bits : (long)CURLAUTH_ANY;
}

unsigned http_auth_names(long bits)
{
    unsigned names = 0;
    size_t i;

    for (i = 0; i < sizeof(auths) / sizeof(*auths); i++)
        if (bits & auths[i].theirs) {
            names |= auths[i].ours;
            bits &= ~auths[i].theirs;
        }
    return bits ? names | QN_HTTP_AUTH_OTHER : names;
}

static long tls_version(const char *name)
{
    static const struct {
        const char *name;
        long value;
    } versions[] = {{"sslv2", CURL_SSLVERSION_SSLv2},
                    {"sslv3", CURL_SSLVERSION_SSLv3},
                    {"tlsv1", CURL_SSLVERSION_TLSv1},
                    {"tlsv1.0", CURL_SSLVERSION_TLSv1_0},
                    {"tlsv1.1", CURL_SSLVERSION_TLSv1_1},
                    {"tlsv1.2", CURL_SSLVERSION_TLSv1_2},
                    {"tlsv1.3", CURL_SSLVERSION_TLSv1_3}};
    size_t i;

    for (i = 0; i < sizeof(versions) / sizeof(*versions); i++)
        if (strcmp(versions[i].name, name) == 0)
            return versions[i].value;
    return -1;
}

static void set_tls(CURL *easy, const struct qn_http_engine_settings *settings)
{
    const struct qn_http_engine_tls *own = &settings->tls;
    long version = settings->tls_version && *settings->tls_version
                       ? tls_version(settings->tls_version)
                       : -1;

    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER,
                     settings->skips_verify ? 0L : 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST,
                     settings->skips_verify ? 0L : 2L);
    if (version >= 0)
        curl_easy_setopt(easy, CURLOPT_SSLVERSION, version);
    if (settings->ciphers && *settings->ciphers)
        curl_easy_setopt(easy, CURLOPT_SSL_CIPHER_LIST, settings->ciphers);
    if (own->certificate)
        curl_easy_setopt(easy, CURLOPT_SSLCERT, own->certificate);
    if (own->certificate_type)
        curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, own->certificate_type);
    if (own->key)
        curl_easy_setopt(easy, CURLOPT_SSLKEY, own->key);
    if (own->key_type)
        curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, own->key_type);
    if (own->password)
        curl_easy_setopt(easy, CURLOPT_KEYPASSWD, own->password);
    if (own->authorities)
        curl_easy_setopt(easy, CURLOPT_CAINFO, own->authorities);
    if (settings->authority_path)
        curl_easy_setopt(easy, CURLOPT_CAPATH, settings->authority_path);
    if (settings->pinned_key)
        curl_easy_setopt(easy, CURLOPT_PINNEDPUBLICKEY, settings->pinned_key);
    if (settings->skips_revocation)
        curl_easy_setopt(easy, CURLOPT_SSL_OPTIONS, (long)CURLSSLOPT_NO_REVOKE);
    if (settings->tries_tls)
        curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_TRY);
}

/* Apart from the address, since one that is none is told without its scheme. */
static const char *set_proxy_type(CURL *easy, const char *proxy)
{
    static const struct {
        const char *scheme;
        long type;
    } types[] = {{"http://", CURLPROXY_HTTP},
                 {"https://", CURLPROXY_HTTPS},
                 {"socks://", CURLPROXY_SOCKS4},
                 {"socks4://", CURLPROXY_SOCKS4},
                 {"socks4a://", CURLPROXY_SOCKS4A},
                 {"socks5://", CURLPROXY_SOCKS5},
                 {"socks5h://", CURLPROXY_SOCKS5_HOSTNAME}};
    size_t i;

    for (i = 0; i < sizeof(types) / sizeof(*types); i++) {
        size_t size = strlen(types[i].scheme);

        if (strncmp(types[i].scheme, proxy, size) == 0) {
            curl_easy_setopt(easy, CURLOPT_PROXYTYPE, types[i].type);
            return proxy + size;
        }
    }
    return proxy;
}

static void set_proxy(CURL *easy,
                      const struct qn_http_engine_settings *settings)
{
    const struct qn_http_engine_tls *tls = &settings->proxy_tls;

    curl_easy_setopt(easy, CURLOPT_PROXYAUTH,
                     http_auth_bits(settings->proxy_auth));
    if (tls->certificate)
        curl_easy_setopt(easy, CURLOPT_PROXY_SSLCERT, tls->certificate);
    if (tls->key)
        curl_easy_setopt(easy, CURLOPT_PROXY_SSLKEY, tls->key);
    if (tls->password)
        curl_easy_setopt(easy, CURLOPT_PROXY_KEYPASSWD, tls->password);
    if (tls->authorities)
        curl_easy_setopt(easy, CURLOPT_PROXY_CAINFO, tls->authorities);
    if (!settings->proxy)
        return;
    curl_easy_setopt(easy, CURLOPT_PROXY,
                     set_proxy_type(easy, settings->proxy));
    if (settings->no_proxy)
        curl_easy_setopt(easy, CURLOPT_NOPROXY, settings->no_proxy);
    if (settings->proxy_user) {
        curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, settings->proxy_user);
        curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, settings->proxy_password);
    }
}

static void set_network(CURL *easy,
                        const struct qn_http_engine_settings *settings)
{
    static const long delegations[] = {CURLGSSAPI_DELEGATION_NONE,
                                       CURLGSSAPI_DELEGATION_POLICY_FLAG,
                                       CURLGSSAPI_DELEGATION_FLAG};

    if (settings->version == 2)
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2);
    else if (settings->version == 11)
        curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                         (long)CURL_HTTP_VERSION_1_1);
    if (settings->low_speed_limit > 0 && settings->low_speed_time > 0) {
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT,
                         settings->low_speed_limit);
        curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME,
                         settings->low_speed_time);
    }
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    if (settings->keep_idle >= 0)
        curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, settings->keep_idle);
    if (settings->keep_interval >= 0)
        curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, settings->keep_interval);
#if LIBCURL_VERSION_NUM >= 0x080900 /* a name of an enum, no macro */
    if (settings->keep_count >= 0)
        curl_easy_setopt(easy, CURLOPT_TCP_KEEPCNT, settings->keep_count);
#endif
    if (settings->delegation > 0 && settings->delegation < 3)
        curl_easy_setopt(easy, CURLOPT_GSSAPI_DELEGATION,
                         delegations[settings->delegation]);
    if (settings->family)
        curl_easy_setopt(easy, CURLOPT_IPRESOLVE,
                         (long)(settings->family == 4 ? CURL_IPRESOLVE_V4
                                                      : CURL_IPRESOLVE_V6));
    if (settings->skips_epsv)
        curl_easy_setopt(easy, CURLOPT_FTP_USE_EPSV, 0L);
}

/* Some of what is set is not what libcurl was built with: it says so. */
static bool set_all(struct qn_http_engine_session *session,
                    const struct qn_http_engine_settings *settings,
                    char *problem)
{
    CURL *easy = session->settings;
    size_t i;

    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, BUFFER_SIZE);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, BUFFER_SIZE);
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, settings->protocols);
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR,
                     settings->redirect_protocols);
    if (settings->user_agent)
        curl_easy_setopt(easy, CURLOPT_USERAGENT, settings->user_agent);
    if (settings->cookie_file)
        curl_easy_setopt(easy, CURLOPT_COOKIEFILE, settings->cookie_file);
    if (settings->cookie_file && settings->saves_cookies)
        curl_easy_setopt(easy, CURLOPT_COOKIEJAR, settings->cookie_file);
    set_tls(easy, settings);
    set_proxy(easy, settings);
    set_network(easy, settings);
    for (i = 0; settings->resolve && settings->resolve[i]; i++) {
        struct curl_slist *more =
            curl_slist_append(session->resolve, settings->resolve[i]);

        if (!more) {
            strcpy(problem, "out of memory");
            return false;
        }
        session->resolve = more;
    }
    if (session->resolve)
        curl_easy_setopt(easy, CURLOPT_RESOLVE, session->resolve);
    return true;
}

/* Of several that libcurl was built with, one by name. */
static bool choose_backend(const char *name, char *problem)
{
    const curl_ssl_backend **backends;

    switch (curl_global_sslset((curl_sslbackend)-1, name, &backends)) {
    case CURLSSLSET_UNKNOWN_BACKEND: {
        size_t i;

        strcpy(problem, "Unsupported SSL backend '");
        strncat(problem, name, 60);
        strcat(problem, "'. Supported SSL backends:");
        for (i = 0; backends && backends[i] && i < 8; i++) {
            strcat(problem, "\n\t");
            strncat(problem, backends[i]->name, 16);
        }
        return false;
    }
    case CURLSSLSET_NO_BACKENDS:
        strcpy(problem, "Could not set SSL backend to '");
        strncat(problem, name, 60);
        strcat(problem, "': cURL was built without SSL backends");
        return false;
    default: /* set, or too late for it */
        return true;
    }
}

struct qn_http_engine_session *
http_session_new(const struct qn_http_engine_settings *settings, char *problem)
{
    struct qn_http_engine_session *session = calloc(1, sizeof(*session));

    *problem = '\0';
    if (!session)
        goto failed;
    if (settings->backend && !choose_backend(settings->backend, problem))
        goto failed;
    if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
        strcpy(problem, "curl_global_init failed");
        goto failed;
    }
    session->data = settings->data;
    session->trace = settings->trace;
    session->is_cancelled = settings->is_cancelled;
    session->multi = curl_multi_init();
    session->share = curl_share_init();
    session->settings = curl_easy_init();
    if (!session->multi || !session->share || !session->settings)
        goto failed;
    if (settings->max_connections > 0)
        curl_multi_setopt(session->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                          settings->max_connections);
    curl_share_setopt(session->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    curl_share_setopt(session->share, CURLSHOPT_SHARE,
                      CURL_LOCK_DATA_SSL_SESSION);
    if (!set_all(session, settings, problem))
        goto failed;
    return session;
failed:
    if (!*problem)
        strcpy(problem, "out of memory");
    http_session_free(session);
    return NULL;
}

void http_session_free(struct qn_http_engine_session *session)
{
    if (!session)
        return;
    while (session->idle_count)
        curl_easy_cleanup(session->idle[--session->idle_count]);
    if (session->settings) {
        /* It has seen none: it must not write cookies over those there are. */
        curl_easy_setopt(session->settings, CURLOPT_COOKIEJAR, NULL);
        curl_easy_cleanup(session->settings);
    }
    if (session->multi)
        curl_multi_cleanup(session->multi);
    if (session->share)
        curl_share_cleanup(session->share);
    curl_slist_free_all(session->resolve);
    free(session);
}

bool http_session_set_proxy_user(struct qn_http_engine_session *session,
                                 const char *user, const char *password)
{
    /* The handles that are there have the old one. */
    while (session->idle_count)
        curl_easy_cleanup(session->idle[--session->idle_count]);
    return curl_easy_setopt(session->settings, CURLOPT_PROXYUSERNAME, user) ==
               CURLE_OK &&
           curl_easy_setopt(session->settings, CURLOPT_PROXYPASSWORD,
                            password) == CURLE_OK;
}

CURL *http_easy_new(struct qn_http_engine_session *session,
                    http_trace_fn *trace)
{
    CURL *easy = curl_easy_duphandle(session->settings);

    if (!easy)
        return NULL;
    curl_easy_setopt(easy, CURLOPT_SHARE, session->share);
    if (session->trace) {
        curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
        curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, trace);
        curl_easy_setopt(easy, CURLOPT_DEBUGDATA, session);
    }
    return easy;
}
