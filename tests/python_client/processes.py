"""The real server and real phones, as processes with folders of their own.

Invariant: what is started here is stopped here, by the end of its block.
"""

import contextlib
import json
import os
import pathlib
import subprocess
import tempfile

PROGRAMME = ["--country", "SE", "--time-zone", "Europe/Stockholm", "--language", "sv", "--language", "en"]


def binary(name):
    folder = os.environ.get("FOOTBRIDGE_BIN_DIR")
    folder = pathlib.Path(folder) if folder else pathlib.Path(__file__).parents[2] / "target" / "debug"
    return str(folder / name)


def answer_of(arguments, given=""):
    """The one JSON value that a call prints; its errors are in the exception."""
    ended = subprocess.run(arguments, input=given, capture_output=True, text=True, timeout=60, check=False)
    if ended.returncode:
        raise AssertionError(f"{arguments[3:]} ended with {ended.returncode}: {ended.stderr}")
    return json.loads(ended.stdout)


class Server:
    """A server with a programme."""

    def __init__(self, folder):
        self.call = [binary("footbridge-server"), "--data", f"{folder}/data", "--json"]
        self.log = open(f"{folder}/log", "w", encoding="utf-8")
        serve = [*self.call, "serve", "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=self.log, text=True)
        for line in self.process.stdout:
            if "listening" in json.loads(line):
                break
        else:
            raise AssertionError("the server did not start")
        districts = ["--district", "Dalhem", "--district", "Fredriksdal"]
        self.programme = self.ask("programme", "create", "Stadsdelsmammor", *PROGRAMME, *districts)["programme"]

    def ask(self, *arguments):
        return answer_of([*self.call, *arguments])

    def invitation(self, role, name, *districts):
        named = [word for district in districts for word in ("--district", district)]
        return self.ask("invite", self.programme, "--role", role, "--name", name, *named)["url"]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()
        self.log.close()


class Phone:
    """The product's own client in a terminal."""

    def __init__(self, folder, invitation):
        self.call = [binary("footbridge"), "--store", f"{folder}/phone", "--json"]
        self.ask("join", invitation)

    def ask(self, *arguments, given=None):
        return answer_of([*self.call, *arguments], json.dumps(given) if given is not None else "")

    def sync(self):
        return self.ask("sync")


@contextlib.contextmanager
def town():
    """A server, and a folder for phones."""
    with tempfile.TemporaryDirectory(prefix="footbridge-") as folder:
        server = Server(folder)
        try:
            yield server, folder
        except BaseException:
            print(pathlib.Path(f"{folder}/log").read_text(encoding="utf-8")[-2000:])
            raise
        finally:
            server.stop()
