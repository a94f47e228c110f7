package theme

import (
	"html/template"
	"sync"
)

// pieces remembers what templates make of badges: a handbook's pages repeat the same few, in lists and beside links.
type pieces struct {
	mu   sync.RWMutex
	made map[pieceOf]template.HTML
}

type pieceOf struct {
	template string
	badge    Badge
}

// maxPieces bounds the memory; past it, what was made is made again.
const maxPieces = 1 << 14

// piece is what a template makes of a badge.
func (t *Theme) piece(name string, badge Badge) (template.HTML, error) {
	key := pieceOf{name, badge}
	t.pieces.mu.RLock()
	html, ok := t.pieces.made[key]
	t.pieces.mu.RUnlock()
	if ok {
		return html, nil
	}
	html, err := t.made(name, badge)
	if err != nil {
		return "", err
	}
	t.pieces.mu.Lock()
	defer t.pieces.mu.Unlock()
	if t.pieces.made == nil || len(t.pieces.made) >= maxPieces {
		t.pieces.made = map[pieceOf]template.HTML{}
	}
	t.pieces.made[key] = html
	return html, nil
}

// Mark is what the theme shows of a badge in a narrow place.
func (t *Theme) Mark(b Badge) (string, error) {
	html, err := t.piece("mark", b)
	return string(html), err
}
