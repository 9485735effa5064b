"""What a clone keeps of Kafka: its jars, where stacks start together and on a machine without Java; a formatted folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import kafka
from deploy.local.paths import ROOT

START = """
import json, sys
from pathlib import Path
import cjdk
from deploy.local import kafka

def second_jdk(**_):
    sys.exit("a JDK would be downloaded")

cjdk.java_home = second_jdk
kafka.CACHE = Path(sys.argv[1])
print(json.dumps(kafka.classpath().split(":")))
"""


def test_stacks_that_start_together_download_kafka_once_and_no_second_jdk(tmp_path: Path) -> None:
    environment = os.environ | {"PATH": "", "JAVA_HOME": "", "XDG_CACHE_HOME": ""}
    argv = [sys.executable, "-c", START, str(tmp_path)]
    started = [subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT, env=environment, text=True) for _ in range(3)]
    answers = [process.communicate()[0] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0]
    jars = json.loads(answers[0])
    assert all(json.loads(answer) == jars for answer in answers)
    assert any("kafka_2.13" in jar for jar in jars)
    assert any("slf4j-jdk14" in jar for jar in jars)
    assert len(jars) > 40
    assert all(Path(jar).is_file() for jar in jars)


def test_brokers_formatted_from_what_is_kept_are_clusters_of_their_own(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        kafka.Kafka(tmp_path / name, 1, 2, tmp_path / "log")._format(kafka.classpath())
        lines = (tmp_path / name / "log" / "meta.properties").read_text().splitlines()
        found.append(dict(line.split("=", 1) for line in lines if not line.startswith("#")))
        assert (tmp_path / name / "log" / "bootstrap.checkpoint").stat().st_size > 0
    assert found[0]["cluster.id"] != found[1]["cluster.id"]
    assert kafka.CLUSTER not in {each["cluster.id"] for each in found}
    assert all(len(each["cluster.id"]) == 22 and each["node.id"] == "1" for each in found)


def test_a_download_that_was_broken_off_leaves_no_jar_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(folder: Path) -> Path:
        (folder / "half.jar").write_bytes(b"PK")
        raise KeyboardInterrupt

    monkeypatch.setattr(kafka, "CACHE", tmp_path)
    monkeypatch.setattr(kafka, "_resolve", broken_off)
    with pytest.raises(KeyboardInterrupt):
        kafka.classpath()
    assert [each.name for each in tmp_path.rglob("*")] == ["kafka.lock"]
