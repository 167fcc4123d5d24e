-- Texts that are there more than once, by what their copies waste in the whole fleet.
SELECT strings.text_hash, min(strings.text) AS text, max(strings.length) AS length,
       count(DISTINCT strings.service) AS services, count(DISTINCT strings.host) AS hosts,
       CAST(sum(strings.copies) AS BIGINT) AS copies, CAST(sum(strings.wasted_bytes) AS BIGINT) AS wasted_bytes
FROM strings
GROUP BY strings.text_hash
ORDER BY wasted_bytes DESC, strings.text_hash
LIMIT 20
