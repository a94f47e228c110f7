package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"handbook/builder"
	"handbook/builder/book"
	"handbook/builder/diag"
	"handbook/builder/query"
	"handbook/builder/review"
)

// marker begins a comment on a change, so that a bot finds its own and edits it. It never changes.
const marker = "<!-- handbook check -->"

// maxTold is how many entries of one kind a report on a change lists.
const maxTold = 20

// since compares the handbook with a revision.
func since(ctx context.Context, job builder.Job, rev string) (*builder.Change, error) {
	change, err := builder.Since(ctx, job, rev)
	var wrong *builder.SinceError
	if errors.As(err, &wrong) {
		return nil, misuse("%v", wrong)
	}
	return change, err
}

// changeReport writes what a change does, for people or as a comment in Markdown.
type changeReport struct {
	*builder.Change
	rev      string
	messages []diag.Located // of New, those that were asked for
	reach    func(string) string
	all      bool // on a terminal too
}

// compared names what the handbook was compared with.
func (r changeReport) compared() string {
	if r.Forked {
		return fmt.Sprintf("since %s, where this branch left %s", r.Commit[:7], r.rev)
	}
	if strings.HasPrefix(r.Commit, r.rev) {
		return "since " + r.Commit[:7]
	}
	return fmt.Sprintf("since %s (%s)", r.rev, r.Commit[:7])
}

// edits counts the pages that were edited, added and removed.
func (r changeReport) edits() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{r.Edited, "edited"}, {r.Renamed, "renamed"}, {r.Added, "added"}, {r.Removed, "removed"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return cmp.Or(strings.Join(parts, ", "), "no page changed")
}

// text is for people: the new problems with their lines, then what else follows from the change.
func (r changeReport) text(w io.Writer) error {
	var b strings.Builder
	if err := writeMessages(&b, styleOn(w, r.reach), columnsOf(w), r.messages, r.all); err != nil {
		return err
	}
	list := func(title string, n int, line func(i int) string) {
		if n == 0 {
			return
		}
		b.WriteString(title + "\n")
		for i := range n {
			if i == maxTold {
				fmt.Fprintf(&b, "  and %d more\n", n-i)
				break
			}
			b.WriteString("  " + line(i) + "\n")
		}
		b.WriteString("\n")
	}
	list("problems that this change mends:", len(r.Mended), func(i int) string {
		m := r.Mended[i]
		return strings.TrimPrefix(fmt.Sprintf("%s: %s [%s]", plain(r.at(m.File)), plain(diag.Sentence(r.reach, m.Message)), m.Rule), ": ")
	})
	suspect, changed := r.doubts()
	list("pages that it makes suspect:", len(suspect), func(i int) string {
		d := suspect[i]
		return fmt.Sprintf("%s (%s): %s", plain(pageID(d.Node.ID)), plain(ownerOf(d.Node)), plain(d.Reason.Sentence))
	})
	list("pages edited after their last review:", len(changed), func(i int) string {
		return fmt.Sprintf("%s (%s)", plain(pageID(changed[i].Node.ID)), plain(ownerOf(changed[i].Node)))
	})
	list("pages that have to be read once more:", len(r.Reread), func(i int) string {
		return fmt.Sprintf("%s: %s", plain(pageID(r.Reread[i].Node.ID)), plain(titles(r.Reread[i].Readers)))
	})
	list("documents that a plan now lacks:", len(r.Lacks), func(i int) string {
		d := r.Lacks[i]
		return fmt.Sprintf("%s: %s%s", plain(pageID(d.Product.ID)), plain(d.Title), plain(writtenBy(d)))
	})
	fmt.Fprintf(&b, "%s: %s; new: %s", r.compared(), r.edits(), diag.Summary(r.messages))
	if r.Shallow {
		b.WriteString("\nnote: this clone leaves out old commits, so what others did since counts too; fetch the whole history")
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// markdown is a short comment for a pull request.
func (r changeReport) markdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString(marker + "\n### Handbook\n\n")
	fmt.Fprintf(&b, "%s. ", sentence(r.edits()))
	switch {
	case len(r.messages) > 0:
		fmt.Fprintf(&b, "**New: %s.**", diag.Summary(r.messages))
	default:
		b.WriteString("No new problems.")
	}
	if n := len(r.Mended); n > 0 {
		fmt.Fprintf(&b, " Mended: %s.", diag.Plural(n, "problem"))
	}
	b.WriteString("\n")
	list := func(title string, n int, line func(i int) string) {
		if n == 0 {
			return
		}
		b.WriteString("\n" + title + "\n\n")
		for i := range n {
			if i == maxTold {
				fmt.Fprintf(&b, "- and %d more\n", n-i)
				break
			}
			b.WriteString("- " + line(i) + "\n")
		}
	}
	list("**New problems**", len(r.messages), func(i int) string {
		m := r.messages[i]
		at := ""
		if m.File != "" {
			at = code(r.at(m.File)+lineText(m.Line)) + ": "
		}
		return fmt.Sprintf("%s%s (%s). %s", at, escapeMarkdown(diag.Sentence(r.reach, m.Text)), m.Rule, sentence(escapeMarkdown(diag.Sentence(r.reach, m.Help))))
	})
	suspect, changed := r.doubts()
	list("**Suspect now**", len(suspect), func(i int) string {
		d := suspect[i]
		return fmt.Sprintf("%s, %s: %s", code(pageID(d.Node.ID)), escapeMarkdown(ownerOf(d.Node)), escapeMarkdown(d.Reason.Sentence))
	})
	list("**Edited after their last review**", len(changed), func(i int) string {
		return fmt.Sprintf("%s, %s", code(pageID(changed[i].Node.ID)), escapeMarkdown(ownerOf(changed[i].Node)))
	})
	list("**To read once more**", len(r.Reread), func(i int) string {
		return fmt.Sprintf("%s: %s", code(pageID(r.Reread[i].Node.ID)), escapeMarkdown(titles(r.Reread[i].Readers)))
	})
	list("**Missing from a plan now**", len(r.Lacks), func(i int) string {
		d := r.Lacks[i]
		return fmt.Sprintf("%s: %s%s", code(pageID(d.Product.ID)), escapeMarkdown(d.Title), escapeMarkdown(writtenBy(d)))
	})
	fmt.Fprintf(&b, "\n<sub>%s</sub>\n", escapeMarkdown("Compared "+r.compared()+"."))
	_, err := io.WriteString(w, b.String())
	return err
}

// writtenBy says until when a document of a plan is due, and from whom.
func writtenBy(d query.Document) string {
	text := ""
	if !d.Due.IsZero() {
		text = ", due on " + d.Due.String()
	}
	if d.Owner != nil {
		text += ", from " + d.Owner.Title
	}
	return text
}

// doubts tells the pages that rely on something that changed from those that were edited themselves.
func (r changeReport) doubts() (suspect, changed []builder.Doubtful) {
	for _, d := range r.Doubt {
		if d.Reason.State == review.Suspect {
			suspect = append(suspect, d)
		} else {
			changed = append(changed, d)
		}
	}
	return suspect, changed
}

func (r changeReport) at(file string) string {
	if file == "" {
		return ""
	}
	return r.reach(file)
}

func lineText(line int) string {
	if line == 0 {
		return ""
	}
	return fmt.Sprintf(":%d", line)
}

// ownerOf is who answers for a page, in words.
func ownerOf(n *book.Node) string {
	if n.Owner == nil {
		return "no owner"
	}
	return n.Owner.Title
}

func titles(nodes []*book.Node) string {
	var all []string
	for _, n := range nodes {
		all = append(all, n.Title)
	}
	return strings.Join(all, ", ")
}

// sentence begins with a capital letter.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// code is a code span, whatever the text holds.
func code(s string) string {
	s = plain(s)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// escapeMarkdown keeps a text from being more than text, names of people and teams to be called included. Code in it
// stays code.
func escapeMarkdown(s string) string {
	parts := strings.Split(plain(s), "`")
	for i, part := range parts {
		if i%2 == 1 && i < len(parts)-1 {
			continue
		}
		var b strings.Builder
		for _, r := range part {
			if strings.ContainsRune("\\*_[]<>#|~!&", r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
			if r == '@' {
				b.WriteRune('\u2060') // a word joiner: nobody is notified
			}
		}
		parts[i] = b.String()
	}
	return strings.Join(parts, "`")
}
