"""What the entry point of PostgreSQL's image does, for a PostgreSQL that is found in ``PATH``.

It fills an empty data folder with `initdb`, runs the scripts of ``INITDB_FILES`` (joined by ``:``) on a
server that listens on a socket only, and becomes the server. Environment: ``PGDATA``, ``PGPORT``,
``POSTGRES_PASSWORD``, ``POSTGRES_INITDB_ARGS``.
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_SUPERUSER = "postgres"
_ACCOUNT = "postgres"


def main() -> None:
    """Prepare the data folder, then become the server: the arguments are ``postgres`` and its own."""
    data = Path(os.environ["PGDATA"])
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.geteuid() == 0:  # which PostgreSQL refuses
        account = pwd.getpwnam(_ACCOUNT)
        os.chown(data, account.pw_uid, account.pw_gid)
        _become(account)
    if not (data / "PG_VERSION").exists():
        _fill(data)
    server = shutil.which(sys.argv[1]) or sys.exit(f"no {sys.argv[1]} in PATH")
    # No socket: whoever asks comes over TCP, and its path could be too long for one.
    place = ["-D", str(data), "-k", "", "-h", "127.0.0.1", "-p", os.environ["PGPORT"]]
    os.execv(server, [server, *place, *sys.argv[2:]])  # noqa: S606 - as the entry point's exec does


def _become(account: pwd.struct_passwd) -> None:
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def _fill(data: Path) -> None:
    arguments = shlex.split(os.environ.get("POSTGRES_INITDB_ARGS", ""))
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        password = Path(folder) / "password"
        password.write_text(os.environ["POSTGRES_PASSWORD"])
        initdb = ["initdb", "--username", _SUPERUSER, "--pwfile", str(password), "-D", str(data)]
        subprocess.run([*initdb, *arguments], check=True)
        _run_scripts(data, folder)


def _run_scripts(data: Path, sockets: str) -> None:
    control = ["pg_ctl", "-D", str(data), "-w", "-l", f"{sockets}/log"]
    subprocess.run([*control, "-o", f"-c listen_addresses='' -k {sockets}", "start"], check=True)
    try:
        for script in filter(None, os.environ.get("INITDB_FILES", "").split(":")):
            _run_script(script, sockets)
    finally:
        subprocess.run([*control, "-m", "fast", "stop"], check=True)


def _run_script(script: str, sockets: str) -> None:
    connection = {"PGHOST": sockets, "PGPASSWORD": os.environ["POSTGRES_PASSWORD"]}
    psql = ["psql", "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "-U", _SUPERUSER, "-d", "postgres", "-f", script]
    subprocess.run(psql, check=True, env=os.environ | connection)


if __name__ == "__main__":
    main()
