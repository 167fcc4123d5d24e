-- Leaks of each service's newest release that no release before it had, with how many of its hosts have them.
WITH releases AS (
    SELECT service, version, row_number() OVER (PARTITION BY service ORDER BY min(taken_at) DESC) AS age,
           count(DISTINCT host) AS hosts
    FROM snapshots
    GROUP BY service, version
),
accused AS (
    SELECT suspects.*, releases.age, releases.hosts
    FROM suspects
    JOIN releases ON releases.service = suspects.service AND releases.version = suspects.version
    WHERE suspects.is_accused
)
SELECT service, version, fingerprint, min(owner) AS owner, min(script) AS script, min(mechanism) AS mechanism,
       count(DISTINCT host) AS hosts_with_it, max(hosts) AS hosts_in_all,
       CAST(round(avg(bytes)) AS BIGINT) AS average_bytes
FROM accused
WHERE age = 1
  AND NOT EXISTS (
      SELECT 1 FROM accused AS before
      WHERE before.service = accused.service AND before.fingerprint = accused.fingerprint AND before.age > 1
  )
GROUP BY service, version, fingerprint
ORDER BY hosts_with_it DESC, average_bytes DESC, service, fingerprint
LIMIT 20
