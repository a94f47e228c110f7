package memo

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"reflect"
)

// Sum stands for content: what has the same sum is the same.
type Sum [16]byte

// SumOf is the sum of parts, in order. Where one ends and the next begins counts.
func SumOf(parts ...[]byte) Sum {
	var h Hash
	for _, p := range parts {
		h.Bytes(p)
	}
	return h.End()
}

// Hash makes a Sum of what it is given, in order. Its zero value is ready. A text counts with its length; give the length of
// a list before what is in it.
type Hash struct {
	// Known gives what stands for a struct or a pointer in place of what is in it; nil for nothing.
	Known func(v reflect.Value) (sum uint64, ok bool)

	buf []byte
	all hash.Hash // of what came before buf; nil for nothing
}

// Bytes adds a text.
func (h *Hash) Bytes(b []byte) {
	h.Uint(uint64(len(b)))
	if len(b) < small {
		h.buf = append(h.buf, b...)
		h.flush()
		return
	}
	h.move()
	h.all.Write(b)
}

// String adds a text.
func (h *Hash) String(s string) {
	h.Uint(uint64(len(s)))
	h.buf = append(h.buf, s...)
	h.flush()
}

// Uint adds a number.
func (h *Hash) Uint(n uint64) {
	h.buf = binary.AppendUvarint(h.buf, n)
	h.flush()
}

// Sum adds what another sum stands for.
func (h *Hash) Sum(s Sum) {
	h.buf = append(h.buf, s[:]...)
	h.flush()
}

// flush keeps the buffer small: most of what is summed fits in, and needs no state of its own.
func (h *Hash) flush() {
	if len(h.buf) >= small {
		h.move()
	}
}

const small = 1024

func (h *Hash) move() {
	if h.all == nil {
		h.all = sha256.New()
	}
	h.all.Write(h.buf)
	h.buf = h.buf[:0]
}

// End returns the sum of all that was added, and begins anew.
func (h *Hash) End() Sum {
	all := sha256.Sum256(h.buf)
	if h.all != nil {
		h.all.Write(h.buf)
		h.all.Sum(all[:0])
		h.all = nil
	}
	h.buf = h.buf[:0]
	return Sum(all[:])
}
