"""Bulk facts on disk: Parquet batches with manifests, swapped in whole, read by named snapshots.

    home/store/CURRENT                     which snapshot holds now
    home/store/snapshots/<id>.json         its batches by table, and the snapshot before it
    home/store/batches/<table>/<id>/       data.parquet and manifest.json, never changed once there
    home/store/staging/                    what is being written; nothing in it counts
    home/store/lock                        held while somebody writes

Ids are made from contents, so the same facts have the same names on every machine. `open_store` is the
door. This package must not know policies, and keeps no column that identifies a person by name or number
of a document.
"""

from doudi.store.manifest import Manifest, Source
from doudi.store.snapshot import Snapshot
from doudi.store.store import Store, open_store

__all__ = ["Manifest", "Snapshot", "Source", "Store", "open_store"]
