"""The door to the register. Whoever takes files in, reads views or records decisions imports from here.

Days (`as_of`) say when something was true, moments (`known_at`, with a zone) when it was known. Kinds of ledgers, the
key ring and the data directory are handed in; nothing here reads a clock, a setting or a policy file. Views follow
links and merges: `person_id` is the person an entry is about as far as was known.

Whoever shows rows passes them through `doudi.access.api.Gate` first; nothing here knows who looks.
"""

from __future__ import annotations

from doudi.ledgers.commit import commit
from doudi.ledgers.handed import Handed, take_up, take_up_again
from doudi.ledgers.history import Happening, history
from doudi.ledgers.identity import links, merges
from doudi.ledgers.linking import record_links
from doudi.ledgers.matching import link_records
from doudi.ledgers.memory import remembered
from doudi.ledgers.originals import original, reseal_originals
from doudi.ledgers.people import find_person, households, memberships, persons
from doudi.ledgers.planning import SecondHousehold
from doudi.ledgers.record import (
    record_correction,
    record_end,
    record_membership,
    record_merge,
    record_tag,
    undo_link,
    undo_merge,
)
from doudi.ledgers.records import ImportRecord, import_record, imports, report
from doudi.ledgers.rehearsal import Change, KindRehearsal, Rehearsal, rehearse
from doudi.ledgers.returning import Marker
from doudi.ledgers.sources import EntrySource, entry_sources
from doudi.ledgers.tags import tags
from doudi.ledgers.token import state_token
from doudi.ledgers.undo import undo
from doudi.ledgers.views import rows

__all__ = [
    "Change",
    "EntrySource",
    "Handed",
    "Happening",
    "ImportRecord",
    "KindRehearsal",
    "Marker",
    "Rehearsal",
    "SecondHousehold",
    "commit",
    "entry_sources",
    "find_person",
    "history",
    "households",
    "import_record",
    "imports",
    "link_records",
    "links",
    "memberships",
    "merges",
    "original",
    "persons",
    "record_correction",
    "record_end",
    "record_links",
    "record_membership",
    "record_merge",
    "record_tag",
    "rehearse",
    "remembered",
    "report",
    "reseal_originals",
    "rows",
    "state_token",
    "tags",
    "take_up",
    "take_up_again",
    "undo",
    "undo_link",
    "undo_merge",
]
