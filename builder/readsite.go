package builder

import (
	"handbook/builder/diag"
	"handbook/builder/schema"
	"handbook/builder/source"
)

// ReadSite reads the handbook.yaml of a folder, without its pages.
func ReadSite(root string) (*schema.Site, diag.List) {
	config, msgs := source.Config(root)
	site, more := readSite(source.Snapshot{Config: config})
	return site, append(msgs, more...)
}
