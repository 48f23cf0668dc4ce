"""A Spark on this machine: one process tree, bound to the machine itself, silent, gone when the work is done.

On a cluster a session is handed to the backend from outside instead. Nothing here knows what is settled.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from doudi.common.errors import MissingPart

OLDEST_JAVA, NEWEST_JAVA = 17, 23  # from 24 on Java has no security manager, which Spark 4.0 asks for
_SILENT = Path(__file__).with_name("log4j2.properties")
_DO = "pip install 'doudi[spark]'，并安装 Java 17（如 apt-get install openjdk-17-jre-headless）；或去掉 --backend spark"


@contextmanager
def local_session(
    threads: int | None = None,
    memory: str = "2g",
    settings: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[Any]:
    """Give a session with so many threads; `folder` takes what does not fit in memory. Raises `MissingPart` without pyspark or Java."""
    session_class = _spark()
    from pyspark.errors import PySparkException

    # Set, not read: Spark takes the interpreter of its workers in no other way, and another one has another doudi.
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    chosen = {
        "spark.master": f"local[{threads or '*'}]",
        "spark.app.name": "doudi",
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": memory,
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_SILENT.as_uri()} -Duser.timezone=UTC",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.ui.showConsoleProgress": "false",
    }
    if folder is not None:
        chosen |= {
            "spark.local.dir": str(folder / "spill"),
            "spark.sql.warehouse.dir": str(folder / "warehouse"),
        }
    from pyspark import SparkConf, SparkContext, java_gateway

    conf = SparkConf(loadDefaults=False).setAll(list((chosen | dict(settings or {})).items()))
    with tempfile.TemporaryFile("w+") as said:
        try:
            # What the Java machine says on its way up is kept from the screen, and told only if it did not come up.
            launch: Any = java_gateway.launch_gateway
            gateway = launch(conf, {"stderr": said})
        except PySparkException as fault:
            said.seek(0)
            last = next((line.strip() for line in reversed(said.readlines()) if line.strip()), "")
            raise MissingPart("Spark 起不来：Java 没有应答", where=last or None, do=_DO) from fault
        session = session_class(SparkContext(gateway=gateway, conf=conf))
        try:
            yield session
        finally:
            session.stop()
            gateway.shutdown()
            gateway.proc.stdin.close()  # at which the Java machine ends
            gateway.proc.wait()
            # pyspark keeps the way to its Java machine for good; the next session would call one that has ended.
            SparkContext._gateway = SparkContext._jvm = None


def _spark() -> Any:
    """The class of sessions, once all that Spark needs is seen to be there."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as fault:
        raise MissingPart("没有安装 Spark（pyspark）", do=_DO) from fault
    java = shutil.which("java")
    if java is None:
        raise MissingPart(
            "没有 Java，Spark 无法运行",
            allowed=f"Java {OLDEST_JAVA} 至 {NEWEST_JAVA}，java 在 PATH 中",
            do=_DO,
        )
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603 -- found on the PATH, no input
    found = re.search(r'version "(\d+)', said.stderr + said.stdout)
    if found is None or not OLDEST_JAVA <= int(found[1]) <= NEWEST_JAVA:
        raise MissingPart(
            f"Java {found[1] if found else '版本不明'} 不能运行 Spark",
            allowed=f"Java {OLDEST_JAVA} 至 {NEWEST_JAVA}",
            do=_DO,
        )
    return SparkSession
