-- Containers of each service's newest release that grow: on every host (load, or a leak of the program) or on few (data
-- or traffic of these hosts).
WITH releases AS (
    SELECT service, version, row_number() OVER (PARTITION BY service ORDER BY min(taken_at) DESC) AS age,
           count(DISTINCT host) AS hosts
    FROM snapshots
    GROUP BY service, version
)
SELECT containers.service, containers.version, containers.container, min(containers.owner) AS owner,
       min(containers.script) AS script, count(DISTINCT containers.host) AS growing_hosts,
       max(releases.hosts) AS all_hosts,
       CASE WHEN count(DISTINCT containers.host) = max(releases.hosts) THEN 'every host'
            WHEN count(DISTINCT containers.host) = 1 THEN 'one host'
            ELSE 'some hosts' END AS grows_on,
       CAST(round(avg(containers.growth_bytes)) AS BIGINT) AS average_growth
FROM containers
JOIN releases ON releases.service = containers.service AND releases.version = containers.version
WHERE releases.age = 1 AND containers.growth_bytes > 0
GROUP BY containers.service, containers.version, containers.container
ORDER BY average_growth DESC, containers.service, containers.container
LIMIT 30
