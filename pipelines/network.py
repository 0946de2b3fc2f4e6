"""How this shell reaches the package registries: proxy and index, for uv, pip and Java alike.

uv reads none of pip's variables and Java neither's, so each gets what the others know. Only the
standard library is imported: set-up runs this file before any package is there.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

# What uv calls that which pip calls otherwise: uv's names, of which the first is set; pip's option.
_OF_PIP = (
    (("UV_DEFAULT_INDEX", "UV_INDEX_URL"), "index-url"),
    (("UV_INDEX", "UV_EXTRA_INDEX_URL"), "extra-index-url"),
    (("UV_FIND_LINKS",), "find-links"),
    (("UV_INSECURE_HOST",), "trusted-host"),
    (("SSL_CERT_FILE",), "cert"),
    (("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"), "proxy"),
)
_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
_DEFAULT_PORT = 3128


def uv_settings(environ: Mapping[str, str], pip: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that uv still needs to do as pip would.

    Args:
        environ: the environment; what it sets for uv stays.
        pip: options that pip's configuration files set.
    """
    found = {}
    for names, option in _OF_PIP:
        value = environ.get("PIP_" + option.upper().replace("-", "_")) or pip.get(option)
        if value and not any(environ.get(name) for name in names):
            found[names[0]] = " ".join(value.split())
    return found


def read_pip_settings(python: str) -> dict[str, str]:
    """Return what pip's configuration files set for installing; nothing where there is no pip."""
    command = [python, "-m", "pip", "config", "list"]
    process = subprocess.run(  # noqa: S603 fixed arguments
        command, capture_output=True, text=True, check=False
    )
    settings = {}
    for line in process.stdout.splitlines() if process.returncode == 0 else ():
        key, _, value = line.partition("=")
        section, _, option = key.partition(".")
        if section in {"global", "install"}:
            settings[option] = value.strip("'\"").replace("\\n", " ")
    return settings


def java_options(environ: Mapping[str, str]) -> list[str]:
    """Return the options by which Java takes the shell's proxy; none where there is none."""
    proxy = urlsplit(next((environ[name] for name in _PROXIES if environ.get(name)), ""))
    if not proxy.hostname:
        return []
    proxied = {"Host": proxy.hostname, "Port": str(proxy.port or _DEFAULT_PORT)}
    if proxy.username:
        proxied |= {"User": unquote(proxy.username), "Password": unquote(proxy.password or "")}
    options = [
        f"-D{scheme}.proxy{name}={value}"
        for scheme in ("http", "https")
        for name, value in proxied.items()
    ]
    around = environ.get("NO_PROXY") or environ.get("no_proxy") or ""
    hosts = [
        f"*{host}" if host.startswith(".") else host
        for host in map(str.strip, around.split(","))
        if host
    ]
    if hosts:
        options.append(f"-Dhttp.nonProxyHosts={'|'.join(hosts)}")
    return options


def describe_network(environ: Mapping[str, str]) -> str:
    """Return in words which proxy and index are in force, without a password."""
    proxy = [f"{name} names {_host(environ[name])}" for name in _PROXIES if environ.get(name)]
    index = [
        f"{name} names {_host(environ[name])}"
        for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
        if environ.get(name)
    ]
    said = [
        proxy[0] if proxy else "no HTTPS_PROXY is set",
        index[0] if index else "no PIP_INDEX_URL is set",
    ]
    return "; ".join(said)


def _host(address: str) -> str:
    """Return host and port of an address; what is before or after may be a password or token."""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "no address that can be read"
    return f"{parts.hostname or 'nothing'}{port}"


if __name__ == "__main__":
    # For .ci/packages.sh: lines that a shell reads.
    for name, value in uv_settings(os.environ, read_pip_settings(sys.executable)).items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    sys.stdout.write(f"network={shlex.quote(describe_network(os.environ))}\n")
