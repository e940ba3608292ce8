// Package samad tells whether a webhook comes from Samad, unaltered and just now. Without a library.
package samad

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const tolerance = 5 * time.Minute

// IsFromSamad takes the body's bytes as they came, and the secrets in force, "whsec_…".
func IsFromSamad(header http.Header, body []byte, secrets []string, now time.Time) bool {
	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	sent, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || now.Sub(time.Unix(sent, 0)).Abs() > tolerance {
		return false
	}
	for _, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil {
			continue
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + timestamp + "."))
		mac.Write(body)
		ours := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
		for _, theirs := range strings.Split(header.Get("webhook-signature"), " ") {
			if hmac.Equal([]byte(ours), []byte(theirs)) {
				return true
			}
		}
	}
	return false
}
