-- The containers that hold most, week by week: bytes and entries of an average host.
WITH largest AS (
    SELECT service, container, max(bytes) AS most
    FROM containers
    GROUP BY service, container
    ORDER BY most DESC, service, container
    LIMIT 10
)
SELECT containers.service, min(containers.owner) AS owner, containers.container,
       CAST(date_trunc('week', snapshots.taken_at) AS DATE) AS week,
       count(DISTINCT containers.host) AS hosts,
       CAST(round(avg(containers.bytes)) AS BIGINT) AS average_bytes,
       CAST(round(avg(containers.entries)) AS BIGINT) AS average_entries
FROM containers
JOIN snapshots ON snapshots.snapshot = containers.snapshot
JOIN largest ON largest.service = containers.service AND largest.container = containers.container
GROUP BY containers.service, containers.container, CAST(date_trunc('week', snapshots.taken_at) AS DATE)
ORDER BY containers.service, containers.container, week
