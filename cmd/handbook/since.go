package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"handbook/builder/book"
	"handbook/builder/change"
	"handbook/builder/diag"
	"handbook/builder/query"
	"handbook/builder/review"
)

// marker begins a comment on a change, so that a bot finds its own and edits it. It never changes.
const marker = "<!-- handbook check -->"

// maxTold is how many entries of one kind a report on a change lists.
const maxTold = 20

// changeReport writes what a change does, for people or as a comment in Markdown.
type changeReport struct {
	*change.Change
	rev      string
	messages []diag.Located // of New, those that were asked for
}

// summary is the change in a line.
func (r changeReport) summary() string {
	return fmt.Sprintf("%s: %s; new: %s", r.compared(), r.edits(), diag.Summary(r.messages))
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

// chapter is a list of pages that follow from a change, and what it is called in a text and in a comment.
type chapter struct {
	text, comment string
	entries       []entry
}

// entry is a page, its owner and what is to be said of it; the last two may be missing.
type entry struct{ page, owner, says string }

// chapters are what follows from the change beside its problems.
func (r changeReport) chapters() []chapter {
	suspect := chapter{text: "pages that it makes suspect:", comment: "Suspect now"}
	changed := chapter{text: "pages edited after their last review:", comment: "Edited after their last review"}
	reread := chapter{text: "pages that have to be read once more:", comment: "To read once more"}
	lacks := chapter{text: "documents that a plan now lacks:", comment: "Missing from a plan now"}
	for _, d := range r.Doubt {
		if e := (entry{pageID(d.Node.ID), ownerOf(d.Node), d.Reason.Sentence}); d.Reason.State == review.Suspect {
			suspect.entries = append(suspect.entries, e)
		} else {
			e.says = ""
			changed.entries = append(changed.entries, e)
		}
	}
	for _, a := range r.Reread {
		reread.entries = append(reread.entries, entry{pageID(a.Node.ID), "", titles(a.Readers)})
	}
	for _, d := range r.Lacks {
		lacks.entries = append(lacks.entries, entry{pageID(d.Product.ID), "", d.Title + writtenBy(d)})
	}
	return []chapter{suspect, changed, reread, lacks}
}

// listed writes at most so many lines behind a title, and counts the others.
func listed(b *strings.Builder, bullet string, lines []string) {
	for i, line := range lines {
		if i == maxTold {
			fmt.Fprintf(b, "%sand %d more\n", bullet, len(lines)-i)
			break
		}
		b.WriteString(bullet + line + "\n")
	}
}

// text is for people: what follows from the change beside the new problems, which stand above it.
func (r changeReport) text(w io.Writer, reach func(string) string) error {
	var b strings.Builder
	list := func(title string, lines []string) {
		if len(lines) > 0 {
			b.WriteString(title + "\n")
			listed(&b, "  ", lines)
			b.WriteString("\n")
		}
	}
	var mended []string
	for _, m := range r.Mended {
		mended = append(mended, knownProblem(m, reach))
	}
	list("problems that this change mends:", mended)
	for _, c := range r.chapters() {
		var lines []string
		for _, e := range c.entries {
			lines = append(lines, plain(e.page)+behind(" (", plain(e.owner), ")")+behind(": ", plain(e.says), ""))
		}
		list(c.text, lines)
	}
	b.WriteString(r.summary())
	if r.Shallow {
		b.WriteString("\nnote: this clone leaves out old commits, so what others did since counts too; fetch the whole history")
	}
	_, err := fmt.Fprintln(w, b.String())
	return err
}

// markdown is a short comment for a pull request.
func (r changeReport) markdown(w io.Writer, reach func(string) string) error {
	var b strings.Builder
	list := func(title string, lines []string) {
		if len(lines) > 0 {
			fmt.Fprintf(&b, "\n**%s**\n\n", title)
			listed(&b, "- ", lines)
		}
	}
	fmt.Fprintf(&b, "%s\n### Handbook\n\n%s. ", marker, sentence(r.edits()))
	if len(r.messages) > 0 {
		fmt.Fprintf(&b, "**New: %s.**", diag.Summary(r.messages))
	} else {
		b.WriteString("No new problems.")
	}
	if n := len(r.Mended); n > 0 {
		fmt.Fprintf(&b, " Mended: %s.", count(n, "problem"))
	}
	b.WriteString("\n")
	var problems []string
	for _, m := range r.messages {
		at := ""
		if m.File != "" {
			at = code(reach(m.File)+lineText(m.Line)) + ": "
		}
		text, help := escapeMarkdown(diag.Sentence(reach, m.Text)), escapeMarkdown(diag.Sentence(reach, m.Help))
		problems = append(problems, fmt.Sprintf("%s%s (%s). %s", at, text, m.Rule, sentence(help)))
	}
	list("New problems", problems)
	for _, c := range r.chapters() {
		var lines []string
		for _, e := range c.entries {
			lines = append(lines, code(e.page)+behind(", ", escapeMarkdown(e.owner), "")+behind(": ", escapeMarkdown(e.says), ""))
		}
		list(c.comment, lines)
	}
	fmt.Fprintf(&b, "\n<sub>%s</sub>\n", escapeMarkdown("Compared "+r.compared()+"."))
	_, err := io.WriteString(w, b.String())
	return err
}

// behind is a text between two others, or nothing.
func behind(before, text, after string) string {
	if text == "" {
		return ""
	}
	return before + text + after
}

// knownProblem is a problem in a line.
func knownProblem(p diag.Problem, reach func(string) string) string {
	text := fmt.Sprintf("%s [%s]", plain(diag.Sentence(reach, p.Message)), p.Rule)
	if p.File == "" {
		return text
	}
	return plain(reach(p.File)) + ": " + text
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
