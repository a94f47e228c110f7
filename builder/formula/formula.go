// Package formula turns TeX into MathML, which browsers show, read aloud and print without a script.
//
// The work is done by KaTeX 0.19.1 (katex.min.js, MIT, https://katex.org), run by an interpreter of JavaScript in this process. Reading
// the library takes 60 ms and a formula 0.3 to 3 ms (go test -run '^$' -bench . ./builder/formula), so the interpreter starts with the
// first formula, and each formula is made once.
//
// TeX is hostile input: a formula is at most MaxLength bytes, may expand its macros a thousand times, names no files, addresses or
// styles, and an interpreter in which something else went wrong is not used again.
package formula

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf16"

	"github.com/dop251/goja"
)

// MaxLength is how many bytes a formula may have.
const MaxLength = 5000

// deepest is how many calls of functions may be open at once: KaTeX calls a few for each group in a group.
const deepest = 2000

//go:embed katex.min.js
var library string

var compiled = sync.OnceValues(func() (*goja.Program, error) { return goja.Compile("katex.min.js", library, true) })

// Wrong says what is wrong with a formula.
type Wrong struct {
	Text       string // "Undefined control sequence: \foo"
	Start, End int    // where in the TeX, in bytes
}

// Maker makes formulas and remembers them. The zero value may be used, from several goroutines at once.
type Maker struct {
	made  sync.Map  // of source to *made
	ready sync.Pool // of *engine
}

type source struct {
	tex   string
	block bool // it stands on lines of its own
}

type made struct {
	once  sync.Once
	math  string
	wrong *Wrong
}

// Make gives the MathML of a formula, a single <math> element; or what is wrong with it.
func (m *Maker) Make(tex string, block bool) (math string, wrong *Wrong) {
	known, _ := m.made.LoadOrStore(source{tex, block}, new(made))
	f := known.(*made)
	f.once.Do(func() { f.math, f.wrong = m.make(tex, block) })
	return f.math, f.wrong
}

func (m *Maker) make(tex string, block bool) (math string, wrong *Wrong) {
	if len(tex) > MaxLength {
		return "", &Wrong{fmt.Sprintf("it is longer than %d bytes", MaxLength), 0, len(tex)}
	}
	e, _ := m.ready.Get().(*engine)
	if e == nil {
		e = start()
	}
	html, err := e.render(tex, block)
	var thrown *goja.Exception
	if err == nil || errors.As(err, &thrown) {
		m.ready.Put(e)
	}
	if err != nil {
		return "", explain(e.vm, tex, thrown)
	}
	begin, end := strings.Index(html, "<math"), strings.LastIndex(html, "</math>")
	if begin < 0 || end < begin {
		return "", &Wrong{"it cannot be read", 0, len(tex)}
	}
	return html[begin : end+len("</math>")], nil
}

// engine is an interpreter that has read the library.
type engine struct {
	vm      *goja.Runtime
	convert goja.Callable
}

// start makes an engine. The library is part of the program: that it cannot be read is a fault of the program.
func start() *engine {
	program, err := compiled()
	if err != nil {
		panic(err)
	}
	vm := goja.New()
	vm.SetMaxCallStackSize(deepest)
	vm.Set("self", vm.GlobalObject())
	if _, err := vm.RunProgram(program); err != nil {
		panic(err)
	}
	convert, _ := goja.AssertFunction(vm.Get("katex").ToObject(vm).Get("renderToString"))
	return &engine{vm, convert}
}

func (e *engine) render(tex string, block bool) (html string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	v, err := e.convert(goja.Undefined(), e.vm.ToValue(tex), e.vm.ToValue(map[string]any{
		"output": "mathml", "displayMode": block, "maxExpand": 1000, "maxSize": 50, "strict": "ignore",
	}))
	if err != nil {
		return "", err
	}
	return v.String(), nil
}

// explain reads what KaTeX says. Its places count units of UTF-16.
func explain(vm *goja.Runtime, tex string, thrown *goja.Exception) *Wrong {
	w := &Wrong{"it nests too deep", 0, len(tex)}
	if thrown == nil {
		return w
	}
	said := thrown.Value().ToObject(vm)
	text, at := said.Get("rawMessage"), said.Get("position")
	if text == nil {
		return w
	}
	w.Text = text.String()
	if at != nil && !goja.IsUndefined(at) {
		w.Start = inBytes(tex, int(at.ToInteger()))
		w.End = inBytes(tex, int(at.ToInteger()+said.Get("length").ToInteger()))
		w.Text = strings.ReplaceAll(w.Text, "\uFFFD", tex[w.Start:w.End]) // KaTeX names half a character
	}
	return w
}

// inBytes is where the unit n of UTF-16 begins in a text.
func inBytes(text string, n int) int {
	for i, r := range text {
		if n <= 0 {
			return i
		}
		n -= max(1, utf16.RuneLen(r))
	}
	return len(text)
}
