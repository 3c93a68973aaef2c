"""Running the server: uvicorn with TLS, one or several workers, told to stop by a signal."""

from __future__ import annotations

import socket
import tempfile

from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess

from salesdesk import environment
from salesdesk.server import logs
from salesdesk.server.hall import open_hall
from salesdesk.server.options import Options
from salesdesk.server.protocol import Protocol
from salesdesk.store.session import StoreError

STOP_SECONDS = 5
"""How long a stopping server waits for the answers it has begun."""
FACTORY = "salesdesk.server.app:from_environment"


def config_of(options: Options) -> Config:
    """uvicorn's settings; the application is made in the worker, from the environment."""
    return Config(
        FACTORY,
        factory=True,
        http=Protocol,
        host=options.host,
        port=options.port,
        workers=options.workers,
        ssl_certfile=options.tls_cert or None,
        ssl_keyfile=options.tls_key or None,
        proxy_headers=options.behind_proxy,
        server_header=False,
        access_log=False,
        log_config=None,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=STOP_SECONDS,
        timeout_keep_alive=75,
    )


def serve(options: Options) -> int:
    """Serve a floor until told to stop; returns the exit code."""
    options.check()
    options.to_environment()
    logs.to_standard_error()
    if options.workers > 1:
        open_hall(options).close()  # what keeps a worker from starting is said once, instead of by every try of it
    config = config_of(options)
    try:
        # A socket that knows it speaks TCP: asyncio leaves Nagle's wait on in others, 40 ms in every answer.
        sock = socket.socket(fileno=config.bind_socket().detach())
    except SystemExit:  # uvicorn has logged why
        raise StoreError(f"{options.host}:{options.port} cannot be listened on; is another server there?") from None
    sock.listen(config.backlog)  # who comes while the floor is being opened waits, instead of being refused
    if options.workers == 1:
        config.load()  # before uvicorn takes the signals: who waits here for a floor can still be told to stop
        server = Server(config)
        server.run(sockets=[sock])
        return 0 if server.started else 1
    with tempfile.TemporaryDirectory(prefix="salesdesk-metrics-") as folder:
        environment.tell(environment.METRICS_FOLDER, folder)
        Multiprocess(config, sockets=[sock]).run()
    return 0
