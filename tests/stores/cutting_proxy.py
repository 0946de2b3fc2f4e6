"""A proxy that passes a request on and cuts the reply, so the sender does not know it was done.

`python -m tests.stores.cutting_proxy PORT PATTERN CUTS` prints its own port, then the path of each
request whose reply was cut. It is a process of its own: delta-rs holds Python's lock while it lists
a folder, so a proxy among its threads could not answer.
"""

import http.client
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.factories import ROOT

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@contextmanager
def cutting_proxy(port: int, pattern: str, cuts: int = 1) -> Iterator[tuple[int, list[str]]]:
    """Run a proxy while the block runs; yield its port and the paths whose replies were cut.

    The paths are all there when the block has ended.

    Args:
        port: of the server behind it, on this host.
        pattern: of the paths of PUT requests whose replies are cut, the first so many times.
        cuts: how many.
    """
    command = [sys.executable, "-m", __name__, str(port), pattern, str(cuts)]
    cut: list[str] = []
    with subprocess.Popen(  # noqa: S603 our own module
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as proxy:
        assert proxy.stdout is not None
        lines = iter(proxy.stdout.readline, "")
        own = int(next(lines))
        reader = threading.Thread(target=lambda: cut.extend(line.strip() for line in lines))
        reader.start()
        try:
            yield own, cut
        finally:
            proxy.terminate()
            reader.join()


def serve(port: int, pattern: str, cuts: int) -> None:
    """Run the proxy until the process ends."""
    wanted, left = re.compile(pattern), cuts

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            nonlocal left
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            server = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            server.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() != "expect":
                    server.putheader(name, value)
            server.endheaders(body)
            reply = server.getresponse()
            data = reply.read()
            is_cut = self.command == "PUT" and wanted.search(self.path) is not None
            if is_cut and reply.status == http.HTTPStatus.OK and left > 0:
                left -= 1
                _say(self.path)
                self.close_connection = True
                server.close()
                return
            self.send_response_only(reply.status, reply.reason)
            for name, value in reply.getheaders():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            length = reply.getheader("Content-Length") if self.command == "HEAD" else str(len(data))
            self.send_header("Content-Length", length or "0")
            self.end_headers()
            self.wfile.write(data)
            server.close()

        do_GET = do_PUT = do_POST = handle_any  # noqa: N815 names of http.server
        do_DELETE = do_HEAD = handle_any  # noqa: N815 names of http.server

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    _say(str(server.server_address[1]))
    server.serve_forever()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
