-- Deductions are listed in pages, the newest first.
CREATE INDEX deduction_newest ON deduction (deducted_at DESC, breach_id DESC);
