"""A TCP relay between a client and a server that can be told to break the line in every way a line breaks."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator


class Relay:
    """Listens on a port of its own. `cut()` refuses and resets, `freeze()` swallows everything both ways without a
    word, `drop_answer()` lets the next request through and resets the line instead of its answer, `stand_in()` answers
    everything itself, as a proxy does (`stood_in` counts), `mend()` ends it all."""

    def __init__(self, port: int) -> None:
        self.target, self.port = port, 0
        self._turn = threading.Lock()
        self._lines: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._drop = False
        self._answer = b""
        self.stood_in = 0
        self._flowing = threading.Event()
        self._door: socket.socket | None = None
        self.mend()

    @property
    def url(self) -> str:
        """The address of the floor as the client knows it."""
        return f"http://127.0.0.1:{self.port}"

    def mend(self) -> None:
        """The line is whole again."""
        self._drop = False
        self._answer = b""
        self._flowing.set()
        if self._door is None:
            door = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("127.0.0.1", self.port))
            door.listen(64)
            self._door, self.port = door, door.getsockname()[1]
            self._begin(self._welcome, door)

    def cut(self) -> None:
        """Nothing answers at the port any more, and every open line is reset."""
        door, self._door = self._door, None
        if door is not None:
            door.shutdown(socket.SHUT_RDWR)
        with self._turn:
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def freeze(self) -> None:
        """The line looks open, but nothing passes."""
        self._flowing.clear()

    def drop_answer(self) -> None:
        """The next request reaches the floor; its answer is lost."""
        self._drop = True

    def stand_in(self, status: str, body: str, *headers: str) -> None:
        """Nothing reaches the floor; whatever is asked is answered with this, and lines that are open end."""
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", body]
        self._answer = "\r\n".join(head).encode()

    def close(self) -> None:
        """Stop relaying."""
        self.cut()
        self._flowing.set()
        for thread in self._threads:
            thread.join()

    def _begin(self, work: Callable[..., None], *sockets: socket.socket) -> None:
        thread = threading.Thread(target=work, args=sockets)
        self._threads.append(thread)
        thread.start()

    def _welcome(self, door: socket.socket) -> None:
        with door, contextlib.suppress(OSError):
            while True:
                near, _ = door.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.target), timeout=5)
                except OSError:
                    near.close()
                    continue
                far.settimeout(None)
                for each in (near, far):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._begin(self._carry, near, far)

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        asked = False
        with near, far, self._known(near, far), contextlib.suppress(OSError):
            while True:
                for source in select.select([near, far], [], [])[0]:
                    self._flowing.wait()
                    data = source.recv(65536)
                    if not data:
                        return
                    if self._answer:
                        if source is near:
                            self.stood_in += 1
                            near.sendall(self._answer)
                        return
                    if source is near:
                        asked = asked or data.startswith(b"POST")
                        far.sendall(data)
                    elif asked and self._drop:
                        self._drop = False
                        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset
                        return
                    else:
                        asked = False
                        near.sendall(data)

    @contextlib.contextmanager
    def _known(self, *sockets: socket.socket) -> Iterator[None]:
        with self._turn:
            self._lines += sockets
        try:
            yield
        finally:
            with self._turn:
                self._lines = [each for each in self._lines if each not in sockets]


@contextlib.contextmanager
def relayed(port: int) -> Iterator[Relay]:
    """A relay in front of a server's port."""
    relay = Relay(port)
    try:
        yield relay
    finally:
        relay.close()
