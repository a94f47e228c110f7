package preview

import "strings"

// ownFiles allows a site its own files, and images from anywhere that is encrypted.
const ownFiles = "default-src 'self'; img-src 'self' https: data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

// policyOf is the policy that the site asks its host for, in the file _headers of Netlify and others; "" when it asks
// for none. What a page may load is then the same here as where it is published.
func policyOf(s *site) string {
	o, ok := s.find("_headers")
	if !ok {
		return ""
	}
	data, err := o.Data()
	if err != nil {
		return ""
	}
	everywhere := false
	for line := range strings.Lines(string(data)) {
		if line == strings.TrimLeft(line, " \t") { // a line that names addresses
			everywhere = strings.TrimSpace(line) == "/*"
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		if everywhere && strings.EqualFold(strings.TrimSpace(name), "Content-Security-Policy") {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// policyFor is the site's Content-Security-Policy with what the live script needs: to be loaded from this server and
// to listen to it.
func policyFor(policy string) string {
	if strings.TrimSpace(policy) == "" {
		policy = ownFiles
	}
	policy = allowSelf(policy, "script-src")
	return allowSelf(policy, "connect-src")
}

// allowSelf adds 'self' to a directive. A directive that is not there takes the sources of default-src, as a browser
// would.
func allowSelf(policy, directive string) string {
	var kept []string
	var fallback, own []string
	hasFallback, hasOwn := false, false
	for part := range strings.SplitSeq(policy, ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		switch strings.ToLower(words[0]) {
		case directive:
			own, hasOwn = words[1:], true
			continue
		case "default-src":
			fallback, hasFallback = words[1:], true
		}
		kept = append(kept, strings.Join(words, " "))
	}
	sources := own
	if !hasOwn {
		if !hasFallback {
			return strings.Join(kept, "; ") // nothing is forbidden
		}
		sources = fallback
	}
	list := []string{directive, "'self'"}
	for _, s := range sources {
		if s != "'none'" && s != "'self'" {
			list = append(list, s)
		}
	}
	return strings.Join(append(kept, strings.Join(list, " ")), "; ")
}
