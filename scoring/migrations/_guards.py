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


STAY_AS_THEY_ARE = r"""
CREATE TRIGGER {table}_refuses_removal BEFORE DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_change();
CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION scoring_refuse_change();
CREATE TRIGGER {table}_keeps_what_is_settled BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION scoring_keep_settled('{settled_when}', '{people}', '{open}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_refuses_removal;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_refuses_truncate;
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_what_is_settled;
"""
FREE_TO_CHANGE = """
DROP TRIGGER {table}_keeps_what_is_settled ON {table};
DROP TRIGGER {table}_refuses_truncate ON {table};
DROP TRIGGER {table}_refuses_removal ON {table};
"""


def settled(table: str, settled_when: str, people: str, may_be_filled_in: str) -> migrations.RunSQL:
    """Refuse removal, and every change once the column `settled_when` is filled in.

    `may_be_filled_in` are the columns that may change before that; the `people` may become empty at any time.
    Uses `scoring_keep_settled`, which the migration `two_people` makes.
    """
    words = {"table": table, "settled_when": settled_when, "people": people, "open": may_be_filled_in}
    return migrations.RunSQL(STAY_AS_THEY_ARE.format(**words), FREE_TO_CHANGE.format(**words))
