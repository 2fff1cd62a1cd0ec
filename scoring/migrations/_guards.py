"""SQL that several migrations share: what has been written into a table stays as it is."""

from django.db import migrations

GUARD = """
CREATE TRIGGER {table}_refuses_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_change();
CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_refuses_change;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_refuses_truncate;
"""
NO_GUARD = """
DROP TRIGGER {table}_refuses_change ON {table};
DROP TRIGGER {table}_refuses_truncate ON {table};
"""


def append_only(table: str) -> migrations.RunSQL:
    """Refuse every UPDATE, DELETE and TRUNCATE of this table, also by its owner."""
    return migrations.RunSQL(GUARD.format(table=table), NO_GUARD.format(table=table))
