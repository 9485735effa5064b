"""The jars of Kafka: in a fresh clone in which stacks start together, on a machine that has no Java."""

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


def test_a_download_that_was_broken_off_leaves_no_jar_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken_off(folder: Path) -> Path:
        (folder / "half.jar").write_bytes(b"PK")
        raise KeyboardInterrupt

    monkeypatch.setattr(kafka, "CACHE", tmp_path)
    monkeypatch.setattr(kafka, "_resolve", broken_off)
    with pytest.raises(KeyboardInterrupt):
        kafka.classpath()
    assert [each.name for each in tmp_path.rglob("*")] == ["kafka.lock"]
