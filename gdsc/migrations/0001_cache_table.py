"""The table of Django's database cache, in which the limits on logging in are counted.

What ``createcachetable`` makes, but as a migration: no step to forget, and the rights follow with the other tables'.
"""

from django.db import migrations

CREATE = """
CREATE TABLE gdsc_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX gdsc_cache_expires ON gdsc_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(CREATE, reverse_sql="DROP TABLE gdsc_cache")]
