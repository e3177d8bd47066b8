"""A generated project as files, and nginx serving them: a server that no client here can outrun.

Answers are those of the embedded server, made beforehand, one file each. nginx comes from the
operating system (Debian: `nginx-light`), runs as this user with a configuration of its own on a
free port, and ends with the block that started it.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawler import demo
from crawler.demo.login import Logins
from crawler.demo.routes import Routes

__all__ = ("Served", "Shape", "nginx_version", "serving", "write_answers")

SLUG = "generated"
_WAIT = 10.0

_CONFIG = """
{user}daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type application/json;
  keepalive_requests 100000000;
  keepalive_timeout 600;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  server {{
    listen 127.0.0.1:{port};
    location = /api/login {{ return 200 '{{"jwt":"benchmark"}}'; }}
    location = /api/projects/{slug} {{ alias {answers}/project; }}
    location = /api/{slug}/suites {{ root {answers}; try_files /suites-page-$arg_page =404; }}
    location = /api/{slug}/tests {{ root {answers}; try_files /tests-page-$arg_page =404; }}
    location /api/{slug}/suites/ {{ alias {answers}/suites/; }}
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """A project: `text` is bytes of each test's description, `fan_out` suites a suite holds."""

    suites: int
    tests: int
    text: int
    fan_out: int = 8


@dataclass(frozen=True, slots=True)
class Served:
    """A project that is served; `requests` is what reads all of it, the login not counted."""

    url: str
    shape: Shape
    targets: tuple[str, ...]


def write_answers(shape: Shape, folder: Path) -> tuple[str, ...]:
    """Write every answer into `folder`; returns the addresses, in the order of a plain reading."""
    project = demo.generate(
        1, shape.suites, shape.tests, fan_out=shape.fan_out, text_bytes=shape.text, slug=SLUG
    )
    options = demo.ServerOptions(cache_bytes=0)
    world = demo.world_of(project)
    logins = Logins(world, options, lambda: 0.0)
    jwt = logins.log_in({"api_token": demo.API_TOKEN})
    allowed = logins.check(str(jwt))
    routes = Routes(world, options, logins)
    pages = [
        (name, number)
        for name, rows in (
            ("suites", len(project.suites_of(None))),
            ("tests", len(project.tests)),
        )
        for number in range(1, max(1, -(-rows // options.page_size)) + 1)
    ]
    (folder / "suites").mkdir(parents=True)
    detail = {"labels": "true", "detail": "true"}
    answers = [("project", f"/api/projects/{SLUG}", {})]
    answers += [
        (
            f"{name}-page-{number}",
            f"/api/{SLUG}/{name}",
            {"page": str(number), **(detail if name == "tests" else {})},
        )
        for name, number in pages
    ]
    answers.append(("suites/tree", f"/api/{SLUG}/suites/tree", {}))
    answers += [(f"suites/{each}", f"/api/{SLUG}/suites/{each}", {}) for each in project.suites]
    targets = []
    for name, path, query in answers:
        (folder / name).write_bytes(routes.read(path, query, allowed).body)
        question = "&".join(f"{key}={value}" for key, value in query.items())
        targets.append(f"{path}?{question}" if question else path)
    return tuple(targets)


def nginx_version() -> str | None:
    """Such as `1.22.1`; `None` if there is no nginx."""
    path = _nginx()
    if path is None:
        return None
    shown = subprocess.run([path, "-v"], capture_output=True, text=True, check=True).stderr
    return shown.strip().rpartition("/")[2]


def _nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def serving(shape: Shape, folder: Path) -> Iterator[Served]:
    """The project under `folder`, served while the block lasts.

    Raises `SystemExit` if there is no nginx.
    """
    program = _nginx()
    if program is None:
        raise SystemExit("nginx is needed (Debian: apt-get install nginx-light)")
    targets = write_answers(shape, folder / "answers")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # Started by root, nginx would serve as nobody, who may not read these files.
    user = "user root;\n" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(
        _CONFIG.format(folder=folder, answers=folder / "answers", port=port, slug=SLUG, user=user),
        "utf-8",
    )
    process = subprocess.Popen([program, "-p", str(folder), "-c", str(config)])
    try:
        _await(port, process)
        yield Served(f"http://127.0.0.1:{port}", shape, targets)
    finally:
        process.terminate()
        process.wait(_WAIT)


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + _WAIT
    while time.monotonic() < ends and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise SystemExit("nginx did not start; see its error.log")
