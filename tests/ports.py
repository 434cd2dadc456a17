"""Ports of the loopback for programs that cannot be told to take a free one.

Port 0 is better where a program knows it.  What the system gives to that, and to
everyone who connects, comes from one range: a port of it that is free now may be
somebody's a moment later.  So one from outside of that range is looked for, at random;
only other tests could take it.

  python3 tests/ports.py     prints one
"""
import random
import socket
import sys
import time

PATIENCE = 60  # seconds until a server answers: how long it takes is not what is tested


def candidates():
    """Ports that the system gives to nobody by itself."""
    try:
        with open("/proc/sys/net/ipv4/ip_local_port_range") as f:
            first, last = map(int, f.read().split())
    except (OSError, ValueError):
        first, last = 32768, 65535
    return [port for port in range(10000, 65000) if not first <= port <= last] or [0]


def free_port():
    choices = candidates()
    for _ in range(1000):
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", random.choice(choices)))
            except OSError:
                continue
            return s.getsockname()[1]
    raise OSError("no port is free")


def wait_for_port(port, process=None, seconds=PATIENCE):
    """Until somebody listens there.  False: the process ended, or nobody does."""
    end = time.time() + seconds
    while time.time() < end:
        if process and process.poll() is not None:
            return False
        try:
            socket.create_connection(("127.0.0.1", port), seconds).close()
            return True
        except OSError:
            time.sleep(0.02)
    return False


if __name__ == "__main__":
    sys.stdout.write(f"{free_port()}\n")
