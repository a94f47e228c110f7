// Package stencil runs the templates of html/template faster than html/template does. It takes the trees that html/template has
// parsed and escaped, works out once which types stand where, and makes functions of them: a field is a number then, where text/template
// looks up its name, and the names of all methods, each time. It decides nothing about what a template means or how it is escaped.
//
// What it does not know, html/template runs: a template with an expression that is not known, a value with an escaping that is
// not known, and after any failure the whole template again, so that errors are in its words.
//
//	go test -run '^$' -bench Stencil ./builder/theme
package stencil

import (
	"bytes"
	"html/template"
	"reflect"
	"sync"
	"text/template/parse"
)

// Set is the templates that html/template knows of each other. It is safe for concurrent use.
type Set struct {
	of    *template.Template
	trees map[string]*parse.Tree
	funcs template.FuncMap

	mu   sync.RWMutex
	made map[key]*program // nil for what html/template has to run
	slow sync.Map         // of *template.Template, by the names of escapers
}

type key struct {
	name string
	dot  reflect.Type
}

// New is a set of templates, which are no longer changed and were not run yet, and the functions that they were parsed with.
func New(of *template.Template, funcs template.FuncMap) *Set {
	s := &Set{of: of, trees: map[string]*parse.Tree{}, funcs: funcs, made: map[key]*program{}}
	for _, t := range of.Templates() {
		s.trees[t.Name()] = t.Tree // in which html/template puts its escapers
	}
	return s
}

// Execute does what ExecuteTemplate of html/template does.
func (s *Set) Execute(w *bytes.Buffer, name string, data any) error {
	k := key{name, reflect.TypeOf(data)}
	s.mu.RLock()
	p, known := s.made[k]
	s.mu.RUnlock()
	if p != nil {
		start := w.Len()
		if p.execute(w, reflect.ValueOf(data)) {
			return nil
		}
		w.Truncate(start)
		s.mu.Lock()
		s.made[k] = nil // what fails may fail for each page
		s.mu.Unlock()
	}
	err := s.of.ExecuteTemplate(w, name, data)
	if err == nil && !known && k.dot != nil { // now it is escaped
		s.mu.Lock()
		defer s.mu.Unlock()
		s.program(k)
	}
	return err
}

// program compiles a template for a type of dot. The set is locked.
func (s *Set) program(k key) *program {
	if p, known := s.made[k]; known {
		return p
	}
	p := &program{}
	s.made[k] = p // for templates that show themselves
	if !p.compile(s, s.trees[k.name], k.dot) {
		p = nil
	}
	s.made[k] = p
	return p
}
