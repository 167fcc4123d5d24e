-- Hosts on which a class retains far more than on the other hosts of its release: above the median by more than eight
-- times the median distance from it, and by a megabyte.
WITH per_host AS (
    SELECT service, version, host, class, max(retained_bytes) AS bytes
    FROM classes
    GROUP BY service, version, host, class
),
middle AS (
    SELECT service, version, class, median(bytes) AS bytes, count(*) AS hosts
    FROM per_host
    GROUP BY service, version, class
),
spread AS (
    SELECT per_host.service, per_host.version, per_host.class, median(abs(per_host.bytes - middle.bytes)) AS bytes
    FROM per_host
    JOIN middle ON middle.service = per_host.service AND middle.version = per_host.version
               AND middle.class = per_host.class
    GROUP BY per_host.service, per_host.version, per_host.class
)
SELECT per_host.service, per_host.version, per_host.host, per_host.class,
       CAST(round(middle.bytes) AS BIGINT) AS median_bytes, per_host.bytes
FROM per_host
JOIN middle ON middle.service = per_host.service AND middle.version = per_host.version
           AND middle.class = per_host.class
JOIN spread ON spread.service = per_host.service AND spread.version = per_host.version
           AND spread.class = per_host.class
WHERE middle.hosts >= 5
  AND per_host.bytes > middle.bytes + 8 * spread.bytes
  AND per_host.bytes > middle.bytes + 1000000
ORDER BY per_host.bytes - middle.bytes DESC, per_host.service, per_host.host, per_host.class
LIMIT 20
