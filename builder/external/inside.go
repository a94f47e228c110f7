package external

import (
	"net/netip"
	"strings"
)

// special are the blocks of IANA's registries of special-purpose addresses (RFC 6890) that are not reachable from
// everywhere, with those for groups and those that are reserved or given up. Of IPv6, nothing outside 2000::/3 is of the web.
var special = prefixes(`
	0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24
	192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
	2001::/23 2001:db8::/32 3fff::/20`)

var (
	global  = netip.MustParsePrefix("2000::/3")
	nat64   = netip.MustParsePrefix("64:ff9b::/96") // an address of IPv4 in its last four bytes
	sixToIV = netip.MustParsePrefix("2002::/16")    // one behind its first two
)

func prefixes(list string) (all []netip.Prefix) {
	for p := range strings.FieldsSeq(list) {
		all = append(all, netip.MustParsePrefix(p))
	}
	return all
}

// isWeb reports whether an address is one of the web, and not of this machine, its network or nobody.
func isWeb(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		switch b := a.As16(); {
		case nat64.Contains(a):
			a = netip.AddrFrom4([4]byte(b[12:]))
		case sixToIV.Contains(a):
			a = netip.AddrFrom4([4]byte(b[2:]))
		case !global.Contains(a):
			return false
		}
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return a.IsValid()
}
