"""A run's claims settled by Spark on this machine: the same blocks come back as the loop gives them anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from doudi.engine.backends.spark import inside, settled_blocks
from doudi.engine.backends.spark_session import local_session
from doudi.engine.settle.run import Outcome, Settler
from doudi.facts.registry import TABLES
from doudi.findings.sources import ClaimsSource


@contextmanager
def blocks_by_spark(
    source: ClaimsSource,
    settler: Settler,
    *,
    whole: bool,
    extra: Sequence[str],
    detail: bool,
    threads: int | None,
) -> Iterator[Iterator[tuple[pa.Table, Outcome]]]:
    """Blocks of whole persons with their outcome, while the session stands.

    With `whole`, a Parquet file that DuckDB would read as it is is read by Spark itself; other claims pass through a file.
    Raises `MissingPart` without Spark or Java, and whatever a claim raises.
    """
    with (
        TemporaryDirectory(prefix="doudi-spark-") as place,
        local_session(threads, folder=Path(place)) as session,
    ):
        if whole and source.path is not None:
            frame = inside(session.read.parquet(str(source.path)), TABLES["settlements"])
        else:
            claims = Path(place) / "claims.parquet"
            source.relation.to_parquet(str(claims))
            frame = session.read.parquet(str(claims))
        yield settled_blocks(frame, settler, Path(place), extra=extra, detail=detail)
