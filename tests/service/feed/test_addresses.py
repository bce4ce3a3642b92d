"""Where a webhook may lead, and that it leads nowhere else: the table of what is refused."""

import shutil
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from service.feed.addresses import endpoint_of, pinned
from service.feed.errors import ForbiddenAddress, WrongAddress
from service.feed.sending import ANSWER_BYTES, new_secret, send, signed
from service.settings import Settings, WrongSettings, load
from tests.service.feed.receiver import receiver

HTTPS, HTTP = "https" + "://", "http" + "://"

#: What no address of a webhook may look like.
ODD = [
    HTTP + "hooks.example/",
    "ftp" + "://hooks.example/",
    "file" + ":///etc/passwd",
    "hooks.example",
    "//hooks.example/",
    HTTPS,
    HTTPS + "/x",
    HTTPS + "an:mat-khau@hooks.example/",
    HTTPS + "an@127.0.0.1/",
    HTTPS + "hooks.example#@127.0.0.1/",
    HTTPS + "hooks.example\\@127.0.0.1/",
    HTTPS + "hooks.example /",
    HTTPS + "hooks.example/\r\nHost: x",
    HTTPS + "hooks.example\t/",
    HTTPS + "máy.example/",
    HTTPS + "hooks.example:99999/",
    HTTPS + "hooks.example:x/",
    HTTPS + "[::1/",
    HTTPS + "a..b/",
    HTTPS + "-/",
    # odd ports
    HTTPS + "hooks.example:22/",
    HTTPS + "hooks.example:25/",
    HTTPS + "hooks.example:80/",
    HTTPS + "hooks.example:6379/",
    HTTPS + "hooks.example:8443/",
    # names in digits
    HTTPS + "2130706433/",
    HTTPS + "0x7f000001/",
    HTTPS + "0x7F.1/",
    HTTPS + "017700000001/",
    HTTPS + "0177.0.0.1/",
    HTTPS + "127.1/",
    HTTPS + "127.0.1/",
    HTTPS + "127.0.0.1./",
    HTTPS + "0/",
    HTTPS + "1.2.3.4.5/",
    HTTPS + "256.256.256.256/",
    HTTPS + "hooks.0x1/",
]

#: What is not public, as it is written or as a name leads to it.
INNER = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1",
    "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.254",
    "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd12:3456:789a::1", "ff02::1", "100::1",
    "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1",
    "2001:0:53aa:64c:0:0:80ff:fffe",
]  # fmt: skip

OUTER = ["8.8.8.8", "1.1.1.1", "113.160.0.1", "2606:4700:4700::1111", "2001:4860:4860::8888"]


@pytest.fixture
def strict(tmp_path: Path) -> Settings:
    return load(data=tmp_path)


@pytest.fixture
def near(tmp_path: Path) -> Settings:
    """Settings by which this machine may be sent to."""
    return load(data=tmp_path, webhook_networks="127.0.0.0/8", webhook_http=True)


def with_port(settings: Settings, port: int) -> Settings:
    return settings.model_copy(update={"webhook_ports": (port,)})


@pytest.mark.parametrize("url", ODD)
def test_an_odd_address_is_refused(strict: Settings, url: str) -> None:
    with pytest.raises(WrongAddress):
        endpoint_of(url, strict)


@pytest.mark.parametrize("address", INNER)
def test_what_is_not_public_is_refused(strict: Settings, address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    for url in (f"{HTTPS}{host}/", f"{HTTPS}hooks.example/"):
        endpoint = endpoint_of(url, strict)
        with pytest.raises(ForbiddenAddress):
            pinned(endpoint, strict, lambda name, port: [address])
        with pytest.raises(ForbiddenAddress):
            send(url, b"{}", {}, strict, resolve=lambda name, port: [address])
    with pytest.raises(ForbiddenAddress):  # one of two is enough
        pinned(endpoint_of(f"{HTTPS}x.example/", strict), strict, lambda *_: [OUTER[0], address])


@pytest.mark.parametrize("address", OUTER)
def test_what_is_public_is_not(strict: Settings, address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    assert pinned(endpoint_of(f"{HTTPS}{host}/nhan?x=1", strict), strict) == address
    named = endpoint_of(f"{HTTPS}hooks.example:443/", strict)
    assert pinned(named, strict, lambda name, port: [address]) == address


def test_the_settings_can_allow_a_network_and_only_that(tmp_path: Path) -> None:
    settings = load(
        data=tmp_path, webhook_networks="10.20.0.0/16,fd00:1::/32", webhook_ports="8443"
    )
    endpoint = endpoint_of(f"{HTTPS}theo-doi.noi-bo:8443/", settings)
    for good in ("10.20.3.4", "::ffff:10.20.3.4", "fd00:1::9"):
        assert pinned(endpoint, settings, lambda *_, one=good: [one]) == good
    for bad in ("10.21.3.4", "127.0.0.1", "fd00:2::9"):
        with pytest.raises(ForbiddenAddress):
            pinned(endpoint, settings, lambda *_, one=bad: [one])
    with pytest.raises(WrongSettings, match="webhook_networks"):
        load(data=tmp_path, webhook_networks="10.20.0.1/16")


def test_a_name_is_looked_up_once_and_what_was_found_is_connected_to(near: Settings) -> None:
    """A name that leads elsewhere at the second look leads nobody there."""
    asked: list[str] = []

    def changing(name: str, port: int) -> Sequence[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.168.0.1"]

    with receiver() as there:
        settings = with_port(near, there.port)
        url = there.url("khong-co-ten-nay.invalid")
        answer = send(url, b"{}", {"x": "y"}, settings, resolve=changing)
        assert (answer.status, asked) == (204, ["khong-co-ten-nay.invalid"])
        assert there.requests[0].headers["host"] == f"khong-co-ten-nay.invalid:{there.port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(near: Settings, status: int) -> None:
    with receiver() as there:
        there.statuses, there.location = [status], there.url()
        answer = send(there.url(), b"{}", {}, with_port(near, there.port))
        assert (answer.status, answer.accepted, len(there.requests)) == (status, False, 1)


def test_an_answer_is_bounded_and_so_is_its_time(near: Settings) -> None:
    with receiver(answer=b"a" * 10 * ANSWER_BYTES, statuses=[200]) as there:
        answer = send(there.url(), b"{}", {}, with_port(near, there.port))
        assert answer.text == "a" * ANSWER_BYTES
    with receiver(drip=True, statuses=[200]) as there:
        answer = send(there.url(), b"{}", {}, with_port(near, there.port), seconds=0.5)
        assert (answer.status, answer.error) == (None, "timeout")


def test_no_proxy_of_the_environment_is_asked(
    near: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver() as there, receiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        assert send(there.url(), b"{}", {}, with_port(near, there.port)).accepted
        assert proxy.requests == []


def test_nobody_there_is_an_error_to_be_told(near: Settings) -> None:
    with receiver() as there:
        url, settings = there.url(), with_port(near, there.port)
    assert send(url, b"{}", {}, settings).error
    unknown = there.url("khong-co-ten-nay.invalid")
    assert send(unknown, b"{}", {}, settings, resolve=_unknown).error


def _unknown(name: str, port: int) -> Sequence[str]:
    raise OSError("no such name")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes certificates")
def test_over_tls_the_name_must_be_that_of_the_certificate(
    near: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-keyout", key, "-out", certificate, "-subj", "/CN=x",
         "-addext", "subjectAltName=DNS:nhan.example"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with receiver(context) as there:
        settings = with_port(near, there.port)

        def sent(host: str) -> tuple[int | None, str]:
            answer = send(there.url(host), b"{}", {}, settings, resolve=lambda *_: ["127.0.0.1"])
            return answer.status, answer.error or ""

        assert "CERTIFICATE_VERIFY_FAILED" in sent("nhan.example")[1]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert sent("nhan.example") == (204, "")
        assert "Hostname mismatch" in sent("khac.example")[1]


def test_a_signature_says_nothing_of_another_body_or_moment() -> None:
    secret = new_secret()
    one = signed(b"{}", "a", 1, [secret])["webhook-signature"]
    others = [signed(b"{ }", "a", 1, [secret]), signed(b"{}", "b", 1, [secret])]
    others += [signed(b"{}", "a", 2, [secret]), signed(b"{}", "a", 1, [new_secret()])]
    assert one not in {other["webhook-signature"] for other in others}
