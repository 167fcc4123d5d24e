-- Which classes grew most between the two newest releases of each service, in bytes per hour of uptime.
WITH releases AS (
    SELECT service, version, row_number() OVER (PARTITION BY service ORDER BY min(taken_at) DESC) AS age
    FROM snapshots
    GROUP BY service, version
),
hosts AS (
    SELECT snapshot, service, version, host, coalesce(uptime_seconds, baseline_seconds) / 3600.0 AS hours
    FROM snapshots
),
rates AS (
    SELECT hosts.service, releases.age, classes.class,
           sum(classes.shallow_bytes / hosts.hours) / count(DISTINCT hosts.host) AS bytes_per_hour
    FROM classes
    JOIN hosts ON hosts.snapshot = classes.snapshot
    JOIN releases ON releases.service = hosts.service AND releases.version = hosts.version
    WHERE releases.age <= 2 AND hosts.hours > 0
    GROUP BY hosts.service, releases.age, classes.class
)
SELECT newer.service, newer.class,
       CAST(round(coalesce(older.bytes_per_hour, 0)) AS BIGINT) AS older_bytes_per_hour,
       CAST(round(newer.bytes_per_hour) AS BIGINT) AS newer_bytes_per_hour,
       CAST(round(newer.bytes_per_hour - coalesce(older.bytes_per_hour, 0)) AS BIGINT) AS change
FROM rates AS newer
LEFT JOIN rates AS older ON older.service = newer.service AND older.class = newer.class AND older.age = 2
WHERE newer.age = 1 AND newer.bytes_per_hour > coalesce(older.bytes_per_hour, 0)
ORDER BY change DESC, newer.service, newer.class
LIMIT 20
