"""How a server is started, and how much it gives to whom."""

from __future__ import annotations

import json
import ssl
from dataclasses import asdict, dataclass
from pathlib import Path

from salesdesk import environment
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.wire import is_loopback
from salesdesk.environment import Environment


@dataclass(frozen=True, slots=True)
class Options:
    """What `salesdesk serve` was told. Rates are per token and worker."""

    floor: str
    host: str = "127.0.0.1"
    port: int = 8707
    tls_cert: str = ""
    tls_key: str = ""
    behind_proxy: bool = False
    workers: int = 1
    seal_keys: tuple[str, ...] = ()
    """Files of keys with which events are sealed: the first seals, all of them verify."""
    anchor: str = ""
    """File that remembers where the chain of seals ends, each hour and when the server stops."""
    requests_per_minute: int = 1200
    burst: int = 240
    leads_per_hour: int = 120
    """Leads that one person is served or skips in an hour, 0 for any number. Who goes faster is reading the house
    list, not calling it."""
    streams: int = 2000
    streams_per_token: int = 20
    failures_per_minute: int = 10
    """Wrong tokens from one address, before it has to wait."""

    def check(self) -> None:
        """Refuse what would send tokens in the clear, or cannot be started."""
        if bool(self.tls_cert) != bool(self.tls_key):
            raise BadRequest("half_tls", "TLS wants both files: --tls-cert and --tls-key")
        for name in filter(None, (self.tls_cert, self.tls_key)):
            if not Path(name).is_file():
                raise BadRequest("no_file", f"{name} is no file that can be read")
        if self.tls_cert:
            _check_tls(self.tls_cert, self.tls_key)
        if not self.tls_cert and not self.behind_proxy and not is_loopback(self.host):
            raise BadRequest(
                "in_the_clear",
                f"tokens would cross the network to {self.host} in the clear; give --tls-cert and --tls-key, or"
                " --behind-proxy when a reverse proxy speaks TLS for this server",
            )
        if self.anchor and not self.seal_keys:
            raise BadRequest("no_key", "--anchor remembers seals, and there are none without --seal-key")
        if self.workers > 1 and "://" not in self.floor:
            raise BadRequest(
                "one_writer", "a floor file has one writer, so more workers bring nothing; leave --workers"
            )

    def to_environment(self) -> None:
        """Tell the workers, who are processes of their own: as JSON, without secrets but for what the floor's own
        address may hold."""
        environment.tell(environment.SERVER, json.dumps(asdict(self)))

    @classmethod
    def from_environment(cls) -> Options:
        """What a worker was told."""
        told = json.loads(Environment().server)
        return cls(**{**told, "seal_keys": tuple(told["seal_keys"])})


def _check_tls(cert: str, key: str) -> None:
    """Refuse files that do not make a TLS server; a key must be readable without a pass phrase."""

    def no_phrase() -> str:
        raise BadRequest("tls_key", f"{key} wants a pass phrase; a server starts without anybody to type one")

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, no_phrase)
    except (ssl.SSLError, OSError) as error:
        why = getattr(error, "reason", None) or str(error)
        raise BadRequest("tls_files", f"{cert} and {key} are no certificate with its key ({why})") from None
