#!/usr/bin/env python3
"""A web server for tests: git http-backend behind it, or plain files, and
everything that goes wrong.  It writes each request it got to a log.

usage: http_server.py ROOT LOG [--git GIT] [--tls CERT KEY [CA]] [--http10]

Prints its port and serves until it is ended.  The first part of a path says how
the rest is answered:

  plain      smart, by GIT http-backend in ROOT
  dumb       the files of ROOT
  auth       plain, for user "alice" with password "wonder%land"
  authdumb   dumb, for the same
  bearer     plain, for "Authorization: Bearer token-1"
  multi      plain; offers Negotiate, Basic and Digest, takes Basic
  moved      301 to plain (the same path and query)
  postmoved  GET as plain, POST 307 to plain
  tofile     302 to file:///etc/...
  toother    302 to ftp://127.0.0.1/...
  elsewhere  302 to /plain/other.git/nothing
  loop       302 to itself
  busy-N-S   429 with Retry-After: S (none when it is empty) N times, then plain
  status-N   that status, with a text body
  say        200, text/html
  hangup     the connection is closed without an answer
  short      plain, cut off in the middle of the answer
  slow       plain, one byte at a time
  chunked    plain, the answer in chunks
  cookie     plain; sets a cookie, and 403 for a POST without it
  post-N     plain, but a POST gets that status, with a text body
  posthangup, postempty, postgarbage, postwait-S, postcut-N
             plain, but a POST is answered by nothing at all, by no bytes, by what
             is no packets, S seconds later, with its first N bytes
  wrongtype  plain, POST answered with another content type
  garbage    200 and the right type, with bytes that are no packets
  error      200 and the right type, with an ERR packet
"""
import base64
import gzip
import json
import os
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler

ROOT, LOG = os.path.abspath(sys.argv[1]), sys.argv[2]
REST = sys.argv[3:]
GIT = REST[REST.index("--git") + 1] if "--git" in REST else "git"
LOCK = threading.Lock()
COUNTS = {}
USER = "Basic " + base64.b64encode(b"alice:wonder%land").decode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0" if "--http10" in REST else "HTTP/1.1"
    server_version, sys_version = "test", ""
    disable_nagle_algorithm = True

    def log_message(self, *words):
        pass

    def body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            out = b""
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                out += self.rfile.read(size)
                self.rfile.readline()
                if not size:
                    return out
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def handle_expect_100(self):
        return super().handle_expect_100()

    def note(self, body):
        plain = body
        if self.headers.get("Content-Encoding") == "gzip":
            plain = gzip.decompress(body)
        row = {"method": self.command, "path": self.path,
               "headers": self.headers.items(), "size": len(body),
               "body": plain[:400].decode("latin-1"),
               "plain_size": len(plain)}
        with LOCK, open(LOG, "a") as out:
            out.write(json.dumps(row) + "\n")
        return plain

    def answer(self, code, body=b"", kind="text/plain", more=()):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def backend(self, path, query, body):
        variables = dict(
            os.environ, GIT_PROJECT_ROOT=ROOT, GIT_HTTP_EXPORT_ALL="1",
            PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=self.command,
            REMOTE_ADDR="127.0.0.1", REMOTE_USER="alice",
            CONTENT_TYPE=self.headers.get("Content-Type", ""),
            CONTENT_LENGTH=str(len(body)))
        if self.headers.get("Git-Protocol"):
            variables["GIT_PROTOCOL"] = self.headers["Git-Protocol"]
        run = subprocess.run([GIT, "http-backend"], input=body,
                             capture_output=True, env=variables)
        head, _, rest = run.stdout.partition(b"\r\n\r\n")
        code, lines = 200, []
        for line in head.decode("latin-1").split("\r\n"):
            name, _, value = line.partition(": ")
            if name == "Status":
                code = int(value.split()[0])
            elif name:
                lines.append((name, value))
        return code, lines, rest

    def plain(self, path, query, body, how=""):
        code, lines, rest = self.backend(path, query, body)
        self.send_response(code)
        for name, value in lines:
            if how == "wrongtype" and self.command == "POST" and \
                    name == "Content-Type":
                value = "text/html"
            self.send_header(name, value)
        if how == "cookie":
            self.send_header("Set-Cookie", "session=sweet; Path=/")
        if how == "chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for at in range(0, len(rest), 1000):
                piece = rest[at:at + 1000]
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
            return
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        if how == "short" and self.command == "POST":
            self.wfile.write(rest[:len(rest) // 2])
            self.close_connection = True
            return
        if how.startswith("postcut-") and self.command == "POST":
            self.wfile.write(rest[:int(how[8:])])
            self.close_connection = True
            return
        if how == "slow":
            for at in range(len(rest)):
                self.wfile.write(rest[at:at + 1])
                self.wfile.flush()
                time.sleep(0.001)
            return
        self.wfile.write(rest)

    def dumb(self, path):
        name = os.path.normpath(ROOT + path)
        if not name.startswith(ROOT) or not os.path.isfile(name):
            return self.answer(404, b"no such file\n")
        with open(name, "rb") as file:
            data = file.read()
        span = self.headers.get("Range")
        if span and span.startswith("bytes="):
            first = int(span[6:].split("-")[0])
            if first >= len(data):
                return self.answer(416)
            return self.answer(206, data[first:], "application/octet-stream",
                               [("Content-Range", "bytes %d-%d/%d" % (
                                   first, len(data) - 1, len(data)))])
        return self.answer(200, data, "application/octet-stream")

    def serve(self):
        if self.path.startswith("http://"):  # as to a proxy
            self.path = "/" + self.path[7:].partition("/")[2]
        body = self.note(self.body())
        path, _, query = self.path.partition("?")
        how, _, rest = path[1:].partition("/")
        rest, tail = "/" + rest, "?" + query if query else ""
        given = self.headers.get("Authorization", "")
        if how in ("auth", "authdumb") and given != USER:
            return self.answer(401, b"who are you?\n", more=[
                ("WWW-Authenticate", 'Basic realm="test"')])
        if how == "bearer" and given != "Bearer token-1":
            return self.answer(401, b"", more=[
                ("WWW-Authenticate", 'Bearer realm="test"'),
                ("WWW-Authenticate", 'Basic realm="test"')])
        if how == "multi" and given != USER:
            return self.answer(401, b"", more=[
                ("WWW-Authenticate", "Negotiate"),
                ("WWW-Authenticate", 'Basic realm="a, b",'),
                ("WWW-Authenticate", 'Digest realm="x", nonce="1"')])
        if how == "moved" or (how == "postmoved" and self.command == "POST"):
            return self.answer(301 if how == "moved" else 307, more=[
                ("Location", "/plain" + rest + tail)])
        if how == "tofile":
            return self.answer(302, more=[("Location", "file:///etc" + rest)])
        if how == "toother":
            return self.answer(302, more=[("Location", "ftp://127.0.0.1" + rest)])
        if how == "elsewhere":
            return self.answer(302, more=[("Location", "/plain/other.git/nothing")])
        if how == "loop":
            return self.answer(302, more=[("Location", self.path)])
        if how.startswith("busy-"):
            _, count, after = how.split("-")
            with LOCK:
                COUNTS[how] = COUNTS.get(how, 0) + 1
                busy = COUNTS[how] <= int(count)
            if busy:
                return self.answer(429, b"busy\n", more=[
                    ("Retry-After", after)] if after else [])
        if how.startswith("status-"):
            return self.answer(int(how[7:]), b"as you wish\n")
        if how.startswith("post") and self.command == "POST":
            kind = f"application/x-{path.rpartition('/')[2]}-result"
            if how.startswith("post-"):
                return self.answer(int(how[5:]), b"as you wish\n")
            if how == "posthangup":
                self.close_connection = True
                return None
            if how == "postempty":
                return self.answer(200, b"", kind)
            if how == "postgarbage":
                return self.answer(200, b"this is no packet\n", kind)
            if how.startswith("postwait-"):
                time.sleep(float(how[9:]))
        if how == "say":
            return self.answer(200, b"<p>hello</p>\n", "text/html")
        if how == "hangup":
            self.close_connection = True
            return None
        if how == "cookie" and self.command == "POST" and \
                "session=sweet" not in self.headers.get("Cookie", ""):
            return self.answer(403, b"no cookie\n")
        if how in ("garbage", "error"):
            data = b"this is no packet\n"
            if how == "error":
                words = b"ERR keep \x1b[31mout\n"
                data = b"001e# service=git-upload-pack\n0000%04x%s" % (
                    len(words) + 4, words)
            return self.answer(
                200, data, "application/x-git-upload-pack-advertisement")
        if how in ("dumb", "authdumb"):
            return self.dumb(rest)
        return self.plain(rest, query, body, how)

    do_GET = do_POST = do_HEAD = serve


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = daemon_threads = True

    def handle_error(self, request, client_address):
        pass


def main():
    server = Server(("127.0.0.1", 0), Handler)
    if "--tls" in REST:
        words = [w for w in REST[REST.index("--tls") + 1:] if w[:2] != "--"]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(words[0], words[1])
        if len(words) > 2:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(words[2])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], flush=True)
    server.serve_forever()


main()
