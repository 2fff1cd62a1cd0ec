"""The ledger and the closed months are append-only, whoever asks; the database numbers and chains the ledger.

The triggers are ENABLE ALWAYS, so that `session_replication_role = replica` does not walk past them. They are one
of two walls: the application's own role has no more than SELECT and INSERT on these tables.
"""

from django.db import migrations

from scoring.migrations import _guards

APPEND_ONLY = ("scoring_ledgerentry", "scoring_roundclosing", "scoring_resultversion", "scoring_roundresult")

REFUSE = """
CREATE FUNCTION scoring_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
"""
NO_REFUSE = "DROP FUNCTION scoring_refuse_change();"

CHAIN = r"""
ALTER TABLE scoring_ledgerentry ADD CONSTRAINT ledger_participant_is_in_its_edition
    FOREIGN KEY (participant_id, edition_id) REFERENCES competition_participant (id, edition_id);

-- Free text within one field of a line whose fields are separated by tabs.
CREATE FUNCTION scoring_escaped(field text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT replace(replace(replace(replace(field, E'\\', E'\\\\'), E'\t', E'\\t'), E'\n', E'\\n'), E'\r', E'\\r')
$$;

CREATE FUNCTION scoring_moment(moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

-- The line of text that is hashed; scoring/verify.py describes it.
CREATE FUNCTION scoring_canonical(entry scoring_ledgerentry) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(E'\t', 'gdsc-ledger-1',
        (SELECT year FROM competition_edition WHERE id = entry.edition_id),
        entry.number, entry.participant_id, entry.kind, scoring_escaped(entry.source),
        scoring_escaped(entry.description), entry.points, to_char(entry.counts_on, 'YYYY-MM-DD'),
        scoring_moment(entry.booked_at), scoring_moment(entry.recorded_at), entry.booked_by,
        coalesce((SELECT number FROM scoring_ledgerentry WHERE id = entry.reverses_id)::text, ''),
        scoring_escaped(entry.reason), entry.previous_hash)
$$;

-- Gives each entry the next number of its edition, the database's own time and the hash that chains it to the entry
-- before, whatever the caller sent; and refuses a reversal that is not the exact opposite of the entry it names.
-- 7122 is the namespace of the lock that makes the entries of one edition wait for each other, so that the numbers
-- have no gaps and the chain no forks.
CREATE FUNCTION scoring_append_to_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original scoring_ledgerentry%ROWTYPE;
BEGIN
    PERFORM pg_advisory_xact_lock(7122, NEW.edition_id::integer);
    SELECT number, hash INTO NEW.number, NEW.previous_hash FROM scoring_ledgerentry
        WHERE edition_id = NEW.edition_id ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(NEW.number, 0) + 1;
    NEW.previous_hash := coalesce(NEW.previous_hash, repeat('0', 64));
    NEW.recorded_at := clock_timestamp();
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT * INTO original FROM scoring_ledgerentry WHERE id = NEW.reverses_id;
        IF NOT FOUND OR (NEW.edition_id, NEW.participant_id, NEW.kind, NEW.source, NEW.counts_on, NEW.points)
            IS DISTINCT FROM (original.edition_id, original.participant_id, original.kind, original.source,
                              original.counts_on, -original.points) THEN
            RAISE EXCEPTION 'a reversal must be the opposite of the entry it reverses'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    NEW.hash := encode(sha256(convert_to(scoring_canonical(NEW), 'UTF8')), 'hex');
    RETURN NEW;
END
$$;
CREATE TRIGGER scoring_ledgerentry_numbers_itself BEFORE INSERT ON scoring_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION scoring_append_to_ledger();
ALTER TABLE scoring_ledgerentry ENABLE ALWAYS TRIGGER scoring_ledgerentry_numbers_itself;
"""
NO_CHAIN = r"""
DROP TRIGGER scoring_ledgerentry_numbers_itself ON scoring_ledgerentry;
DROP FUNCTION scoring_append_to_ledger();
DROP FUNCTION scoring_canonical(scoring_ledgerentry);
DROP FUNCTION scoring_moment(timestamptz);
DROP FUNCTION scoring_escaped(text);
ALTER TABLE scoring_ledgerentry DROP CONSTRAINT ledger_participant_is_in_its_edition;
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial"), ("competition", "0002_guards")]

    operations = [
        migrations.RunSQL(REFUSE, NO_REFUSE),
        *map(_guards.append_only, APPEND_ONLY),
        migrations.RunSQL(CHAIN, NO_CHAIN),
    ]
