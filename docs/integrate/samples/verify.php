<?php
// Whether a webhook comes from Samad, unaltered and just now. PHP 8 or newer, without a library.

const TOLERANCE_S = 5 * 60;

/** $headers: with lower-case names; $body: file_get_contents('php://input'); $secrets: those in force, `whsec_…`. */
function is_from_samad(array $headers, string $body, array $secrets, ?int $now = null): bool
{
    $timestamp = $headers['webhook-timestamp'];
    if (!ctype_digit($timestamp) || abs(($now ?? time()) - (int) $timestamp) > TOLERANCE_S) {
        return false;
    }
    $signed = "{$headers['webhook-id']}.$timestamp.$body";
    foreach ($secrets as $secret) {
        $key = base64_decode(substr($secret, strlen('whsec_')));
        $ours = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));
        foreach (explode(' ', $headers['webhook-signature']) as $theirs) {
            if (hash_equals($ours, $theirs)) {
                return true;
            }
        }
    }
    return false;
}
