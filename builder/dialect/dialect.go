// Package dialect reads what other generators write into Markdown: boxes, tabs, shortcodes, components. Each of them has words
// of its own for the same few things, so there are few kinds of nodes, and package page writes those.
//
// Everything is read where it stands: by goldmark's parsers, over the bytes of the file. So places stay right, and code stays code.
// What is not read is never shown raw in silence: it becomes a node that says so, once a construct and site.
//
// The package does not know where a link leads, or what HTML is.
package dialect

import (
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/util"
)

// Part reads one construct, or a few that belong together.
type Part struct {
	Name  string // what its authors call it: "admonitions"
	Tools string // who writes it: "MkDocs Material"

	Blocks     []Block
	Inlines    []Inline
	Paragraphs []Paragraph
	Trees      []Tree
}

// The parsers of a part, with their priorities: lower ones are asked first. Package page lists those of Markdown itself.
type (
	// Block is a parser of blocks.
	Block struct {
		Parser   parser.BlockParser
		Priority int
		Leaf     bool // what it opens holds no blocks, so it is not bounded in depth
	}
	// Inline is a parser of what stands in a line of text.
	Inline struct {
		Parser   parser.InlineParser
		Priority int
		Pairs    bool // it reads marks that come in pairs, so it is bounded in number
	}
	// Paragraph changes a paragraph when it is whole, before what stands in its lines is parsed.
	Paragraph struct {
		Transformer parser.ParagraphTransformer
		Priority    int
	}
	// Tree changes the whole tree once it is parsed.
	Tree struct {
		Transformer parser.ASTTransformer
		Priority    int
	}
)

// Parts are all that is read. The order says which comes first where two of one priority could read the same.
func Parts() []Part {
	return []Part{
		shortcodes(),
		docfx(),
		myst(),
		containers(),
		admonitions(),
		blocks(),
		snippets(),
		helpers(),
		abbreviations(),
		attributes(),
		phrases(),
		math(),
		comments(),
		modules(),
		components(),
		mentions(),
		blockIDs(),
		inlineFields(),
	}
}

// Options is what a parser of Markdown takes to read parts. Parsers of what nests are passed through deep, those of pairs
// through many.
func Options(parts []Part, deep func(parser.BlockParser) parser.BlockParser, many func(parser.InlineParser) parser.InlineParser) (blocks, inlines, paragraphs, trees []util.PrioritizedValue) {
	for _, part := range parts {
		for _, b := range part.Blocks {
			if !b.Leaf {
				b.Parser = deep(b.Parser)
			}
			blocks = append(blocks, util.Prioritized(b.Parser, b.Priority))
		}
		for _, i := range part.Inlines {
			if i.Pairs {
				i.Parser = many(i.Parser)
			}
			inlines = append(inlines, util.Prioritized(i.Parser, i.Priority))
		}
		for _, p := range part.Paragraphs {
			paragraphs = append(paragraphs, util.Prioritized(p.Transformer, p.Priority))
		}
		for _, t := range part.Trees {
			trees = append(trees, util.Prioritized(t.Transformer, t.Priority))
		}
	}
	return blocks, inlines, paragraphs, trees
}
