package diag

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// Fingerprints gives each message a name that stays when lines above it are added or taken away: it is made of the
// rule, the file and what is said, and of a count where the same is said again in the same file. The order of list is
// the order of the answer. A message of a group is called by its group, so that its name stays when there are more or
// fewer of them.
func Fingerprints(list []Located) []string {
	said := map[string]int{}
	out := make([]string, len(list))
	for i, m := range list {
		key := string(m.Rule) + "\x00" + m.File + "\x00" + m.Text
		if m.Group != (Group{}) {
			key = string(m.Rule) + "\x00\x00" + m.Group.Text
		}
		said[key]++
		sum := sha256.Sum256([]byte(key + "\x00" + strconv.Itoa(said[key])))
		out[i] = hex.EncodeToString(sum[:16])
	}
	return out
}
