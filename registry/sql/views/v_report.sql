-- Attack reports with their publisher.
CREATE VIEW v_report AS
SELECT
    r.id,           -- key
    r.ref,          -- ref for people
    r.publisher_id, -- key of the source that published it
    s.name AS publisher,        -- who published it
    s.is_party AS publisher_is_party,   -- the publisher belongs to a party to the conflict
    r.title,        -- title
    r.url,          -- where it is
    r.archive_url,  -- where a copy is kept
    r.published_from_on,        -- published on, or not before
    r.published_to_on,          -- not after
    r.published_precision_code AS published_precision,  -- how precisely
    r.published_words,          -- the date as given
    r.published_basis,          -- printed or inferred
    r.language,     -- language (ISO 639)
    r.kind,         -- news_article, agency_wire, statement…
    r.is_stub,      -- we know of it but do not hold it
    (SELECT a.sha256 FROM artifact a WHERE a.report_id = r.id ORDER BY a.id LIMIT 1) AS sha256,  -- of the first capture
    (SELECT count(*) FROM claim c WHERE c.report_id = r.id AND c.retracted_at IS NULL) AS claims,  -- how many claims it holds
    r.note,         -- remark (restricted)
    r.release_agreed_at IS NOT NULL AS is_released,  -- its release to the public was agreed
    r.version       -- rises with every change
FROM report r
JOIN v_source s ON s.id = r.publisher_id
WHERE r.retracted_at IS NULL
