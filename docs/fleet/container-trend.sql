-- The containers whose bytes differ most from snapshot to snapshot, week by week: bytes and entries of an average host.
WITH changing AS (
    SELECT service, container, max(bytes) - min(bytes) AS change
    FROM containers
    GROUP BY service, container
    HAVING max(bytes) > min(bytes)
    ORDER BY change DESC, service, container
    LIMIT 10
)
SELECT containers.service, min(containers.owner) AS owner, containers.container,
       CAST(date_trunc('week', snapshots.taken_at) AS DATE) AS week,
       count(DISTINCT containers.host) AS hosts,
       CAST(round(avg(containers.bytes)) AS BIGINT) AS average_bytes,
       CAST(round(avg(containers.entries)) AS BIGINT) AS average_entries
FROM containers
JOIN snapshots ON snapshots.snapshot = containers.snapshot
JOIN changing ON changing.service = containers.service AND changing.container = containers.container
GROUP BY containers.service, containers.container, changing.change, CAST(date_trunc('week', snapshots.taken_at) AS DATE)
ORDER BY changing.change DESC, containers.service, containers.container, week
