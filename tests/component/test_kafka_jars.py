"""The jars of Kafka on a machine that has no Java."""

from __future__ import annotations

import logging
from pathlib import Path

import cjdk
import pytest

from deploy.local import kafka
from deploy.local.paths import CACHE


def test_a_machine_without_java_gets_kafka_and_no_second_jdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked of the network: what was downloaded once is linked from there."""
    kafka.classpath()
    for name in ("PATH", "JAVA_HOME"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    (tmp_path / "maven").symlink_to(CACHE / "maven")
    monkeypatch.setattr(kafka, "CACHE", tmp_path)
    monkeypatch.setattr(cjdk, "java_home", lambda **_: pytest.fail("a JDK would be downloaded"))
    level = logging.getLogger("jgo").level
    try:
        jars = kafka._resolve()
    finally:
        logging.getLogger("jgo").setLevel(level)
    assert any("kafka_2.13" in jar for jar in jars)
    assert any("slf4j-jdk14" in jar for jar in jars)
    assert len(jars) > 40
