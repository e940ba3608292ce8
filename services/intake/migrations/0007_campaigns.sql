-- Trips: for some days a province's contacts belong to a campaign. Every version stays.
CREATE TABLE campaign (
    campaign   text        NOT NULL,
    version    integer     NOT NULL CHECK (version > 0),
    name_fa    text        NOT NULL,
    province   text        NOT NULL,
    counties   text[]      NOT NULL,
    from_day   date        NOT NULL,
    until_day  date        NOT NULL CHECK (until_day >= from_day),
    -- The same days as moments: from the first one's first up to the last one's end.
    opens_at   timestamptz NOT NULL,
    closes_at  timestamptz NOT NULL,
    lines      integer     NOT NULL CHECK (lines >= 0),
    programme  text        NOT NULL,
    is_current boolean     NOT NULL DEFAULT true,
    PRIMARY KEY (campaign, version)
);
CREATE UNIQUE INDEX campaign_current ON campaign (campaign) WHERE is_current;

ALTER TABLE contact_occasion ADD COLUMN campaign text;
-- The name of a letter's scan.
ALTER TABLE contact_occasion ADD COLUMN scan_file text;
CREATE INDEX occasion_campaign ON contact_occasion (campaign, contact_id) WHERE campaign IS NOT NULL;
