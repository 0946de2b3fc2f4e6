"""Proxy and index of the shell, for uv, pip and Java alike; no password is ever shown."""

import pytest

from pipelines.network import describe_network, java_options, uv_settings


def test_uv_does_as_pip_would_unless_it_is_set_otherwise() -> None:
    """Uv reads none of pip's variables or files."""
    shell = {
        "PIP_INDEX_URL": "https://i/simple",
        "UV_FIND_LINKS": "/mine",
        "PIP_FIND_LINKS": "/theirs",
    }
    files = {
        "cert": "/c.pem",
        "index-url": "https://other",
        "extra-index-url": "https://a\n https://b",
    }

    assert uv_settings(shell, files) == {
        "UV_DEFAULT_INDEX": "https://i/simple",
        "UV_INDEX": "https://a https://b",
        "SSL_CERT_FILE": "/c.pem",
    }


def test_java_takes_the_shells_proxy() -> None:
    """It reads no such variable by itself."""
    shell = {"HTTPS_PROXY": "http://ann:p%40ss@proxy.local:8080", "NO_PROXY": "localhost, .local"}

    assert java_options(shell) == [
        *(
            f"-D{scheme}.proxy{said}"
            for scheme in ("http", "https")
            for said in ("Host=proxy.local", "Port=8080", "User=ann", "Password=p@ss")
        ),
        "-Dhttp.nonProxyHosts=localhost|*.local",
    ]
    assert java_options({}) == []


@pytest.mark.parametrize("address", ["http://u:secret@h:1/x?token=secret", "u:secret@h:1", "h:1"])
def test_words_about_the_network_hold_host_and_port_alone(address: str) -> None:
    """They are on a screen that others read."""
    assert describe_network({"HTTPS_PROXY": address, "PIP_INDEX_URL": address}) == (
        "HTTPS_PROXY names h:1; PIP_INDEX_URL names h:1"
    )
    assert describe_network({}) == "no HTTPS_PROXY is set; no PIP_INDEX_URL is set"
    assert describe_network({"HTTPS_PROXY": "http://[x"}).startswith(
        "HTTPS_PROXY names no address that"
    )
