-- What rulings are decided by (samad.routing.v1.RulingPolicy). A version, once adopted, never changes; adopting one moves
-- catalogue_version, by which copies in memory are told to read again.
CREATE TABLE ruling_policy (
    programme                  text        NOT NULL,
    version                    integer     NOT NULL CHECK (version > 0),
    extension_days_max         integer     NOT NULL CHECK (extension_days_max >= 0),
    extensions_max             integer     NOT NULL CHECK (extensions_max >= 0),
    returns_before_arbitration integer     NOT NULL CHECK (returns_before_arbitration >= 0),
    answer_letters_min         integer     NOT NULL CHECK (answer_letters_min >= 0),
    boilerplate_window         integer     NOT NULL CHECK (boilerplate_window BETWEEN 0 AND 1000),
    boilerplate_others         integer     NOT NULL CHECK (boilerplate_others >= 0),
    boilerplate_bits           integer     NOT NULL CHECK (boilerplate_bits BETWEEN 0 AND 64),
    elsewhere_phrases          text[]      NOT NULL,
    callback_per_mille         integer     NOT NULL CHECK (callback_per_mille BETWEEN 0 AND 1000),
    valid_from                 timestamptz NOT NULL,
    adopted_at                 timestamptz NOT NULL,
    PRIMARY KEY (programme, version)
);
