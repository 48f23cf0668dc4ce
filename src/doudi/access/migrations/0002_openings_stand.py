"""The access record guarded by the database itself: no row is changed, none is removed before its day.

A later migration that rebuilds the table on SQLite drops its triggers with it and must lay them again.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

SQLITE = (
    """
    CREATE TRIGGER access_opening_unchanged BEFORE UPDATE ON access_opening
    BEGIN SELECT RAISE(ABORT, 'CHECK constraint: the access record is not changed'); END
    """,
    """
    CREATE TRIGGER access_opening_kept BEFORE DELETE ON access_opening
    WHEN OLD.keep_until >= date('now')
    BEGIN SELECT RAISE(ABORT, 'CHECK constraint: the access record is kept until its day'); END
    """,
)
POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION access_opening_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            IF OLD.keep_until < current_date THEN RETURN OLD; END IF;
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'access_opening_stands';
    END $$
    """,
    """
    CREATE TRIGGER access_opening_stands BEFORE UPDATE OR DELETE ON access_opening
    FOR EACH ROW EXECUTE FUNCTION access_opening_stands()
    """,
    """
    CREATE TRIGGER access_opening_not_emptied BEFORE TRUNCATE ON access_opening
    FOR EACH STATEMENT EXECUTE FUNCTION access_opening_stands()
    """,
)


def lay(apps: Any, schema_editor: Any) -> None:
    """Lay the triggers of this database."""
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
