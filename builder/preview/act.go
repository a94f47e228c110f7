package preview

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"slices"
)

// Reading the preview is harmless; opening an editor and recording a review in somebody's name are not. So these are
// offered to this machine only, and done for pages of this server only: another website can make a browser send a
// request here, but neither read the token nor send it.

// tokenHeader carries the token. That it is no ordinary header keeps forms of other websites from sending it at all.
const tokenHeader = "X-Handbook-Token"

// wish is what the live script asks for.
type wish struct {
	File   string `json:"file"` // as messages name it
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Key    string `json:"key"` // of the page that was read; see keyOf
}

// offers tells the live script what it may ask for on a page.
func (s *server) offers(r *http.Request, o Output) []string {
	if !isLocal(r) {
		return nil
	}
	list := []string{"token", s.token}
	if o.File == "" {
		return list
	}
	list = append(list, "file", o.File, "name", s.at(o.File, 0, 0))
	if o.Review != nil {
		list = append(list, "review", keyOf(o))
	}
	if o.Ack != nil {
		list = append(list, "ack", keyOf(o))
	}
	if s.cfg.Editor != nil {
		if address := s.cfg.Editor(o.File, 1, 1); address != "" {
			return append(list, "editor", address)
		}
	}
	if s.cfg.Open != nil {
		list = append(list, "editor", "")
	}
	return list
}

func keyOf(o Output) string { return fmt.Sprintf("%016x", o.Key()) }

// isLocal says whether a request comes from this machine.
func isLocal(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback()
}

// act does what the live script asks for. That the Host is ours and a foreign Origin is not there has been seen to.
func (s *server) act(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	site := r.Header.Get("Sec-Fetch-Site")
	switch {
	case !isLocal(r) || r.Header.Get("Origin") == "" || site != "" && site != "same-origin" ||
		subtle.ConstantTimeCompare([]byte(r.Header.Get(tokenHeader)), []byte(s.token)) != 1:
		plain(w, r, http.StatusForbidden, "Only a page of this preview can ask for this. Reload it and try again.\n")
		return
	case kind != "application/json":
		plain(w, r, http.StatusUnsupportedMediaType, "This takes JSON.\n")
		return
	}
	var asked wish
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxURL))
	if err != nil || json.Unmarshal(data, &asked) != nil {
		plain(w, r, http.StatusBadRequest, "This takes JSON.\n")
		return
	}
	switch r.URL.Path {
	case openPath:
		s.open(w, r, asked)
	case ackPath:
		s.record(w, r, asked, func(o Output) func(context.Context) (string, error) { return o.Ack })
	default:
		s.record(w, r, asked, func(o Output) func(context.Context) (string, error) { return o.Review })
	}
}

// open starts the editor, for files that a message or a page of the last build is about.
func (s *server) open(w http.ResponseWriter, r *http.Request, asked wish) {
	switch now := s.now.Load(); {
	case s.cfg.Open == nil:
		plain(w, r, http.StatusNotFound, "No editor is set. See --editor.\n")
	case !now.knows(asked.File):
		plain(w, r, http.StatusForbidden, "This is no file of the handbook.\n")
	default:
		if err := s.cfg.Open(asked.File, max(asked.Line, 1), max(asked.Column, 1)); err != nil {
			plain(w, r, http.StatusInternalServerError, err.Error()+"\n")
			return
		}
		plain(w, r, http.StatusOK, "")
	}
}

// knows says whether a file is one of the site's: it makes a page, or a message of the last build is about it.
func (s *state) knows(file string) bool {
	if file == "" {
		return false
	}
	for _, m := range s.messages {
		if m.File == file {
			return true
		}
	}
	_, ok := s.pageOf(file)
	return ok
}

func (s *state) pageOf(file string) (Output, bool) {
	if s.site == nil || file == "" {
		return Output{}, false
	}
	of := func(o Output) bool { return o.File == file }
	if i := slices.IndexFunc(s.site.outputs, of); i >= 0 {
		return s.site.outputs[i], true
	}
	return Output{}, false
}

// record records a review of the page as it is served now, or that it was read, if that is what was read.
func (s *server) record(w http.ResponseWriter, r *http.Request, asked wish, deed func(Output) func(context.Context) (string, error)) {
	o, ok := s.now.Load().pageOf(asked.File)
	switch {
	case !ok || deed(o) == nil:
		plain(w, r, http.StatusForbidden, "This is no page of the handbook.\n")
	case asked.Key != keyOf(o):
		plain(w, r, http.StatusConflict, "The page has changed since you read it. Look again.\n")
	default:
		said, err := deed(o)(r.Context())
		if err != nil {
			plain(w, r, http.StatusUnprocessableEntity, err.Error()+"\n")
			return
		}
		plain(w, r, http.StatusOK, said+"\n")
	}
}
