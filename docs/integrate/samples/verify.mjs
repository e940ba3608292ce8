// Whether a webhook comes from Samad, unaltered and just now. Node.js 18 or newer, without a library.

import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_S = 5 * 60;

/** headers: with lower-case names, as node:http has them; body: a Buffer as it came; secrets: those in force, `whsec_…`. */
export function isFromSamad(headers, body, secrets, now = Date.now() / 1000) {
  const { "webhook-id": id = "", "webhook-timestamp": timestamp = "", "webhook-signature": signatures = "" } = headers;
  if (!/^\d+$/.test(timestamp) || Math.abs(now - Number(timestamp)) > TOLERANCE_S) return false;
  return secrets.some((secret) => {
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const tag = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
    const ours = Buffer.from(`v1,${tag}`);
    return signatures.split(" ").some((signature) => {
      const theirs = Buffer.from(signature);
      return theirs.length === ours.length && timingSafeEqual(theirs, ours);
    });
  });
}
