-- What keeps most alive in the ten largest processes: the three largest objects of each that are the program's own.
WITH largest AS (
    SELECT snapshot, service, version, host, total_bytes
    FROM snapshots
    ORDER BY total_bytes DESC, snapshot
    LIMIT 10
),
ranked AS (
    SELECT largest.service, largest.version, largest.host, largest.total_bytes, dominators.class, dominators.object_id,
           dominators.retained_bytes,
           row_number() OVER (PARTITION BY largest.snapshot
                              ORDER BY dominators.retained_bytes DESC, dominators.object_id) AS place
    FROM dominators
    JOIN largest ON largest.snapshot = dominators.snapshot
    WHERE dominators.dominator_id IS NOT NULL AND dominators.class NOT LIKE '(%' AND dominators.class NOT LIKE 'system /%'
      AND dominators.class NOT LIKE 'global%'
)
SELECT service, version, host, total_bytes, place, class, object_id, retained_bytes
FROM ranked
WHERE place <= 3
ORDER BY total_bytes DESC, host, place
