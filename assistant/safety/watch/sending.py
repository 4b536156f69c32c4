"""Sending one webhook: to the address that was checked, within a time, without following where it is sent on to."""

import asyncio
import ssl
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx

from assistant import __version__
from assistant.errors import BadInputError
from assistant.safety.watch.addresses import Resolver, allowed_address, parsed, resolve

TOTAL_SECONDS = 15.0
"""From looking the host up to the answer's status; receivers are asked to answer first and work afterwards."""

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try.

    Attributes:
        status: the HTTP status, or in a word why there is none: timeout, no_connection, bad_answer, bad_address.
        is_gone: the receiver wants nothing more (410).
    """

    status: str
    is_delivered: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way. The headers hold signatures and are kept out of its text."""

    url: str
    body: str
    headers: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends parcels.

    Args:
        find: looks hosts up; the system's resolver outside tests.
        tls: which certificates are trusted; those of the system by default.
        allows_local: for development only: http to this very machine.
        seconds: how long one parcel may take.
    """

    find: Resolver = resolve
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    allows_local: bool = False
    seconds: float = TOTAL_SECONDS

    def refuse_unsafe(self, url: str) -> None:
        """Refuse a URL that no parcel would be sent to.

        Raises:
            BadInputError: it is not https, leads into a network that is not public, or cannot be read.
        """
        allowed_address(parsed(url, allows_local=self.allows_local), self.find, allows_local=self.allows_local)

    async def send(self, parcel: Parcel) -> Outcome:
        """Try once; whatever the receiver does, there is an outcome within the time."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self._post(parcel)
        except (TimeoutError, httpx.TimeoutException):
            return Outcome("timeout")
        except BadInputError:
            return Outcome("bad_address")
        except (httpx.NetworkError, OSError):
            return Outcome("no_connection")
        except (httpx.HTTPError, httpx.InvalidURL):
            return Outcome("bad_answer")

    async def _post(self, parcel: Parcel) -> Outcome:
        parts = parsed(parcel.url, allows_local=self.allows_local)
        address = await asyncio.to_thread(allowed_address, parts, self.find, allows_local=self.allows_local)
        url = httpx.URL(parcel.url)
        # A client of its own for each: no cookies, and no connection that another host of that address opened.
        # No proxy of the environment either: it would look the name up again, without our check.
        async with httpx.AsyncClient(verify=self.tls, timeout=_TIMEOUT, trust_env=False) as client:
            request = client.build_request(
                "POST",
                url.copy_with(host=address),
                content=parcel.body.encode(),
                headers={
                    **parcel.headers,
                    "Host": url.netloc.decode(),
                    "Content-Type": "application/json",
                    "User-Agent": f"OneCall/{__version__}",
                },
                extensions={"sni_hostname": parts.hostname},
            )
            # The answer's body is of no interest, and could be of any size.
            response = await client.send(request, stream=True, follow_redirects=False)
            await response.aclose()
        status = response.status_code
        return Outcome(str(status), response.is_success, status == HTTPStatus.GONE)
